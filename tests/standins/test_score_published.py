"""SCORE_PUBLISHED and what it sets in motion."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest
from django.db import OperationalError
from django.test import override_settings
from xblock.exceptions import InvalidScopeError

from completion.models import BlockCompletion
from lms.djangoapps.courseware.model_data import get_score
from lms.djangoapps.grades import faults
from lms.djangoapps.grades.api import GradesUtilService, signals
from lms.djangoapps.grades.models import FailedTask, PersistentSubsectionGrade
from openedx.core.djangoapps.content.course_overviews.models import CourseOverview
from openedx.core.djangoapps.external_user_ids.models import ExternalId
from sandbox import courses, people
from tests.standins.blocks import CALLS
from tests.standins.test_runtime_services import bound_to
from xmodule.modulestore.django import modulestore


def test_an_unbound_block_is_enough(demo, ada, send, gradebook):
    answers = send(demo, ada, 8.3, 10.0)

    assert [answer for _receiver, answer in answers] == [True]
    assert gradebook(demo, ada).points == (8.3, 10.0)
    assert gradebook(demo, ada).percent == 0.83


def test_zero_is_a_score(demo, ada, send, gradebook):
    send(demo, ada, 0.0, 10.0)

    assert get_score(ada.id, demo).grade == 0.0
    assert gradebook(demo, ada).points == (0.0, 10.0)


def test_raw_values_are_stored_and_the_weight_scales_them(demo, ada, send, gradebook):
    send(demo, ada, 50, 100)

    row = get_score(ada.id, demo)
    assert (row.grade, row.max_grade) == (50, 100)
    assert gradebook(demo, ada).points == (5.0, 10.0)


@pytest.mark.parametrize("argument", ["only_if_higher", "score_deleted", "grader_response"])
def test_every_argument_is_required(demo, ada, argument):
    arguments = {
        "block": modulestore().get_item(demo),
        "user": ada,
        "raw_earned": 1.0,
        "raw_possible": 10.0,
        "only_if_higher": False,
        "score_deleted": False,
        "grader_response": None,
    }
    del arguments[argument]

    with pytest.raises(TypeError, match=argument):
        signals.SCORE_PUBLISHED.send(sender=None, **arguments)


def test_an_argument_that_the_platform_does_not_know_is_refused(demo, ada, send):
    with pytest.raises(TypeError, match="comment"):
        send(demo, ada, 1.0, 10.0, comment="Well done")


def test_more_points_than_possible_are_refused(demo, ada, send):
    with pytest.raises(ValueError, match="refuses"):
        send(demo, ada, 11.0, 10.0)

    assert get_score(ada.id, demo) is None


@pytest.mark.parametrize("earned", [math.nan, "8", None])
def test_what_is_no_number_is_refused(demo, ada, send, earned):
    with pytest.raises(TypeError):
        send(demo, ada, earned, 10.0)


def test_only_if_higher_keeps_a_better_score(demo, ada, send):
    send(demo, ada, 8.0, 10.0)

    answers = send(demo, ada, 70, 100, only_if_higher=True)

    assert answers[0][1] is False
    assert get_score(ada.id, demo).grade == 8.0


def test_only_if_higher_divides_by_zero_where_nothing_could_be_earned(demo, ada, send):
    send(demo, ada, 0, 0)

    with pytest.raises(ZeroDivisionError):
        send(demo, ada, 5.0, 10.0, only_if_higher=True)


def test_only_if_higher_fails_after_a_deletion(demo, ada, send):
    send(demo, ada, None, None, score_deleted=True)

    with pytest.raises(TypeError):
        send(demo, ada, 5.0, 10.0, only_if_higher=True)


def test_a_deletion_takes_the_points_from_subsection_and_course(demo, ada, send, gradebook):
    send(demo, ada, 8.0, 10.0)

    send(demo, ada, None, None, score_deleted=True)

    row = get_score(ada.id, demo)
    assert (row.grade, row.max_grade) == (None, None)
    assert gradebook(demo, ada).points == (0.0, 10.0)
    assert gradebook(demo, ada).percent == 0.0
    assert BlockCompletion.objects.get(user=ada, block_key=demo).completion == 0.0


def test_without_the_word_deleted_the_old_grade_stands(demo, ada, send, gradebook):
    subsection = modulestore().get_parent_location(modulestore().get_parent_location(demo))
    send(demo, ada, 8.0, 10.0)

    send(demo, ada, None, None)

    assert get_score(ada.id, demo).max_grade is None
    assert PersistentSubsectionGrade.read_grade(ada.id, subsection).earned_all == 8.0
    assert gradebook(demo, ada).percent == 0.8


def test_a_deletion_with_a_maximum_and_no_points_fails_halfway(demo, ada, send):
    with pytest.raises(TypeError):
        send(demo, ada, None, 10.0, score_deleted=True)

    assert get_score(ada.id, demo).max_grade == 10.0


def test_neither_enrolment_nor_role_is_checked(demo, send, gradebook):
    stranger = people.make_user("stranger", "Not Enrolled")

    send(demo, stranger, 8.0, 10.0)

    assert gradebook(demo, stranger).points == (8.0, 10.0)


def test_a_block_the_learner_cannot_see_is_scored_without_counting(demo, ada, send, gradebook):
    courses.change_block(demo, visible_to_staff_only=True)

    send(demo, ada, 8.0, 10.0)

    assert get_score(ada.id, demo).grade == 8.0
    assert gradebook(demo, ada).percent == 0.0
    assert FailedTask.objects.get().exc == "UsageKeyNotInBlockStructure"


def test_what_could_not_count_counts_when_the_subsection_is_next_recalculated(demo, ada, send, gradebook):
    courses.change_block(demo, visible_to_staff_only=True)
    unit = modulestore().get_parent_location(demo)
    other = courses.add_block(unit, "demo_graded", weight=10.0)
    send(demo, ada, 8.0, 10.0)
    courses.change_block(demo, visible_to_staff_only=False)

    send(other, ada, 0.0, 10.0)

    assert gradebook(demo, ada).points == (8.0, 10.0)


def test_a_score_completes_the_block_even_when_it_is_zero(demo, ada, send):
    send(demo, ada, 0.0, 10.0)

    assert BlockCompletion.objects.get(user=ada, block_key=demo).completion == 1.0


def test_a_graders_response_keeps_the_block_incomplete(demo, ada, send):
    send(demo, ada, 8.0, 10.0, grader_response="Well done")

    assert not BlockCompletion.objects.exists()


def test_a_block_with_completion_of_its_own_is_left_alone(course, ada, send):
    key = courses.add_graded_block(course, "custom_completion", weight=10.0)

    send(key, ada, 8.0, 10.0)

    assert not BlockCompletion.objects.exists()


@override_settings(ENABLE_COMPLETION_TRACKING=False)
def test_completion_cannot_be_submitted_where_it_is_not_tracked(demo, ada):
    with pytest.raises(RuntimeError):
        BlockCompletion.objects.submit_completion(user=ada, block_key=demo, completion=1.0)


@override_settings(SANDBOX_WAFFLE_FLAGS=["grades.enforce_freeze_grade_after_course_end"])
def test_frozen_grades_change_the_raw_score_only(demo, ada, send, gradebook):
    courses.change_block(modulestore().make_course_usage_key(demo.course_key), end=datetime(2026, 2, 1, tzinfo=UTC))

    send(demo, ada, 8.0, 10.0)

    assert GradesUtilService(course_id=demo.course_key).are_grades_frozen() is True
    assert get_score(ada.id, demo).grade == 8.0
    assert gradebook(demo, ada).percent == 0.0


@override_settings(SANDBOX_WAFFLE_FLAGS=["grades.enforce_freeze_grade_after_course_end"])
def test_the_question_whether_grades_are_frozen_needs_a_course(demo):
    with pytest.raises(CourseOverview.DoesNotExist):
        GradesUtilService(course_id=demo.course_key.replace(run="never")).are_grades_frozen()


def test_an_unbound_scorable_loses_what_it_was_told(course, ada, send, gradebook):
    key = courses.add_graded_block(course, "demo_scorable")

    send(key, ada, 8.0, 10.0)

    assert CALLS == [("set_score", 8.0, 10.0)]
    assert bound_to(ada, key).raw_earned is None
    assert gradebook(key, ada).points == (8.0, 10.0)


def test_an_unbound_scorable_that_saves_leaves_half_a_grade(course, ada, send, gradebook):
    key = courses.add_graded_block(course, "demo_scorable", saves=True)

    with pytest.raises(InvalidScopeError):
        send(key, ada, 8.0, 10.0)

    assert get_score(ada.id, key).grade == 8.0
    assert gradebook(key, ada).percent == 0.0


def test_a_bound_scorable_keeps_what_it_was_told(course, ada, send):
    key = courses.add_graded_block(course, "demo_scorable")
    block = bound_to(ada, key)

    send(key, ada, 8.0, 10.0, block=block)
    block.save()

    assert bound_to(ada, key).raw_earned == 8.0


def test_a_scorable_bound_to_another_learner_is_told_all_the_same(course, ada, ben, send):
    key = courses.add_graded_block(course, "demo_scorable")
    block = bound_to(ada, key)

    send(key, ben, 8.0, 10.0, block=block)
    block.save()

    assert get_score(ben.id, key).grade == 8.0
    assert bound_to(ada, key).raw_earned == 8.0


def test_a_scorable_is_told_of_a_deletion(course, ada, send):
    key = courses.add_graded_block(course, "demo_scorable")

    send(key, ada, None, None, score_deleted=True)

    assert CALLS == [("set_score", None, None)]


def test_a_custom_course_has_grades_of_its_own(demo, ada, send, gradebook):
    from lms.djangoapps.ccx.api import create_ccx

    ccx_block = create_ccx(demo.course_key, 1).make_usage_key(demo.block_type, demo.block_id)

    send(ccx_block, ada, 8.0, 10.0)

    assert gradebook(ccx_block, ada).percent == 0.8
    assert gradebook(demo, ada).percent == 0.0


@pytest.mark.parametrize(
    ("point", "stored", "counted"),
    [("publish", None, 0.0), ("half", 8.0, 0.0), ("recalculate", 8.0, 0.0), ("published", 8.0, 0.8)],
)
def test_the_lms_can_be_made_to_fail_at_each_step(demo, ada, send, gradebook, point, stored, counted):
    with faults.fault(point), pytest.raises(OperationalError):
        send(demo, ada, 8.0, 10.0)

    row = get_score(ada.id, demo)
    assert (row.grade if row else None) == stored
    assert gradebook(demo, ada).percent == counted


@pytest.mark.parametrize("point", ["get_score", "set_score", "get_item", "bind", "read_grades", "external_id"])
def test_each_function_can_be_made_to_fail(demo, ada, send, gradebook, point):
    calls = {
        "get_score": lambda: get_score(ada.id, demo),
        "set_score": lambda: send(demo, ada, 8.0, 10.0),
        "get_item": lambda: modulestore().get_item(demo),
        "bind": lambda: bound_to(ada, demo),
        "read_grades": lambda: gradebook(demo, ada),
        "external_id": lambda: ExternalId.add_new_user_id(ada, "lti"),
    }

    with faults.fault(point, error="RuntimeError"), pytest.raises(RuntimeError):
        calls[point]()


def test_a_fault_ends_after_its_time(demo, ada):
    with faults.fault("get_score", seconds=-1):
        assert get_score(ada.id, demo) is None


def test_a_fault_needs_a_known_point_and_a_known_error():
    with pytest.raises(ValueError, match="nowhere"):
        faults.set_fault("nowhere")
    with pytest.raises(ValueError, match="SystemExit"):
        faults.set_fault("publish", error="SystemExit")


def test_a_fault_can_be_for_one_learner_and_a_number_of_times(demo, ada, ben, send):
    faults.set_fault("publish", user_id=ada.id, times=1)

    send(demo, ben, 8.0, 10.0)
    with pytest.raises(OperationalError):
        send(demo, ada, 8.0, 10.0)
    send(demo, ada, 8.0, 10.0)

    assert get_score(ada.id, demo).grade == 8.0


def test_a_fault_can_be_a_mere_delay(demo, ada, send):
    faults.set_fault("publish", error=None, delay=0.01)

    send(demo, ada, 8.0, 10.0)

    assert get_score(ada.id, demo).grade == 8.0
