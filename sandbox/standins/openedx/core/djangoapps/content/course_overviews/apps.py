"""The app of this name."""

from __future__ import annotations

from django.apps import AppConfig


class CourseOverviewsConfig(AppConfig):
    """Stands in for the platform's app."""

    name = "openedx.core.djangoapps.content.course_overviews"

    def ready(self) -> None:
        from openedx.core.djangoapps.content.course_overviews import signals  # noqa: F401 - connects the receivers
