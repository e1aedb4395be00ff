"""
What a site's YAML file says about our settings, on releases that read only the names they know from it.

Runs after the file is read. Nothing that is set already is touched, unless the file itself says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lti_ags.settings.common import DEFAULTS, keep_out_of_tracking_log


def plugin_settings(settings: Any) -> None:
    """Take our settings from the tokens of the YAML file, and add to what it says about the platform's."""
    keep_out_of_tracking_log(settings)
    tokens = getattr(settings, "ENV_TOKENS", None)
    if not isinstance(tokens, Mapping):
        return
    for name in DEFAULTS:
        if name in tokens:
            setattr(settings, name, tokens[name])
