"""Turns the claims of a launch into rows that a person can read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sandbox.tool.launches import AGS_ENDPOINT, CLAIM

_LABELS: Final[Mapping[str, str]] = {
    "iss": "Platform",
    "aud": "Our client id",
    "sub": "Learner",
    "name": "Name",
    "email": "E-mail address",
    "iat": "Signed at",
    "exp": "Expires at",
    "nonce": "Nonce",
    f"{CLAIM}message_type": "Message",
    f"{CLAIM}version": "LTI version",
    f"{CLAIM}deployment_id": "Deployment",
    f"{CLAIM}target_link_uri": "Wanted page",
    f"{CLAIM}resource_link": "Place in the course",
    f"{CLAIM}context": "Course",
    f"{CLAIM}roles": "Roles",
    f"{CLAIM}custom": "Custom parameters",
    f"{CLAIM}tool_platform": "About the platform",
    f"{CLAIM}launch_presentation": "Presentation",
    AGS_ENDPOINT: "Grade services",
}
_TIMES: Final = {"iat", "exp"}


@dataclass(frozen=True)
class Row:
    """One claim: what it is called, its technical name, and its value in one or more lines."""

    label: str
    name: str
    lines: tuple[str, ...]


def rows(claims: Mapping[str, Any]) -> list[Row]:
    """Return every claim, the known ones first and in a fixed order."""
    known = [name for name in _LABELS if name in claims]
    others = sorted(name for name in claims if name not in _LABELS)
    return [Row(_LABELS.get(name, name), name, tuple(_lines(name, claims[name]))) for name in [*known, *others]]


def role_names(claims: Mapping[str, Any]) -> list[str]:
    """Return the roles by their short names: ``Learner`` for ``…membership#Learner``."""
    return [str(role).rpartition("#")[2] for role in claims.get(f"{CLAIM}roles", [])]


def _lines(name: str, value: Any) -> Iterator[str]:
    if name in _TIMES and isinstance(value, int | float):
        yield datetime.fromtimestamp(value, tz=UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    elif isinstance(value, Mapping):
        for member, inner in value.items():
            for line in _lines("", inner):
                yield f"{member}: {line}"
    elif isinstance(value, list):
        for inner in value:
            yield from _lines("", inner)
    else:
        yield value if isinstance(value, str) else json.dumps(value)
