"""What one learner may know about their grade in one block; read only, from our own tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from opaque_keys.edx.keys import UsageKey

from lti_ags.constants import ActivityProgress, GradeDecision, GradingProgress, ScoreDecision
from lti_ags.data import Points
from lti_ags.models import LtiAgsGrade, LtiAgsScore, LtiConfiguration
from lti_ags.services.configurations import find_configuration
from lti_ags.services.grade_rows import points_in_force
from lti_ags.services.score_rows import scores_in_block

#: Decisions under which neither the score nor the tool's comment is for the learner's eyes.
_HIDDEN = frozenset({ScoreDecision.NOT_RELEASED.value, ""})


@dataclass(frozen=True, slots=True)
class LearnerScore:
    """
    The score on one line item.

    ``given`` of ``maximum``: points as the tool sent them, None without a final score or while it is held back.
    ``comment``: plain text of the tool, never markup.
    """

    label: str
    given: float | None
    maximum: float | None
    comment: str
    decision: str
    activity_progress: ActivityProgress
    grading_progress: GradingProgress
    received_at: datetime


@dataclass(frozen=True, slots=True)
class LearnerGrade:
    """
    The grade of a block, and the scores that it is made of, in the order of their line items.

    ``points``: what the gradebook holds as far as we know, on the block's scale; None while it holds nothing.
    ``merge_policy`` matters only where there is more than one score.
    """

    tool_name: str
    points: Points | None
    decision: GradeDecision
    recorded_at: datetime | None
    merge_policy: str
    scores: Sequence[LearnerScore]


def read_learner_grade(location: UsageKey, *, user_id: int) -> LearnerGrade | None:
    """Return the learner's grade in a block; None as long as the tool has said nothing about them."""
    configuration = find_configuration(location)
    if configuration is None or configuration.tool_id is None:
        return None
    scores = _scores(configuration, user_id)
    if not scores:
        return None
    grade = LtiAgsGrade.objects.filter(configuration=configuration, subject_id=scores[0].subject_id).first()
    return LearnerGrade(
        tool_name="" if configuration.tool is None else configuration.tool.name,
        points=None if grade is None else points_in_force(grade),
        decision=GradeDecision.NOTHING if grade is None else GradeDecision(grade.decision),
        recorded_at=None if grade is None else grade.published_at,
        merge_policy=configuration.merge_policy,
        scores=[_learner_score(score) for score in scores],
    )


def _scores(configuration: LtiConfiguration, user_id: int) -> list[LtiAgsScore]:
    """Read the learner's scores on the live items of the block's tool; those that count no more are left out."""
    rows = scores_in_block(configuration).filter(subject__user_id=user_id)
    rows = rows.exclude(decision=ScoreDecision.SUPERSEDED_ITEM.value)
    return list(rows.select_related("line_item").order_by("line_item_id"))


def _learner_score(score: LtiAgsScore) -> LearnerScore:
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
    )
