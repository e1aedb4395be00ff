"""``manage.py lti_ags_register_tool``: register a tool and print what its administrator needs."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations

from lti_ags.constants import GradingMode
from lti_ags.exceptions import MalformedRequest
from lti_ags.services.registration_sheets import RegistrationSheet, labelled_values, registration_sheet
from lti_ags.services.registrations import Registration
from lti_ags.services.tools import checked_places, register_tool

_OPTIONS = {
    "name": "--name",
    "oidc_login_url": "--login-url",
    "launch_url": "--launch-url",
    "redirect_uris": "--redirect-uri",
    "jwks_url": "--jwks-url",
    "public_key": "--public-key",
    "grading_mode_ceiling": "--ceiling",
    "orgs": "--org",
    "courses": "--course",
    "client_id": "--client-id",
    "deployment_id": "--deployment-id",
}


class Command(BaseCommand):
    """Register an LTI 1.3 tool."""

    help = "Register an LTI 1.3 tool, and print what its administrator must type in on the tool's side."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the tool's addresses, its key, and where it may be used."""
        parser.add_argument("--name", required=True, help="what authors call the tool")
        parser.add_argument("--login-url", required=True, help="the tool's OIDC login initiation URL")
        parser.add_argument("--launch-url", required=True, help="the tool's launch URL (target link URI)")
        parser.add_argument(
            "--redirect-uri",
            action="append",
            default=[],
            help="where a launch may be sent; repeat it for several; default: the launch URL",
        )
        key = parser.add_mutually_exclusive_group(required=True)
        key.add_argument("--jwks-url", default="", help="the URL of the tool's public key set")
        key.add_argument(
            "--public-key",
            metavar="FILE",
            default="",
            help="a file with the tool's public key: PEM, or JSON of a key or a key set; - for standard input",
        )
        parser.add_argument("--everywhere", action="store_true", help="authors of every course may use it")
        parser.add_argument("--org", action="append", default=[], help="authors of this organisation may; repeatable")
        parser.add_argument("--course", action="append", default=[], help="authors of this course may; repeatable")
        parser.add_argument(
            "--ceiling",
            choices=[mode.value for mode in GradingMode],
            default=GradingMode.PROGRAMMATIC.value,
            help="the most that an author may let the tool do (default: %(default)s)",
        )
        parser.add_argument("--client-id", default="", help="instead of one that is made up")
        parser.add_argument("--deployment-id", default="", help="instead of one that is made up")
        parser.add_argument("--format", choices=sorted(_FORMATS), default="text", help="how to print (default: text)")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Register, and print the sheet."""
        try:
            registration = Registration(
                name=options["name"],
                oidc_login_url=options["login_url"],
                launch_url=options["launch_url"],
                redirect_uris=options["redirect_uri"],
                jwks_url=options["jwks_url"],
                public_key=_read(options["public_key"]),
                grading_mode_ceiling=options["ceiling"],
            )
            places = checked_places(everywhere=options["everywhere"], orgs=options["org"], courses=options["course"])
            tool = register_tool(
                registration, places=places, client_id=options["client_id"], deployment_id=options["deployment_id"]
            )
        except MalformedRequest as error:
            raise CommandError(f"{_OPTIONS.get(error.field or '', '')}: {error.message}") from error
        self.stdout.write(_FORMATS[options["format"]](registration_sheet(tool)))
        if not (options["everywhere"] or options["org"] or options["course"]):
            self.stderr.write("No author can use the tool yet: say where with --everywhere, --org or --course.")


def _read(name: str) -> str:
    if not name:
        return ""
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"--public-key: the file {name} cannot be read: {type(error).__name__}.") from error


def _as_text(sheet: RegistrationSheet) -> str:
    rows = list(labelled_values(sheet))
    width = max(len(label) for label, _value in rows)
    return "\n".join(f"{label:<{width}}  {value}" for label, value in rows)


def _as_json(sheet: RegistrationSheet) -> str:
    return json.dumps(asdict(sheet), indent=2)


def _as_env(sheet: RegistrationSheet) -> str:
    return "\n".join(f"{name.upper()}={shlex.quote(value)}" for name, value in asdict(sheet).items())


_FORMATS: dict[str, Callable[[RegistrationSheet], str]] = {"text": _as_text, "json": _as_json, "env": _as_env}
