"""The pages of a launch: they load nothing, post to the tool only, and stand in pages of the course only."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client, override_settings

from tests.support.courses import Course
from tests.support.launches import AUTHORIZE, Launch, signed_in, start_path
from tests.support.tools import RegisteredTool


def policy(response: Any) -> dict[str, str]:
    """The Content-Security-Policy by directive."""
    directives = (directive.strip().partition(" ") for directive in response["Content-Security-Policy"].split(";"))
    return {name: value for name, _space, value in directives}


def test_the_form_runs_one_script_and_posts_to_the_tool_only(launch: Launch) -> None:
    response = launch.answer()

    rules = policy(response)
    assert rules["default-src"] == "'none'"
    assert rules["form-action"] == "https://tool.example"
    assert rules["base-uri"] == "'none'"
    nonce = re.fullmatch(r"'nonce-([\w-]+)'", rules["script-src"])
    assert nonce is not None
    assert response.content.decode().count("<script") == 1
    assert f'<script nonce="{nonce[1]}">' in response.content.decode()
    assert nonce[1] not in launch.answer().content.decode()


def test_the_tool_may_send_the_browser_on_to_its_own_addresses(course: Course, learner: Any) -> None:
    tool = RegisteredTool.register(
        launch_url="https://app.tool.example/x", redirect_uris=["https://login.tool.example:8443/back"]
    )
    location = course.add_block(tool.tool, launch_url="https://lessons.tool.example/1")
    launch = Launch(signed_in(learner), tool, location)

    response = launch.answer(redirect_uri="https://login.tool.example:8443/back")

    assert policy(response)["form-action"].split() == [
        "https://login.tool.example:8443",
        "https://lessons.tool.example",
        "https://app.tool.example",
    ]


@pytest.mark.parametrize("target", ["https://x; script-src *", "javascript:alert(1)", "http://[", "https://u:p@evil/"])
def test_an_address_that_is_none_does_not_get_into_the_policy(
    course: Course, tool: RegisteredTool, learner: Any, target: str
) -> None:
    location = course.add_block(tool.tool, launch_url=target)

    response = Launch(signed_in(learner), tool, location).answer()

    assert response.status_code == 200
    assert policy(response)["form-action"] == "https://tool.example"


@override_settings(
    LEARNING_MICROFRONTEND_URL="https://apps.lms.example/learning", LTI_AGS_FRAME_ANCESTORS=["https://portal.example"]
)
def test_pages_of_the_course_may_frame_a_launch(launch: Launch) -> None:
    for response in (launch.answer(), Client().get(AUTHORIZE), Client().get(start_path(launch.usage_key))):
        ancestors = policy(response)["frame-ancestors"].split()

        assert ancestors == [
            "'self'",
            "http://127.0.0.1:8000",
            "https://apps.lms.example",
            "https://portal.example",
        ]
        assert "X-Frame-Options" not in response


def test_pages_without_a_form_post_nowhere(launch: Launch) -> None:
    response = launch.answer(client_id="nobody")

    assert policy(response)["form-action"] == "'none'"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_the_tool_sees_where_the_form_comes_from_and_not_which_page(launch: Launch) -> None:
    assert launch.answer()["Referrer-Policy"] == "strict-origin"


def test_what_the_tool_sends_is_escaped(launch: Launch) -> None:
    state = '"><img src=x onerror=alert(1)>'

    page = launch.answer("post", state=state).content.decode()

    assert "<img" not in page
    assert "&quot;&gt;&lt;img" in page


def test_pages_are_in_the_readers_language_direction(launch: Launch) -> None:
    launch.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "ar"

    assert '<html lang="ar" dir="rtl">' in launch.answer(client_id="nobody").content.decode()


def test_the_form_can_be_sent_without_scripts(launch: Launch) -> None:
    assert '<button type="submit">' in launch.answer().content.decode()
