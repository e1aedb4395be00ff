"""
The plain words for each decision: one sentence for the tool, one for the course's staff.

The codes are in ``lti_ags.constants``; a test holds that each has both sentences.

Two codes are a score's and a grade's: "cleared", and none at all. They are told as the grade's, whose decision is in
force then; where staff read about a single score, they mean something else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lti_ags.constants import GradeDecision, ScoreDecision


class _Sentences(NamedTuple):
    tool: str | Promise
    staff: str | Promise


_SENTENCES: Final[Mapping[str, _Sentences]] = {
    ScoreDecision.CONTRIBUTES.value: _Sentences(
        _("The score counts toward the learner's grade."), _("This score counts toward the grade.")
    ),
    ScoreDecision.NOT_FINAL.value: _Sentences(
        _("The message is stored; it is not a final score, so the grade stays as it is."),
        _("The tool has not finished grading; the last final score, if there is one, stands."),
    ),
    ScoreDecision.UNLINKED.value: _Sentences(
        _("The score is stored; the line item is not, or no longer, linked to a block, so it reaches no grade."),
        _("The tool's line item is deleted, or linked to no block, so this score reaches no grade."),
    ),
    ScoreDecision.LATE_REFUSED.value: _Sentences(
        _(
            "The score is stored and does not count: the work was handed in after the learner's due date. A score for "
            "earlier work stands."
        ),
        _(
            "Handed in after the learner's due date, and the block does not count late work. A score for earlier work "
            "stands."
        ),
    ),
    ScoreDecision.LATE_HELD.value: _Sentences(
        _(
            "The score is stored; the work was handed in late and waits for the course team to accept it. Until then, "
            "a score for earlier work stands."
        ),
        _(
            "Handed in after the learner's due date: accept it, and it counts. Until then, a score for earlier work "
            "stands."
        ),
    ),
    ScoreDecision.NOT_RELEASED.value: _Sentences(
        _("The score is stored; it counts once the grades are released."),
        _("Waiting for release: release the grades, and it counts."),
    ),
    ScoreDecision.SUPERSEDED_ITEM.value: _Sentences(
        _("The score is stored and does not count: only the platform's line item counts in this block now."),
        _("The block lets tools push a single grade now, so scores on the tool's own line items do not count."),
    ),
    GradeDecision.NOTHING.value: _Sentences(
        _("No score of the learner counts in this block yet."), _("No score counts in this block yet.")
    ),
    GradeDecision.QUEUED.value: _Sentences(
        _("The score is stored and on its way to the gradebook."), _("On its way to the gradebook.")
    ),
    GradeDecision.PUBLISHED.value: _Sentences(_("The grade is in the gradebook."), _("The grade is in the gradebook.")),
    GradeDecision.CLEARED.value: _Sentences(
        _("No score counts any more; the gradebook holds none for this block."),
        _("No score of the tool counts any more; the gradebook holds none."),
    ),
    GradeDecision.OVERRIDE_KEPT.value: _Sentences(
        _("The score is stored; the course team set the learner's grade by hand, and that one stands."),
        _("The course team set this grade by hand, and it stands; the tool's score is kept beside it."),
    ),
    GradeDecision.NOT_ENROLLED.value: _Sentences(
        _("The score is stored; the learner is not enrolled in the course now, so there is no grade."),
        _("The learner is not enrolled now; the grade is published when they are again."),
    ),
    GradeDecision.STAFF_TRIAL.value: _Sentences(
        _("The score is stored; it is a member of staff trying the tool out, so there is no grade."),
        _("A member of staff who is not enrolled tried the tool out; such scores are never graded."),
    ),
    GradeDecision.BLOCK_MISSING.value: _Sentences(
        _("The score is stored; the course has no such block now, so there is no grade."),
        _("The published course has no such block; publish it again, and the grade follows."),
    ),
    GradeDecision.BLOCK_NOT_GRADED.value: _Sentences(
        _("The score is stored; the block is not graded."),
        _("The block is not graded; make it graded and publish it, and the grade follows."),
    ),
    GradeDecision.GRADES_FROZEN.value: _Sentences(
        _("The score is stored; the course's grades are frozen."),
        _("The course has ended and its grades are frozen, so the gradebook takes no new ones."),
    ),
    GradeDecision.RETRYING.value: _Sentences(
        _("The score is stored; the gradebook did not take it yet, and it is tried again."),
        _("The gradebook did not take the grade yet; it is tried again by itself."),
    ),
    GradeDecision.FAILED.value: _Sentences(
        _("The score is stored; the gradebook refuses the grade, and the course team can see why."),
        _("The gradebook refuses the grade; mend the reason and publish it again."),
    ),
}

#: Of a score alone: another one may make a grade, and who took this one back is not on record.
_OF_A_SCORE: Final[Mapping[str, str | Promise]] = {
    "": _("This score has not been looked at yet."),
    ScoreDecision.CLEARED.value: _("This score was taken back and does not count."),
}


def sentence_for_tool(decision: str) -> str:
    """Return the plain words of a decision code for the tool, in the active language."""
    return str(_SENTENCES[decision].tool)


def sentence_for_staff(decision: str) -> str:
    """Return the plain words of the decision in force for the course's staff, in the active language."""
    return str(_SENTENCES[decision].staff)


def sentence_for_staff_on_score(decision: str) -> str:
    """Return the plain words of a score's own decision, or of none yet, for staff, in the active language."""
    return str(_OF_A_SCORE.get(decision) or _SENTENCES[decision].staff)
