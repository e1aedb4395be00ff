"""
Registers the example tool with the sandbox: twice, as two tools that get along with different rights.

The operator's own command does the registering; what the tool's side needs goes into the tool's folder.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sandbox.running import Noticed, Sandbox, unnoticed
from sandbox.seed import COURSE_KEY, DECLARATIVE_BLOCK, PRACTICE_BLOCK, PROGRAMMATIC_BLOCK
from sandbox.tool.keys import KEY_FILE
from sandbox.tool.registrations import REGISTRATIONS_FILE


@dataclass(frozen=True)
class Example:
    """One registration of the example tool, and the blocks of the demo course that launch it."""

    name: str
    client_id: str
    blocks: tuple[Any, ...]


QUIZ: Final = Example("Quiz tool", "example-quiz", (DECLARATIVE_BLOCK, PRACTICE_BLOCK))
LAB: Final = Example("Lab tool", "example-lab", (PROGRAMMATIC_BLOCK,))
EXAMPLES: Final = (QUIZ, LAB)

Sheet = Mapping[str, str]


def register_examples(sandbox: Sandbox, *, is_new: bool, noticed: Noticed = unnoticed) -> dict[str, Sheet]:
    """
    Register what is not registered yet, let the course's blocks launch it, and tell the tool.

    Arguments:
        is_new: the database was made a moment ago, so nothing can be registered yet.
        noticed: a context manager that is told, for each step, what is being done.

    Returns:
        By client id, what the operator's command tells a tool's administrator.
    """
    known = {} if is_new else _placed(sandbox)
    missing = [example for example in EXAMPLES if example.client_id not in known]
    for example in missing:
        with noticed(f"Registering “{example.name}” (manage.py lti_ags_register_tool)"):
            _register(sandbox, example)
    sheets = known
    if missing:
        with noticed("Letting the blocks of the course launch them"):
            sheets = _placed(sandbox)
    _tell_tool(sandbox.folder / "tool", sheets)
    return sheets


def private_key(sandbox: Sandbox) -> str:
    """Return the example tool's private key, for whoever speaks in its name."""
    return (sandbox.folder / "tool" / KEY_FILE).read_text(encoding="utf-8")


def _register(sandbox: Sandbox, example: Example) -> None:
    sandbox.manage(
        "lti_ags_register_tool",
        f"--name={example.name}",
        f"--login-url={sandbox.tool.url}/login",
        f"--launch-url={sandbox.tool.url}/launch",
        f"--jwks-url={sandbox.tool.url}/jwks",
        f"--client-id={example.client_id}",
        f"--deployment-id={example.client_id}-1",
        f"--course={COURSE_KEY}",
    )


def _placed(sandbox: Sandbox) -> dict[str, Sheet]:
    sheets: dict[str, Sheet] = json.loads(sandbox.manage("place_example_tool", f"--tool-url={sandbox.tool.url}"))
    return sheets


def _tell_tool(folder: Path, sheets: Mapping[str, Sheet]) -> None:
    """Write the tool's registrations, in the format of the library that the tool uses."""
    clients: dict[str, list[dict[str, Any]]] = {}
    for sheet in sheets.values():
        client = {
            "name": sheet["name"],
            "client_id": sheet["client_id"],
            "auth_login_url": sheet["auth_login_url"],
            "auth_token_url": sheet["token_url"],
            "key_set_url": sheet["jwks_url"],
            "deployment_ids": [sheet["deployment_id"]],
        }
        clients.setdefault(sheet["issuer"], []).append(client)
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f"{REGISTRATIONS_FILE}.new"
    draft.write_text(json.dumps(clients, indent=2), encoding="utf-8")
    draft.replace(folder / REGISTRATIONS_FILE)
