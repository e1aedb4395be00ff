"""The operator's pages. What they change goes through the services, like everybody else's changes."""

from __future__ import annotations

from lti_ags.admin.platform_keys import PlatformKeyAdmin
from lti_ags.admin.tools import LtiToolAdmin

__all__ = ["LtiToolAdmin", "PlatformKeyAdmin"]
