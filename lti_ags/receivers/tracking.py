"""
What becomes of scores and grades, passed on to the platform's tracking log, where analytics of a site come from.

Ids only: no name, no comment, no token.
"""

from __future__ import annotations

from typing import Any, Final

from django.dispatch import Signal
from opaque_keys.edx.keys import CourseKey

from lti_ags import signals
from lti_ags.edx_platform import emit_tracking_event

SCORE_ACCEPTED: Final = "openedx.lti_ags.score.accepted"
GRADE_DECIDED: Final = "openedx.lti_ags.grade.decided"
GRADE_PUBLISHED: Final = "openedx.lti_ags.grade.published"
GRADE_CLEARED: Final = "openedx.lti_ags.grade.cleared"
GRADE_PUBLICATION_FAILED: Final = "openedx.lti_ags.grade.publication_failed"


def connect() -> None:
    """Listen to our own signals. What fails in a receiver is logged there and changes nothing."""
    receivers = {
        signals.SCORE_ACCEPTED: track_accepted_score,
        signals.GRADE_DECIDED: track_decided_grade,
        signals.GRADE_PUBLISHED: track_published_grade,
        signals.GRADE_PUBLICATION_FAILED: track_failed_publication,
    }
    for signal, receiver in receivers.items():
        _connect(signal, receiver)


def track_accepted_score(payload: signals.AcceptedScore, **_kwargs: Any) -> None:
    """A tool's score was stored."""
    members = {
        "delivery_id": payload.delivery_id,
        "line_item_id": payload.line_item_id,
        "outcome": payload.outcome,
    }
    _emit(SCORE_ACCEPTED, payload, members)


def track_decided_grade(payload: signals.DecidedGrade, **_kwargs: Any) -> None:
    """The gradebook is left alone, for a reason."""
    _emit(GRADE_DECIDED, payload, {"grade_id": payload.grade_id, "decision": payload.decision})


def track_published_grade(payload: signals.PublishedGrade, **_kwargs: Any) -> None:
    """The gradebook holds a grade of ours, or has let go of it."""
    name = GRADE_CLEARED if payload.earned is None else GRADE_PUBLISHED
    _emit(name, payload, {"grade_id": payload.grade_id, "earned": payload.earned, "possible": payload.possible})


def track_failed_publication(payload: signals.FailedPublication, **_kwargs: Any) -> None:
    """The gradebook did not take a grade."""
    members = {"grade_id": payload.grade_id, "will_retry": payload.will_retry, "reason": payload.reason}
    _emit(GRADE_PUBLICATION_FAILED, payload, members)


_Payload = signals.AcceptedScore | signals.DecidedGrade | signals.PublishedGrade | signals.FailedPublication


def _emit(name: str, payload: _Payload, members: dict[str, Any]) -> None:
    """Add to an event what all of them tell: where, and about whom."""
    common = {
        "course_id": payload.course_key,
        "org_id": CourseKey.from_string(payload.course_key).org,
        "user_id": payload.user_id,
        "block_id": payload.usage_key,
    }
    emit_tracking_event(name, {**common, **members})


def _connect(signal: Signal, receiver: Any) -> None:
    signal.connect(receiver, dispatch_uid=f"lti_ags.{receiver.__name__}")
