"""The access tokens of the AGS services: short-lived, written by us for ourselves, and kept nowhere."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lti_ags.conf import app_settings
from lti_ags.constants import Scope
from lti_ags.security.sealed import seal, unseal

_PURPOSE: Final = "access"
_AUDIENCE: Final = "lti-ags"


@dataclass(frozen=True, slots=True)
class TokenClaims:
    """What an access token says: whose it is, and what it opens."""

    client_id: str
    scopes: frozenset[str]


def issue_access_token(*, client_id: str, scopes: Iterable[Scope], now: datetime) -> str:
    """Write a token for ``LTI_AGS_TOKEN_LIFETIME_SECONDS``. Nothing is stored."""
    issued_at = int(now.timestamp())
    claims = {
        "aud": _AUDIENCE,
        "sub": client_id,
        "scope": " ".join(scope.value for scope in scopes),
        "iat": issued_at,
        "exp": issued_at + app_settings.integer("LTI_AGS_TOKEN_LIFETIME_SECONDS"),
        "jti": secrets.token_urlsafe(9),
    }
    return seal(claims, purpose=_PURPOSE)


def read_access_token(token: str, *, now: datetime) -> TokenClaims:
    """
    Return what a token of ours says. Whether the tool may still use it is for the caller to look up.

    Raises:
        InvalidToken: malformed, foreign, changed or expired.
    """
    claims = unseal(token, purpose=_PURPOSE, now=now)
    return TokenClaims(client_id=claims["sub"], scopes=frozenset(claims["scope"].split(" ")))
