"""What becomes of a grade that the LMS did not take: tried again with growing delays, or stopped with the reason."""

from __future__ import annotations

import logging
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from lti_ags.conf import app_settings
from lti_ags.constants import EventKind, GradeDecision
from lti_ags.models import LtiAgsGrade
from lti_ags.services.after_commit import after_commit
from lti_ags.services.grade_rows import add_event, is_claimed, locked_grade, save_grade, want_another_look
from lti_ags.services.leases import Lease
from lti_ags.services.transactions import run_atomically
from lti_ags.signals import GRADE_PUBLICATION_FAILED, FailedPublication

logger = logging.getLogger(__name__)

_MOST_SPREAD: Final = 1.25


@dataclass(frozen=True, slots=True)
class Failure:
    """
    What is to be done after a failure.

    ``is_wanted_again``: the failure says nothing about what is wanted by now, so that the grade has to be looked at
    again at once. ``retry_at``: else, when the grade is tried again, None for never.
    """

    is_wanted_again: bool
    retry_at: datetime | None = None


def record_failure(grade: LtiAgsGrade, *, lease: Lease | None, reason: str, will_retry: bool, now: datetime) -> Failure:
    """
    Write down that a publication failed, and give the lease back.

    Arguments:
        grade: as it was read before the LMS was called.
        lease: None when the LMS failed before the grade was claimed.
        reason: for staff: what failed, without anything about the learner.
        will_retry: False stops the grade until something changes or staff ask for it again. A wish that came after the
            attempt had begun was not in it, and is tried all the same.

    Raises:
        ObjectDoesNotExist: the learner was erased meanwhile, and the grade with them.
    """
    return run_atomically(partial(_record_failure, grade, lease, reason, will_retry, now))


def retry_delay(attempts: int) -> timedelta:
    """
    Return how long to wait after the given number of failures: doubled each time, and never longer than the setting.

    It is spread by half, the longest pauses as well: grades that failed together do not come back together.
    """
    base = app_settings.seconds("LTI_AGS_RETRY_BASE_SECONDS")
    longest = app_settings.seconds("LTI_AGS_RETRY_MAX_SECONDS")
    seconds = min(base * 2.0 ** min(attempts - 1, 30), longest / _MOST_SPREAD)
    return timedelta(seconds=seconds * random.uniform(0.75, _MOST_SPREAD))  # noqa: S311 - jitter, not a secret


def _record_failure(seen: LtiAgsGrade, lease: Lease | None, reason: str, will_retry: bool, now: datetime) -> Failure:
    grade = locked_grade(seen.pk, subject_id=seen.subject_id)
    if lease is not None and grade.claim != lease.token:
        # The lease ran out and another process took over, or staff acted; part of our call may have arrived after that.
        want_another_look(grade, now=now)
        return Failure(is_wanted_again=True)
    if lease is None and (grade.next_attempt_at is None or is_claimed(grade, now=now)):
        # Another process has the row, or has settled it: that we could not look says nothing about it.
        return Failure(is_wanted_again=True)
    tried = seen.wanted_version if lease is None else lease.version
    is_wanted_again = not will_retry and grade.wanted_version > tried
    will_retry = will_retry or is_wanted_again
    grade.attempts += 1
    grade.claim, grade.claimed_until = "", None
    grade.revision += 1
    grade.last_error = reason
    decision = GradeDecision.RETRYING if will_retry else GradeDecision.FAILED
    if grade.decision != decision.value:
        add_event(grade, EventKind.FAILED, {"reason": reason, "will_retry": will_retry}, now)
    grade.decision = decision.value
    # A wish that came during the attempt has made the row due already.
    if not is_wanted_again:
        grade.next_attempt_at = now + retry_delay(grade.attempts) if will_retry else None
    save_grade(grade)
    _announce(grade, reason=reason, will_retry=will_retry)
    logger.warning("Grade %s was not published: %s (attempt %s)", grade.pk, reason, grade.attempts)
    return Failure(is_wanted_again=is_wanted_again, retry_at=grade.next_attempt_at)


def _announce(grade: LtiAgsGrade, *, reason: str, will_retry: bool) -> None:
    payload = FailedPublication(
        grade_id=grade.pk,
        course_key=str(grade.configuration.course_key),
        usage_key=str(grade.configuration.location),
        user_id=grade.subject.user_id,
        will_retry=will_retry,
        reason=reason,
    )
    after_commit(GRADE_PUBLICATION_FAILED.send_robust, sender=LtiAgsGrade, payload=payload)
