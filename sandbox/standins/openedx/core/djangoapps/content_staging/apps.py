"""The app of this name."""

from __future__ import annotations

from django.apps import AppConfig


class ContentStagingAppConfig(AppConfig):
    """Stands in for the platform's app."""

    name = "openedx.core.djangoapps.content_staging"
