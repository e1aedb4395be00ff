"""
Defaults, for every kind of installation.

Runs before a site's YAML file is read, so whatever the site says there wins.
"""

from __future__ import annotations

from typing import Any

from lti_ags.conf import DEFAULTS


def plugin_settings(settings: Any) -> None:
    """Give each setting of ours its default, so that a site sees what there is to set."""
    for name, default in DEFAULTS.items():
        if not hasattr(settings, name):
            setattr(settings, name, default)
