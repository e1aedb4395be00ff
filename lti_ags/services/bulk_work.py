"""
Working an action of staff off: learner by learner, in short transactions, by one process at a time (ADR 0006).

A learner's part and the note that it is done are one transaction, which is undone where the action is not this
process's any more: a process that dies or comes late never does a learner twice, and never leaves one half done. What
the LMS has to be asked or told is done before it, with no lock of ours held, and is harmless when it is done again.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from functools import partial
from typing import Final

from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError
from django.db.models import Q, QuerySet
from django.utils import timezone

from lti_ags.conf import app_settings
from lti_ags.constants import ActionReason
from lti_ags.exceptions import PlatformError, TransientPlatformError, trail_of
from lti_ags.models import LtiAgsBulkAction
from lti_ags.services.grade_steps import GradeStep, prepare_step
from lti_ags.services.transactions import run_atomically

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]

#: Of the grades for which an action failed, so many are remembered, so that staff can try these again.
_MOST_FAILED: Final = 500


class Progress(Enum):
    """What became of an attempt to work an action off."""

    FINISHED = "every learner is done"
    MORE = "there are more learners"
    TAKEN = "another process works on it"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of it; ``retry_at``: when the lease of the other process ends."""

    progress: Progress
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Tally:
    """The counting columns of a row, after ``done`` learners."""

    done: int
    changed: int
    left_alone: Mapping[str, int]
    failed: Mapping[str, int]
    failed_ids: tuple[int, ...]

    def plus_changed(self) -> _Tally:
        return replace(self, done=self.done + 1, changed=self.changed + 1)

    def plus_left_alone(self, reason: ActionReason) -> _Tally:
        return replace(self, done=self.done + 1, left_alone=_one_more(self.left_alone, reason))

    def plus_failed(self, reason: ActionReason, grade_id: int) -> _Tally:
        failed_ids = (*self.failed_ids, grade_id)[:_MOST_FAILED]
        return replace(self, done=self.done + 1, failed=_one_more(self.failed, reason), failed_ids=failed_ids)


class _Overtaken(Exception):
    """Another process has the action by now: nothing of this learner's part may stay."""


def work_off(bulk_id: int, *, longest_seconds: float | None = None, clock: Clock = timezone.now) -> Attempt:
    """
    Go on with an action until every learner is done, or for ``longest_seconds``.

    A learner for whom it fails is counted with the reason, and does not stop the others.

    Raises:
        OperationalError, InterfaceError: our own tables cannot be reached; what is done stays done.
    """
    bulk = _claimed(bulk_id, clock())
    if bulk is None:
        return _not_claimed(bulk_id)
    end = None if longest_seconds is None else time.monotonic() + longest_seconds
    try:
        for done in _learners_done(bulk, clock):
            if done < bulk.total and end is not None and time.monotonic() >= end:
                return _let_go(bulk, clock())
    except _Overtaken:
        logger.warning("Bulk action %s was taken over by another process", bulk_id)
        return _not_claimed(bulk_id)
    _own(bulk).update(claim="", claimed_until=None, finished_at=clock())
    return Attempt(Progress.FINISHED)


def unfinished() -> QuerySet[LtiAgsBulkAction]:
    """Return the actions that have learners left."""
    return LtiAgsBulkAction.objects.filter(finished_at=None)


def _claimed(bulk_id: int, now: datetime) -> LtiAgsBulkAction | None:
    """Take the lease of an unfinished action; None where there is nothing to take."""
    token = str(uuid.uuid4())
    free = unfinished().filter(Q(claimed_until=None) | Q(claimed_until__lte=now), pk=bulk_id)
    if not free.update(claim=token, claimed_until=_lease_from(now)):
        return None
    return LtiAgsBulkAction.objects.select_related("configuration").filter(pk=bulk_id, claim=token).first()


def _not_claimed(bulk_id: int) -> Attempt:
    row = unfinished().filter(pk=bulk_id).first()
    return Attempt(Progress.FINISHED) if row is None else Attempt(Progress.TAKEN, retry_at=row.claimed_until)


def _let_go(bulk: LtiAgsBulkAction, now: datetime) -> Attempt:
    """End the lease now, and leave in it when somebody last worked on the action."""
    _own(bulk).update(claim="", claimed_until=now)
    return Attempt(Progress.MORE)


def _learners_done(bulk: LtiAgsBulkAction, clock: Clock) -> Iterator[int]:
    """Do one learner after the other, and yield after each how many are done."""
    tally = _Tally(bulk.done, bulk.changed, bulk.left_alone, bulk.failed, tuple(bulk.failed_ids))
    while tally.done < bulk.total:
        tally = _do_next(bulk, tally, clock)
        yield tally.done


def _do_next(bulk: LtiAgsBulkAction, tally: _Tally, clock: Clock) -> _Tally:
    """Do the part of the learner at the tally's position."""
    grade_id = bulk.grade_ids[tally.done]
    try:
        step = prepare_step(bulk, grade_id=grade_id)
        return run_atomically(partial(_take_step, bulk, tally, step, clock()))
    except (_Overtaken, OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001 - for the reason below
        # Like the publisher's outermost loop: whatever the LMS and its plugins raise for one learner, the reason is
        # counted, and the others go on.
        if not isinstance(error, PlatformError):
            logger.error("Unexpected error while a bulk action did grade %s: %s", grade_id, trail_of(error))
        after = tally.plus_failed(_reason_of(error), grade_id)
        run_atomically(partial(_note, bulk, tally, after, clock()))
        return after


def _take_step(bulk: LtiAgsBulkAction, tally: _Tally, step: GradeStep, now: datetime) -> _Tally:
    """Do a learner's part and note it, or neither: an action that is not ours any more takes the part back."""
    reason = step.take(now)
    after = tally.plus_changed() if reason is None else tally.plus_left_alone(reason)
    _note(bulk, tally, after, now)
    return after


def _note(bulk: LtiAgsBulkAction, before: _Tally, after: _Tally, now: datetime) -> None:
    """Write the counts down and begin the lease anew, if the action is still ours and where we believe it to be."""
    is_ours = (
        _own(bulk)
        .filter(done=before.done)
        .update(
            done=after.done,
            changed=after.changed,
            left_alone=dict(after.left_alone),
            failed=dict(after.failed),
            failed_ids=list(after.failed_ids),
            claimed_until=_lease_from(now),
        )
    )
    if not is_ours:
        raise _Overtaken


def _own(bulk: LtiAgsBulkAction) -> QuerySet[LtiAgsBulkAction]:
    return LtiAgsBulkAction.objects.filter(pk=bulk.pk, claim=bulk.claim)


def _lease_from(now: datetime) -> datetime:
    return now + timedelta(seconds=app_settings.seconds("LTI_AGS_LEASE_SECONDS"))


def _reason_of(error: Exception) -> ActionReason:
    if isinstance(error, TransientPlatformError | SoftTimeLimitExceeded):
        return ActionReason.PLATFORM_AWAY
    return ActionReason.PLATFORM_REFUSES if isinstance(error, PlatformError) else ActionReason.UNEXPECTED


def _one_more(counts: Mapping[str, int], reason: ActionReason) -> Mapping[str, int]:
    return {**counts, reason.value: counts.get(reason.value, 0) + 1}
