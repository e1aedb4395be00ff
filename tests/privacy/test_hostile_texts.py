"""Titles, names, comments and parameters that try to be more than text, wherever they are shown."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from opaque_keys.edx.keys import UsageKey

from lti_ags.models import LtiAgsLineItem
from tests.support.ags import Ags, score_body
from tests.support.courses import Course, configuration_of, subject_of
from tests.support.launches import Launch, signed_in, start_path
from tests.support.studio import view
from tests.support.tools import RegisteredTool

HOSTILE = {
    "script": "<script>owned()</script>",
    "attribute": "\"'><img src=x onerror=owned()>",
    "end of an element": "</textarea></title></script></style><svg onload=owned()>",
    "comment of HTML": "--><iframe srcdoc='<script>owned()</script>'>",
    "template": "{{ 7|add:7 }}{% load owned %}${7*7}<%= owned %>",
    "link": '<a href="javascript:owned()">here</a>',
}


class Intruders(HTMLParser):
    """What a browser would run or load of a page because of us: elements and attributes with the mark in them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open.append(tag)
        self.found += [name for name, value in attrs if name.startswith("on")]
        self.found += [
            f"{tag} {name}" for name, value in attrs if (value or "").strip().lower().startswith("javascript:")
        ]
        # The title of the frame that we make ourselves may say anything; its source may not.
        self.found += [tag] if "srcdoc" in dict(attrs) else []

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "script" and "owned" in data:
            self.found.append("script")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            del self._open[len(self._open) - 1 - self._open[::-1].index(tag) :]


def intruders(html: str) -> list[str]:
    return Intruders(html).found


@pytest.fixture(params=HOSTILE.values(), ids=HOSTILE.keys())
def text(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def hostile_tool(db: None, text: str) -> RegisteredTool:
    return RegisteredTool.register(text[:200])


@pytest.fixture
def block(course: Course, hostile_tool: RegisteredTool, text: str) -> UsageKey:
    return course.add_block(hostile_tool.tool, display_name=text, custom_parameters={"a": text, "b": "$User.id"})


def test_learners_page_shows_name_title_and_comment_as_text(
    hostile_tool: RegisteredTool, block: UsageKey, learner: Any, text: str
) -> None:
    subject = subject_of(learner, block).subject
    item = LtiAgsLineItem.objects.get(platform_item_of__location=block)
    assert Ags(hostile_tool).post_score(item.pk, score_body(subject, comment=text)).status_code == 200

    page = signed_in(learner).get(f"/xblock/{block}").content.decode()

    assert "lti-ags-comment" in page
    assert intruders(page) == []
    assert text not in page or "<" not in text


def test_studio_shows_title_tool_and_parameters_as_text(block: UsageKey, course: Course, text: str) -> None:
    author = get_user_model().objects.get(pk=course.author_id)

    for name in ("studio_view", "author_view"):
        page = view(block, name, author)

        assert intruders(page) == [], name
        assert text not in page or "<" not in text, name


def test_pages_of_a_launch_show_what_the_tool_sends_as_text(
    hostile_tool: RegisteredTool, block: UsageKey, learner: Any, text: str
) -> None:
    launch = Launch(signed_in(learner), hostile_tool, block)
    pages = [
        launch.answer(state=text),
        launch.answer(nonce="", state=text),
        launch.answer(client_id=text),
        launch.answer(redirect_uri=text),
        launch.answer(prompt=text),
    ]

    for page in pages:
        assert intruders(page.content.decode()) == []
        assert "script-src 'nonce-" in page["Content-Security-Policy"]
    assert [page.status_code for page in pages] == [200, 200, 400, 400, 200]


def test_title_and_parameters_reach_the_tool_unchanged(
    hostile_tool: RegisteredTool, block: UsageKey, learner: Any, text: str
) -> None:
    claims = Launch(signed_in(learner), hostile_tool, block).claims()

    assert claims["https://purl.imsglobal.org/spec/lti/claim/custom"]["a"] == text
    assert claims["https://purl.imsglobal.org/spec/lti/claim/resource_link"]["title"] == text


def test_admin_shows_the_name_of_a_tool_as_text(hostile_tool: RegisteredTool, admin_client: Client) -> None:
    for path in ("", f"{hostile_tool.tool.pk}/change/"):
        page = admin_client.get(f"/admin/lti_ags/ltitool/{path}")

        assert page.status_code == 200
        assert intruders(page.content.decode()) == []


def test_answers_in_json_are_never_taken_for_pages(hostile_tool: RegisteredTool, course: Course, text: str) -> None:
    block = course.add_block(hostile_tool.tool, grading_mode="programmatic", display_name=text)
    ags, context = Ags(hostile_tool), context_of(block)

    made = ags.create_item(context, label=text, tag=text[:50], resourceId=text)
    refused = ags.create_item(context, label=text, scoreMaximum=text)

    assert (made.status_code, refused.status_code) == (201, 400)
    assert made.json()["label"] == text
    for answer in (made, refused, ags.list_items(context)):
        assert "html" not in answer["Content-Type"]


def context_of(block: UsageKey) -> Any:
    """The context of a programmatic block."""
    configuration = configuration_of(block)
    return configuration.tool.contexts.get()


def test_refusal_of_an_unknown_block_does_not_repeat_its_key(learner: Any, text: str) -> None:
    page = signed_in(learner).get(start_path(text.replace("/", "")))

    assert page.status_code == 404
    assert intruders(page.content.decode()) == []
