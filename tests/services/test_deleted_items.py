"""A tool deletes the line item that made a grade, beside others that make none: that takes no grade away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from opaque_keys.edx.keys import UsageKey

from common.djangoapps.student.models import CourseEnrollment
from lti_ags.constants import GradeDecision, ScoreDecision
from lti_ags.models import LtiAgsScore
from lti_ags.services.line_items import delete_line_item, find_line_item
from tests.services.conftest import caller_of, grade_of, new_item
from tests.support.courses import Course, configuration_of, gradebook_score, make_course

pytestmark = pytest.mark.django_db(transaction=True)

DUE = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)
IN_TIME = DUE - timedelta(minutes=5)
LATE = DUE + timedelta(minutes=5)


@pytest.fixture
def course() -> Course:
    return make_course(due=DUE)


@pytest.fixture
def block(course: Course, tool: Any) -> UsageKey:
    location = course.add_block(tool, grading_mode="programmatic", late_policy="refuse")
    configuration_of(location)
    return location


def delete(item: int, tool: Any) -> None:
    delete_line_item(find_line_item(item, caller=caller_of(tool)), now=timezone.now())


def has_its_grade(learner: Any, block: UsageKey) -> bool:
    """Whether the grade stands and staff are told to look at it."""
    grade = grade_of(learner, block)
    stands = (GradeDecision.PUBLISHED, True, (8.0, 10.0))
    return (grade.decision, grade.needs_attention, gradebook_score(learner, block)) == stands


@pytest.mark.conformance("S-19")
@pytest.mark.parametrize(
    ("beside", "decision"),
    [
        ({"given": None}, ScoreDecision.CLEARED),
        ({"submitted_at": LATE}, ScoreDecision.LATE_REFUSED),
        ({"submitted_at": IN_TIME}, ScoreDecision.NOT_RELEASED),
    ],
    ids=["cleared", "late", "not released"],
)
@pytest.mark.parametrize("is_first", [True, False], ids=["before", "after"])
def test_grade_outlives_its_item_whatever_stands_on_another_one(
    say: Any, learner: Any, course: Course, tool: Any, block: UsageKey, beside: Any, decision: Any, *, is_first: bool
) -> None:
    quiz = new_item(tool, block, course)
    essay = new_item(tool, block, course, grades_released=decision is not ScoreDecision.NOT_RELEASED)
    if is_first:
        say(learner, essay, **beside)
    say(learner, quiz, 80.0, submitted_at=IN_TIME)
    if not is_first:
        say(learner, essay, **beside)

    delete(quiz, tool)

    assert has_its_grade(learner, block)
    assert LtiAgsScore.objects.get(line_item_id=essay).decision == decision
    course.change(block, merge_policy="highest")
    assert has_its_grade(learner, block)


def test_grade_outlives_its_item_though_the_learner_was_away_meanwhile(
    say: Any, learner: Any, course: Course, tool: Any, block: UsageKey
) -> None:
    quiz, essay = new_item(tool, block, course), new_item(tool, block, course)
    say(learner, essay, None)
    say(learner, quiz, 80.0, submitted_at=IN_TIME)
    CourseEnrollment.unenroll(learner, course.key)
    delete(quiz, tool)

    CourseEnrollment.enroll(learner, course.key)

    assert has_its_grade(learner, block)


def test_clear_that_comes_after_the_deletion_takes_the_grade_back(
    say: Any, learner: Any, course: Course, tool: Any, block: UsageKey
) -> None:
    quiz, essay = new_item(tool, block, course), new_item(tool, block, course)
    say(learner, essay, None)
    say(learner, quiz, 80.0, submitted_at=IN_TIME)
    delete(quiz, tool)

    say(learner, essay, None)

    assert gradebook_score(learner, block) is None
    assert grade_of(learner, block).decision == GradeDecision.CLEARED
    assert grade_of(learner, block).needs_attention is False


def test_grade_of_another_item_follows_the_policies_after_a_deletion(
    say: Any, learner: Any, course: Course, tool: Any, block: UsageKey
) -> None:
    quiz, essay = new_item(tool, block, course), new_item(tool, block, course)
    say(learner, quiz, 80.0, submitted_at=IN_TIME)
    say(learner, essay, 50.0, submitted_at=IN_TIME)
    delete(quiz, tool)

    course.change(course.subsection, due=IN_TIME - timedelta(hours=1))

    assert gradebook_score(learner, block) is None
    assert grade_of(learner, block).decision == GradeDecision.CLEARED
