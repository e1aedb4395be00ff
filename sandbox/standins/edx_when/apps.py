"""The app of this name."""

from __future__ import annotations

from django.apps import AppConfig


class EdxWhenConfig(AppConfig):
    """Stands in for the platform's app."""

    name = "edx_when"
