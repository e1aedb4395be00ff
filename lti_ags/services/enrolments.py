"""What an enrolment changes: scores that waited for it become grades."""

from __future__ import annotations

from datetime import datetime

from opaque_keys.edx.keys import CourseKey

from lti_ags.constants import GradeDecision
from lti_ags.models import LtiAgsGrade, LtiSubject
from lti_ags.models.fields import digest_of
from lti_ags.services.grades import want_publication

#: Besides those that were left for want of an enrolment, those that somebody may be deciding about just now.
_WAITING_FOR_ENROLMENT = (
    GradeDecision.NOT_ENROLLED.value,
    GradeDecision.STAFF_TRIAL.value,
    GradeDecision.QUEUED.value,
    GradeDecision.RETRYING.value,
)


def republish_for_learner(user_id: int, *, course_key: CourseKey, now: datetime) -> int:
    """
    Work out again the grades that a learner did not get for want of an enrolment.

    A member of staff who enrols is a learner from then on.

    Returns:
        How many grades are worked out again.
    """
    subjects = LtiSubject.objects.filter(user_id=user_id, context__course_key_digest=digest_of(course_key))
    subjects.filter(is_staff_trial=True).update(is_staff_trial=False)
    waiting = LtiAgsGrade.objects.filter(
        subject__in=subjects, decision__in=_WAITING_FOR_ENROLMENT, configuration__replaced_at=None
    ).values_list("configuration_id", "subject_id")
    for configuration_id, subject_id in waiting:
        want_publication(configuration_id=configuration_id, subject_id=subject_id, now=now)
    return len(waiting)
