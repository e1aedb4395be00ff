"""Who is launched, and what everybody else reads."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings

from common.djangoapps.student.models import CourseEnrollment
from lti_ags.models import LtiSubject
from lti_ags.services.tools import set_enabled, set_places
from sandbox.courses import change_block
from tests.support.courses import Course, make_staff, make_user
from tests.support.launches import Launch, signed_in, start_path
from tests.support.tools import RegisteredTool


def assert_page(response: HttpResponse, status: int, text: str) -> None:
    """A plain page of ours, with nothing written down and no way on."""
    assert response.status_code == status
    assert text in response.content.decode()
    assert "<h1>" in response.content.decode()
    assert "<form" not in response.content.decode()
    assert LtiSubject.objects.count() == 0


def test_nobody_is_launched_who_is_not_signed_in(launch: Launch) -> None:
    assert_page(Client().get(start_path(launch.usage_key)), 403, "Sign in")


def test_a_user_who_is_not_in_the_course_is_not_launched(launch: Launch) -> None:
    stranger = signed_in(make_user("stranger"))

    assert_page(stranger.get(start_path(launch.usage_key)), 404, "no access")


def test_a_learner_who_left_the_course_is_not_launched(launch: Launch, learner: Any, course: Course) -> None:
    CourseEnrollment.unenroll(learner, course.key)

    assert_page(launch.client.get(start_path(launch.usage_key)), 404, "no access")


def test_a_learner_of_a_self_paced_course_is_launched(launch: Launch, learner: Any, course: Course) -> None:
    change_block(course.key.make_usage_key("course", "course"), self_paced=True)

    launch.begin()

    assert LtiSubject.objects.get().user == learner


def test_staff_who_left_the_course_are_launched_as_staff(launch: Launch, course: Course) -> None:
    teacher = make_staff(course)
    CourseEnrollment.enroll(teacher, course.key)
    CourseEnrollment.unenroll(teacher, course.key)

    Launch(signed_in(teacher), launch.tool, launch.usage_key).begin()

    assert LtiSubject.objects.get(user=teacher).is_staff_trial is True


def test_staff_who_were_learners_until_they_left_only_try_the_tool_out(launch: Launch, course: Course) -> None:
    teacher = make_staff(course)
    CourseEnrollment.enroll(teacher, course.key)
    Launch(signed_in(teacher), launch.tool, launch.usage_key).begin()
    assert LtiSubject.objects.get(user=teacher).is_staff_trial is False

    CourseEnrollment.unenroll(teacher, course.key)
    Launch(signed_in(teacher), launch.tool, launch.usage_key).begin()

    assert LtiSubject.objects.get(user=teacher).is_staff_trial is True


def test_staff_who_enrol_later_are_learners_from_then_on(launch: Launch, course: Course) -> None:
    teacher = make_staff(course)
    Launch(signed_in(teacher), launch.tool, launch.usage_key).begin()
    assert LtiSubject.objects.get(user=teacher).is_staff_trial is True

    CourseEnrollment.enroll(teacher, course.key)
    Launch(signed_in(teacher), launch.tool, launch.usage_key).begin()

    assert LtiSubject.objects.get(user=teacher).is_staff_trial is False


def test_a_block_that_does_not_exist_looks_like_one_without_access(launch: Launch, course: Course) -> None:
    missing = course.key.make_usage_key("lti_ags", "missing")
    stranger = signed_in(make_user("stranger"))

    answers = [stranger.get(start_path(key)) for key in (missing, launch.usage_key)]

    assert [answer.status_code for answer in answers] == [404, 404]
    texts = [answer.content.decode().split("<main>")[1] for answer in answers]
    assert texts[0] == texts[1]


@pytest.mark.parametrize(
    "key",
    [
        "nonsense",
        "block-v1:DemoX+AGS+none+type@lti_ags+block@x",
        "block-v1:DemoX+AGS+none+type@html+block@x",
        "lb:DemoX:Library:lti_ags:x",
        "course-v1:DemoX+AGS+none",
        "i4x:%2F%2Forg%2Fcourse%2Flti_ags%2Fx",
        "%00",
    ],
)
def test_what_is_no_block_of_ours_is_not_found(learner: Any, key: str) -> None:
    response = signed_in(learner).get(f"/api/lti_ags/v1/launch/start/{key}")

    assert response.status_code == 404


def test_a_block_of_another_type_is_not_found(launch: Launch, course: Course) -> None:
    assert launch.client.get(start_path(course.unit)).status_code == 404


def test_a_usage_key_whose_plus_signs_became_spaces_is_understood(launch: Launch) -> None:
    response = launch.client.get(start_path(launch.usage_key).replace("+", "%20"))

    assert response.status_code == 302


@override_settings(SESSION_SERIALIZER="tests.support.sessions.ObjectSerializer")
def test_staff_who_look_at_the_course_as_a_learner_are_not_launched(launch: Launch, course: Course) -> None:
    from lms.djangoapps.courseware.masquerade import MASQUERADE_SETTINGS_KEY, CourseMasquerade

    client = signed_in(make_staff(course))
    session = client.session
    session[MASQUERADE_SETTINGS_KEY] = {course.key: CourseMasquerade(course.key, role="student")}
    session.save()

    assert_page(client.get(start_path(launch.usage_key)), 403, "viewing the course as a learner")


def misconfigured(course: Course, tool: RegisteredTool, how: str) -> Any:
    """A block whose tool cannot be used; the name says why."""
    if how == "no tool":
        return course.add_block(None)
    location = course.add_block(tool.tool)
    if how == "unknown tool":
        course.change(location, lti_tool="00000000-0000-4000-8000-000000000000")
    elif how == "not a tool's id":
        course.change(location, lti_tool="quiz")
    elif how == "disabled tool":
        set_enabled([tool.tool], is_enabled=False)
    else:
        set_places(tool.tool, places=())
    return location


WAYS = {
    "no tool": "No tool is chosen",
    "unknown tool": "not known on this site",
    "not a tool's id": "No tool is chosen",
    "disabled tool": "switched off",
    "tool for other courses": "may not be used in this course",
}


@pytest.mark.parametrize("how", WAYS)
def test_a_learner_reads_a_plain_sentence_about_a_block_that_is_not_ready(
    course: Course, tool: RegisteredTool, learner: Any, how: str
) -> None:
    location = misconfigured(course, tool, how)

    response = signed_in(learner).get(start_path(location))

    assert_page(response, 409, "not ready yet. Please tell the course team.")


@pytest.mark.parametrize(("how", "sentence"), WAYS.items())
def test_staff_read_what_to_do_about_a_block_that_is_not_ready(
    course: Course, tool: RegisteredTool, how: str, sentence: str
) -> None:
    location = misconfigured(course, tool, how)

    response = signed_in(make_staff(course)).get(start_path(location))

    assert_page(response, 409, sentence)


def test_a_weight_of_zero_launches_without_grades(course: Course, tool: RegisteredTool, learner: Any) -> None:
    location = course.add_block(tool.tool, weight=0.0)

    claims = Launch(signed_in(learner), tool, location).claims()

    assert "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint" not in claims
