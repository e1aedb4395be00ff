"""The first step of a launch: the platform sends the browser to the tool's login page."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from lti_ags.models import LtiConfiguration, LtiSubject
from tests.support.courses import Course, external_id, make_staff
from tests.support.launches import Launch, login_request, signed_in, start_path
from tests.support.tools import RegisteredTool


@pytest.mark.conformance("L-01", "L-02")
def test_the_tool_gets_all_six_parameters(launch: Launch, tool: RegisteredTool) -> None:
    login = launch.begin()

    assert set(login) == {
        *("iss", "login_hint", "target_link_uri", "client_id", "lti_deployment_id", "lti_message_hint")
    }
    assert login["iss"] == "http://127.0.0.1:8000"
    assert login["target_link_uri"] == "https://tool.example/launch"
    assert login["client_id"] == tool.client_id
    assert login["lti_deployment_id"] == tool.tool.deployment_id


@pytest.mark.parametrize("path", ["{}", "{}/"], ids=["plain", "with a slash"])
def test_the_browser_goes_to_the_login_page_of_the_tool(launch: Launch, path: str) -> None:
    response = launch.client.get(path.format(start_path(launch.usage_key)))

    assert response.status_code == 302
    assert response["Location"].startswith("https://tool.example/login?")
    assert "no-store" in response["Cache-Control"]


def test_a_query_in_the_tools_login_url_is_kept(course: Course, learner: Any) -> None:
    tool = RegisteredTool.register(oidc_login_url="https://tool.example/login?tenant=7&x=%2F")
    location = course.add_block(tool.tool)

    response = signed_in(learner).get(start_path(location))

    query = parse_qs(urlsplit(response["Location"]).query)
    assert query["tenant"] == ["7"]
    assert query["x"] == ["/"]
    assert len(query) == 8


def test_the_authors_launch_url_is_the_target(course: Course, tool: RegisteredTool, learner: Any) -> None:
    location = course.add_block(tool.tool, launch_url=" https://tool.example/lesson/3 ")

    login = login_request(signed_in(learner).get(start_path(location)))

    assert login["target_link_uri"] == "https://tool.example/lesson/3"


def test_the_hints_tell_nothing_about_the_user(launch: Launch, learner: Any) -> None:
    login = launch.begin()

    assert learner.username not in login["login_hint"] + login["lti_message_hint"]
    assert login["login_hint"] != launch.begin()["login_hint"]


def test_the_learner_is_written_down_under_the_id_of_the_platform(launch: Launch, learner: Any) -> None:
    launch.begin()

    subject = LtiSubject.objects.get(user=learner)
    assert subject.subject == external_id(learner)
    assert subject.is_staff_trial is False
    assert subject.context.tool_id == launch.tool.tool.pk


def test_a_second_launch_keeps_the_learners_id(launch: Launch, learner: Any) -> None:
    launch.begin()
    launch.begin()

    assert LtiSubject.objects.filter(user=learner).count() == 1


def test_a_learner_without_an_id_of_the_platform_gets_one_of_our_own(launch: Launch, learner: Any) -> None:
    from openedx.core.djangoapps.external_user_ids.models import ExternalId, ExternalIdType

    ExternalId.objects.all().delete()
    ExternalIdType.objects.all().delete()

    launch.begin()

    subject = LtiSubject.objects.get(user=learner).subject
    assert launch.claims()["sub"] == subject


def test_staff_who_are_not_enrolled_are_written_down_as_trying_out(launch: Launch, course: Course) -> None:
    teacher = make_staff(course)

    Launch(signed_in(teacher), launch.tool, launch.usage_key).begin()

    assert LtiSubject.objects.get(user=teacher).is_staff_trial is True


def test_a_configuration_that_was_missed_is_made_at_launch(course: Course, tool: RegisteredTool, learner: Any) -> None:
    location = course.add_block(tool.tool, display_name="Fresh", weight=7.0)
    LtiConfiguration.objects.all().delete()

    signed_in(learner).get(start_path(location))

    configuration = LtiConfiguration.objects.get(location=location)
    assert configuration.title == "Fresh"
    assert configuration.platform_item.score_maximum == 7.0


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_other_methods_are_refused(launch: Launch, method: str) -> None:
    response = getattr(Client(), method)(start_path(launch.usage_key))

    assert response.status_code == 405
    assert response["Allow"] == "GET"
