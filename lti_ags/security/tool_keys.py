"""Which key of a tool a signature is checked with (K-08)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from lti_ags.models import LtiTool
from lti_ags.security.public_keys import ToolKey, UnusableKey, keys_from_text

log = logging.getLogger(__name__)


def find_key(tool: LtiTool, *, kid: str | None, algorithm: str, now: datetime) -> ToolKey | None:
    """
    Return the one key of the tool for a signature, or None.

    Arguments:
        kid: the name that the token's header gives; without one, the tool must have exactly one key that fits.
        algorithm: one that we take.
    """
    return _stored_key(tool, kid=kid, algorithm=algorithm)


def _stored_key(tool: LtiTool, *, kid: str | None, algorithm: str) -> ToolKey | None:
    try:
        keys = keys_from_text(tool.public_key)
    except UnusableKey as error:
        log.error("The stored public key of tool %s cannot be used: %s", tool.pk, error)
        return None
    # A PEM text has no room for a name, so the only key there is goes by any.
    return choose_key(keys, kid=None if len(keys) == 1 and keys[0].kid is None else kid, algorithm=algorithm)


def choose_key(keys: Sequence[ToolKey], *, kid: str | None, algorithm: str) -> ToolKey | None:
    """Return the key of that name, or without a name the only one, among those that are for the algorithm."""
    fitting = [key for key in keys if key.is_for(algorithm) and (kid is None or key.kid == kid)]
    return fitting[0] if len(fitting) == 1 or (fitting and kid is not None) else None
