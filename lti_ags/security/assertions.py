"""
Client assertions: how a tool proves at the token endpoint who it is (SEC 4.1.1, RFC 7523).

What can be judged from the assertion alone is judged first and answered in plain words, since it tells nothing about
our tools. From the look-up of the tool on there is one sentence for every refusal until the signature has been found
good. The time that a refusal takes is made alike for the usual key only, an RSA key of 2048 bits that is known already:
a key set that has to be fetched, and keys of other kinds, can be told from a client that is not there. That gives away
little, as client ids are no secrets: the browser of every learner who launches the tool sees its own.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Collection
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import rsa

from lti_ags.conf import app_settings
from lti_ags.constants import MAX_ID_LENGTH, Claim, TokenError
from lti_ags.exceptions import TokenRequestError, TooManyRequests
from lti_ags.models import LtiTool
from lti_ags.security.compact_jws import CompactJws, MalformedJws, take_apart
from lti_ags.security.public_keys import ALGORITHMS, ToolKey
from lti_ags.security.rates import seconds_to_wait
from lti_ags.security.tool_keys import find_key
from lti_ags.security.used_tokens import use_once

log = logging.getLogger(__name__)

_JTI_PURPOSE: Final = "client assertion"
_REFUSAL: Final = (
    "The client is unknown or disabled here, or the assertion is not signed by a key that is registered for it."
)
#: The largest time that is taken as one, in seconds since 1970: some centuries ahead, and exact as a float.
_MAX_TIME: Final = 10.0**11


def verify_client_assertion(
    assertion: str, *, audiences: Collection[str], client_id: str | None, now: datetime
) -> LtiTool:
    """
    Find out which tool wrote an assertion, and use the assertion up.

    Arguments:
        assertion: a compact JWS.
        audiences: the strings of which ``aud`` must hold one, exactly.
        client_id: the form's parameter of that name, None when there was none.

    Returns:
        the enabled tool whose key signed.

    Raises:
        TokenRequestError: with ``invalid_request`` when it cannot be read, else with ``invalid_client``.
        TooManyRequests: the tool is beyond ``LTI_AGS_TOKEN_RATE``; nothing was written.
    """
    try:
        jws = take_apart(assertion)
    except MalformedJws as error:
        message = f"client_assertion cannot be read: {error}."
        raise TokenRequestError(TokenError.INVALID_REQUEST, message) from error
    algorithm = _require_header(jws.header)
    subject = _require_identity(jws.claims, client_id=client_id)
    _require_audience(jws.claims.get("aud"), audiences=audiences)
    expires_at = _require_times(jws.claims, now=now)
    token_id = _require_text(jws.claims, "jti")

    tool = _signer(jws, subject=subject, algorithm=algorithm, now=now)
    _require_deployment(jws.claims.get(Claim.DEPLOYMENT_ID), tool=tool)
    # Not counted yet: who has seen an assertion could use up the tool's rate by sending it again.
    _require_rate(tool, is_counted=False)
    # Only now: an assertion that somebody else could have written uses up nothing.
    if not use_once(purpose=_JTI_PURPOSE, owner=str(tool.pk), token_id=token_id, expires_at=expires_at):
        raise _refusal("The assertion was used before: each token request needs one with a new jti.")
    _require_rate(tool, is_counted=True)
    return tool


def _refusal(message: str) -> TokenRequestError:
    return TokenRequestError(TokenError.INVALID_CLIENT, message)


def _require_header(header: dict[str, Any]) -> str:
    """Return the algorithm. Keys that the header brings or points at (jku, jwk, x5u, x5c) are never looked at."""
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise _refusal(f"The assertion's alg must be one of {', '.join(sorted(ALGORITHMS))}.")
    if "crit" in header:
        raise _refusal("The assertion's header has critical extensions, and none is understood here.")
    if "kid" in header and not (isinstance(header["kid"], str) and header["kid"]):
        raise _refusal("The assertion's kid must be a non-empty string, or be left out.")
    return algorithm


def _require_text(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value:
        raise _refusal(f"The assertion needs the claim {name}, a non-empty string.")
    return value


def _require_identity(claims: dict[str, Any], *, client_id: str | None) -> str:
    subject = _require_text(claims, "sub")
    if _require_text(claims, "iss") != subject:
        raise _refusal("The assertion's iss and sub must both be the client_id.")
    if client_id is not None and client_id != subject:
        raise _refusal("The parameter client_id differs from the assertion's sub.")
    return subject


def _require_audience(value: Any, *, audiences: Collection[str]) -> None:
    named = value if isinstance(value, list) else [value]
    if not any(isinstance(audience, str) and audience in audiences for audience in named):
        raise _refusal(f"The assertion's aud must be exactly {' or '.join(audiences)}.")


def _require_times(claims: dict[str, Any], *, now: datetime) -> datetime:
    """Return when nobody would accept the assertion any more."""
    skew = app_settings.seconds("LTI_AGS_CLOCK_SKEW_SECONDS")
    issued_at, expires_at, present = _require_time(claims, "iat"), _require_time(claims, "exp"), now.timestamp()
    if expires_at + skew <= present:
        raise _refusal("The assertion has expired.")
    if issued_at - skew > present:
        raise _refusal("The assertion's iat is in the future: the clocks of tool and platform differ too much.")
    if issued_at + app_settings.seconds("LTI_AGS_ASSERTION_MAX_AGE_SECONDS") + skew < present:
        raise _refusal("The assertion's iat is too long ago: sign a new one for each token request.")
    if expires_at - issued_at > app_settings.seconds("LTI_AGS_ASSERTION_MAX_LIFETIME_SECONDS"):
        raise _refusal("The assertion's exp is too long after its iat.")
    if "nbf" in claims and _require_time(claims, "nbf") - skew > present:
        raise _refusal("The assertion's nbf is in the future.")
    return datetime.fromtimestamp(math.ceil(expires_at + skew), tz=UTC)


def _require_time(claims: dict[str, Any], name: str) -> float:
    """Read seconds since 1970: a JSON number, or its digits as a string, as the specification's own examples have."""
    value = claims.get(name)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 12:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _MAX_TIME:
        raise _refusal(f"The assertion needs the claim {name}, a time as a number of seconds since 1970.")
    return float(value)


