"""Tools that a course's own people add, for that course alone."""

from __future__ import annotations

import json
import logging
import re
import socket
import threading
from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from opaque_keys.edx.keys import CourseKey

from common.djangoapps.student.roles import CourseInstructorRole
from lti_ags.constants import GradingMode
from lti_ags.models import LtiTool
from lti_ags.services.course_tools import ToolRefused, add_tool_to_course, may_add_tools
from lti_ags.services.registrations import Registration
from lti_ags.services.tools import Place, places_of, set_enabled, tools_of_course
from tests.support.courses import Course, make_course, make_learner, make_staff, make_user
from tests.support.key_server import KeyServer, key_server
from tests.support.tools import RegisteredTool, public_pem, rsa_key

pytestmark = pytest.mark.django_db

UNREACHABLE: Final = "The key set cannot be fetched: this site reaches no server at this address."


@pytest.fixture
def other_course(db: None) -> Course:
    """Another course of the same organisation."""
    return make_course()


@pytest.fixture
def server(settings: Any) -> Iterator[KeyServer]:
    """A tool's key server on this machine, which this site may ask."""
    settings.LTI_AGS_ALLOW_PRIVATE_ADDRESSES = True
    with key_server() as server:
        server.publish("a")
        yield server


@pytest.fixture
def admin(course: Course) -> Any:
    """Somebody who may appoint others to the course's team."""
    user = make_user("admin")
    CourseInstructorRole(course.key).add_users(user)
    return user


def typed(**changes: Any) -> Registration:
    given: dict[str, Any] = {
        "name": "Essay tool",
        "oidc_login_url": "https://tool.example/login",
        "launch_url": "https://tool.example/launch",
        "public_key": public_pem(rsa_key()),
        **changes,
    }
    return Registration(**given)


def add(course: Course, **changes: Any) -> LtiTool:
    return add_tool_to_course(course.key, tool=typed(**changes), user_id=7, now=timezone.now())


def faults(course: Course, **changes: Any) -> dict[str | None, str]:
    before = LtiTool.objects.count()
    with pytest.raises(ToolRefused) as refused:
        add(course, **changes)
    assert LtiTool.objects.count() == before
    return {fault.field: fault.message for fault in refused.value.faults}


def test_added_tool_is_for_that_course_alone(course: Course, other_course: Course) -> None:
    tool = add(course)

    assert places_of(tool) == [Place(course_key=str(course.key))]
    assert tools_of_course(course.key) == [tool]
    assert tools_of_course(other_course.key) == []
    assert tool.redirect_uris == ["https://tool.example/launch"]
    assert tool.is_enabled


def test_who_added_it_is_logged_by_number(course: Course, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="lti_ags"):
        tool = add(course)

    assert f"Tool {tool.uuid} was added to {course.key} in Studio by user 7" in caplog.messages


