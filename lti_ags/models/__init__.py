"""The tables. Fields and constraints only: writes are in ``lti_ags.services``, rules in ``lti_ags.domain``."""

from __future__ import annotations

from lti_ags.models.bulk_actions import LtiAgsBulkAction
from lti_ags.models.configurations import LtiConfiguration
from lti_ags.models.contexts import LtiContext, LtiSubject
from lti_ags.models.copies import LtiCopy
from lti_ags.models.grades import LtiAgsGrade
from lti_ags.models.imports import LtiImportedLineItem
from lti_ags.models.keys import PlatformKey, UsedToken
from lti_ags.models.line_items import LtiAgsLineItem
from lti_ags.models.records import LtiAgsDelivery, LtiAgsEvent
from lti_ags.models.scores import LtiAgsScore
from lti_ags.models.tools import LtiTool, LtiToolAvailability

__all__ = [
    "LtiAgsBulkAction",
    "LtiAgsDelivery",
    "LtiAgsEvent",
    "LtiAgsGrade",
    "LtiAgsLineItem",
    "LtiAgsScore",
    "LtiConfiguration",
    "LtiContext",
    "LtiCopy",
    "LtiImportedLineItem",
    "LtiSubject",
    "LtiTool",
    "LtiToolAvailability",
    "PlatformKey",
    "UsedToken",
]
