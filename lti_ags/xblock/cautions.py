"""
What may surprise an author: the same sentences beside the fields of the editor and beside the block on its page.

None of them stands in the way of saving.
"""

from __future__ import annotations

from dataclasses import dataclass

from xblock.core import XBlock

from lti_ags.constants import GradingMode, LatePolicy
from lti_ags.models import LtiTool
from lti_ags.services.tool_choice import ChosenTool, ToolProblem, chosen_tool, sentence_for_author
from lti_ags.xblock.rendering import Translate

NO_TOOL = "no_tool"
UNUSABLE_TOOL = "unusable_tool"
UNGRADED = "ungraded"
SUBSECTION_NOT_GRADED = "subsection_not_graded"
BEYOND_CEILING = "beyond_ceiling"
NO_DUE_DATE = "no_due_date"


@dataclass(frozen=True, slots=True)
class Caution:
    """
    A sentence that stands beside ``field``.

    ``is_shown``: whether it holds for the block as stored; the editor goes on by its ``name`` while the author changes
    things.
    """

    name: str
    field: str
    text: str
    is_shown: bool


def find_cautions(block: XBlock, _: Translate) -> list[Caution]:
    """Return what may come to hold while the author edits, in the order of the fields."""
    chosen = chosen_tool(block.lti_tool.strip(), context_key=block.scope_ids.usage_id.context_key)
    return [*_about_tool(chosen), *_about_grades(block, chosen, _)]


def exceeds_ceiling(block: XBlock, tool: LtiTool) -> bool:
    """Tell whether the author wants more for the tool than the site's operator allows."""
    wants = block.grading_mode == GradingMode.PROGRAMMATIC.value
    return wants and tool.grading_mode_ceiling == GradingMode.DECLARATIVE.value


def _about_tool(chosen: ChosenTool) -> list[Caution]:
    is_missing = chosen.problem is ToolProblem.NO_TOOL
    found = [Caution(NO_TOOL, "lti_tool", sentence_for_author(ToolProblem.NO_TOOL), is_missing)]
    if chosen.problem is not None and not is_missing:
        found.append(Caution(UNUSABLE_TOOL, "lti_tool", sentence_for_author(chosen.problem), is_shown=True))
    return found


def _about_grades(block: XBlock, chosen: ChosenTool, _: Translate) -> list[Caution]:
    is_graded = bool(block.has_score)
    ungraded = _("This component is not graded, so scores from the tool do not become grades.")
    found = [Caution(UNGRADED, "has_score", ungraded, not is_graded)]
    if not getattr(block, "graded", True):
        text = _("The subsection is not graded, so scores from the tool do not count toward the course grade.")
        found.append(Caution(SUBSECTION_NOT_GRADED, "has_score", text, is_graded))
    text = _(
        "This site lets the chosen tool push single grades only, so it cannot manage its own grades here: "
        "it is treated as if the first choice of the Tool Grading Configuration were taken."
    )
    is_beyond = is_graded and chosen.tool is not None and exceeds_ceiling(block, chosen.tool)
    found.append(Caution(BEYOND_CEILING, "grading_mode", text, is_beyond))
    if getattr(block, "due", None) is None:
        text = _("There is a rule for late work, but no due date. Without one nothing is late.")
        is_shown = is_graded and block.late_policy != LatePolicy.ACCEPT.value
        found.append(Caution(NO_DUE_DATE, "late_policy", text, is_shown))
    return found
