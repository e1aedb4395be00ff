"""Which key of a tool a signature is checked with (K-07, K-08)."""

from __future__ import annotations

import logging
from datetime import datetime

from lti_ags.models import LtiTool
from lti_ags.security.key_sets import key_of_url
from lti_ags.security.public_keys import ToolKey, UnusableKey, choose_key, keys_from_text

log = logging.getLogger(__name__)


def find_key(tool: LtiTool, *, kid: str | None, algorithm: str, now: datetime) -> ToolKey | None:
    """
    Return the one key of the tool for a signature, or None.

    Arguments:
        kid: the name that the token's header gives; without one, the tool must have exactly one key that fits.
        algorithm: one that we take.
    """
    if tool.jwks_url:
        return key_of_url(tool.jwks_url, kid=kid, algorithm=algorithm, now=now)
    return _stored_key(tool, kid=kid, algorithm=algorithm)


def _stored_key(tool: LtiTool, *, kid: str | None, algorithm: str) -> ToolKey | None:
    try:
        keys = keys_from_text(tool.public_key)
    except UnusableKey as error:
        log.error("The stored public key of tool %s cannot be used: %s", tool.pk, error)
        return None
    # A PEM text has no room for a name, so the only key there is goes by any.
    is_nameless = len(keys) == 1 and keys[0].kid is None
    return choose_key(keys, kid=None if is_nameless else kid, algorithm=algorithm)
