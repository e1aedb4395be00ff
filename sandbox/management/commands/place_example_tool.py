"""``manage.py place_example_tool``: tell the platform where the example tool runs now, and who launches it."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from lti_ags import edx_platform
from lti_ags.models import LtiTool
from lti_ags.services.registration_sheets import registration_sheet
from lti_ags.services.tools import change_tool, registration_of
from sandbox.example_tool import EXAMPLES, Example
from sandbox.seed import attach_tool


class Command(BaseCommand):
    """Bring the registrations of the example tool up to date; for the sandbox itself."""

    help = "Tell the platform where the example tool runs, and let the blocks of the demo course launch it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the tool's address."""
        parser.add_argument("--tool-url", required=True, help="where the tool runs")

    def handle(self, *_args: Any, tool_url: str, **_options: Any) -> None:
        """Print, by client id, what the tool's side needs of each registration that there is."""
        sheets = {}
        for example in EXAMPLES:
            tool = LtiTool.objects.filter(client_id=example.client_id).first()
            if tool is not None:
                tool = _move(tool, tool_url)
                _attach(example, tool)
                sheets[tool.client_id] = {"name": tool.name, **asdict(registration_sheet(tool))}
        self.stdout.write(json.dumps(sheets))


def _move(tool: LtiTool, url: str) -> LtiTool:
    """Change the tool's addresses where they are not what they were."""
    if tool.jwks_url == f"{url}/jwks":
        return tool
    registration = replace(
        registration_of(tool),
        oidc_login_url=f"{url}/login",
        launch_url=f"{url}/launch",
        redirect_uris=[f"{url}/launch"],
        jwks_url=f"{url}/jwks",
        public_key="",
    )
    return change_tool(tool, registration=registration, is_enabled=tool.is_enabled)


def _attach(example: Example, tool: LtiTool) -> None:
    """Let the blocks launch the tool that have none; what an author chose stays."""
    for block in example.blocks:
        if not edx_platform.block_choices(block).tool_uuid:
            attach_tool(block, tool.uuid)
