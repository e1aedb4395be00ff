"""
What the author of a block chooses.

A copy of a block carries all of its fields, so there is nothing secret in them and nothing that must be unique. Help
texts are translated when the editor shows them.
"""

from __future__ import annotations

from xblock.core import XBlockMixin
from xblock.fields import Boolean, Scope

from lti_ags.constants import GradingMode, LatePolicy, MergePolicy, MissingItems, OverridePolicy, ReleasePolicy
from lti_ags.xblock.field_types import Choice, Parameters, Text, Weight

IFRAME = "iframe"
WINDOW = "window"


def _(text: str) -> str:
    """Mark ``text`` for translation; the editor translates it."""
    return text


class LtiAgsFields(XBlockMixin):  # type: ignore[misc]  # XBlock is published without types
    """The fields of the block, with the texts that Studio shows beside them."""

    display_name = Text(
        display_name=_("Title"),
        help=_("The name of this component, for learners, in the gradebook and for the tool."),
        default="LTI tool",
        scope=Scope.settings,
    )
    lti_tool = Text(
        display_name=_("Tool"),
        help=_("The external tool that learners open here. The list holds the tools that this course may use."),
        default="",
        scope=Scope.settings,
    )
    launch_url = Text(
        display_name=_("Launch URL"),
        help=_("The page of the tool that is opened. Leave it empty for the tool's usual page."),
        default="",
        scope=Scope.settings,
    )
    custom_parameters = Parameters(
        display_name=_("Custom parameters"),
        help=_("Values that the tool asks for, one on each line, as name=value."),
        default={},
        scope=Scope.settings,
    )
    open_in = Choice(
        display_name=_("Open the tool in"),
        help=_("Where learners see the tool."),
        values=[IFRAME, WINDOW],
        default=IFRAME,
        scope=Scope.settings,
    )
    share_name = Boolean(
        display_name=_("Share the learner's name"),
        help=_("Tell the tool the full name of each person who opens it."),
        default=False,
        scope=Scope.settings,
    )
    share_email = Boolean(
        display_name=_("Share the learner's e-mail address"),
        help=_("Tell the tool the e-mail address of each person who opens it."),
        default=False,
        scope=Scope.settings,
    )
    has_score = Boolean(
        display_name=_("Graded"),
        help=_("Whether scores from the tool become grades. While it is off, scores that the tool sends wait."),
        default=True,
        scope=Scope.settings,
    )
    weight = Weight(
        display_name=_("Maximum score"),
        help=_("The points that this component is worth. Scores from the tool are scaled to it."),
        default=1.0,
        scope=Scope.settings,
    )
    grading_mode = Choice(
        display_name=_("Tool Grading Configuration"),
        help=_("What the tool may do with grades."),
        values=[mode.value for mode in GradingMode],
        default=GradingMode.DECLARATIVE.value,
        scope=Scope.settings,
    )
    merge_policy = Choice(
        display_name=_("Several scores"),
        help=_("What a learner's grade is when the tool sends more than one score for this component."),
        values=[policy.value for policy in MergePolicy],
        default=MergePolicy.LATEST.value,
        scope=Scope.settings,
    )
    missing_items = Choice(
        display_name=_("Missing scores"),
        help=_("What it means for the average or the total that a score has not come yet."),
        values=[choice.value for choice in MissingItems],
        default=MissingItems.LEAVE_OUT.value,
        scope=Scope.settings,
    )
    late_policy = Choice(
        display_name=_("Late work"),
        help=_("What happens to work that was handed in after the learner's due date and the grace period."),
        values=[policy.value for policy in LatePolicy],
        default=LatePolicy.ACCEPT.value,
        scope=Scope.settings,
    )
    override_policy = Choice(
        display_name=_("Changed grades"),
        help=_("What happens to a score from the tool when the course team has changed the learner's score."),
        values=[policy.value for policy in OverridePolicy],
        default=OverridePolicy.KEEP.value,
        scope=Scope.settings,
    )
    release_policy = Choice(
        display_name=_("Release of grades"),
        help=_("When a score from the tool reaches the learner."),
        values=[policy.value for policy in ReleasePolicy],
        default=ReleasePolicy.AT_ONCE.value,
        scope=Scope.settings,
    )
