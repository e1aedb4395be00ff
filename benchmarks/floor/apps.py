"""Our tables without our receivers."""

from __future__ import annotations

from django.apps import AppConfig


class TablesConfig(AppConfig):
    """The models of ``lti_ags`` and nothing else of it."""

    name = "lti_ags"
    default_auto_field = "django.db.models.BigAutoField"
