"""The operator's pages. What they change goes through the services, like everybody else's changes."""

from __future__ import annotations

from lti_ags.admin.configurations import LtiConfigurationAdmin
from lti_ags.admin.grades import LtiAgsGradeAdmin
from lti_ags.admin.line_items import LtiAgsLineItemAdmin
from lti_ags.admin.platform_keys import PlatformKeyAdmin
from lti_ags.admin.records import LtiAgsDeliveryAdmin, LtiAgsEventAdmin
from lti_ags.admin.scores import LtiAgsScoreAdmin
from lti_ags.admin.tools import LtiToolAdmin

__all__ = [
    "LtiAgsDeliveryAdmin",
    "LtiAgsEventAdmin",
    "LtiAgsGradeAdmin",
    "LtiAgsLineItemAdmin",
    "LtiAgsScoreAdmin",
    "LtiConfigurationAdmin",
    "LtiToolAdmin",
    "PlatformKeyAdmin",
]
