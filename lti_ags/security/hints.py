"""Hints: what a launch must remember while the browser is at the tool, carried by the browser and signed by us."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime

from lti_ags.conf import app_settings
from lti_ags.security.sealed import seal, unseal


def sign_hint(claims: Mapping[str, str | int], *, purpose: str, now: datetime) -> str:
    """
    Sign ``claims`` for ``LTI_AGS_HINT_LIFETIME_SECONDS``.

    Arguments:
        claims: anyone who sees the hint can read them, nobody can change them. ``exp`` is added.
        purpose: a short ASCII word; the same is needed to read the hint.

    Returns:
        text that is safe in URLs and forms as it is.
    """
    expires_at = math.ceil(now.timestamp() + app_settings.seconds("LTI_AGS_HINT_LIFETIME_SECONDS"))
    return seal({**claims, "exp": expires_at}, purpose=f"hint-{purpose}")


def read_hint(text: str, *, purpose: str, now: datetime) -> dict[str, str | int]:
    """
    Return the claims of a hint of ours, ``exp`` (seconds since 1970) among them.

    Raises:
        InvalidToken: not ours, changed, made for another purpose, or expired.
    """
    return unseal(text, purpose=f"hint-{purpose}", now=now)
