"""
The absolute URLs that tools get from us.

They are built from the LMS's root URL and never from a request: a tool keeps them for years, and a request's host is
whatever its sender says. None ends with a slash or has a query string, as tools append to them (AGS 3.3.3, 3.4.1).
"""

from __future__ import annotations

from uuid import UUID

from lti_ags.conf import app_settings

#: Where the LMS serves us; the same as in ``LtiAgsConfig.plugin_app``.
PREFIX = "/api/lti_ags/v1"


def _address(path: str) -> str:
    return f"{app_settings.lms_root_url}{PREFIX}/{path}"


def token_url() -> str:
    """Return the token endpoint's URL, which is also the audience of client assertions."""
    return _address("token")


def jwks_url() -> str:
    """Return the URL of the platform's public key set."""
    return _address("jwks")


def authorize_url() -> str:
    """Return the OIDC authorization endpoint's URL."""
    return _address("launch/authorize")


def launch_start_url(usage_key: object) -> str:
    """Return the URL at which a learner's browser starts the launch of a block."""
    return _address(f"launch/start/{usage_key}")


def line_items_url(context_uuid: UUID | str) -> str:
    """Return the URL of a context's line item container."""
    return _address(f"contexts/{context_uuid}/line_items")


def line_item_url(line_item_id: int) -> str:
    """Return a line item's URL, which is its ``id`` for tools."""
    return _address(f"line_items/{line_item_id}")


def scores_url(line_item_id: int) -> str:
    """Return the URL to which scores of a line item are posted."""
    return f"{line_item_url(line_item_id)}/scores"


def results_url(line_item_id: int) -> str:
    """Return the URL of a line item's results."""
    return f"{line_item_url(line_item_id)}/results"
