"""The form in the editor that adds a tool to the course."""

from __future__ import annotations

import json
from typing import Any

import pytest
from opaque_keys.edx.keys import UsageKey

from common.djangoapps.student.models import CourseAccessRole
from common.djangoapps.student.roles import CourseInstructorRole
from lti_ags.models import LtiTool
from lti_ags.services.tools import tools_of_course
from tests.support.courses import Course, make_course, make_learner, make_user
from tests.support.databases import failing_statements
from tests.support.studio import post, stored, view
from tests.support.tools import RegisteredTool, public_jwk, public_pem, rsa_key

TYPED = {
    "name": "Essay tool",
    "oidc_login_url": "https://tool.example/login",
    "launch_url": "https://tool.example/launch",
    "redirect_uris": "",
    "jwks_url": "",
    "public_key": public_pem(rsa_key()),
}


@pytest.fixture
def location(course: Course) -> UsageKey:
    return course.add_block(None)


@pytest.fixture
def admin(course: Course) -> Any:
    """An admin of the course's team."""
    user = make_user("admin")
    CourseInstructorRole(course.key).add_users(user)
    return user


def add(location: UsageKey, user: Any, **changes: Any) -> tuple[int, Any]:
    return post(location, {**TYPED, **changes}, user, handler="add_tool")


def test_admin_of_the_course_adds_a_tool_and_gets_what_its_administrator_needs(
    location: UsageKey, course: Course, admin: Any
) -> None:
    before = stored(location, admin)

    status, answer = add(location, admin, redirect_uris=" https://tool.example/a \n\nhttps://tool.example/b")

    [tool] = tools_of_course(course.key)
    assert status == 200
    assert (answer["uuid"], answer["name"], answer["ceiling"]) == (str(tool.uuid), "Essay tool", "programmatic")
    assert tool.redirect_uris == ["https://tool.example/a", "https://tool.example/b"]
    for value in (tool.client_id, tool.deployment_id, "/api/lti_ags/v1/token", "/api/lti_ags/v1/jwks"):
        assert value in answer["sheet"]
    assert tool.public_key not in str(answer)
    assert stored(location, admin) == before


def test_added_tool_can_be_chosen_in_this_course_and_in_no_other(
    location: UsageKey, course: Course, admin: Any
) -> None:
    elsewhere = make_course()
    CourseInstructorRole(elsewhere.key).add_users(admin)

    _status, answer = add(location, admin)

    choice = {"values": {"lti_tool": answer["uuid"]}, "defaults": []}
    assert post(location, choice, admin)[0] == 200
    assert post(elsewhere.add_block(None), choice, admin)[0] == 400


def test_every_fault_is_told_with_its_field(location: UsageKey, admin: Any) -> None:
    status, answer = add(location, admin, name="", oidc_login_url="http://tool.example/", public_key="")

    assert status == 400
    assert {message["field"]: message["text"] for message in answer["error"]["messages"]} == {
        "name": "The name must have 1 to 255 characters.",
        "oidc_login_url": "OIDC login URL must start with https://; http:// is only for tools on this machine.",
        "jwks_url": "Give either the URL of the tool's key set or its public key; neither came.",
    }
    assert LtiTool.objects.count() == 0


@pytest.mark.parametrize("field", ["name", "public_key"])
def test_half_a_character_is_refused_with_its_field(location: UsageKey, admin: Any, field: str) -> None:
    key = json.dumps(public_jwk(rsa_key(), x="\ud800"), ensure_ascii=False)

    status, answer = add(location, admin, **{field: {"name": "Essay \ud800 tool", "public_key": key}[field]})

    assert status == 400
    assert [message["field"] for message in answer["error"]["messages"]] == [field]
    assert LtiTool.objects.count() == 0


@pytest.mark.parametrize("data", [None, [], 7, {}, {"name": 7}, {**TYPED, "public_key": ["x"]}], ids=repr)
def test_message_of_another_form_is_refused(location: UsageKey, admin: Any, data: object) -> None:
    status, answer = post(location, data, admin, handler="add_tool")

    assert status == 400
    assert all(message["text"] for message in answer["error"]["messages"])
    assert LtiTool.objects.count() == 0


def test_key_that_must_not_be_shown_is_not_repeated(location: UsageKey, admin: Any) -> None:
    _status, answer = add(location, admin, public_key="-----BEGIN PRIVATE KEY-----\nc2VjcmV0")

    [message] = answer["error"]["messages"]
    assert "must not be used any more" in message["text"]
    assert "c2VjcmV0" not in message["text"]


def test_authors_who_are_no_admins_read_whom_to_ask(location: UsageKey, author: Any) -> None:
    html = view(location, "studio_view", author)

    status, answer = add(location, author)

    assert "An admin of this course can add it here" in html
    assert "lti-ags-adding" not in html
    assert (status, LtiTool.objects.count()) == (403, 0)
    assert "An admin of this course" in answer["error"]


def test_the_setting_opens_the_form_to_authors_or_closes_it_to_all(
    location: UsageKey, author: Any, admin: Any, settings: Any
) -> None:
    settings.LTI_AGS_TOOLS_ADDED_BY = "authors"
    assert "lti-ags-adding" in view(location, "studio_view", author)
    assert add(location, author)[0] == 200

    settings.LTI_AGS_TOOLS_ADDED_BY = "nobody"
    assert "The site&#x27;s operator can add it." in view(location, "studio_view", admin)
    assert add(location, admin, name="Another")[0] == 403


def test_strangers_add_nothing(location: UsageKey, course: Course, settings: Any) -> None:
    settings.LTI_AGS_TOOLS_ADDED_BY = "authors"
    admin_elsewhere = make_user("admin")
    CourseInstructorRole(make_course().key).add_users(admin_elsewhere)

    assert [add(location, user)[0] for user in (make_learner(course), admin_elsewhere)] == [403, 403]
    assert LtiTool.objects.count() == 0


def test_form_shows_what_is_known_before_the_tool_is_added(location: UsageKey, admin: Any) -> None:
    RegisteredTool.register("Elsewhere", courses=[make_course().key])

    html = view(location, "studio_view", admin)

    for words in ("/api/lti_ags/v1/launch/authorize", "/api/lti_ags/v1/token", "Copy Public key set URL"):
        assert words in html
    assert "Elsewhere" not in html


def test_author_reads_that_nobody_can_tell_just_now_who_may_add_tools(location: UsageKey, admin: Any) -> None:
    with failing_statements(CourseAccessRole._meta.db_table):
        html = view(location, "studio_view", admin)

    assert "Whether you may add tools to this course cannot be found out just now." in html
    assert 'name="oidc_login_url"' not in html
