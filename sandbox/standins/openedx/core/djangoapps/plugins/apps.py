"""Connects the signal receivers that plugins declare."""

from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings
from edx_django_utils.plugins import connect_plugin_receivers

from openedx.core.djangoapps.plugins.constants import ProjectType


class PluginsConfig(AppConfig):
    """The app that makes plugins' receivers known once all apps are loaded."""

    name = "openedx.core.djangoapps.plugins"
    plugin_app: dict = {}

    def ready(self) -> None:
        project_type = ProjectType.LMS if settings.ROOT_URLCONF == "lms.urls" else ProjectType.CMS
        connect_plugin_receivers(project_type)
