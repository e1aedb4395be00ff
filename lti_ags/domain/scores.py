"""
What a score message does to the score on record.

Order is the tool's own: timestamps of one learner on one line item, compared as instants (AGS 3.4.9).

Spec: AGS 2.0 section 3.4, https://www.imsglobal.org/spec/lti-ags/v2p0#score-publish-service
"""

from __future__ import annotations

from datetime import datetime, timedelta

from lti_ags.constants import ActivityProgress, ErrorCode
from lti_ags.data import FinalScore, ScoreData, ScoreState
from lti_ags.exceptions import ScoreRejected, StaleScore

_ATTEMPT_OPEN = frozenset({ActivityProgress.STARTED, ActivityProgress.IN_PROGRESS})
#: Progress that says that the learner has handed something in.
HANDED_IN = frozenset({ActivityProgress.SUBMITTED, ActivityProgress.COMPLETED})
#: So many scores for earlier works are remembered: the latest, where there are more.
MOST_EARLIER = 20


def is_retry(message: ScoreData, *, stored: ScoreState | None) -> bool:
    """Tell whether ``message`` is the one on record, sent again."""
    return (
        stored is not None and message.timestamp == stored.timestamp and message.message_digest == stored.message_digest
    )


def require_in_order(message: ScoreData, *, stored: ScoreState | None) -> None:
    """
    Refuse a message that is older than the one on record (S-14), or as old and different (S-15).

    Raises:
        StaleScore: its details hold the timestamp on record.
    """
    if stored is None or message.timestamp > stored.timestamp or is_retry(message, stored=stored):
        return
    on_record = stored.timestamp.isoformat()
    if message.timestamp < stored.timestamp:
        raise StaleScore(
            f"timestamp must be later than that of the score on record, {on_record}; "
            f"got {message.timestamp.isoformat()}",
            pointer="/timestamp",
            details={"timestampOnRecord": on_record},
        )
    raise StaleScore(
        f"another score with the same timestamp, {on_record}, is on record; a different score needs a later one",
        code=ErrorCode.CONFLICTING_SCORE,
        pointer="/timestamp",
        details={"timestampOnRecord": on_record},
    )


def require_not_in_future(message: ScoreData, *, now: datetime, tolerance: timedelta) -> None:
    """
    Refuse a timestamp that lies further ahead of ``now`` than ``tolerance``.

    One wrong clock would otherwise block every later score of that learner (S-10).

    Raises:
        ScoreRejected: with the code ``future_timestamp``.
    """
    if message.timestamp > now + tolerance:
        raise ScoreRejected(
            f"timestamp must not be more than {int(tolerance.total_seconds())} seconds ahead of the platform's clock, "
            f"{now.isoformat()}; got {message.timestamp.isoformat()}",
            code=ErrorCode.FUTURE_TIMESTAMP,
            pointer="/timestamp",
        )


def apply_message(message: ScoreData, *, stored: ScoreState | None) -> ScoreState:
    """
    Return what is on record after ``message``, which must be newer than ``stored``.

    A message that is neither final nor a clear leaves the last final score as it was (S-19, S-20). The comment always
    follows the message (S-22).
    """
    submitted_at = _submitted_at(message, stored)
    final = _final(message, stored, submitted_at)
    return ScoreState(
        timestamp=message.timestamp,
        message_digest=message.message_digest,
        activity_progress=message.activity_progress,
        grading_progress=message.grading_progress,
        score_given=message.score_given,
        score_maximum=message.score_maximum,
        comment=message.comment,
        scoring_user_id=message.scoring_user_id,
        started_at=_started_at(message, stored),
        submitted_at=submitted_at,
        final=final,
        is_cleared=_is_cleared(message, stored),
        earlier=_earlier(final, stored),
    )


def is_same_work(final: FinalScore | None, *, former: FinalScore | None) -> bool:
    """
    Tell whether a final score is about the work that the one before it was about, and not about a later one.

    Work that staff accepted though it was late may be graded again; work that was handed in after it is for them to see
    first. What was taken back was about nothing.
    """
    return final is not None and former is not None and final.handed_in_at <= former.handed_in_at


def _final(message: ScoreData, stored: ScoreState | None, submitted_at: datetime | None) -> FinalScore | None:
    """Return the last final score after the message."""
    if message.is_clear:
        return None
    if message.is_final and message.score_given is not None and message.score_maximum is not None:
        return FinalScore(
            given=message.score_given,
            maximum=message.score_maximum,
            timestamp=message.timestamp,
            submitted_at=submitted_at,
        )
    return None if stored is None else stored.final


def _earlier(final: FinalScore | None, stored: ScoreState | None) -> tuple[FinalScore, ...]:
    """
    Return the final scores for works that were handed in before that of ``final``.

    They are remembered because one of them counts where the later work is late, which only the publisher can tell. With
    a score that is taken back they are taken back, too.
    """
    if final is None or stored is None or stored.final is None:
        return ()
    known = (*stored.earlier, stored.final)
    return tuple(work for work in known if work.handed_in_at < final.handed_in_at)[-MOST_EARLIER:]


def _is_cleared(message: ScoreData, stored: ScoreState | None) -> bool:
    """Tell whether the tool's last word about a grade was to take it back."""
    if message.is_clear:
        return True
    return not message.is_final and stored is not None and stored.is_cleared


def _started_at(message: ScoreData, stored: ScoreState | None) -> datetime | None:
    """S-23: as sent; else cleared by ``Initialized``; else kept; else the first ``Started`` or ``InProgress``."""
    if message.started_at is not None:
        return message.started_at
    if message.activity_progress is ActivityProgress.INITIALIZED:
        return None
    if stored is not None and stored.started_at is not None:
        return stored.started_at
    return message.timestamp if message.activity_progress in _ATTEMPT_OPEN else None


def _submitted_at(message: ScoreData, stored: ScoreState | None) -> datetime | None:
    """S-24: as sent; else cleared by a new attempt; else kept; else the first ``Submitted`` or ``Completed``."""
    if message.submitted_at is not None:
        return message.submitted_at
    if message.activity_progress not in HANDED_IN:
        return None
    if stored is not None and stored.submitted_at is not None:
        return stored.submitted_at
    return message.timestamp
