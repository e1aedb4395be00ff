"""The Django app of the example tool."""

from __future__ import annotations

from django.apps import AppConfig


class ToolConfig(AppConfig):
    """The one app of the tool's own Django project."""

    name = "sandbox.tool"
    label = "tool"

    def ready(self) -> None:
        """Make the key at the start, so that it is there before anybody asks for it."""
        from sandbox.tool.keys import tool_key

        tool_key()