def test_key_set_is_fetched_before_the_tool_is_stored(course: Course, server: KeyServer) -> None:
    tool = add(course, jwks_url=server.url, public_key="")

    assert (tool.jwks_url, server.count) == (server.url, 1)


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (404, b"", "the server answers with status 404"),
        (200, b"<html>", "it is not JSON"),
        (200, b'{"keys": 7}', 'a JSON object with a list "keys"'),
        (200, b'{"keys": []}', "There is no key at this address that can be used."),
        (200, json.dumps({"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}).encode(), "There is no key at this address"),
    ],
    ids=["not found", "a page", "no set", "empty", "a shared secret"],
)
def test_key_set_that_cannot_be_used_is_told_at_its_field(
    course: Course, server: KeyServer, status: int, body: bytes, words: str
) -> None:
    server.status, server.body = status, body

    told = faults(course, jwks_url=server.url, public_key="")

    assert list(told) == ["jwks_url"]
    assert words in str(told["jwks_url"])
    assert "c2VjcmV0" not in str(told)


def test_key_set_on_a_private_address_is_not_asked_for(course: Course, settings: Any) -> None:
    with key_server() as server:
        told = faults(course, jwks_url=server.url.replace("http://", "https://"), public_key="")

        assert told == {"jwks_url": UNREACHABLE}
        assert server.count == 0


def test_authors_cannot_tell_who_is_in_the_sites_network_and_operators_read_it(
    course: Course, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    reasons = {
        "https://tool.invalid/jwks": "there is no such host",
        "https://127.0.0.1/jwks": "its host has no public address",
        f"https://127.0.0.1:{port}/jwks": "nothing answers there",
    }

    for url, reason in reasons.items():
        settings.LTI_AGS_ALLOW_PRIVATE_ADDRESSES = reason == "nothing answers there"
        assert faults(course, jwks_url=url, public_key="") == {"jwks_url": UNREACHABLE}
        assert f"User 7 may not add a tool with the key set at {url} to {course.key}: {reason}" in caplog.messages


def test_silence_reads_as_no_server_does(course: Course, server: KeyServer, settings: Any) -> None:
    settings.LTI_AGS_TOOL_KEYS_READ_TIMEOUT = 0.1
    go_on = threading.Event()
    server.respond = lambda handler: go_on.wait(30) and None

    told = faults(course, jwks_url=server.url, public_key="")
    go_on.set()

    assert told == {"jwks_url": UNREACHABLE}


@pytest.mark.parametrize("changes", [{"name": ""}, {"launch_url": "ftp://tool.example/"}], ids=["name", "launch URL"])
def test_nothing_is_fetched_for_a_form_with_another_fault(
    course: Course, server: KeyServer, changes: dict[str, Any]
) -> None:
    assert list(faults(course, jwks_url=server.url, public_key="", **changes)) == list(changes)
    assert server.count == 0


def test_one_user_may_try_so_often_in_all_courses_and_others_go_on(
    course: Course, other_course: Course, server: KeyServer, settings: Any
) -> None:
    settings.LTI_AGS_TOOL_ADDING_RATE = "2/day"
    server.status = 404
    faults(course, jwks_url=server.url, public_key="")
    faults(other_course, jwks_url=server.url, public_key="")
    server.status = 200

    told = faults(course, jwks_url=server.url, public_key="")

    assert list(told) == [None]
    assert re.fullmatch(r"You have tried too often\. Try again in \d+ minutes?\.", str(told[None]))
    assert server.count == 2
    assert add_tool_to_course(course.key, tool=typed(), user_id=8, now=timezone.now())


def test_forms_that_cannot_be_used_do_not_count(course: Course, settings: Any) -> None:
    settings.LTI_AGS_TOOL_ADDING_RATE = "1/day"

    assert list(faults(course, name="")) == ["name"]
    assert add(course)


def test_course_gets_as_many_tools_of_its_own_as_the_site_allows(
    course: Course, other_course: Course, settings: Any
) -> None:
    settings.LTI_AGS_MAX_TOOLS_PER_COURSE = 2
    RegisteredTool.register("Of the organisation")
    add(course, name="First")
    set_enabled([add(course, name="Second")], is_enabled=False)

    told = faults(course, name="Third")

    assert told == {None: "This course has 2 tools of its own, which is as many as this site allows."}
    assert add(other_course, name="Third")


def test_every_fault_is_told_at_once_and_nothing_is_fetched_from_a_bad_address(course: Course) -> None:
    told = faults(
        course, name=" ", oidc_login_url="http://tool.example/", launch_url="", jwks_url="ftp://x", public_key=""
    )

    assert list(told) == ["name", "oidc_login_url", "launch_url", "jwks_url"]
    assert told["oidc_login_url"] == (
        "OIDC login URL must start with https://; http:// is only for tools on this machine."
    )


def test_redirect_uris_of_their_own_are_checked_too(course: Course) -> None:
    assert list(faults(course, redirect_uris=["https://tool.example/a", "nonsense"])) == ["redirect_uris"]


def test_name_is_not_given_twice_in_a_course(course: Course, other_course: Course) -> None:
    RegisteredTool.register("Elsewhere", courses=[other_course.key])
    add(course)

    assert list(faults(course, name=" ESSAY tool ")) == ["name"]
    assert add(course, name="Elsewhere").grading_mode_ceiling == GradingMode.PROGRAMMATIC


@pytest.mark.parametrize(
    ("adder", "allowed"),
    [("course_admins", ["admin", "site"]), ("authors", ["admin", "author", "site"]), ("nobody", [])],
)
def test_setting_says_who_may_add_tools(
    course: Course, other_course: Course, admin: Any, settings: Any, adder: str, allowed: list[str]
) -> None:
    settings.LTI_AGS_TOOLS_ADDED_BY = adder
    people = {
        "admin": admin,
        "author": make_staff(course),
        "learner": make_learner(course),
        "author elsewhere": make_staff(other_course),
        "site": make_user("site", is_staff=True),
        "visitor": AnonymousUser(),
        "nobody": None,
    }

    assert sorted(name for name, user in people.items() if may_add_tools(course.key, user=user)) == allowed


def test_nobody_adds_tools_to_a_library_of_content(admin: Any) -> None:
    assert may_add_tools(CourseKey.from_string("library-v1:DemoX+Lib"), user=make_user("site2", is_staff=True)) is False
