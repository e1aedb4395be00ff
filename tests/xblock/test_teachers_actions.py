"""What teachers do on the instructor dashboard, through its own addresses."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from opaque_keys.edx.keys import UsageKey

from lms.djangoapps.courseware.models import StudentModule
from lms.djangoapps.grades.api import CourseGradeFactory
from lti_ags import edx_platform
from lti_ags.constants import EventKind, GradeDecision
from lti_ags.exceptions import PermanentPlatformError
from lti_ags.models import LtiAgsEvent, LtiAgsGrade, LtiAgsScore
from tests.support.courses import Course, gradebook_score, make_learner, make_staff
from tests.support.tools import RegisteredTool

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def teacher(course: Course) -> Client:
    client = Client()
    client.force_login(make_staff(course))
    return client


def act(teacher: Client, action: str, location: UsageKey, user: Any, **more: Any) -> HttpResponse:
    """One of the dashboard's actions on one learner's problem."""
    form = {"problem_to_reset": str(location), "unique_student_identifier": user.username, **more}
    return teacher.post(f"/courses/{location.course_key}/instructor/api/{action}", form)


def override(teacher: Client, location: UsageKey, user: Any, score: float) -> HttpResponse:
    return act(teacher, "override_problem_score", location, user, score=score)


def course_percent(user: Any, course: Course) -> float:
    return CourseGradeFactory().read(user, course_key=course.key).percent


def test_an_override_is_recorded_in_points_of_the_block(
    teacher: Client, learner: Any, declarative_block: UsageKey, send_score: Any
) -> None:
    send_score(learner, declarative_block, scoreGiven=83, scoreMaximum=100)

    response = override(teacher, declarative_block, learner, 6)

    assert response.status_code == 200
    assert gradebook_score(learner, declarative_block) == (6.0, 10.0)
    assert LtiAgsGrade.objects.get().decision == GradeDecision.OVERRIDE_KEPT
    assert LtiAgsEvent.objects.filter(kind=EventKind.CHANGED_BY_STAFF).exists()


def test_a_later_score_of_the_tool_leaves_the_override_standing(
    teacher: Client, learner: Any, declarative_block: UsageKey, send_score: Any
) -> None:
    send_score(learner, declarative_block, scoreGiven=83, scoreMaximum=100)
    override(teacher, declarative_block, learner, 6)

    send_score(learner, declarative_block, scoreGiven=100, scoreMaximum=100)

    assert gradebook_score(learner, declarative_block) == (6.0, 10.0)


def test_an_override_to_the_very_same_score_is_the_teachers(
    teacher: Client, learner: Any, declarative_block: UsageKey, send_score: Any
) -> None:
    send_score(learner, declarative_block, scoreGiven=80, scoreMaximum=100)

    override(teacher, declarative_block, learner, 8)
    send_score(learner, declarative_block, scoreGiven=10, scoreMaximum=100)

    assert gradebook_score(learner, declarative_block) == (8.0, 10.0)


@pytest.mark.parametrize("score", [0, 10])
def test_an_override_may_be_nothing_or_everything(
    teacher: Client, learner: Any, declarative_block: UsageKey, send_score: Any, score: int
) -> None:
    send_score(learner, declarative_block, scoreGiven=50, scoreMaximum=100)

    override(teacher, declarative_block, learner, score)

    assert gradebook_score(learner, declarative_block) == (float(score), 10.0)


def test_a_learner_without_a_score_of_the_tool_can_be_given_one(
    teacher: Client, learner: Any, declarative_block: UsageKey, course: Course
) -> None:
    assert override(teacher, declarative_block, learner, 7).status_code == 200

    assert gradebook_score(learner, declarative_block) == (7.0, 10.0)
    assert course_percent(learner, course) == pytest.approx(0.7)
    assert LtiAgsGrade.objects.count() == 0


def test_the_learner_reads_that_the_course_team_set_the_score(
    teacher: Client, learner: Any, declarative_block: UsageKey, send_score: Any
) -> None:
    send_score(learner, declarative_block, scoreGiven=83, scoreMaximum=100)
    override(teacher, declarative_block, learner, 6)
    client = Client()
    client.force_login(learner)

    html = client.get(f"/xblock/{declarative_block}").content.decode()

    assert "6 of 10 points" in html
    assert "The course team has set your score." in html


def test_a_rescore_brings_the_tools_grade_back(
    teacher: Client, learner: Any, declarative_block: UsageKey, send_score: Any
) -> None:
    send_score(learner, declarative_block, scoreGiven=83, scoreMaximum=100)
    override(teacher, declarative_block, learner, 6)

    response = act(teacher, "rescore_problem", declarative_block, learner)

    assert response.status_code == 200
    assert gradebook_score(learner, declarative_block) == (pytest.approx(8.3), 10.0)
    assert LtiAgsGrade.objects.get().decision == GradeDecision.PUBLISHED


@pytest.mark.parametrize(("given", "grade"), [(83, 8.3), (30, 6.0)], ids=["higher", "lower"])
def test_a_rescore_only_if_higher_takes_nothing_away(
    teacher: Client, learner: Any, declarative_block: UsageKey, send_score: Any, given: int, grade: float
) -> None:
    send_score(learner, declarative_block, scoreGiven=given, scoreMaximum=100)
    override(teacher, declarative_block, learner, 6)

    act(teacher, "rescore_problem", declarative_block, learner, only_if_higher="true")

    assert gradebook_score(learner, declarative_block) == (pytest.approx(grade), 10.0)


def test_a_rescore_passes_over_learners_whom_the_tool_has_not_graded(
    teacher: Client, learner: Any, declarative_block: UsageKey
) -> None:
    override(teacher, declarative_block, learner, 6)

    act(teacher, "rescore_problem", declarative_block, learner)

    assert gradebook_score(learner, declarative_block) == (6.0, 10.0)


def test_a_rescore_of_everybody_gives_each_their_own(
    teacher: Client, learner: Any, course: Course, declarative_block: UsageKey, send_score: Any
) -> None:
    other = make_learner(course)
    send_score(learner, declarative_block, scoreGiven=83, scoreMaximum=100)
    send_score(other, declarative_block, scoreGiven=20, scoreMaximum=100)
    for user in (learner, other):
        override(teacher, declarative_block, user, 6)

    act(teacher, "rescore_problem", declarative_block, learner, all_students="true")

    assert gradebook_score(learner, declarative_block) == (pytest.approx(8.3), 10.0)
    assert gradebook_score(other, declarative_block) == (2.0, 10.0)


def test_deleting_state_clears_grade_and_scores(
    teacher: Client, learner: Any, course: Course, declarative_block: UsageKey, send_score: Any
) -> None:
    send_score(learner, declarative_block, scoreGiven=83, scoreMaximum=100)

    response = act(teacher, "reset_student_attempts", declarative_block, learner, delete_module="true")

    assert response.status_code == 200
    assert not StudentModule.objects.filter(student=learner, module_state_key=declarative_block).exists()
    assert course_percent(learner, course) == 0.0
    assert LtiAgsScore.objects.get().final_score_given is None
    assert LtiAgsGrade.objects.get().decision == GradeDecision.CLEARED


def test_deleting_state_names_the_teacher_in_the_history(
    teacher: Client, learner: Any, declarative_block: UsageKey, send_score: Any
) -> None:
    send_score(learner, declarative_block)

    act(teacher, "reset_student_attempts", declarative_block, learner, delete_module="true")

    event = LtiAgsEvent.objects.filter(kind=EventKind.STAFF_ACTION).get()
    assert event.actor_id == int(teacher.session["_auth_user_id"])


def test_a_score_after_deleting_state_counts_afresh(
    teacher: Client, learner: Any, declarative_block: UsageKey, send_score: Any
) -> None:
    send_score(learner, declarative_block, scoreGiven=83, scoreMaximum=100)
    act(teacher, "reset_student_attempts", declarative_block, learner, delete_module="true")

    send_score(learner, declarative_block, scoreGiven=40, scoreMaximum=100)

    assert gradebook_score(learner, declarative_block) == (4.0, 10.0)


def test_deleting_state_of_a_learner_without_any_changes_nothing(
    teacher: Client, learner: Any, declarative_block: UsageKey
) -> None:
    response = act(teacher, "reset_student_attempts", declarative_block, learner, delete_module="true")

    assert response.status_code == 400
    assert gradebook_score(learner, declarative_block) is None


def test_resetting_attempts_leaves_the_grade(
    teacher: Client, learner: Any, declarative_block: UsageKey, send_score: Any
) -> None:
    send_score(learner, declarative_block, scoreGiven=83, scoreMaximum=100)

    act(teacher, "reset_student_attempts", declarative_block, learner)

    assert gradebook_score(learner, declarative_block) == (pytest.approx(8.3), 10.0)


def test_an_override_of_a_block_without_points_changes_nothing(
    teacher: Client, learner: Any, course: Course, tool: RegisteredTool
) -> None:
    location = course.add_block(tool.tool, weight=0.0)

    override(teacher, location, learner, 0)

    assert gradebook_score(learner, location) is None


def test_publishing_without_a_score_changes_nothing(learner: Any, declarative_block: UsageKey) -> None:
    block = edx_platform.bind_block(edx_platform.load_block(declarative_block), user_id=learner.pk)

    block.publish_grade()

    assert gradebook_score(learner, declarative_block) is None


def test_an_id_that_nobody_has_clears_nothing(
    learner: Any, course: Course, declarative_block: UsageKey, send_score: Any
) -> None:
    send_score(learner, declarative_block, scoreGiven=83, scoreMaximum=100)
    block = edx_platform.load_block(declarative_block)

    with pytest.raises(PermanentPlatformError):
        block.clear_student_state(
            user_id="0" * 32, course_id=str(course.key), item_id=str(declarative_block), requesting_user_id="1" * 32
        )

    assert gradebook_score(learner, declarative_block) == (pytest.approx(8.3), 10.0)
