"""The fields of the ``lti_consumer`` block that say which tool it launches."""

from __future__ import annotations

from xblock.core import XBlock
from xblock.fields import Boolean, Float, List, Scope, String


class LtiConsumerXBlock(XBlock):
    """Shows nothing: courses have it so that an import can read it."""

    display_name = String(default="LTI Consumer", scope=Scope.settings)
    lti_version = String(default="lti_1p1", scope=Scope.settings)
    lti_1p3_launch_url = String(default="", scope=Scope.settings)
    lti_1p3_oidc_url = String(default="", scope=Scope.settings)
    lti_1p3_redirect_uris = List(default=[], scope=Scope.settings)
    lti_1p3_tool_key_mode = String(default="public_key", scope=Scope.settings)
    lti_1p3_tool_keyset_url = String(default="", scope=Scope.settings)
    lti_1p3_tool_public_key = String(default="", scope=Scope.settings)
    lti_advantage_deep_linking_launch_url = String(default="", scope=Scope.settings)
    lti_advantage_ags_mode = String(default="declarative", scope=Scope.settings)
    has_score = Boolean(default=False, scope=Scope.settings)
    weight = Float(default=1.0, scope=Scope.settings)
