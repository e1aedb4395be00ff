"""What the columns of a grade's row mean, and its history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from lti_ags.constants import EventKind
from lti_ags.data import Points
from lti_ags.models import LtiAgsEvent, LtiAgsGrade


def is_claimed(grade: LtiAgsGrade, *, now: datetime) -> bool:
    """Tell whether a process holds the lease of the row."""
    return grade.claimed_until is not None and grade.claimed_until > now


def points_of(earned: float | None, possible: float | None) -> Points | None:
    """Return two columns as points, or None where they are empty."""
    return None if earned is None or possible is None else Points(earned=earned, possible=possible)


def our_points(grade: LtiAgsGrade) -> list[Points]:
    """
    Return every value in the LMS that is ours: published last, or intended by a process that has not recorded it.

    The block's former tool published for the same learner under another subject; that was ours, too.
    """
    same_learner = LtiAgsGrade.objects.filter(
        configuration_id=grade.configuration_id, subject__user_id=grade.subject.user_id
    ).exclude(pk=grade.pk)
    ours = [points_of(row.published_earned, row.published_possible) for row in [grade, *same_learner]]
    ours += [points_of(intent["earned"], intent["possible"]) for intent in grade.intents]
    return [points for points in ours if points is not None]


def add_event(
    grade: LtiAgsGrade, kind: EventKind, details: dict[str, Any], now: datetime, *, actor_id: int | None = None
) -> None:
    """Add an entry to the history of a grade. ``actor_id``: the member of staff, or None for the platform itself."""
    LtiAgsEvent.objects.create(grade=grade, kind=kind.value, actor_id=actor_id, details=details, happened_at=now)