def _tool_of(client_id: str) -> LtiTool | None:
    """Look the enabled tool up. The database may find a name that differs by case, so it is compared again."""
    if len(client_id) > MAX_ID_LENGTH or not (client_id.isascii() and client_id.isprintable()):
        return None
    tool = LtiTool.objects.filter(client_id=client_id).first()
    return tool if tool is not None and tool.client_id == client_id and tool.is_enabled else None


def _signer(jws: CompactJws, *, subject: str, algorithm: str, now: datetime) -> LtiTool:
    """Return the enabled tool of that name, if it signed."""
    tool = _tool_of(subject)
    key = None if tool is None else find_key(tool, kid=jws.header.get("kid"), algorithm=algorithm, now=now)
    if key is None:
        # As much work as for the usual key that is there, so that the time an answer takes tells little.
        _nobodys_key().verifies(jws.signed, signature=jws.signature, algorithm="RS256")
    elif tool is not None and key.verifies(jws.signed, signature=jws.signature, algorithm=algorithm):
        return tool
    raise _refusal(_REFUSAL)


@cache
def _nobodys_key() -> ToolKey:
    """Make a key that no tool has, of the usual size."""
    return ToolKey(rsa.RSAPublicNumbers(e=65537, n=2**2048 - 1).public_key())


def _require_deployment(value: Any, *, tool: LtiTool) -> None:
    if value is not None and value != tool.deployment_id:
        raise _refusal("The assertion's deployment_id is not a deployment of this client.")


def _require_rate(tool: LtiTool, *, is_counted: bool) -> None:
    wait = seconds_to_wait(setting="LTI_AGS_TOKEN_RATE", caller=tool.client_id, is_counted=is_counted)
    if wait is not None:
        raise TooManyRequests("Too many token requests; use a token until it ends.", seconds=wait)
