"""The app of this name."""

from __future__ import annotations

from django.apps import AppConfig


class CourseDatesSignalsConfig(AppConfig):
    """Stands in for the platform's app."""

    name = "openedx.core.djangoapps.course_date_signals"

    def ready(self) -> None:
        from openedx.core.djangoapps.course_date_signals import handlers  # noqa: F401 - connects the receivers
