"""The moment after which one learner's work in a block is late."""

from __future__ import annotations

from datetime import datetime, timedelta

from lti_ags import edx_platform
from lti_ags.constants import LatePolicy
from lti_ags.models import LtiAgsGrade


def late_from(grade: LtiAgsGrade, *, now: datetime) -> datetime | None:
    """
    Return the learner's own due date with the grace period, or None where no work is late.

    The LMS is asked only where it can matter, since binding a block to a learner is dear: under a policy about late
    work, once the course's own date has passed. An extension only moves the date back.

    Raises:
        PlatformError: the LMS cannot say.
    """
    configuration = grade.configuration
    if configuration.late_policy == LatePolicy.ACCEPT.value or configuration.end_date_time is None:
        return None
    due_at = configuration.end_date_time + timedelta(seconds=configuration.grace_seconds)
    if now <= due_at:
        return due_at
    return edx_platform.learner_due_at(configuration.location, user_id=grade.subject.user_id)
