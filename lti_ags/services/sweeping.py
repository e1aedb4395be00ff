"""
Finding what was left behind: grades that are due while nobody publishes them.

A message may be lost, a process may die, the LMS may have been away: the row still says what is wanted. Sweeps may run
on several machines at once.
"""

from __future__ import annotations

import random
import time
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from lti_ags import edx_platform
from lti_ags.models import LtiAgsGrade
from lti_ags.services.publishing import Clock, publish_grade

#: Of this many overdue rows for each one wanted, some are taken by chance, so that two sweeps rarely meet.
_CHOICE_FACTOR: Final = 4


def publish_overdue(
    *,
    limit: int = 50,
    configuration_id: int | None = None,
    overdue_seconds: float = 0.0,
    longest_seconds: float | None = None,
    clock: Clock = timezone.now,
) -> int:
    """
    Publish grades that are due and claimed by nobody. In Studio it does nothing.

    Arguments:
        limit: the most to take.
        configuration_id: of one block only.
        overdue_seconds: only those that have been due for this long: younger ones are in somebody's hands.
        longest_seconds: take no further one after this time.

    Returns:
        How many were taken, published or not.
    """
    if not edx_platform.is_lms():
        return 0
    end = None if longest_seconds is None else time.monotonic() + longest_seconds
    taken = 0
    due = _due(clock(), configuration_id=configuration_id, overdue_seconds=overdue_seconds)
    for due_configuration_id, subject_id in _some_of(due, limit):
        publish_grade(configuration_id=due_configuration_id, subject_id=subject_id, clock=clock)
        taken += 1
        if end is not None and time.monotonic() >= end:
            break
    return taken


def publish_waiting(*, limit: int | None = None, clock: Clock = timezone.now) -> int:
    """
    Try every grade once that waits for its next attempt, at most ``limit``, without waiting for its time.

    Those that a process has claimed are left to it, until its lease ends. Returns how many were tried.
    """
    if not edx_platform.is_lms():
        return 0
    waiting = list(_unclaimed(clock()).order_by("pk").values_list("configuration_id", "subject_id")[:limit])
    for configuration_id, subject_id in waiting:
        publish_grade(configuration_id=configuration_id, subject_id=subject_id, clock=clock)
    return len(waiting)


def count_due(*, configuration_id: int | None = None, clock: Clock = timezone.now) -> int:
    """Return how many grades are due and claimed by nobody, in one block or in all."""
    return _due(clock(), configuration_id=configuration_id).count()


def count_claimed(*, clock: Clock = timezone.now) -> int:
    """Return how many grades some process is publishing, or was when it died: their leases have not ended."""
    return _unsettled().filter(claimed_until__gt=clock()).count()


def count_waiting(*, clock: Clock = timezone.now) -> int:
    """Return how many grades wait for their next attempt, after a failure."""
    return _unclaimed(clock()).filter(next_attempt_at__gt=clock()).count()


def count_overrun(*, before: datetime) -> int:
    """Return how many grades some process took, and neither published nor gave back by the end of its lease."""
    return _unsettled().filter(claimed_until__lte=before).count()


def oldest_due(*, clock: Clock = timezone.now) -> datetime | None:
    """Return since when the oldest of the grades is due that are claimed by nobody; None when none is due."""
    due = _due(clock(), configuration_id=None)
    return due.order_by("next_attempt_at").values_list("next_attempt_at", flat=True).first()


def next_attempt() -> datetime | None:
    """Return when the first grade that is not settled is, or was, due; None when all are settled."""
    return _unsettled().order_by("next_attempt_at").values_list("next_attempt_at", flat=True).first()


def _some_of(due: QuerySet[LtiAgsGrade], limit: int) -> list[tuple[int, int]]:
    """Return the keys of some of the rows that have been due for longest, by chance which."""
    longest = due.order_by("next_attempt_at").values_list("configuration_id", "subject_id")
    candidates = list(longest[: limit * _CHOICE_FACTOR])
    random.shuffle(candidates)
    return candidates[:limit]


def _due(now: datetime, *, configuration_id: int | None, overdue_seconds: float = 0.0) -> QuerySet[LtiAgsGrade]:
    due = _unclaimed(now).filter(next_attempt_at__lte=now - timedelta(seconds=overdue_seconds))
    return due if configuration_id is None else due.filter(configuration_id=configuration_id)


def _unclaimed(now: datetime) -> QuerySet[LtiAgsGrade]:
    return _unsettled().filter(Q(claimed_until=None) | Q(claimed_until__lte=now))


def _unsettled() -> QuerySet[LtiAgsGrade]:
    return LtiAgsGrade.objects.filter(next_attempt_at__isnull=False)
