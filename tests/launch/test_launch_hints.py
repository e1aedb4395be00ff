"""The hints of a launch: bound to the browser, the learner and the tool, short-lived, good for one launch."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import override_settings

from common.djangoapps.student.models import CourseEnrollment
from lti_ags.models import LtiAgsLineItem
from lti_ags.services.tools import set_places
from tests.support.courses import Course, make_learner
from tests.support.launches import AUTHORIZE, Launch, form_of, signed_in
from tests.support.secret_lists import NEW, OLD
from tests.support.tools import RegisteredTool


def error_of(response: Any) -> str:
    assert response.status_code == 200
    return form_of(response).fields.get("error", "none")


@pytest.mark.conformance("L-07")
def test_a_launch_cannot_be_finished_by_somebody_else(launch: Launch, course: Course) -> None:
    parameters = launch.request(launch.begin())
    other = signed_in(make_learner(course))

    assert error_of(other.post(AUTHORIZE, parameters)) == "access_denied"


@pytest.mark.conformance("L-07")
def test_a_launch_cannot_be_finished_in_another_session_of_the_same_user(launch: Launch, learner: Any) -> None:
    parameters = launch.request(launch.begin())

    assert error_of(signed_in(learner).post(AUTHORIZE, parameters)) == "access_denied"
    assert error_of(launch.client.post(AUTHORIZE, parameters)) == "none"


@pytest.mark.conformance("L-07")
def test_a_launch_is_good_for_one_answer(launch: Launch) -> None:
    parameters = launch.request(launch.begin())

    answers = [error_of(launch.authorize(parameters, method=method)) for method in ("get", "post", "get")]

    assert answers == ["none", "access_denied", "access_denied"]


@pytest.mark.conformance("L-07")
def test_two_launches_side_by_side_do_not_disturb_each_other(launch: Launch) -> None:
    first, second = launch.begin(), launch.begin()

    assert error_of(launch.authorize(launch.request(second))) == "none"
    assert error_of(launch.authorize(launch.request(first))) == "none"


@pytest.mark.conformance("L-07")
def test_the_hints_of_two_launches_cannot_be_mixed(launch: Launch) -> None:
    first, second = launch.begin(), launch.begin()

    parameters = launch.request({**first, "lti_message_hint": second["lti_message_hint"]})

    assert error_of(launch.authorize(parameters)) == "access_denied"


@pytest.mark.conformance("L-07")
def test_one_hint_does_not_pass_for_the_other(launch: Launch) -> None:
    login = launch.begin()

    parameters = launch.request({**login, "login_hint": login["lti_message_hint"]})

    assert error_of(launch.authorize(parameters)) == "access_denied"


@pytest.mark.conformance("L-07")
@pytest.mark.parametrize("name", ["login_hint", "lti_message_hint"])
def test_a_hint_that_was_changed_is_refused(launch: Launch, name: str) -> None:
    login = launch.begin()
    header, payload, signature = login[name].split(".")
    changed = f"{header}.{payload[:-2]}{'AA' if payload[-2:] != 'AA' else 'BB'}.{signature}"

    assert error_of(launch.authorize(launch.request({**login, name: changed}))) == "access_denied"


@pytest.mark.conformance("L-07")
@override_settings(LTI_AGS_HINT_LIFETIME_SECONDS=-1)
def test_a_hint_that_has_expired_is_refused(launch: Launch) -> None:
    assert launch.refusal()["error"] == "access_denied"


def test_another_tool_cannot_finish_the_launch(launch: Launch, other_tool: RegisteredTool) -> None:
    parameters = launch.request({**launch.begin(), "client_id": other_tool.client_id})

    assert error_of(launch.authorize(parameters)) == "access_denied"


def test_a_learner_who_left_the_course_meanwhile_is_refused(launch: Launch, learner: Any, course: Course) -> None:
    parameters = launch.request(launch.begin())
    CourseEnrollment.unenroll(learner, course.key)

    assert error_of(launch.authorize(parameters)) == "access_denied"


def test_a_block_that_was_given_to_another_tool_meanwhile_is_refused(
    launch: Launch, other_tool: RegisteredTool, course: Course
) -> None:
    parameters = launch.request(launch.begin())
    course.change(launch.usage_key, lti_tool=str(other_tool.tool.uuid))
    Launch(launch.client, other_tool, launch.usage_key).begin()

    assert error_of(launch.authorize(parameters)) == "access_denied"


def test_a_tool_that_lost_the_course_meanwhile_is_refused(launch: Launch, tool: RegisteredTool) -> None:
    parameters = launch.request(launch.begin())
    set_places(tool.tool, places=())

    assert error_of(launch.authorize(parameters)) == "access_denied"


def test_the_target_of_the_first_step_stays_the_target(launch: Launch, course: Course) -> None:
    parameters = launch.request(launch.begin())
    course.change(launch.usage_key, launch_url="https://tool.example/elsewhere")

    claims = launch.checked(form_of(launch.authorize(parameters)).fields["id_token"])

    assert claims["https://purl.imsglobal.org/spec/lti/claim/target_link_uri"] == "https://tool.example/launch"


@pytest.mark.django_db(transaction=True)
@pytest.mark.conformance("L-07")
def test_a_used_launch_stays_used_when_every_request_is_a_transaction(
    launch: Launch, learner: Any, course: Course
) -> None:
    assert connection.settings_dict["ATOMIC_REQUESTS"] is True

    parameters = launch.request(launch.begin())
    CourseEnrollment.unenroll(learner, course.key)
    assert error_of(launch.authorize(parameters)) == "access_denied"
    CourseEnrollment.enroll(learner, course.key)
    assert error_of(launch.authorize(parameters)) == "access_denied"

    assert LtiAgsLineItem.objects.count() == 1


def test_a_browser_that_signed_out_meanwhile_is_told_to_the_tool(launch: Launch) -> None:
    parameters = launch.request(launch.begin())
    launch.client.logout()

    assert error_of(launch.authorize(parameters)) == "login_required"


def test_hints_outlive_a_change_of_keys_that_keeps_the_old_one(launch: Launch) -> None:
    with override_settings(LTI_AGS_TOKEN_KEYS=[OLD]):
        parameters = launch.request(launch.begin())

    with override_settings(LTI_AGS_TOKEN_KEYS=[NEW, OLD]):
        assert error_of(launch.authorize(parameters)) == "none"


def test_hints_of_a_key_that_was_dropped_are_refused(launch: Launch) -> None:
    with override_settings(LTI_AGS_TOKEN_KEYS=[OLD]):
        parameters = launch.request(launch.begin())

    with override_settings(LTI_AGS_TOKEN_KEYS=[NEW]):
        assert error_of(launch.authorize(parameters)) == "access_denied"
