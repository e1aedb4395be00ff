"""What the administrator of a tool must type in on their side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lti_ags.conf import app_settings
from lti_ags.models import LtiTool
from lti_ags.services.addresses import authorize_url, jwks_url, token_url


@dataclass(frozen=True, slots=True)
class RegistrationSheet:
    """The platform's side of a registration (R-02). ``tool_uuid``, which the tool need not know, is for blocks."""

    issuer: str
    auth_login_url: str
    token_url: str
    jwks_url: str
    client_id: str
    deployment_id: str
    tool_uuid: str


#: What the values are called in most tools, in the order in which tools ask for them.
SHEET_LABELS: Final[Mapping[str, Promise]] = {
    "issuer": _("Issuer (platform ID)"),
    "client_id": _("Client ID"),
    "deployment_id": _("Deployment ID"),
    "auth_login_url": _("Authentication request URL (OIDC login)"),
    "token_url": _("Access token URL"),
    "jwks_url": _("Public key set URL"),
}
_TOOL_UUID_LABEL: Final = _("The tool's number in blocks (not for the tool)")


def platform_values() -> dict[str, str]:
    """Return the part of the sheet that is the same for every tool, by the names of the sheet."""
    return {
        "issuer": app_settings.issuer,
        "auth_login_url": authorize_url(),
        "token_url": token_url(),
        "jwks_url": jwks_url(),
    }


def labelled_values(sheet: RegistrationSheet) -> Iterator[tuple[str, str]]:
    """Yield what an operator reads of a sheet: each value after what it is called."""
    for name, label in {**SHEET_LABELS, "tool_uuid": _TOOL_UUID_LABEL}.items():
        yield str(label), getattr(sheet, name)


def registration_sheet(tool: LtiTool) -> RegistrationSheet:
    """Return what to tell the tool's administrator."""
    return RegistrationSheet(
        **platform_values(),
        client_id=tool.client_id,
        deployment_id=tool.deployment_id,
        tool_uuid=str(tool.uuid),
    )
