"""What the editor in Studio sends, and what becomes of it."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from crum import impersonate
from opaque_keys.edx.keys import UsageKey
from webob import Request
from xblock.field_data import DictFieldData
from xblock.fields import ScopeIds
from xblock.test.tools import TestRuntime

from common.djangoapps.student.models import CourseAccessRole
from lti_ags.services.tools import set_enabled, set_places
from lti_ags.xblock.block import LtiAgsXBlock
from tests.support.courses import Course, make_learner, make_staff, make_user
from tests.support.databases import failing_statements
from tests.support.studio import post, stored
from tests.support.tools import RegisteredTool

OK = (200, {"result": "success"})


@pytest.fixture
def location(course: Course, tool: RegisteredTool) -> UsageKey:
    return course.add_block(tool.tool, display_name="Quiz", weight=10.0)


def texts(answer: Any) -> list[str]:
    """The messages of a refusal."""
    return [message["text"] for message in answer["error"]["messages"]]


def test_values_are_stored(location: UsageKey, author: Any) -> None:
    values = {
        "display_name": " Essay ",
        "launch_url": "https://tool.example/lesson/1?x=%20",
        "custom_parameters": {"level": "3"},
        "open_in": "window",
        "share_name": True,
        "has_score": False,
        "weight": 12.5,
        "grading_mode": "programmatic",
        "merge_policy": "average",
        "missing_items": "count_as_zero",
        "late_policy": "ask",
        "override_policy": "raise",
        "release_policy": "hold",
    }

    assert post(location, {"values": values, "defaults": []}, author) == OK

    now = stored(location, author)
    assert {name: now[name] for name in values} == {**values, "display_name": "Essay"}


def test_defaults_are_taken_back(location: UsageKey, author: Any) -> None:
    assert post(location, {"values": {}, "defaults": ["weight", "late_policy", "nonsense"]}, author) == OK

    assert "weight" not in stored(location, author)
    assert stored(location, author)["display_name"] == "Quiz"


def test_a_value_beats_a_default_of_the_same_name(location: UsageKey, author: Any) -> None:
    assert post(location, {"values": {"weight": 5}, "defaults": ["weight"]}, author) == OK

    assert stored(location, author)["weight"] == 5


def test_fields_that_are_not_ours_are_passed_over(location: UsageKey, author: Any) -> None:
    assert post(location, {"values": {"due": None, "xml_attributes": {}}, "defaults": ["graded"]}, author) == OK


@pytest.mark.parametrize(
    ("sent", "weight"), [("12.5", 12.5), ("10", 10.0), (" 7 ", 7.0), (3, 3.0), ("1e3", 1000.0), (".5", 0.5)]
)
def test_numbers_may_come_as_text(location: UsageKey, author: Any, sent: Any, weight: float) -> None:
    assert post(location, {"values": {"weight": sent}, "defaults": []}, author) == OK

    assert stored(location, author)["weight"] == weight


@pytest.mark.parametrize(
    ("sent", "parameters"),
    [
        ("", {}),
        ("level=3", {"level": "3"}),
        ("a=1\r\n\r\n b = x=y \n c=", {"a": "1", "b": "x=y", "c": ""}),
        ({"a": "1"}, {"a": "1"}),
    ],
)
def test_custom_parameters_may_come_as_lines(
    location: UsageKey, author: Any, sent: Any, parameters: dict[str, str]
) -> None:
    assert post(location, {"values": {"custom_parameters": sent}, "defaults": []}, author) == OK

    assert stored(location, author)["custom_parameters"] == parameters


REFUSED = [
    ("weight", None),
    ("weight", 0),
    ("weight", -1),
    ("weight", "abc"),
    ("weight", "12,5"),
    ("weight", "nan"),
    ("weight", "1_000"),
    ("weight", "1e999"),
    ("weight", True),
    ("weight", [1]),
    ("weight", 10**400),
    ("weight", ""),
    ("display_name", None),
    ("display_name", "   "),
    ("display_name", "x" * 1001),
    ("display_name", "a\0b"),
    ("display_name", "\ud800"),
    ("lti_tool", None),
    ("lti_tool", "00000000-0000-4000-8000-000000000000"),
    ("lti_tool", 7),
    ("launch_url", "tool.example/lesson"),
    ("launch_url", "javascript:alert(1)"),
    ("launch_url", "https://"),
    ("launch_url", "http://["),
    ("launch_url", "https://tool.example:99999/"),
    ("launch_url", "https://tool.example/a b"),
    ("launch_url", "https://tool.example:0/"),
    ("launch_url", "https://tool.example/" + "x" * 2000),
    ("launch_url", None),
    ("custom_parameters", None),
    ("custom_parameters", "level"),
    ("custom_parameters", "=3"),
    ("custom_parameters", "a=1\na=2"),
    ("custom_parameters", {"a": 1}),
    ("custom_parameters", {" ": "x"}),
    ("custom_parameters", ["a=1"]),
    ("custom_parameters", "\n".join(f"p{number}=x" for number in range(101))),
    ("custom_parameters", "a=" + "x" * 2001),
    ("open_in", "popup"),
    ("share_name", "true"),
    ("share_email", None),
    ("has_score", 1),
    ("grading_mode", "everything"),
    ("grading_mode", None),
    ("merge_policy", ["latest"]),
    ("missing_items", ""),
    ("late_policy", "Accept"),
    ("override_policy", {}),
    ("release_policy", 0),
]


@pytest.mark.parametrize(
    ("name", "value"), REFUSED, ids=[f"{name}-{number}" for number, (name, _value) in enumerate(REFUSED)]
)
def test_what_cannot_be_stored_is_refused_with_its_field_and_nothing_changes(
    location: UsageKey, author: Any, name: str, value: Any
) -> None:
    before = stored(location, author)

    status, answer = post(location, {"values": {"open_in": "window", name: value}, "defaults": ["weight"]}, author)

    assert status == 400
    [message] = answer["error"]["messages"]
    assert message["type"] == "error"
    assert message["field"] == name
    assert message["text"].endswith(".")
    assert answer["error"]["xblock_id"] == str(location)
    assert answer["error"]["empty"] is False
    assert stored(location, author) == before


def test_every_fault_is_told_at_once(location: UsageKey, author: Any) -> None:
    _status, answer = post(location, {"values": {"weight": 0, "display_name": ""}, "defaults": []}, author)

    assert {message["field"] for message in answer["error"]["messages"]} == {"weight", "display_name"}


@pytest.mark.parametrize(
    "data",
    [{}, {"defaults": []}, {"values": None}, {"values": []}, {"values": {}, "defaults": "weight"}, [], None, 7, "x"],
    ids=str,
)
def test_a_message_of_another_form_is_refused(location: UsageKey, author: Any, data: Any) -> None:
    status, answer = post(location, data, author)

    assert status == 400
    assert texts(answer)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff"])
def test_what_is_no_json_is_refused(location: UsageKey, author: Any, body: bytes) -> None:
    assert post(location, None, author, body=body)[0] == 400


def test_a_message_without_defaults_is_good(location: UsageKey, author: Any) -> None:
    assert post(location, {"values": {"weight": 5}}, author) == OK


def test_any_tool_of_the_course_may_be_chosen(
    location: UsageKey, author: Any, course: Course, other_tool: RegisteredTool
) -> None:
    here = RegisteredTool.register("Here", courses=[course.key])
    elsewhere = RegisteredTool.register("Elsewhere", orgs=["OtherX"])

    answers = [
        post(location, {"values": {"lti_tool": str(choice.tool.uuid)}, "defaults": []}, author)[0]
        for choice in (other_tool, here, elsewhere)
    ]

    assert answers == [200, 200, 400]
    assert stored(location, author)["lti_tool"] == str(here.tool.uuid)


@pytest.mark.parametrize("how", ["disabled", "elsewhere"])
def test_the_stored_tool_may_stay_when_it_is_no_longer_offered(
    location: UsageKey, author: Any, tool: RegisteredTool, how: str
) -> None:
    if how == "disabled":
        set_enabled([tool.tool], is_enabled=False)
    else:
        set_places(tool.tool, places=())

    values = {"lti_tool": str(tool.tool.uuid), "weight": 3}

    assert post(location, {"values": values, "defaults": []}, author) == OK
    assert stored(location, author)["lti_tool"] == str(tool.tool.uuid)


def test_warnings_stand_in_nobodys_way(location: UsageKey, author: Any) -> None:
    values = {"lti_tool": "", "has_score": False, "late_policy": "refuse"}

    assert post(location, {"values": values, "defaults": []}, author) == OK


def test_only_authors_of_the_course_may_save(location: UsageKey, course: Course, author: Any) -> None:
    from django.contrib.auth.models import AnonymousUser

    before = stored(location, author)

    answers = [
        post(location, {"values": {"weight": 5}, "defaults": []}, user)
        for user in (make_user("stranger"), make_learner(course), AnonymousUser())
    ]

    assert [status for status, _answer in answers] == [403, 403, 403]
    assert stored(location, author) == before


@pytest.mark.parametrize("key", ["lb:DemoX:Library:lti_ags:quiz", "lib-block-v1:DemoX+Library+type@lti_ags+block@quiz"])
def test_in_a_library_nothing_can_be_saved_and_the_author_reads_why(key: str, author: Any) -> None:
    location = UsageKey.from_string(key)
    runtime = TestRuntime(services={"field-data": DictFieldData({"weight": 10.0})})
    block = LtiAgsXBlock(runtime, scope_ids=ScopeIds(None, "lti_ags", location, location))
    request = Request.blank("/", method="POST", json={"values": {"weight": 5.0}})

    with impersonate(author):
        answer = block.handle("submit_studio_edits", request)

    assert (answer.status_code, answer.json["error"]) == (
        403,
        "This component can be set up in a course only, not in a library.",
    )
    assert block.weight == 10.0


def test_staff_of_the_course_may_save(location: UsageKey, course: Course) -> None:
    assert post(location, {"values": {"weight": 5}, "defaults": []}, make_staff(course)) == OK


def test_a_launch_url_can_be_taken_away(course: Course, tool: RegisteredTool, author: Any) -> None:
    location = course.add_block(tool.tool, launch_url="https://tool.example/lesson/1")

    assert post(location, {"values": {"launch_url": " "}, "defaults": []}, author) == OK

    assert stored(location, author)["launch_url"] == ""


def test_edits_wait_while_studio_cannot_tell_who_may_make_them(location: UsageKey, author: Any) -> None:
    trouble = failing_statements(CourseAccessRole._meta.db_table)

    status, answer = post(location, {"values": {"weight": 5}, "defaults": []}, author, trouble=trouble)

    assert (status, answer["error"]) == (503, "Studio cannot check your rights just now. Please try again.")
    assert stored(location, author)["weight"] == 10.0


def test_edits_are_refused_where_the_platform_knows_no_rights_of_authors(
    location: UsageKey, author: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "common.djangoapps.student.auth", None)

    status, answer = post(location, {"values": {"weight": 5}, "defaults": []}, author)

    assert (status, answer["error"]) == (403, "Only authors of this course may change its components.")
    assert stored(location, author)["weight"] == 10.0
