"""The token endpoint's rules: an access token for a signed assertion (SEC 4.1; RFC 6749 section 4.4)."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lti_ags.conf import app_settings
from lti_ags.constants import CLIENT_ASSERTION_TYPE, GradingMode, Scope, TokenError
from lti_ags.domain.permissions import GRANTED_SCOPES
from lti_ags.exceptions import TokenRequestError
from lti_ags.models import LtiTool
from lti_ags.security.access_tokens import issue_access_token
from lti_ags.security.assertions import verify_client_assertion
from lti_ags.services.addresses import token_url
from lti_ags.services.tool_health import note_token

log = logging.getLogger(__name__)

GRANT_TYPE: Final = "client_credentials"


@dataclass(frozen=True, slots=True)
class TokenGrant:
    """An access token, the seconds it lives, and the scopes it opens in the order they were asked for."""

    access_token: str
    expires_in: int
    scopes: tuple[Scope, ...]


def grant_token(form: Mapping[str, Sequence[str]], *, now: datetime) -> TokenGrant:
    """
    Answer a token request.

    Arguments:
        form: each parameter with all its values.

    Returns:
        a token for those of the requested scopes that the tool may have.

    Raises:
        TokenRequestError: with the code of RFC 6749 section 5.2.
        TooManyRequests: the tool is beyond its rate.
    """
    parameters = _single_values(form)
    if "client_secret" in parameters:
        raise _invalid_request("Clients prove who they are with client_assertion, never with client_secret.")
    grant_type = _require(parameters, "grant_type")
    if grant_type != GRANT_TYPE:
        raise TokenRequestError(TokenError.UNSUPPORTED_GRANT_TYPE, f"grant_type must be {GRANT_TYPE}.")
    if _require(parameters, "client_assertion_type") != CLIENT_ASSERTION_TYPE:
        raise _invalid_request(f"client_assertion_type must be {CLIENT_ASSERTION_TYPE}.")
    assertion = _require(parameters, "client_assertion")
    requested = _require(parameters, "scope").split(" ")
    tool = verify_client_assertion(assertion, audiences=_audiences(), client_id=parameters.get("client_id"), now=now)
    scopes = _granted(requested, tool=tool)
    note_token(tool.pk, now=now)
    log.info("Access token for tool %s: %s", tool.pk, ", ".join(scope.name for scope in scopes))
    return TokenGrant(
        access_token=issue_access_token(client_id=tool.client_id, scopes=scopes, now=now),
        expires_in=app_settings.integer("LTI_AGS_TOKEN_LIFETIME_SECONDS"),
        scopes=scopes,
    )


def _invalid_request(message: str) -> TokenRequestError:
    return TokenRequestError(TokenError.INVALID_REQUEST, message)


def _single_values(form: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Refuse repeated parameters, and leave empty ones out (RFC 6749 section 3.2)."""
    repeated = sorted(name for name, values in form.items() if len(values) > 1)
    if repeated:
        raise _invalid_request("No parameter may come more than once.")
    return {name: values[0] for name, values in form.items() if values and values[0]}


def _require(parameters: Mapping[str, str], name: str) -> str:
    if name not in parameters:
        raise _invalid_request(f"The parameter {name} is missing.")
    return parameters[name]


def _audiences() -> list[str]:
    return [token_url(), *(str(audience) for audience in app_settings.value("LTI_AGS_ASSERTION_AUDIENCES"))]


def _granted(requested: Sequence[str], *, tool: LtiTool) -> tuple[Scope, ...]:
    """Compare whole scopes (T-14): one is a prefix of another."""
    grantable = GRANTED_SCOPES[GradingMode(tool.grading_mode_ceiling)]
    granted = tuple(Scope(name) for name in dict.fromkeys(requested) if name in grantable)
    if not granted:
        raise TokenRequestError(
            TokenError.INVALID_SCOPE,
            f"None of the requested scopes can be granted; this tool may have {' '.join(grantable)}.",
        )
    return granted
