"""
Publishing grades to the LMS: look, claim, publish, read back, record (ADR 0003).

Everything is worked out from the rows, so that a publication may run twice, late, out of order or on several machines,
and ends at the same grade.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet
from django.utils import timezone
from opaque_keys.edx.keys import UsageKey

from lti_ags import edx_platform
from lti_ags.constants import LatePolicy
from lti_ags.data import Enrolment, LmsState, Points, PublishAction
from lti_ags.domain.publication import is_same
from lti_ags.exceptions import PermanentPlatformError, PlatformError, TransientPlatformError
from lti_ags.models import LtiAgsGrade
from lti_ags.services.claims import Claim, Sight, claim_grade, record_published
from lti_ags.services.failures import record_failure
from lti_ags.services.grade_rows import is_claimed

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]

#: A grade for which scores keep coming while it is published is done again at once, but not for ever.
_MOST_ROUNDS: Final = 5
#: Of this many overdue rows for each one wanted, some are taken by chance, so that two sweeps rarely meet.
_CHOICE_FACTOR: Final = 4


@dataclass(frozen=True, slots=True)
class Publication:
    """What came of one attempt. ``retry_at``: when the failed grade is due again."""

    was_due: bool
    retry_at: datetime | None = None


def publish_grade(*, configuration_id: int, subject_id: int, clock: Clock = timezone.now) -> Publication:
    """
    Bring the LMS in line with one learner's scores in one block, if that is due and nobody else is at it.

    Never raises for what the LMS does: its failures are recorded, and are tried again or stopped with their reason.
    In Studio it does nothing: only the LMS publishes.
    """
    publication = Publication(was_due=False)
    if not edx_platform.is_lms():
        return publication
    for _round in range(_MOST_ROUNDS):
        grade = (
            LtiAgsGrade.objects.filter(configuration_id=configuration_id, subject_id=subject_id)
            .select_related("configuration", "subject__context")
            .first()
        )
        if grade is None or grade.next_attempt_at is None or is_claimed(grade, now=clock()):
            break
        publication, is_wanted_again = _publish_once(grade, clock)
        if not is_wanted_again:
            break
    return publication


def publish_overdue(
    *,
    limit: int = 50,
    configuration_id: int | None = None,
    overdue_seconds: float = 0.0,
    clock: Clock = timezone.now,
) -> int:
    """
    Publish grades that are due and claimed by nobody.

    Arguments:
        limit: the most to take.
        configuration_id: of one block only.
        overdue_seconds: only those that have been due for this long: younger ones are in somebody's hands.

    Returns:
        How many were taken, published or not.
    """
    now = clock()
    due = _due_grades(now).filter(next_attempt_at__lte=now - timedelta(seconds=overdue_seconds))
    if configuration_id is not None:
        due = due.filter(configuration_id=configuration_id)
    candidates = list(
        due.order_by("next_attempt_at").values_list("configuration_id", "subject_id")[: limit * _CHOICE_FACTOR]
    )
    random.shuffle(candidates)
    taken = candidates[:limit]
    for due_configuration_id, subject_id in taken:
        publish_grade(configuration_id=due_configuration_id, subject_id=subject_id, clock=clock)
    return len(taken)


def count_due(*, clock: Clock = timezone.now) -> int:
    """Return how many grades are due and claimed by nobody."""
    return _due_grades(clock()).count()


def _due_grades(now: datetime) -> QuerySet[LtiAgsGrade]:
    return LtiAgsGrade.objects.filter(next_attempt_at__lte=now).filter(
        Q(claimed_until=None) | Q(claimed_until__lte=now)
    )


def _publish_once(grade: LtiAgsGrade, clock: Clock) -> tuple[Publication, bool]:
    """Make one attempt; the second value tells whether the row is due again at once."""
    claim: Claim | None = None
    try:
        sight = Sight(
            grade_id=grade.pk,
            subject_id=grade.subject_id,
            revision=grade.revision,
            lms=_lms_state(grade),
            due_at=_due_at(grade, clock()),
        )
        claim = claim_grade(sight, now=clock())
        if claim is None:
            return Publication(was_due=True), False
        held = _call_lms(claim)
    except Exception as error:
        # The outermost loop of the publisher, and the one place that takes every error: whatever the LMS and its
        # plugins raise, the reason is kept, the row stays, and the other learners' grades go on.
        if not isinstance(error, PlatformError):
            logger.exception("Unexpected error while grade %s was published", grade.pk)
        return _fail(grade, claim, error, clock()), False
    return Publication(was_due=True), record_published(claim, held=held, now=clock())


def _lms_state(grade: LtiAgsGrade) -> LmsState:
    """Ask the LMS about the learner and the block; a block that another one replaced, or took over, is gone."""
    configuration = grade.configuration
    if configuration.replaced_at is not None or configuration.tool_id != grade.subject.context.tool_id:
        return LmsState(block=None, enrolment=Enrolment.NONE, are_grades_frozen=False, score=None)
    return edx_platform.lms_state(configuration.location, user_id=grade.subject.user_id)


def _due_at(grade: LtiAgsGrade, now: datetime) -> datetime | None:
    """Return the learner's own due date where it can matter: binding a block to a learner is dear."""
    configuration = grade.configuration
    if configuration.late_policy == LatePolicy.ACCEPT.value or configuration.end_date_time is None:
        return None
    due_at = configuration.end_date_time + timedelta(seconds=configuration.grace_seconds)
    # An extension only moves the date back: while the course's own date has not passed, nothing is late.
    return (
        due_at if now <= due_at else edx_platform.learner_due_at(configuration.location, user_id=grade.subject.user_id)
    )


def _call_lms(claim: Claim) -> Points | None:
    """
    Do what the claim says, outside any transaction, and read back what the LMS holds.

    Raises:
        PlatformError: the LMS refused, or holds something else than it was sent.
    """
    usage_key = UsageKey.from_string(claim.usage_key)
    plan = claim.plan
    held: Points | None = None
    if plan.action is PublishAction.SET and plan.points is not None:
        edx_platform.publish_score(usage_key, user_id=claim.user_id, points=plan.points)
        held = edx_platform.read_score(usage_key, user_id=claim.user_id)
        if held is None or not is_same(held, plan.points):
            raise TransientPlatformError("The gradebook holds another score than the one just sent.")
    elif plan.action is PublishAction.CLEAR:
        edx_platform.clear_score(usage_key, user_id=claim.user_id)
        if edx_platform.read_score(usage_key, user_id=claim.user_id) is not None:
            raise TransientPlatformError("The gradebook still holds the score that was just cleared.")
    if claim.completion is not None:
        edx_platform.submit_completion(usage_key, user_id=claim.user_id, completion=claim.completion)
    return held


def _fail(grade: LtiAgsGrade, claim: Claim | None, error: Exception, now: datetime) -> Publication:
    """Record a failure with its reason: our own sentence, or the kind of a foreign error, whose text may tell names."""
    is_known = isinstance(error, PlatformError)
    reason = str(error) if is_known else f"Unexpected {type(error).__name__} while the grade was published."
    will_retry = not isinstance(error, PermanentPlatformError)
    retry_at = record_failure(grade.pk, claim=claim, reason=reason, will_retry=will_retry, now=now)
    return Publication(was_due=True, retry_at=retry_at)
