"""What the administrator of a tool must type in on their side."""

from __future__ import annotations

from dataclasses import dataclass

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


def registration_sheet(tool: LtiTool) -> RegistrationSheet:
    """Return what to tell the tool's administrator."""
    return RegistrationSheet(
        issuer=app_settings.issuer,
        auth_login_url=authorize_url(),
        token_url=token_url(),
        jwks_url=jwks_url(),
        client_id=tool.client_id,
        deployment_id=tool.deployment_id,
        tool_uuid=str(tool.uuid),
    )
