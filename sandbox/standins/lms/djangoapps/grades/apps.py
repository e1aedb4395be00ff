"""The app of this name."""

from __future__ import annotations

from django.apps import AppConfig


class GradesConfig(AppConfig):
    """Stands in for the platform's app."""

    name = "lms.djangoapps.grades"

    def ready(self) -> None:
        from lms.djangoapps.grades.signals import handlers  # noqa: F401 - connects the receivers
