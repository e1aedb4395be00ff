"""What the columns of a grade's row mean, and its history."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, Final

from django.db import transaction

from lti_ags.constants import EventKind, GradeDecision
from lti_ags.data import Points
from lti_ags.domain.publication import is_same
from lti_ags.models import LtiAgsEvent, LtiAgsGrade, LtiSubject
from lti_ags.signals import GRADE_DECIDED, DecidedGrade

#: The entries of the history that tell what was decided.
_DECISIONS: Final = (EventKind.DECIDED.value, EventKind.PUBLISHED.value)


def locked_grade(grade_id: int, *, subject_id: int) -> LtiAgsGrade:
    """Lock the learner's row and then the grade's, in the order of everybody."""
    LtiSubject.objects.select_for_update().get(pk=subject_id)
    return LtiAgsGrade.objects.select_for_update().get(pk=grade_id)


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


def known_override(grade: LtiAgsGrade) -> Points | None:
    """Return the value that staff are known to have set, or None."""
    return points_of(grade.override_earned, grade.override_possible)


def is_override_overwritten(grade: LtiAgsGrade, score: Points | None) -> bool:
    """
    Tell whether the LMS holds what a publisher of ours was about to write when staff set their value.

    The publisher could not know: it looked before staff acted, and its call arrived after.
    """
    override = known_override(grade)
    if override is None or _are_one(score, override):
        return False
    overtaken = (intent for intent in grade.intents if intent.get("is_overtaken"))
    return any(_are_one(score, points_of(intent["earned"], intent["possible"])) for intent in overtaken)


def _are_one(score: Points | None, other: Points | None) -> bool:
    """Tell whether two values of the LMS are the same, both missing included."""
    return score is other if score is None or other is None else is_same(score, other)


def add_event(
    grade: LtiAgsGrade, kind: EventKind, details: dict[str, Any], now: datetime, *, actor_id: int | None = None
) -> None:
    """Add an entry to the history of a grade. ``actor_id``: the member of staff, or None for the platform itself."""
    LtiAgsEvent.objects.create(grade=grade, kind=kind.value, actor_id=actor_id, details=details, happened_at=now)


def tell_decision(grade: LtiAgsGrade, decision: GradeDecision, now: datetime) -> None:
    """Write a decision that leaves the LMS alone into the history, and tell other apps, if it is a new one."""
    last = LtiAgsEvent.objects.filter(grade=grade, kind__in=_DECISIONS).order_by("-id").first()
    known = GradeDecision.NOTHING.value if last is None else last.details.get("decision")
    if known == decision.value:
        return
    add_event(grade, EventKind.DECIDED, {"decision": decision.value}, now)
    payload = DecidedGrade(
        grade_id=grade.pk,
        course_key=str(grade.configuration.course_key),
        usage_key=str(grade.configuration.location),
        user_id=grade.subject.user_id,
        decision=decision.value,
    )
    transaction.on_commit(partial(GRADE_DECIDED.send_robust, sender=LtiAgsGrade, payload=payload), robust=True)
