"""The app of this name."""

from __future__ import annotations

from django.apps import AppConfig


class ContentstoreConfig(AppConfig):
    """Stands in for the platform's app."""

    name = "cms.djangoapps.contentstore"
