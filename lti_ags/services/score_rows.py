"""Between the rows of ``LtiAgsScore`` and the values that the rules work on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

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
        earlier=earlier_of(score),
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
        received_at=score.final_received_at,
    )


def earlier_of(score: LtiAgsScore) -> tuple[FinalScore, ...]:
    """Return the final scores of a row for works that were handed in before that of the last one."""
    return tuple(_earlier_from_json(stored) for stored in score.earlier_finals or ())


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
    score.earlier_finals = [_earlier_to_json(work) for work in state.earlier] or None
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
        earlier_finals=None,
        cleared_at=now,
        is_late_accepted=False,
        decision=ScoreDecision.CLEARED.value,
    )


def forget_earlier(scores: Iterable[LtiAgsScore], *, received_by: datetime | None) -> None:
    """
    Take back the scores for works before the last one: those received up to that moment, without one all of them.

    Asks for no publication either.
    """
    for score in scores:
        known = earlier_of(score)
        kept = [work for work in known if received_by and work.received_at and work.received_at > received_by]
        if len(kept) < len(known):
            stored = [_earlier_to_json(work) for work in kept] or None
            LtiAgsScore.objects.filter(pk=score.pk).update(earlier_finals=stored)


def _earlier_to_json(work: FinalScore) -> dict[str, Any]:
    """Return a score for an earlier work as the column holds it."""
    return {
        "given": work.given,
        "maximum": work.maximum,
        "timestamp": work.timestamp.isoformat(),
        "submitted_at": None if work.submitted_at is None else work.submitted_at.isoformat(),
        "received_at": None if work.received_at is None else work.received_at.isoformat(),
    }


def _earlier_from_json(stored: Mapping[str, Any]) -> FinalScore:
    return FinalScore(
        given=stored["given"],
        maximum=stored["maximum"],
        timestamp=datetime.fromisoformat(stored["timestamp"]),
        submitted_at=_instant(stored["submitted_at"]),
        received_at=_instant(stored["received_at"]),
    )


def _instant(stored: str | None) -> datetime | None:
    return None if stored is None else datetime.fromisoformat(stored)


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
