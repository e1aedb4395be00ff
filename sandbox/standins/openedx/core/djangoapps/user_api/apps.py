"""The app of this name."""

from __future__ import annotations

from django.apps import AppConfig


class UserApiConfig(AppConfig):
    """Stands in for the platform's app."""

    name = "openedx.core.djangoapps.user_api"
