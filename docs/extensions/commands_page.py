"""The commands with their options, from their own help."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, find_commands, load_command_class

import lti_ags
from docs.extensions.settings_page import marked_up


def commands_page() -> Iterator[str]:
    """Write a section for each command of the app."""
    folder = Path(lti_ags.__file__).parent / "management"
    usual = {action.dest for action in _parser(BaseCommand(), "any")._actions}
    for name in sorted(find_commands(str(folder))):
        command = load_command_class("lti_ags", name)
        yield from (f".. _{name}:", "", name, "~" * len(name), "", *marked_up(command.help).splitlines(), "")
        for action in _parser(command, name)._actions:
            if action.dest not in usual:
                yield from _option(action)


def _parser(command: BaseCommand, name: str) -> Any:
    return command.create_parser("./manage.py lms", name)


def _option(action: argparse.Action) -> Iterator[str]:
    names = ", ".join(f"``{name}``" for name in action.option_strings) or f"``{action.metavar or action.dest}``"
    value = ""
    if action.choices is not None:
        value = " " + " | ".join(f"``{choice}``" for choice in action.choices)
    elif action.nargs != 0 and action.option_strings:
        value = f" *{(action.metavar or action.dest)!s}*".lower()
    needed = " (required)" if action.required else ""
    explanation = (action.help or "") % {**vars(action), "prog": ""}
    yield from (
        f"{names}{value}{needed}",
        f"    {marked_up(explanation[:1].upper() + explanation[1:].rstrip('.'))}.",
        "",
    )
