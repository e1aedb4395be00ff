"""A course within a course (CCX): the same blocks under other keys, with learners and grades of its own."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from opaque_keys.edx.keys import CourseKey, UsageKey

from lti_ags import edx_platform
from lti_ags.data import Enrolment, Points
from sandbox.courses import add_graded_block, make_course


@pytest.fixture
def block(db: None) -> Any:
    return add_graded_block(make_course("course-v1:DemoX+Custom+2026"), display_name="A tool", weight=10.0)


@pytest.fixture
def ccx_block(block: Any) -> Any:
    return UsageKey.from_string(f"ccx-block-v1:DemoX+Custom+2026+ccx@1+type@lti_ags+block@{block.block_id}")


@pytest.fixture
def learner(ccx_block: Any) -> Any:
    from common.djangoapps.student.models import CourseEnrollment

    user = get_user_model().objects.create_user("custom")
    CourseEnrollment.enroll(user, ccx_block.course_key)
    return user


def test_the_blocks_of_a_ccx_have_its_keys(ccx_block: Any) -> None:
    ccx = CourseKey.from_string("ccx-v1:DemoX+Custom+2026+ccx@1")

    assert edx_platform.block_choices(ccx_block).usage_key == str(ccx_block)
    assert [choices.course_key for choices in edx_platform.walk_blocks(ccx)] == [str(ccx)]


def test_a_learner_of_a_ccx_is_not_one_of_the_course(block: Any, ccx_block: Any, learner: Any) -> None:
    assert edx_platform.enrolment(ccx_block.course_key, user_id=learner.pk) is Enrolment.ENROLLED
    assert edx_platform.enrolment(block.course_key, user_id=learner.pk) is Enrolment.NONE


def test_a_score_in_a_ccx_stays_there(block: Any, ccx_block: Any, learner: Any) -> None:
    edx_platform.publish_score(ccx_block, user_id=learner.pk, points=Points(8.0, 10.0))

    assert edx_platform.read_score(ccx_block, user_id=learner.pk) == Points(8.0, 10.0)
    assert edx_platform.read_score(block, user_id=learner.pk) is None


def test_nobody_may_author_a_ccx(ccx_block: Any) -> None:
    staff = get_user_model().objects.create_user("everywhere", is_staff=True)

    assert edx_platform.can_author(ccx_block.course_key, user=staff) is False
