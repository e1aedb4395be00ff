"""A course with one graded block, its people, and quiet stand-ins before each test."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from lms.djangoapps.grades import faults
from lms.djangoapps.grades.api import CourseGradeFactory, signals
from sandbox import courses, people
from tests.standins import blocks
from xmodule.modulestore.django import clear_existing_modulestores, modulestore

blocks.register()


@pytest.fixture(autouse=True)
def _quiet_standins():
    """Forget what an earlier test has left in the process."""
    clear_existing_modulestores()
    faults.clear_faults()
    blocks.CALLS.clear()
    yield
    faults.clear_faults()


@pytest.fixture
def course(db):
    """Return the key of an empty course."""
    return courses.make_course("course-v1:TestX+Grades+2026")


@pytest.fixture
def demo(course):
    """Return the key of a graded block of weight 10, alone in its course."""
    return courses.add_graded_block(course, "demo_graded", weight=10.0)


@pytest.fixture
def ada(course):
    """Return a learner."""
    user = people.make_user("ada", "Ada Okafor")
    people.enroll(user, course)
    return user


@pytest.fixture
def ben(course):
    """Return another learner."""
    user = people.make_user("ben", "Ben Castillo")
    people.enroll(user, course)
    return user


@pytest.fixture
def teacher(course):
    """Return a member of the course's staff, who is not enrolled."""
    user = people.make_user("teacher", "Ines Duarte")
    people.make_course_staff(user, course)
    return user


@pytest.fixture
def send():
    """Return a function that publishes a score as a plugin does."""

    def send_score(key: Any, user: Any, earned: float | None, possible: float | None, **changed: Any) -> list:
        arguments = {
            "block": modulestore().get_item(key) if not changed.get("block") else None,
            "user": user,
            "raw_earned": earned,
            "raw_possible": possible,
            "only_if_higher": False,
            "score_deleted": False,
            "grader_response": None,
            **changed,
        }
        return signals.SCORE_PUBLISHED.send(sender=None, **arguments)

    return send_score


@pytest.fixture
def gradebook():
    """Return a function that tells what the gradebook shows of a block for a learner."""

    def read(key: Any, user: Any) -> SimpleNamespace:
        grade = CourseGradeFactory().read(user, course_key=key.course_key)
        score = grade.problem_scores.get(key)
        points = None if score is None else (score.earned, score.possible)
        return SimpleNamespace(points=points, percent=grade.percent)

    return read
