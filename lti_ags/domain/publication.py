"""
Whether a merged grade goes to the LMS, and whose the value there is (ADR 0003).

The LMS does not say who wrote a score. Ours is what we published last or were about to write when a process died;
anything else is somebody's change, and the author's override policy decides.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime

from lti_ags.constants import GradeDecision, OverridePolicy
from lti_ags.data import BlockGrading, Enrolment, LmsState, MergedGrade, Points, PublicationPlan, PublishAction

#: The LMS keeps points in columns that may lose the last digits: 8.3 comes back as 8.299999999999999.
_TOLERANCE = 1e-6

_NOT_GRADED_HERE = {
    Enrolment.STAFF: GradeDecision.STAFF_TRIAL,
    Enrolment.LEFT: GradeDecision.NOT_ENROLLED,
    Enrolment.NONE: GradeDecision.NOT_ENROLLED,
}


def plan_publication(
    merged: MergedGrade,
    *,
    lms: LmsState,
    ours: Sequence[Points],
    has_published: bool,
    override: Points | None = None,
    policy: OverridePolicy = OverridePolicy.KEEP,
) -> PublicationPlan:
    """
    Decide what to do to the LMS.

    Arguments:
        merged: the grade that the tool's scores give.
        lms: what the LMS says now.
        ours: the values that we published last or intended.
        has_published: whether a value of ours was ever published, also where it was cleared since.
        override: a value that staff are known to have set, even where it equals one of ours.
        policy: the author's choice about scores that staff changed.
    """
    hindrance = _hindrance(lms)
    if hindrance is not None:
        return PublicationPlan(PublishAction.LEAVE, hindrance)
    is_foreign = is_changed_by_others(lms.score, ours=ours, override=override)
    if merged.ratio is None:
        if is_foreign:
            return PublicationPlan(PublishAction.LEAVE, GradeDecision.OVERRIDE_KEPT, is_foreign=True)
        return _plan_without_grade(lms.score, is_withdrawn=merged.is_withdrawn, has_published=has_published)
    points = _on_scale_of(lms.block, merged.ratio)
    if is_foreign and lms.score is not None and not _may_replace(lms.score, points, policy):
        return PublicationPlan(PublishAction.LEAVE, GradeDecision.OVERRIDE_KEPT, is_foreign=True)
    return PublicationPlan(PublishAction.SET, GradeDecision.PUBLISHED, points=points, is_foreign=is_foreign)


def outlives_its_scores(
    *, left_at: datetime | None, cleared_at: datetime | None, published_at: datetime | None
) -> bool:
    """
    Tell of a grade to which nothing contributes any more whether it stays, since nobody took it back (ADR 0004).

    What holds back the scores on other line items did not make the grade, and so does not take it away.

    Arguments:
        left_at: when the last of the linked line items was deleted that the learner has a final score on, or when the
            last score came that is late and does not count, whichever was later; None where there was neither.
        cleared_at: when the tool last took a score back on a line item that is there, or None.
        published_at: when a grade was last published, or None. What came before, it was made in spite of.
    """
    if left_at is None or (published_at is not None and published_at >= left_at):
        return False
    return cleared_at is None or cleared_at <= left_at


def is_changed_by_others(score: Points | None, *, ours: Sequence[Points], override: Points | None = None) -> bool:
    """
    Tell whether the score that the LMS holds was written by somebody else.

    A missing score is no change of anybody: nothing stands in the way of a grade.
    """
    if score is None:
        return False
    if override is not None and is_same(score, override):
        return True
    return not any(is_same(score, own) for own in ours)


def is_same(score: Points, other: Points) -> bool:
    """Tell whether two values of the LMS are one, but for what its columns round: same ratio, same maximum."""
    if not math.isclose(score.possible, other.possible, rel_tol=_TOLERANCE):
        return False
    return math.isclose(score.earned, other.earned, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE * score.possible)


def _hindrance(lms: LmsState) -> GradeDecision | None:
    """Return why nothing can be graded here, if so; the first reason that staff would have to mend."""
    if lms.block is None:
        return GradeDecision.BLOCK_MISSING
    if not lms.block.is_graded or not lms.block.score_maximum:
        return GradeDecision.BLOCK_NOT_GRADED
    if lms.enrolment is not Enrolment.ENROLLED:
        return _NOT_GRADED_HERE[lms.enrolment]
    return GradeDecision.GRADES_FROZEN if lms.are_grades_frozen else None


def _plan_without_grade(score: Points | None, *, is_withdrawn: bool, has_published: bool) -> PublicationPlan:
    """Take our own value back if the tool withdrew it; a grade that only lost its line items stays."""
    if score is None:
        return PublicationPlan(PublishAction.LEAVE, GradeDecision.CLEARED if has_published else GradeDecision.NOTHING)
    if is_withdrawn:
        return PublicationPlan(PublishAction.CLEAR, GradeDecision.CLEARED)
    return PublicationPlan(PublishAction.LEAVE, GradeDecision.PUBLISHED)


def _on_scale_of(block: BlockGrading | None, ratio: float) -> Points:
    """Return the points that the LMS is to hold; ``_hindrance`` has made sure of the block and its maximum."""
    maximum = (block.score_maximum if block is not None else None) or 0.0
    return Points(earned=ratio * maximum, possible=maximum)


def _may_replace(theirs: Points, tools: Points, policy: OverridePolicy) -> bool:
    """Apply the override policy to a value that staff set and one that the tool's scores give."""
    if policy is OverridePolicy.RAISE:
        return tools.ratio > theirs.ratio + _TOLERANCE
    return policy is OverridePolicy.REPLACE
