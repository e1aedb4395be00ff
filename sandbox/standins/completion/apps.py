"""The app of this name."""

from __future__ import annotations

from django.apps import AppConfig


class CompletionAppConfig(AppConfig):
    """Stands in for the platform's app."""

    name = "completion"

    def ready(self) -> None:
        from django.apps import apps

        if apps.is_installed("lms.djangoapps.grades"):
            from completion import handlers  # noqa: F401 - connects the receivers
