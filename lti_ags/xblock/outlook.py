"""What will happen in a block, in a sentence: the points, the due date, and who makes the line items."""

from __future__ import annotations

from collections.abc import Mapping

from xblock.core import XBlock

from lti_ags.constants import GradingMode
from lti_ags.services.configurations import has_platform_item
from lti_ags.services.status_sentences import number_words
from lti_ags.services.tool_choice import known_tool
from lti_ags.xblock.cautions import NO_TOOL, UNGRADED, exceeds_ceiling
from lti_ags.xblock.rendering import moment, translator, zone_of_viewer


def outlook(block: XBlock) -> str:
    """Return the sentence for the block as it stands."""
    return outlooks(block)[current(block)]


def current(block: XBlock) -> str:
    """Return which of the ``outlooks`` is true of the block: ungraded, without a tool, or its grading mode."""
    if not block.has_score or block.weight <= 0:
        return UNGRADED
    if not block.lti_tool.strip():
        return NO_TOOL
    tool = known_tool(block.lti_tool.strip(), context_key=block.scope_ids.usage_id.context_key)
    if tool is not None and exceeds_ceiling(block, tool):
        return GradingMode.DECLARATIVE.value
    return str(block.grading_mode)


def outlooks(block: XBlock, *, points: str | None = None) -> Mapping[str, str]:
    """
    Return the sentence for each grading mode, for a block without a tool, and for one that is not graded.

    Arguments:
        points: what to write in place of the block's maximum.
    """
    _ = translator(block)
    terms = _terms(block, number_words(block.weight) if points is None else points)
    if has_platform_item(block.scope_ids.usage_id):
        declarative = _("its line item follows when this is published")
    else:
        declarative = _("one line item is made when this is published")
    return {
        GradingMode.DECLARATIVE.value: _join(terms, declarative),
        GradingMode.PROGRAMMATIC.value: _join(
            terms, _("the tool makes its own line items; until it does, nobody is graded")
        ),
        NO_TOOL: _join(terms, _("no line item is made until a tool is chosen")),
        UNGRADED: _("Not graded: scores from the tool do not become grades."),
    }


def _terms(block: XBlock, points: str) -> list[str]:
    """Return the maximum, and the due date where there is one."""
    _ = translator(block)
    terms = [_("Maximum score {points}").format(points=points)]
    due = getattr(block, "due", None)
    if due is not None:
        terms.append(_("due {date}").format(date=moment(due, zone=zone_of_viewer())))
    return terms


def _join(terms: list[str], last: str) -> str:
    return f"{' · '.join([*terms, last])}."
