"""What will happen in a block, in a sentence: the points, the due date, and who makes the line items."""

from __future__ import annotations

from collections.abc import Mapping

from xblock.core import XBlock

from lti_ags.constants import GradingMode
from lti_ags.xblock.rendering import moment, number, translator, zone_of_viewer

UNGRADED = "ungraded"


def outlook(block: XBlock) -> str:
    """Return the sentence for the block as it stands."""
    return outlooks(block)[current(block)]


def current(block: XBlock) -> str:
    """Return which of the ``outlooks`` is true of the block: its grading mode, or that it is not graded."""
    return block.grading_mode if block.has_score and block.weight > 0 else UNGRADED


def outlooks(block: XBlock, *, points: str | None = None) -> Mapping[str, str]:
    """
    Return the sentence for each grading mode, and for a block that is not graded.

    Arguments:
        points: what to write in place of the block's maximum.
    """
    _ = translator(block)
    terms = _terms(block, number(block.weight) if points is None else points)
    return {
        GradingMode.DECLARATIVE.value: _join(terms, _("one line item is made when this is published")),
        GradingMode.PROGRAMMATIC.value: _join(
            terms, _("the tool makes its own line items; until it does, nobody is graded")
        ),
        UNGRADED: _("Not graded: the tool cannot send grades."),
    }


def _terms(block: XBlock, points: str) -> list[str]:
    """Return the maximum, and the due date where there is one."""
    _ = translator(block)
    terms = [_("Maximum score {points}").format(points=points)]
    due = getattr(block, "due", None)
    if due is not None:
        terms.append(_("due {date}").format(date=moment(due, zone=zone_of_viewer(block))))
    return terms


def _join(terms: list[str], last: str) -> str:
    return f"{' · '.join([*terms, last])}."
