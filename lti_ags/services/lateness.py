"""The moment after which one learner's work in a block is late."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from lti_ags import edx_platform
from lti_ags.constants import LatePolicy
from lti_ags.models import LtiAgsGrade, LtiAgsScore


def late_from(grade: LtiAgsGrade, *, now: datetime) -> datetime | None:
    """
    Return the learner's own due date with the grace period, or None where no work is late.

    The LMS is asked only where it can matter, since binding a block to a learner is dear: under a policy about late
    work, once the course's own date has passed, or for work that is dated after it, as a tool's fast clock may do. An
    extension only moves the date back.

    Raises:
        PlatformError: the LMS cannot say.
    """
    configuration = grade.configuration
    if configuration.late_policy == LatePolicy.ACCEPT.value or configuration.end_date_time is None:
        return None
    due_at = configuration.end_date_time + timedelta(seconds=configuration.grace_seconds)
    if now <= due_at and not _has_work_after(due_at, grade):
        return due_at
    return edx_platform.learner_due_at(configuration.location, user_id=grade.subject.user_id)


def _has_work_after(due_at: datetime, grade: LtiAgsGrade) -> bool:
    """Tell whether a final score in the block was handed in after that time, or scored after it where that is all."""
    is_after = Q(final_submitted_at__gt=due_at) | Q(final_submitted_at=None, final_timestamp__gt=due_at)
    scores = LtiAgsScore.objects.filter(
        is_after, subject_id=grade.subject_id, line_item__lti_configuration_id=grade.configuration_id
    )
    return scores.exists()
