"""Due dates: the course's, and a learner's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from edx_when.api import get_date_for_block, set_date_for_block
from edx_when.models import ContentDate
from lms.djangoapps.courseware.block_render import get_block_for_descriptor
from lms.djangoapps.instructor.views.tools import DashboardError, set_due_date_extension
from sandbox import courses
from tests.standins.test_runtime_services import bound_to
from xmodule.modulestore.django import modulestore
from xmodule.services import RebindUserServiceError

DUE = datetime(2026, 6, 1, tzinfo=UTC)
LATER = datetime(2099, 6, 1, tzinfo=UTC)


@pytest.fixture
def dated(course):
    """Return the key of a block whose subsection has a due date."""
    courses.change_block(modulestore().make_course_usage_key(course), graceperiod=timedelta(hours=2))
    return courses.add_graded_block(course, "demo_graded", due=DUE)


def subsection_of(key):
    """Load the subsection of a block."""
    return modulestore().get_item(key).get_parent().get_parent()


def extend(key, user, date):
    """Give a learner another date for the subsection."""
    course = modulestore().get_course(key.course_key)
    set_due_date_extension(course, subsection_of(key), user, date)


def test_an_unbound_block_has_the_courses_date(dated, ada):
    extend(dated, ada, LATER)

    assert modulestore().get_item(dated).due == DUE


def test_a_bound_block_has_the_learners_own_date_and_the_grace_period(dated, ada):
    extend(dated, ada, LATER)

    block = bound_to(ada, dated)

    assert block.due == LATER
    assert block.close_date == LATER + timedelta(hours=2)
    assert block.is_past_due() is False
    assert block.has_deadline_passed() is False


def test_an_extension_is_for_one_learner(dated, ada, ben):
    extend(dated, ada, LATER)

    assert bound_to(ben, dated).due == DUE


def test_an_extension_taken_away_is_gone(dated, ada):
    extend(dated, ada, LATER)

    extend(dated, ada, None)

    assert bound_to(ada, dated).due == DUE


def test_an_anonymously_bound_block_has_the_courses_date(dated, ada):
    extend(dated, ada, LATER)
    block = modulestore().get_item(dated)

    get_block_for_descriptor(
        user=AnonymousUser(), request=None, block=block, field_data_cache=None, course_key=dated.course_key
    )

    assert block.due == DUE


def test_rebinding_works_from_an_anonymous_binding_and_without_own_dates(dated, ada):
    extend(dated, ada, LATER)
    block = modulestore().get_item(dated)
    get_block_for_descriptor(
        user=AnonymousUser(), request=None, block=block, field_data_cache=None, course_key=dated.course_key
    )

    modulestore().services["rebind_user"].rebind_noauth_module_to_user(block, ada)

    assert block.scope_ids.user_id == ada.id
    assert block.due == DUE


def test_rebinding_a_bound_block_fails(dated, ada, ben):
    block = bound_to(ada, dated)

    with pytest.raises(RebindUserServiceError):
        modulestore().services["rebind_user"].rebind_noauth_module_to_user(block, ben)


def test_a_date_is_asked_of_exactly_one_block(dated, ada):
    extend(dated, ada, LATER)

    assert get_date_for_block(dated.course_key, dated, "due", user=ada) is None
    assert get_date_for_block(dated.course_key, subsection_of(dated).location, "due", user=ada) == LATER
    assert get_date_for_block(dated.course_key, subsection_of(dated).location, "due") == DUE


def test_an_extension_of_a_subsection_reaches_blocks_with_a_date_of_their_own(dated, ada):
    courses.change_block(dated, due=DUE)

    extend(dated, ada, LATER)

    assert get_date_for_block(dated.course_key, dated, "due", user=ada) == LATER
    assert bound_to(ada, dated).due == LATER


def test_what_has_no_date_cannot_be_extended(demo, ada):
    with pytest.raises(DashboardError):
        extend(demo, ada, LATER)


def test_a_block_hidden_from_the_learner_is_bound_and_shows_the_date(dated, ada):
    courses.change_block(dated, visible_to_staff_only=True)
    extend(dated, ada, LATER)

    assert bound_to(ada, dated).due == LATER


def test_without_rows_the_courses_date_counts(dated, ada):
    ContentDate.objects.all().delete()

    assert bound_to(ada, dated).due == DUE


def test_naive_dates_are_refused(dated, ada):
    with pytest.raises(ValueError, match="aware"):
        set_date_for_block(
            dated.course_key,
            subsection_of(dated).location,
            "due",
            LATER.replace(tzinfo=None),
            user=ada,
        )
