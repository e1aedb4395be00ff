"""
Publishing grades to the LMS: look, lease, publish, read back, record (ADR 0003).

Everything is worked out from the rows, so that a publication may run twice, late, out of order or on several machines,
and ends at the same grade.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Final

from celery.exceptions import SoftTimeLimitExceeded
from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone
from opaque_keys.edx.keys import UsageKey

from lti_ags import edx_platform
from lti_ags.data import Enrolment, LmsState, Points, PublishAction
from lti_ags.domain.publication import is_same
from lti_ags.exceptions import PermanentPlatformError, PlatformError, TransientPlatformError, trail_of
from lti_ags.models import LtiAgsGrade
from lti_ags.services.failures import record_failure
from lti_ags.services.grade_rows import find_grade, is_claimed, is_of_blocks_tool
from lti_ags.services.lateness import late_from
from lti_ags.services.leases import Lease, NoLease, Sight, lease_grade
from lti_ags.services.recording import record_published

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]

#: A grade for which scores keep coming while it is published is done again at once, but not for ever.
_MOST_ROUNDS: Final = 10


def publish_grade(*, configuration_id: int, subject_id: int, clock: Clock = timezone.now) -> datetime | None:
    """
    Bring the LMS in line with one learner's scores in one block, if that is due and nobody else is at it.

    Never raises for what the LMS does: its failures are recorded, and are tried again or stopped with their reason.
    In Studio it does nothing: only the LMS publishes.

    Returns:
        when to come back for the grade; None when it is settled, was not due, or somebody else is at it.

    Raises:
        OperationalError, InterfaceError: our own tables cannot be reached; the row stays due.
    """
    if not edx_platform.is_lms():
        return None
    retry_at: datetime | None = None
    for _round in range(_MOST_ROUNDS):
        grade = find_grade(configuration_id=configuration_id, subject_id=subject_id)
        if grade is None or grade.next_attempt_at is None or is_claimed(grade, now=clock()):
            return retry_at
        try:
            retry_at, is_wanted_again = _publish_once(grade, clock)
        except ObjectDoesNotExist:
            # The learner was erased meanwhile, and the grade with them: there is nothing left to write down.
            return None
        if not is_wanted_again:
            return retry_at
    return clock()


def _publish_once(grade: LtiAgsGrade, clock: Clock) -> tuple[datetime | None, bool]:
    """Make one attempt; return when to come back for the grade, and whether to look again at once."""
    lease: Lease | None = None
    try:
        sight = Sight(
            grade_id=grade.pk,
            subject_id=grade.subject_id,
            revision=grade.revision,
            lms=_lms_state(grade),
            due_at=late_from(grade, now=clock()),
        )
        claimed = lease_grade(sight, now=clock())
        if isinstance(claimed, NoLease):
            return None, claimed is NoLease.OUTDATED
        lease = claimed
        held = _call_lms(lease)
    except Exception as error:  # noqa: BLE001 - for the reason below
        # The outermost loop of the publisher, and the one place that takes every error: whatever the LMS and its
        # plugins raise, the reason is kept, the row stays, and the other learners' grades go on.
        if not isinstance(error, PlatformError):
            logger.error("Unexpected error while grade %s was published: %s", grade.pk, trail_of(error))
        return _fail(grade, lease, error, clock())
    return None, record_published(lease, held=held, now=clock())


def _lms_state(grade: LtiAgsGrade) -> LmsState:
    """Ask the LMS about the learner and the block; a block that another one replaced, or took over, is gone."""
    if not is_of_blocks_tool(grade):
        return LmsState(block=None, enrolment=Enrolment.NONE, are_grades_frozen=False, score=None)
    return edx_platform.lms_state(grade.configuration.location, user_id=grade.subject.user_id)


def _call_lms(lease: Lease) -> Points | None:
    """
    Do what the lease says, outside any transaction, and read back what the LMS holds.

    Raises:
        PlatformError: the LMS refused, or holds something else than it was sent.
    """
    usage_key = UsageKey.from_string(lease.usage_key)
    plan = lease.plan
    held: Points | None = None
    if plan.action is PublishAction.SET and plan.points is not None:
        edx_platform.publish_score(usage_key, user_id=lease.user_id, points=plan.points)
        held = edx_platform.read_score(usage_key, user_id=lease.user_id)
        if held is None or not is_same(held, plan.points):
            raise TransientPlatformError("The gradebook holds another score than the one just sent.")
    elif plan.action is PublishAction.CLEAR:
        edx_platform.clear_score(usage_key, user_id=lease.user_id)
        if edx_platform.read_score(usage_key, user_id=lease.user_id) is not None:
            raise TransientPlatformError("The gradebook still holds the score that was just cleared.")
    if lease.completion is not None:
        edx_platform.submit_completion(usage_key, user_id=lease.user_id, completion=lease.completion)
    return held


def _fail(grade: LtiAgsGrade, lease: Lease | None, error: Exception, now: datetime) -> tuple[datetime | None, bool]:
    """Record a failure, and whether it is tried again; look again at once where something else is wanted by now."""
    will_retry = not isinstance(error, PermanentPlatformError)
    failure = record_failure(grade, lease=lease, reason=_reason_of(error), will_retry=will_retry, now=now)
    return failure.retry_at, failure.is_wanted_again


def _reason_of(error: Exception) -> str:
    """Return our own sentence, or the kind of a foreign error, whose text may tell names."""
    if isinstance(error, PlatformError):
        return str(error)
    if isinstance(error, SoftTimeLimitExceeded):
        return "The gradebook did not answer in time."
    return f"Unexpected {type(error).__name__} while the grade was published."
