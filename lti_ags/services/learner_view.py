"""What one learner may know about their grade in one block; read only, from our own tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from opaque_keys.edx.keys import UsageKey

from lti_ags.constants import (
    ActivityProgress,
    GradeDecision,
    GradingProgress,
    MergePolicy,
    MissingItems,
    ScoreDecision,
)
from lti_ags.data import Points
from lti_ags.domain.merging import LATE, find_counting
from lti_ags.models import LtiAgsGrade, LtiAgsLineItem, LtiAgsScore, LtiConfiguration
from lti_ags.services.configurations import find_configuration
from lti_ags.services.grade_rows import points_in_force
from lti_ags.services.score_rows import final_of, scores_in_block

#: Decisions under which neither the score nor the tool's comment is for the learner's eyes.
_HIDDEN = frozenset({ScoreDecision.NOT_RELEASED.value, ""})


@dataclass(frozen=True, slots=True)
class LearnerScore:
    """
    The score on one line item.

    ``given`` of ``maximum``: points as the tool sent them, None without a final score or while it is held back.
    ``comment``: plain text of the tool, never markup. ``makes_grade``: whether it is, or is part of, the grade; the
    latest of several is, the others then are not. None where late work on a line item leaves it open: the score for a
    work before it may be the grade.
    """

    label: str
    given: float | None
    maximum: float | None
    comment: str
    decision: str
    activity_progress: ActivityProgress
    grading_progress: GradingProgress
    received_at: datetime
    makes_grade: bool | None


@dataclass(frozen=True, slots=True)
class LearnerGrade:
    """
    The grade of a block, and the scores that it is made of, in the order of their line items.

    ``points``: what the gradebook holds as far as we know, on the block's scale; None while it holds nothing. It stays
    when the tool takes its line item away, and then there are no ``scores``.
    ``merge_policy`` and ``missing_items`` matter only where there is more than one line item; ``missing_count`` of them
    have no score of the learner.
    """

    tool_name: str
    points: Points | None
    decision: GradeDecision
    merge_policy: MergePolicy
    missing_items: MissingItems
    missing_count: int
    scores: Sequence[LearnerScore]


def read_learner_grade(location: UsageKey, *, user_id: int) -> LearnerGrade | None:
    """Return the learner's grade in a block; None where there is none and the tool has said nothing about them."""
    configuration = find_configuration(location)
    if configuration is None:
        return None
    scores = _scores(configuration, user_id)
    grade = _grade(configuration, user_id, scores)
    points = None if grade is None else points_in_force(grade)
    if not scores and points is None:
        return None
    merge = MergePolicy(configuration.merge_policy)
    counting = None if _may_earlier_work_count(scores) else _find_counting(scores, merge)
    return LearnerGrade(
        tool_name="" if configuration.tool is None else configuration.tool.name,
        points=points,
        decision=GradeDecision.NOTHING if grade is None else GradeDecision(grade.decision),
        merge_policy=merge,
        missing_items=MissingItems(configuration.missing_items),
        missing_count=_count_missing(configuration, scores),
        scores=[_learner_score(score, counting) for score in scores],
    )


def _scores(configuration: LtiConfiguration, user_id: int) -> list[LtiAgsScore]:
    """Read the learner's scores on the live items of the block's tool."""
    rows = scores_in_block(configuration).filter(subject__user_id=user_id)
    return list(rows.select_related("line_item").order_by("line_item_id"))


def _grade(configuration: LtiConfiguration, user_id: int, scores: Sequence[LtiAgsScore]) -> LtiAgsGrade | None:
    """Read the grade that the scores make, else the one that the gradebook still holds from before."""
    rows = LtiAgsGrade.objects.filter(configuration=configuration, subject__user_id=user_id)
    if scores:
        return rows.filter(subject_id=scores[0].subject_id).first()
    return rows.order_by("-published_at", "-pk").first()


def _find_counting(scores: Sequence[LtiAgsScore], merge: MergePolicy) -> frozenset[int]:
    finals = {
        score.line_item_id: final
        for score in scores
        if score.decision == ScoreDecision.CONTRIBUTES.value and (final := final_of(score)) is not None
    }
    return find_counting(finals, merge=merge)


def _count_missing(configuration: LtiConfiguration, scores: Sequence[LtiAgsScore]) -> int:
    """Count the tool's own line items without a score of the learner; in declarative mode there are none."""
    if configuration.is_declarative or configuration.tool_id is None:
        return 0
    items = LtiAgsLineItem.objects.filter(
        lti_configuration=configuration, deleted_at=None, context__tool_id=configuration.tool_id
    )
    return items.exclude(pk__in=[score.line_item_id for score in scores]).count()


def _may_earlier_work_count(scores: Iterable[LtiAgsScore]) -> bool:
    return any(score.decision in LATE and score.earlier_finals for score in scores)


def _learner_score(score: LtiAgsScore, counting: frozenset[int] | None) -> LearnerScore:
    is_hidden = score.decision in _HIDDEN
    return LearnerScore(
        label=score.line_item.label,
        given=None if is_hidden else score.final_score_given,
        maximum=None if is_hidden else score.final_score_maximum,
        comment="" if is_hidden else score.comment,
        decision=score.decision,
        activity_progress=ActivityProgress(score.activity_progress),
        grading_progress=GradingProgress(score.grading_progress),
        received_at=score.received_at,
        makes_grade=None if counting is None else score.line_item_id in counting,
    )
