"""Many learners at once, for what depends on their number."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import get_user_model
from opaque_keys.edx.keys import UsageKey

from lms.djangoapps.courseware.models import StudentModule
from lti_ags.models import LtiAgsGrade, LtiAgsLineItem, LtiAgsScore, LtiSubject

_WHEN = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def add_scored_learners(line_item: LtiAgsLineItem, number: int, *, location: UsageKey | None = None) -> list[str]:
    """
    Give ``number`` new learners a final score of 7 of 10, published where a ``location`` is given.

    Returns:
        Their subjects, in the order of their scores.
    """
    context = line_item.context
    first = LtiSubject.objects.count()
    names = [f"bulk-{context.pk}-{first + offset}" for offset in range(number)]
    users = get_user_model().objects.bulk_create(get_user_model()(username=name, password="!") for name in names)
    subjects = LtiSubject.objects.bulk_create(
        LtiSubject(context=context, user=user, subject=user.username) for user in users
    )
    LtiAgsScore.objects.bulk_create(_score(line_item, subject) for subject in subjects)
    if location is not None:
        _publish(line_item, subjects, location)
    return names


def _score(line_item: LtiAgsLineItem, subject: LtiSubject) -> LtiAgsScore:
    return LtiAgsScore(
        line_item=line_item,
        subject=subject,
        timestamp=_WHEN,
        activity_progress="Completed",
        grading_progress="FullyGraded",
        score_given=7.0,
        score_maximum=10.0,
        message_digest="0" * 64,
        final_score_given=7.0,
        final_score_maximum=10.0,
        final_timestamp=_WHEN,
        decision="contributes",
        received_at=_WHEN,
    )


def _publish(line_item: LtiAgsLineItem, subjects: list[Any], location: UsageKey) -> None:
    """Write the grades and what the LMS holds, as the publisher would leave them."""
    configuration = line_item.lti_configuration
    assert configuration is not None
    points = configuration.score_maximum
    LtiAgsGrade.objects.bulk_create(
        LtiAgsGrade(
            configuration=configuration,
            subject=subject,
            ratio=0.7,
            decision="published",
            wanted_version=1,
            published_version=1,
            published_earned=0.7 * points,
            published_possible=points,
            published_at=_WHEN,
        )
        for subject in subjects
    )
    StudentModule.objects.bulk_create(
        StudentModule(
            student_id=subject.user_id,
            module_state_key=location,
            course_id=location.course_key,
            grade=0.7 * points,
            max_grade=points,
        )
        for subject in subjects
    )
