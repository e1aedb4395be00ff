"""Whether a learner has completed the block follows what the tool says of the activity, not the platform's guess."""

from __future__ import annotations

from typing import Any

import pytest
from opaque_keys.edx.keys import UsageKey

from common.djangoapps.student.models import CourseEnrollment
from completion.models import BlockCompletion
from lti_ags.constants import ActivityProgress as Activity
from lti_ags.constants import GradingProgress as Grading
from tests.services.conftest import new_item, platform_item
from tests.support.courses import Course, make_staff

pytestmark = pytest.mark.django_db(transaction=True)

GRADED = (Activity.COMPLETED, Grading.FULLY_GRADED)


def completion(user: Any, location: UsageKey) -> float | None:
    row = BlockCompletion.objects.filter(user=user, block_key=location).first()
    return None if row is None else row.completion


@pytest.mark.parametrize(
    ("given", "activity", "grading", "expected"),
    [
        (None, Activity.INITIALIZED, Grading.NOT_READY, 0.0),
        (None, Activity.STARTED, Grading.NOT_READY, None),
        (None, Activity.IN_PROGRESS, Grading.PENDING, None),
        (None, Activity.SUBMITTED, Grading.PENDING_MANUAL, 1.0),
        (None, Activity.COMPLETED, Grading.NOT_READY, 1.0),
        (50.0, Activity.IN_PROGRESS, Grading.PENDING, None),
        (50.0, Activity.IN_PROGRESS, Grading.FULLY_GRADED, 1.0),
        (0.0, Activity.IN_PROGRESS, Grading.FULLY_GRADED, 1.0),
    ],
)
def test_work_handed_in_or_graded_completes_the_block(
    say: Any, learner: Any, declarative: UsageKey, given: float | None, activity: Any, grading: Any, expected: Any
) -> None:
    say(learner, platform_item(declarative), given, activity_progress=activity, grading_progress=grading)

    assert completion(learner, declarative) == expected


def test_new_attempt_undoes_it(say: Any, learner: Any, declarative: UsageKey) -> None:
    say(learner, platform_item(declarative), 50.0)

    say(
        learner,
        platform_item(declarative),
        None,
        activity_progress=Activity.INITIALIZED,
        grading_progress=Grading.NOT_READY,
    )

    assert completion(learner, declarative) == 0.0


def test_work_on_another_item_keeps_it(
    say: Any, learner: Any, programmatic: UsageKey, tool: Any, course: Course
) -> None:
    first, second = (new_item(tool, programmatic, course, label=label) for label in ("First", "Second"))
    say(learner, first, 50.0)
    say(learner, second, 50.0)

    say(learner, first, None, activity_progress=Activity.INITIALIZED, grading_progress=Grading.NOT_READY)

    assert completion(learner, programmatic) == 1.0


def test_who_is_not_the_courses_learner_completes_nothing(
    say: Any, learner: Any, declarative: UsageKey, course: Course
) -> None:
    teacher = make_staff(course)
    CourseEnrollment.unenroll(learner, course.key)

    for user in (learner, teacher):
        say(user, platform_item(declarative), 50.0)

    assert (completion(learner, declarative), completion(teacher, declarative)) == (None, None)


def test_site_that_tracks_no_completion_gets_the_grade(
    say: Any, learner: Any, declarative: UsageKey, settings: Any
) -> None:
    settings.ENABLE_COMPLETION_TRACKING = False

    say(learner, platform_item(declarative), 50.0)

    assert completion(learner, declarative) is None
