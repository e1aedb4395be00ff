"""
What is left in the gradebook when another block comes back under a block's key.

The platform keeps scores by the key, so those of the old block would count in the new one, and would look there like a
change of the course team. Each of them is noted on a grade of the new block as a value of ours that is to be taken
back; the publisher does that, unless a score for the new block comes first.
"""

from __future__ import annotations

from collections import defaultdict

from lti_ags import edx_platform
from lti_ags.constants import GradeDecision
from lti_ags.models import LtiAgsGrade, LtiConfiguration, LtiContext, LtiSubject
from lti_ags.services.grade_rows import known_override, points_of
from lti_ags.services.intents import Intent, intents_of
from lti_ags.services.scheduling import schedule_sweep
from lti_ags.services.subjects import new_subject, remember_subject


def take_back_grades(former: LtiConfiguration, *, successor: LtiConfiguration, context: LtiContext) -> None:
    """
    Have the gradebook forget what learners earned in the block that had the key before.

    Arguments:
        successor: the block that has the key now, a new row without grades.
        context: its tool in the course.
    """
    left: dict[int, list[Intent]] = defaultdict(list)
    subjects: dict[int, LtiSubject] = {}
    # A learner has a grade for each tool that the old block had, and gets one of the new block.
    for grade in LtiAgsGrade.objects.filter(configuration=former).select_related("subject").order_by("pk"):
        left[grade.subject.user_id] += _left_by(grade)
        subjects[grade.subject.user_id] = grade.subject
    made = [
        LtiAgsGrade(
            configuration=successor,
            subject=_subject_for(subjects[user_id], context),
            decision=GradeDecision.QUEUED.value,
            wanted_version=1,
            next_attempt_at=successor.created_at,
            intents=[intent.to_json() for intent in values],
        )
        for user_id, values in left.items()
        if values
    ]
    LtiAgsGrade.objects.bulk_create(made, batch_size=500)
    if made:
        schedule_sweep(configuration_id=successor.pk)


def _left_by(grade: LtiAgsGrade) -> list[Intent]:
    """Return what the gradebook may hold of a grade, as values of ours; none where it holds nothing."""
    found = (points_of(grade.published_earned, grade.published_possible), known_override(grade))
    left = [
        Intent(claim="", points=points, at=grade.modified_at, is_left_behind=True)
        for points in found
        if points is not None
    ]
    # What a block before the old one left may not have been taken back yet.
    return left + [intent for intent in intents_of(grade) if intent.is_left_behind]


def _subject_for(former: LtiSubject, context: LtiContext) -> LtiSubject:
    """Return the learner as the new block's tool knows them."""
    if former.context_id == context.pk:
        return former
    return remember_subject(
        context=context,
        user_id=former.user_id,
        subject=edx_platform.subject_of_user(former.user_id) or new_subject(),
        is_staff_trial=former.is_staff_trial,
    )
