"""Between the rows of ``LtiAgsScore`` and the values that the rules work on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from lti_ags.constants import ActivityProgress, GradingProgress, ScoreDecision
from lti_ags.data import FinalScore, ScoreState
from lti_ags.domain.scores import is_same_work
from lti_ags.models import LtiAgsScore, LtiConfiguration


def scores_in_block(configuration: LtiConfiguration) -> QuerySet[LtiAgsScore]:
    """Return the scores on the live line items that the block's tool of today has linked to it."""
    return LtiAgsScore.objects.filter(
        line_item__lti_configuration=configuration,
        line_item__deleted_at=None,
        line_item__context__tool_id=configuration.tool_id,
    )


def state_of(score: LtiAgsScore) -> ScoreState:
    """Return a row as the rules see it."""
    return ScoreState(
        timestamp=score.timestamp,
        message_digest=score.message_digest,
        activity_progress=ActivityProgress(score.activity_progress),
        grading_progress=GradingProgress(score.grading_progress),
        score_given=score.score_given,
        score_maximum=score.score_maximum,
        comment=score.comment,
        scoring_user_id=score.scoring_user_id,
        started_at=score.started_at,
        submitted_at=score.submitted_at,
        final=final_of(score),
        is_cleared=score.cleared_at is not None,
    )


def final_of(score: LtiAgsScore) -> FinalScore | None:
    """Return the last final score of a row, or None."""
    if score.final_score_given is None or score.final_score_maximum is None or score.final_timestamp is None:
        return None
    return FinalScore(
        given=score.final_score_given,
        maximum=score.final_score_maximum,
        timestamp=score.final_timestamp,
        submitted_at=score.final_submitted_at,
    )


def write_state(score: LtiAgsScore, state: ScoreState, *, now: datetime) -> None:
    """Put what is on record now into the row's columns."""
    score.timestamp = state.timestamp
    score.message_digest = state.message_digest
    score.activity_progress = state.activity_progress.value
    score.grading_progress = state.grading_progress.value
    score.score_given = state.score_given
    score.score_maximum = state.score_maximum
    score.comment = state.comment
    score.scoring_user_id = state.scoring_user_id
    score.started_at = state.started_at
    score.submitted_at = state.submitted_at
    # Before the columns of the former one are overwritten.
    score.is_late_accepted = score.is_late_accepted and is_same_work(state.final, former=final_of(score))
    score.final_score_given = None if state.final is None else state.final.given
    score.final_score_maximum = None if state.final is None else state.final.maximum
    score.final_timestamp = None if state.final is None else state.final.timestamp
    score.final_submitted_at = None if state.final is None else state.final.submitted_at
    score.final_received_at = _final_received_at(score, state, now)
    score.cleared_at = _cleared_at(score, state, now)
    score.received_at = now


def forget_finals(scores: Iterable[LtiAgsScore], *, now: datetime) -> None:
    """
    Take final scores back, as a tool's own clear would.

    By ``update``, which asks for no publication: that is for the caller to decide.
    """
    LtiAgsScore.objects.filter(pk__in=[score.pk for score in scores]).update(
        final_score_given=None,
        final_score_maximum=None,
        final_timestamp=None,
        final_submitted_at=None,
        final_received_at=None,
        cleared_at=now,
        is_late_accepted=False,
        decision=ScoreDecision.CLEARED.value,
    )


def _final_received_at(score: LtiAgsScore, state: ScoreState, now: datetime) -> datetime | None:
    """Return when the final score on record arrived; messages are in order, so the last one has its own timestamp."""
    if state.final is None:
        return None
    return now if state.final.timestamp == state.timestamp else score.final_received_at


def _cleared_at(score: LtiAgsScore, state: ScoreState, now: datetime) -> datetime | None:
    """Return when the score was last taken back, if it is."""
    if state.is_clear:
        return now
    return score.cleared_at if state.is_cleared else None
