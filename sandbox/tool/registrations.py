"""
Where the tool is registered: a JSON file in the library's own format, read for each request.

Whoever registers the tool with a platform adds to the file; the tool need not be started again.
"""

from __future__ import annotations

import json
from typing import Any, Final

from pylti1p3.exception import LtiException
from pylti1p3.registration import Registration
from pylti1p3.tool_config.dict import ToolConfDict

from sandbox.tool.keys import tool_key
from sandbox.tool.settings import TOOL_FOLDER

REGISTRATIONS_FILE: Final = "registrations.json"


class Registrations(ToolConfDict):
    """The library's configuration, which is told in a sentence when a platform or a client is unknown."""

    def get_iss_config(self, iss: str, client_id: str | None = None) -> Any:
        """Return the registration with a platform as the file has it."""
        for client in self.clients_of(iss):
            if client_id == client["client_id"]:
                return client
        raise LtiException(f"This tool is not registered with {iss} under the client id {client_id}.")

    def clients_of(self, iss: str) -> list[dict[str, Any]]:
        """Return the registrations with a platform."""
        config: dict[str, Any] = self._config or {}
        clients: list[dict[str, Any]] = config.get(iss, [])
        return clients

    def issuers(self) -> list[str]:
        """Return the platforms at which the tool is registered."""
        return list(self._config or {})


def read_registrations() -> Registrations:
    """Return what the file says now; without a file, the tool is registered nowhere."""
    try:
        text = (TOOL_FOLDER / REGISTRATIONS_FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        text = "{}"
    registrations = Registrations(json.loads(text))
    key = tool_key()
    for issuer in registrations.issuers():
        for client in registrations.clients_of(issuer):
            registrations.set_private_key(issuer, key.private_pem, client_id=client["client_id"])
            registrations.set_public_key(issuer, key.public_pem, client_id=client["client_id"])
    return registrations


def registered_platforms() -> list[dict[str, str]]:
    """Return the platforms and client ids in the file, for a person to read."""
    registrations = read_registrations()
    return [
        {"issuer": issuer, "name": client.get("name", ""), "client_id": client["client_id"]}
        for issuer in registrations.issuers()
        for client in registrations.clients_of(issuer)
    ]


def public_key_set() -> dict[str, Any]:
    """Return the tool's key set, which is the same for every platform."""
    return {"keys": [dict(Registration.get_jwk(tool_key().public_pem))]}
