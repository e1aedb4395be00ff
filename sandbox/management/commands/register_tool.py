"""``manage.py register_tool``: bring one's own tool into the sandbox."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, ProgrammingError

from lti_ags.constants import GradingMode
from sandbox.registration import BroughtTool, bring_tool, register_with_operators_command
from sandbox.seed import COURSE_KEY, LEARNERS, TEACHER

_EXPLANATIONS = {
    "ISSUER": "the platform's name in tokens",
    "AUTH_LOGIN_URL": "its OIDC authorization endpoint",
    "TOKEN_URL": "its token endpoint, and the audience of assertions",
    "JWKS_URL": "its public keys",
    "CLIENT_ID": "the tool's name on the platform",
    "DEPLOYMENT_ID": "the tool's one deployment",
    "LINEITEMS_URL": "the tool's line items in the course",
    "LINEITEM_URL": "the one line item of the block",
    "RESOURCE_LINK_ID": "the block in the course",
    "LAUNCH_START_URL": "where a learner's browser starts the launch",
    "USER_ID": "a learner of the course, as the tool knows them",
    "UA_COOKIE": "a cookie with which this learner is signed in",
    "USER_ID_2": "a second learner",
    "UA_COOKIE_2": "a cookie with which the second learner is signed in",
    "USER_ID_3": "a third learner",
    "STAFF_USER_ID": "a member of staff who is not enrolled",
}


class Command(BaseCommand):
    """Register a tool with the sandbox and put a block for it into the course."""

    help = "Register a tool with the sandbox, put a fresh block for it into the course, and print what the tool needs."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the tool's name, key and addresses, and what kind of block it gets."""
        parser.add_argument("--name", required=True, help="what the course calls the tool and its block")
        key = parser.add_mutually_exclusive_group(required=True)
        key.add_argument("--public-key", metavar="FILE", default="", help="a file with the tool's public key")
        key.add_argument("--jwks-url", default="", help="the URL of the tool's public key set")
        parser.add_argument("--login-url", default="", help="the tool's OIDC login initiation URL, for launches")
        parser.add_argument("--launch-url", default="", help="the tool's launch URL")
        parser.add_argument(
            "--redirect-uri", action="append", default=[], help="where a launch may be sent; default: the launch URL"
        )
        parser.add_argument(
            "--block",
            choices=[mode.value for mode in GradingMode],
            default=GradingMode.DECLARATIVE.value,
            help="whether the platform or the tool makes the block's line items (default: %(default)s)",
        )
        parser.add_argument("--learner", metavar="NAME", default="", help="a learner's user name; default: the first")
        parser.add_argument("--format", choices=sorted(_FORMATS), default="text", help="default: %(default)s")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Register, attach, print."""
        learners = _learners(options["learner"])
        launch_url = options["launch_url"] or "http://127.0.0.1:9/launch"
        sheet = register_with_operators_command(
            {
                "name": options["name"],
                "login_url": options["login_url"] or "http://127.0.0.1:9/login",
                "launch_url": launch_url,
                "redirect_uri": options["redirect_uri"] or [launch_url],
                "jwks_url": options["jwks_url"],
                "public_key": options["public_key"],
                "course": [str(COURSE_KEY)],
            }
        )
        tool = bring_tool(
            sheet,
            name=options["name"],
            course_key=COURSE_KEY,
            mode=GradingMode(options["block"]),
            learners=learners,
            staff=get_user_model().objects.get(username=TEACHER),
        )
        self.stdout.write(_FORMATS[options["format"]](tool))


def _learners(first: str) -> list[Any]:
    """Return three learners of the course, the wanted one first."""
    names = list(LEARNERS)
    if first and first not in names:
        raise CommandError(f"--learner: the course has no learner {first!r}; it has {', '.join(names)}.")
    ordered = [first, *(name for name in names if name != first)] if first else names
    try:
        users = get_user_model().objects.in_bulk(ordered[:3], field_name="username")
    except (OperationalError, ProgrammingError):
        users = {}  # a database without tables
    if len(users) < 3:
        raise CommandError("The sandbox has not been set up. Start it first, in another terminal: make sandbox")
    return [users[name] for name in ordered[:3]]


def _as_text(tool: BroughtTool) -> str:
    width = max(map(len, tool.values))
    lines = [f"{name:<{width}}  {value}\n{'':<{width}}  {_EXPLANATIONS[name]}" for name, value in tool.values.items()]
    head = f"“{tool.title}” is registered, and the course has a block for it. What the tool's side needs:"
    return "\n".join([head, "", *lines])


def _as_json(tool: BroughtTool) -> str:
    return json.dumps(dict(tool.values), indent=2)


def _as_env(tool: BroughtTool) -> str:
    return "\n".join(f"export {name}={_quoted(value)}" for name, value in tool.values.items())


def _quoted(value: str) -> str:
    """Return the value for a shell, always in single quotes."""
    return "'" + value.replace("'", "'\"'\"'") + "'"


_FORMATS: dict[str, Callable[[BroughtTool], str]] = {"text": _as_text, "json": _as_json, "env": _as_env}
