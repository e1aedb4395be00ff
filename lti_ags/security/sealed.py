"""
Short texts that only this platform can write: access tokens and hints.

Each is a JWT signed with HMAC-SHA-256. Its header is one of a few constants, one for each key and purpose, and is
compared as text: nothing that came from outside is parsed before its signature has been found good, and a text made
for one purpose is of no use for another.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from lti_ags.conf import app_settings
from lti_ags.exceptions import InvalidToken

#: Nothing that we write is nearly as long; what is longer was not written by us.
MAX_LENGTH: Final = 8192


def seal(claims: Mapping[str, Any], *, purpose: str) -> str:
    """
    Sign ``claims`` with the newest key.

    Arguments:
        claims: JSON values; ``exp`` (seconds since 1970) must be among them.
        purpose: a short ASCII word; the same is needed to read the text.

    Returns:
        three base64url segments joined by dots: safe in headers, URLs and forms.
    """
    key = app_settings.secret_keys("LTI_AGS_TOKEN_KEYS")[0]
    payload = json.dumps(claims, separators=(",", ":"), allow_nan=False).encode()
    signed = f"{_header(key, purpose)}.{_encode(payload)}"
    return f"{signed}.{_signature(key, signed)}"


def unseal(text: str, *, purpose: str, now: datetime) -> dict[str, Any]:
    """
    Return the claims of a text that was sealed for ``purpose`` and has not expired.

    Costs one HMAC, whatever the number of keys.

    Raises:
        InvalidToken: not ours, changed on the way, made for another purpose, or expired.
    """
    header, _, rest = text[: MAX_LENGTH + 1].partition(".")
    payload, _, signature = rest.partition(".")
    for key in app_settings.secret_keys("LTI_AGS_TOKEN_KEYS"):
        if header == _header(key, purpose):
            break
    else:
        raise InvalidToken("This token was not issued here.")
    expected = _signature(key, f"{header}.{payload}")
    if not hmac.compare_digest(signature.encode("utf-8", "replace"), expected.encode()):
        raise InvalidToken("This token was not issued here.")
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    if claims["exp"] <= now.timestamp():
        raise InvalidToken("This token has expired.")
    return claims


def _header(key: bytes, purpose: str) -> str:
    """Name the key by a few digits of its digest, which tell nothing about it."""
    kid = hashlib.sha256(b"kid" + key).hexdigest()[:8]
    return _encode(json.dumps({"alg": "HS256", "typ": f"lti-ags-{purpose}+jwt", "kid": kid}).encode())


def _signature(key: bytes, signed: str) -> str:
    return _encode(hmac.digest(key, signed.encode("utf-8", "replace"), "sha256"))


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
