"""What a teacher does in the instructor dashboard, and in which order the block hears of it."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from common.djangoapps.student.models import anonymous_id_for_user
from lms.djangoapps.courseware.model_data import get_score
from lms.djangoapps.courseware.models import StudentModule
from lms.djangoapps.grades.api import signals
from lms.djangoapps.instructor_task.models import InstructorTask
from sandbox import courses
from tests.standins.blocks import CALLS
from tests.standins.test_runtime_services import bound_to


@pytest.fixture
def act(teacher):
    """Return a function that sends a request of the dashboard."""
    client = Client(raise_request_exception=False)
    client.force_login(teacher)

    def request(action, key, **data):
        url = f"/courses/{key.course_key}/instructor/api/{action}"
        return client.post(url, {"problem_to_reset": str(key), **data})

    return request


@pytest.fixture
def scorable(course):
    """Return the key of a scorable block."""
    return courses.add_graded_block(course, "demo_scorable", weight=10.0)


@pytest.fixture
def duck(course):
    """Return the key of a block that has the hooks and not the mixin."""
    return courses.add_graded_block(course, "duck", weight=10.0)


@pytest.fixture
def hooked(course):
    """Return the key of a block that wants to know of deletions."""
    return courses.add_graded_block(course, "hooked", weight=10.0)


def test_an_override_of_a_plain_block_is_refused(demo, ada, act):
    answer = act("override_problem_score", demo, unique_student_identifier="ada", score="5")

    assert (answer.status_code, answer.json()) == (400, {"error": "This component does not support score override."})
    assert not InstructorTask.objects.exists()
    assert not StudentModule.objects.exists()


@pytest.mark.parametrize("score", ["-1", "11"])
def test_an_override_outside_the_points_of_the_block_is_refused(scorable, ada, act, score):
    answer = act("override_problem_score", scorable, unique_student_identifier="ada", score=score)

    assert answer.status_code == 400
    assert answer.json()["error"] == "Scores must be between 0 and the value of the problem."


def test_an_override_tells_a_scorable_twice_and_leaves_the_scale_of_one(scorable, ada, act, gradebook):
    answer = act("override_problem_score", scorable, unique_student_identifier="ada", score="6")

    assert answer.status_code == 200
    assert [("set_score", 0.6, 1.0), ("publish_grade", ada.id), ("set_score", 0.6, 1.0)] == CALLS
    row = get_score(ada.id, scorable)
    assert (row.grade, row.max_grade) == (0.6, 1.0)
    assert gradebook(scorable, ada).points == (6.0, 10.0)
    assert bound_to(ada, scorable).raw_earned == 0.6
    assert StudentModule.objects.count() == 1


def test_an_override_to_the_same_points_is_seen_by_the_maximum_only(scorable, ada, act, send, gradebook):
    send(scorable, ada, 8.0, 10.0)

    act("override_problem_score", scorable, unique_student_identifier="ada", score="8")

    row = get_score(ada.id, scorable)
    assert (row.grade, row.max_grade) == (0.8, 1.0)
    assert gradebook(scorable, ada).points == (8.0, 10.0)


def test_an_override_publishes_with_none_for_what_nobody_said(scorable, ada, act):
    heard = []

    def listen(sender, **kwargs):
        heard.append((kwargs["only_if_higher"], kwargs["score_deleted"], kwargs["grader_response"]))

    signals.SCORE_PUBLISHED.connect(listen)

    act("override_problem_score", scorable, unique_student_identifier="ada", score="6")

    assert heard == [(None, None, None)]


def test_an_override_reaches_a_block_that_only_has_the_hooks(duck, ada, act):
    act("override_problem_score", duck, unique_student_identifier="ada", score="6")

    assert [("set_score", ada.id, 0.6, 1.0), ("publish_grade", ada.id)] == CALLS
    row = get_score(ada.id, duck)
    assert (row.grade, row.max_grade) == (None, None)


def test_who_overrode_what_stands_in_the_task(duck, ada, teacher, act):
    act("override_problem_score", duck, unique_student_identifier="ada", score="6")

    task = InstructorTask.objects.get()
    assert (task.task_type, task.requester, task.task_state) == ("override_problem_score", teacher, "SUCCESS")
    assert json.loads(task.task_input) == {"problem_url": str(duck), "student": "ada", "score": 6.0}


def test_a_published_score_does_not_tell_a_block_that_only_has_the_hooks(duck, ada, send):
    send(duck, ada, 8.0, 10.0)

    assert CALLS == []


def test_an_override_with_a_weight_of_zero_fails_in_the_task_and_calls_nothing(scorable, ada, act):
    courses.change_block(scorable, weight=0.0)

    answer = act("override_problem_score", scorable, unique_student_identifier="ada", score="0")

    assert answer.status_code == 200
    assert InstructorTask.objects.get().task_state == "FAILURE"
    assert CALLS == []


def test_an_override_without_any_maximum_is_an_internal_error(scorable, ada, act):
    courses.change_block(scorable, weight=None)

    answer = act("override_problem_score", scorable, unique_student_identifier="ada", score="1")

    assert answer.status_code == 500


def test_only_staff_of_the_course_may_override(scorable, ada, db):
    client = Client()
    client.force_login(ada)

    answer = client.post(
        f"/courses/{scorable.course_key}/instructor/api/override_problem_score",
        {"problem_to_reset": str(scorable), "unique_student_identifier": "ada", "score": "10"},
    )

    assert answer.status_code == 403


def test_a_plain_block_cannot_be_rescored(demo, ada, act, send):
    send(demo, ada, 8.0, 10.0)

    answer = act("rescore_problem", demo, unique_student_identifier="ada")

    assert (answer.status_code, answer.content) == (400, b"This component cannot be rescored.")
    assert answer["Content-Type"].startswith("text/plain")
    assert not InstructorTask.objects.exists()
    assert get_score(ada.id, demo).grade == 8.0


def test_a_scorable_is_asked_twice_whether_there_is_an_answer(scorable, ada, act, send, gradebook):
    block = bound_to(ada, scorable)
    send(scorable, ada, 4.0, 10.0, block=block)
    block.save()
    CALLS.clear()

    act("rescore_problem", scorable, unique_student_identifier="ada")

    names = [call[0] for call in CALLS]
    assert names == ["has_submitted_answer", "has_submitted_answer", "calculate_score", "set_score"]
    assert gradebook(scorable, ada).points == (10.0, 10.0)


def test_a_block_without_an_answer_is_skipped(duck, ada, act, send):
    courses.change_block(duck, answered=False)
    send(duck, ada, 4.0, 10.0)

    act("rescore_problem", duck, unique_student_identifier="ada")

    assert json.loads(InstructorTask.objects.get().task_output)["skipped"] == 1
    assert CALLS == []


def test_everybody_with_state_is_rescored_each_bound_in_turn(duck, ada, ben, teacher, act, send):
    send(duck, ada, 4.0, 10.0)
    send(duck, ben, 5.0, 10.0)

    act("rescore_problem", duck, all_students="true", only_if_higher="true")

    assert [("rescore", ada.id, True), ("rescore", ben.id, True)] == CALLS


def test_resetting_attempts_keeps_the_grade_and_says_nothing(hooked, ada, act, send):
    send(hooked, ada, 8.0, 10.0)

    answer = act("reset_student_attempts", hooked, unique_student_identifier="ada")

    row = get_score(ada.id, hooked)
    assert answer.status_code == 200
    assert row.grade == 8.0
    assert json.loads(row.state)["attempts"] == 0
    assert CALLS == []


def test_deleting_state_tells_of_zero_of_the_maximum(demo, ada, act, send, gradebook):
    heard = []

    def listen(sender, **kwargs):
        heard.append((kwargs["raw_earned"], kwargs["raw_possible"], kwargs["weight"], kwargs["score_deleted"]))

    send(demo, ada, 8.0, 10.0)
    signals.PROBLEM_RAW_SCORE_CHANGED.connect(listen)

    act("reset_student_attempts", demo, unique_student_identifier="ada", delete_module="true")

    assert heard == [(0, 10.0, 10.0, True)]
    assert get_score(ada.id, demo) is None
    assert gradebook(demo, ada).percent == 0.0


def test_deleting_state_does_not_tell_a_scorable(scorable, ada, act, send):
    send(scorable, ada, 8.0, 10.0)
    CALLS.clear()

    act("reset_student_attempts", scorable, unique_student_identifier="ada", delete_module="true")

    assert CALLS == []


def test_a_block_with_the_hook_is_told_in_strings_and_the_old_grade_stays(hooked, ada, teacher, act, send, gradebook):
    send(hooked, ada, 8.0, 10.0)

    act("reset_student_attempts", hooked, unique_student_identifier="ada", delete_module="true")

    course_key = hooked.course_key
    expected = {
        "user_id": anonymous_id_for_user(ada, course_key),
        "course_id": str(course_key),
        "item_id": str(hooked),
        "requesting_user_id": anonymous_id_for_user(teacher, course_key),
    }
    assert [("clear_student_state", None, expected)] == CALLS
    assert get_score(ada.id, hooked) is None
    assert gradebook(hooked, ada).points == (0.0, 10.0)
    assert gradebook(hooked, ada).percent == 0.8


def test_the_hook_is_called_for_a_learner_without_state_and_then_refused(hooked, ada, act):
    answer = act("reset_student_attempts", hooked, unique_student_identifier="ada", delete_module="true")

    assert (answer.status_code, answer.content) == (400, b"Module does not exist.")
    assert [call[0] for call in CALLS] == ["clear_student_state"]


def test_a_hook_that_fails_leaves_row_and_grade(hooked, ada, act, send):
    courses.change_block(hooked, fails=True)
    send(hooked, ada, 8.0, 10.0)

    answer = act("reset_student_attempts", hooked, unique_student_identifier="ada", delete_module="true")

    assert answer.status_code == 500
    assert get_score(ada.id, hooked).grade == 8.0


def test_a_deletion_sent_from_the_hooks_place_clears_subsection_and_course(hooked, ada, send, gradebook):
    send(hooked, ada, 8.0, 10.0)

    send(hooked, ada, None, None, score_deleted=True)
    StudentModule.objects.all().delete()

    assert gradebook(hooked, ada).percent == 0.0


def test_a_deletion_sent_after_the_row_is_gone_makes_an_empty_row(hooked, ada, send):
    send(hooked, ada, None, None, score_deleted=True)

    row = get_score(ada.id, hooked)
    assert (row.grade, row.max_grade) == (None, None)


def test_deleting_everybodys_state_says_nothing_and_keeps_the_grades(hooked, ada, ben, act, send, gradebook):
    send(hooked, ada, 8.0, 10.0)
    send(hooked, ben, 8.0, 10.0)

    act("reset_student_attempts", hooked, all_students="true", delete_module="true")

    assert not StudentModule.objects.exists()
    assert CALLS == []
    assert gradebook(hooked, ada).percent == 0.8
