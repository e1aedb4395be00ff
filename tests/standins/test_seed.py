"""The demo course, its people, and that making them twice changes nothing."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model

from common.djangoapps.student.models import CourseEnrollment
from common.djangoapps.student.roles import CourseStaffRole
from lms.djangoapps.courseware.access import has_access
from sandbox import seed
from sandbox.gradebook import gradebook
from xmodule.modulestore.django import modulestore


@pytest.fixture
def seeded(db):
    seed.seed()


def test_the_course_comes_from_olx(seeded):
    course = modulestore().get_course(seed.COURSE_KEY)

    assert course.display_name == "LTI Advantage Demo Course"
    assert "External tools" in modulestore().get_item(seed.COURSE_KEY.make_usage_key("html", "about")).data


@pytest.mark.parametrize(
    ("key", "mode", "graded"),
    [
        (seed.DECLARATIVE_BLOCK, "declarative", True),
        (seed.PROGRAMMATIC_BLOCK, "programmatic", True),
        (seed.PRACTICE_BLOCK, "declarative", False),
    ],
    ids=["declarative", "programmatic", "practice"],
)
def test_the_course_has_a_block_of_each_kind(seeded, key, mode, graded):
    block = modulestore().get_item(key)

    assert (block.grading_mode, block.has_score) == (mode, graded)
    assert block.graded is graded
    assert not graded or block.weight == 10.0


def test_learners_are_enrolled_and_the_teacher_is_not(seeded):
    enrolled = CourseEnrollment.objects.filter(course_id=seed.COURSE_KEY).values_list("user__username", flat=True)
    teacher = get_user_model().objects.get(username=seed.TEACHER)

    assert set(enrolled) == set(seed.LEARNERS)
    assert has_access(teacher, "staff", seed.COURSE_KEY)


def test_the_author_may_write_the_course(seeded):
    assert CourseStaffRole(seed.COURSE_KEY).has_user(get_user_model().objects.get(username=seed.AUTHOR))


def test_seeding_again_keeps_grades_and_edits(seeded, send):
    learner = get_user_model().objects.get(username="amira")
    send(seed.DECLARATIVE_BLOCK, learner, 8.3, 10.0)
    seed.attach_tool(seed.PRACTICE_BLOCK, "0c7f5b0e-0000-4000-8000-000000000000")

    seed.seed()

    assert gradebook(seed.COURSE_KEY).cell("amira", seed.DECLARATIVE_BLOCK).earned == 8.3
    assert modulestore().get_item(seed.PRACTICE_BLOCK).lti_tool == "0c7f5b0e-0000-4000-8000-000000000000"


def test_the_gradebook_shows_every_learner_and_every_graded_block(seeded):
    book = gradebook(seed.COURSE_KEY)

    assert [row.user.username for row in book.rows] == sorted(seed.LEARNERS)
    assert [column.usage_key for column in book.columns] == [seed.DECLARATIVE_BLOCK, seed.PROGRAMMATIC_BLOCK]
    assert book.rows[0].cells[0].text == "Not attempted"
