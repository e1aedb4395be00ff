"""A launch sends the browser to registered addresses, for the block that was opened, and nowhere else."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from opaque_keys.edx.keys import UsageKey

from tests.support.courses import Course, make_course, make_learner
from tests.support.launches import Launch, form_of, signed_in, start_path
from tests.support.tools import RegisteredTool
from xmodule.modulestore.django import modulestore

ELSEWHERE = "https://evil.example/"
NAMES = ["next", "target", "target_link_uri", "redirect_uri", "redirect", "return_to", "oidc_login_url", "login_hint"]


@pytest.mark.parametrize("name", NAMES)
def test_browser_goes_where_the_tool_is_registered_whatever_the_query_says(launch: Launch, name: str) -> None:
    answer = launch.client.get(start_path(launch.usage_key), {name: ELSEWHERE})

    assert answer.status_code == 302
    assert urlsplit(answer["Location"]).netloc == "tool.example"
    assert "evil.example" not in answer["Location"]


@pytest.mark.parametrize("name", ["target_link_uri", "redirect", "next", "iss", "lti_deployment_id"])
def test_answer_goes_where_the_tool_is_registered_whatever_else_is_sent(launch: Launch, name: str) -> None:
    answer = launch.answer("post", **{name: ELSEWHERE})

    assert form_of(answer).action == "https://tool.example/launch"
    assert "evil.example" not in answer.content.decode()
    assert "evil.example" not in answer["Content-Security-Policy"]


def test_address_of_another_tool_is_no_address_of_this_one(launch: Launch) -> None:
    RegisteredTool.register("Other", redirect_uris=["https://other.example/launch"])

    assert launch.answer(redirect_uri="https://other.example/launch").status_code == 400


def test_address_that_was_taken_back_is_refused(launch: Launch, tool: RegisteredTool) -> None:
    login = launch.begin()
    tool.tool.redirect_uris = ["https://tool.example/new"]
    tool.tool.save()

    assert launch.authorize(launch.request(login)).status_code == 400


@pytest.mark.parametrize("mixed", ["login_hint", "lti_message_hint"])
def test_hints_of_two_blocks_cannot_be_mixed(launch: Launch, course: Course, tool: RegisteredTool, mixed: str) -> None:
    other = Launch(launch.client, tool, course.add_block(tool.tool))
    login = {**launch.begin(), mixed: other.begin()[mixed]}

    form = form_of(launch.authorize(launch.request(login)))

    assert form.fields["error"] == "access_denied"
    assert "id_token" not in form.fields


def test_hints_of_another_learner_cannot_be_used(launch: Launch, course: Course) -> None:
    theirs = Launch(signed_in(make_learner(course)), launch.tool, launch.usage_key).begin()
    mine = launch.begin()

    for login in (theirs, {**mine, "login_hint": theirs["login_hint"]}):
        form = form_of(launch.authorize(launch.request(login)))

        assert form.fields["error"] == "access_denied"
        assert "id_token" not in form.fields


def test_block_that_was_deleted_meanwhile_is_not_launched(
    launch: Launch, course: Course, declarative_block: UsageKey
) -> None:
    login = launch.begin()
    modulestore().delete_item(declarative_block, course.author_id)
    course.publish()

    form = form_of(launch.authorize(launch.request(login)))

    assert form.fields["error"] == "access_denied"
    assert "id_token" not in form.fields


def test_learner_of_one_course_is_not_launched_into_another(learner: Any, tool: RegisteredTool) -> None:
    block = make_course().add_block(tool.tool)

    answer = signed_in(learner).get(start_path(block))

    assert answer.status_code == 404
    assert "Location" not in answer
