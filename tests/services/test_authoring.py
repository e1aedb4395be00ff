"""What authors do in Studio besides publishing a unit, and what becomes of the block's row, items and grades."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from opaque_keys.edx.keys import UsageKey

from cms.djangoapps.contentstore.xblock_storage_handlers.view_handlers import (
    delete_xblock,
    discard_changes,
    move_item,
    publish_xblock,
    save_xblock,
)
from lti_ags.constants import GradeDecision
from lti_ags.models import LtiConfiguration
from lti_ags.services.configurations import find_configuration
from sandbox import courses
from tests.services.conftest import grade_of, platform_item
from tests.support.courses import Course, gradebook_score
from xmodule.modulestore.django import modulestore
from xmodule.modulestore.process import as_studio

pytestmark = pytest.mark.django_db(transaction=True)

DUE = datetime(2027, 5, 3, tzinfo=UTC)


@pytest.fixture
def author(course: Course) -> Any:
    return get_user_model().objects.get(pk=course.author_id)


def change_in_studio(author: Any, location: UsageKey, **metadata: Any) -> None:
    with as_studio():
        save_xblock(author, modulestore().get_item(location), metadata=metadata)


def row_of(location: UsageKey) -> LtiConfiguration:
    configuration = find_configuration(location)
    assert configuration is not None
    return configuration


def test_due_date_of_a_subsection_is_followed_without_a_publication(
    declarative: UsageKey, course: Course, author: Any
) -> None:
    change_in_studio(author, course.subsection, due="2027-05-03T00:00:00Z")

    row = row_of(declarative)
    assert row.end_date_time == DUE
    assert row.platform_item.end_date_time == DUE


def test_moved_block_keeps_its_row_its_item_and_its_grades_and_has_the_dates_of_its_new_place(
    say: Any, learner: Any, declarative: UsageKey, course: Course, author: Any
) -> None:
    say(learner, platform_item(declarative), 30.0)
    before = (row_of(declarative).pk, platform_item(declarative))
    elsewhere = courses.add_unit(courses.add_subsection(courses.add_section(course.key), due=DUE))

    move_item(declarative, elsewhere, author)
    publish_xblock(author, course.unit)
    publish_xblock(author, elsewhere)

    assert (row_of(declarative).pk, platform_item(declarative)) == before
    assert row_of(declarative).end_date_time == DUE
    assert row_of(declarative).removed_at is None
    assert gradebook_score(learner, declarative) == (3.0, 10.0)


def test_move_that_is_half_published_loses_nothing(
    say: Any, learner: Any, declarative: UsageKey, course: Course, author: Any
) -> None:
    say(learner, platform_item(declarative), 30.0)
    elsewhere = courses.add_unit(courses.add_subsection(courses.add_section(course.key)))

    move_item(declarative, elsewhere, author)
    publish_xblock(author, course.unit)
    say(learner, platform_item(declarative), 40.0)
    assert grade_of(learner, declarative).decision == GradeDecision.BLOCK_MISSING
    publish_xblock(author, elsewhere)

    assert gradebook_score(learner, declarative) == (4.0, 10.0)


def test_deleted_unit_marks_its_blocks_at_once_though_nothing_names_them(
    declarative: UsageKey, course: Course, author: Any
) -> None:
    delete_xblock(author, course.unit)

    assert row_of(declarative).removed_at is not None


def test_deletion_that_is_undone_changes_nothing(
    say: Any, learner: Any, declarative: UsageKey, course: Course, author: Any
) -> None:
    say(learner, platform_item(declarative), 30.0)
    delete_xblock(author, declarative)
    assert row_of(declarative).removed_at is None

    discard_changes(author, course.unit)
    publish_xblock(author, course.unit)
    say(learner, platform_item(declarative), 40.0)

    assert gradebook_score(learner, declarative) == (4.0, 10.0)


def test_deleted_course_marks_its_blocks_and_destroys_nothing(
    say: Any, learner: Any, declarative: UsageKey, course: Course
) -> None:
    say(learner, platform_item(declarative), 30.0)

    modulestore().delete_course(course.key, course.author_id)

    assert row_of(declarative).removed_at is not None
    assert grade_of(learner, declarative).published_earned == 3.0
