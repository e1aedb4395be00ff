"""
Where the tool is registered: a JSON file in the library's own format, read for each request.

Whoever registers the tool with a platform adds to the file; the tool need not be started again.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from pylti1p3.exception import LtiException
from pylti1p3.registration import Registration
from pylti1p3.tool_config import ToolConfDict

from sandbox.tool.keys import tool_key

REGISTRATIONS_FILE: Final = "registrations.json"


class Registrations(ToolConfDict):
    """The library's configuration, which is told in a sentence when a platform or a client is unknown."""

    def get_iss_config(self, iss: str, client_id: str | None = None) -> Any:
        """Return the registration with a platform as the file has it."""
        clients: list[dict[str, Any]] = (self._config or {}).get(iss, [])
        for client in clients:
            if client_id == client["client_id"]:
                return client
        raise LtiException(f"This tool is not registered with {iss} under the client id {client_id}.")


def read_registrations() -> Registrations:
    """Return what the file says now; without a file, the tool is registered nowhere."""
    try:
        text = (Path(settings.TOOL_FOLDER) / REGISTRATIONS_FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        text = "{}"
    clients_of: dict[str, list[dict[str, Any]]] = json.loads(text)
    registrations = Registrations(clients_of)
    key = tool_key()
    for issuer, clients in clients_of.items():
        for client in clients:
            registrations.set_private_key(issuer, key.private_pem, client_id=client["client_id"])
            registrations.set_public_key(issuer, key.public_pem, client_id=client["client_id"])
    return registrations


def registered_platforms() -> list[dict[str, str]]:
    """Return the platforms and client ids in the file, for a person to read."""
    config = read_registrations()._config or {}
    return [
        {"issuer": issuer, "name": client.get("name", ""), "client_id": client["client_id"]}
        for issuer, clients in config.items()
        for client in clients
    ]


def public_key_set() -> dict[str, Any]:
    """Return the tool's key set, which is the same for every platform."""
    return {"keys": [dict(Registration.get_jwk(tool_key().public_pem))]}
