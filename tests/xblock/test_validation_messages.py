"""What Studio shows beside a block. It never raises: that would break the page of the whole unit."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from opaque_keys.edx.keys import UsageKey
from xblock.field_data import DictFieldData
from xblock.fields import ScopeIds
from xblock.test.tools import TestRuntime

from lti_ags.constants import GradingMode
from lti_ags.services.tools import set_enabled, set_places
from lti_ags.xblock.block import LtiAgsXBlock
from tests.support.courses import Course
from tests.support.databases import failing_statements
from tests.support.studio import draft, messages, studio
from tests.support.tools import RegisteredTool

DUE = datetime(2027, 5, 3, tzinfo=UTC)


def test_a_good_block_has_no_messages(course: Course, author: Any, tool: RegisteredTool) -> None:
    location = course.add_block(tool.tool, grading_mode="programmatic", late_policy="refuse", due=DUE)

    assert messages(location, author) == []


def test_a_new_block_asks_for_a_tool(course: Course, author: Any) -> None:
    assert messages(course.add_block(None), author) == [
        ("error", "No tool is chosen. Edit this component and choose one.")
    ]


@pytest.mark.parametrize("stored", ["00000000-0000-4000-8000-000000000000", "quiz", "\1", "x" * 5000])
def test_a_tool_that_nobody_knows_is_told(course: Course, author: Any, stored: str) -> None:
    [(kind, text)] = messages(course.add_block(None, lti_tool=stored), author)

    assert kind == "error"
    assert text


def test_a_tool_that_is_switched_off_is_told(course: Course, author: Any, tool: RegisteredTool) -> None:
    location = course.add_block(tool.tool)
    set_enabled([tool.tool], is_enabled=False)

    [(kind, text)] = messages(location, author)

    assert (kind, "switched off" in text) == ("error", True)


def test_a_tool_that_may_not_be_used_here_is_told(course: Course, author: Any, tool: RegisteredTool) -> None:
    location = course.add_block(tool.tool)
    set_places(tool.tool, places=())

    [(kind, text)] = messages(location, author)

    assert (kind, "may not be used in this course" in text) == ("error", True)


def test_a_choice_beyond_the_tools_ceiling_is_told(course: Course, author: Any) -> None:
    tool = RegisteredTool.register(grading_mode_ceiling=GradingMode.DECLARATIVE)

    [(kind, text)] = messages(course.add_block(tool.tool, grading_mode="programmatic"), author)

    assert (kind, "push single grades only" in text) == ("warning", True)
    assert messages(course.add_block(tool.tool), author) == []


def test_a_block_that_is_not_graded_is_told(course: Course, author: Any, tool: RegisteredTool) -> None:
    location = course.add_block(tool.tool, has_score=False, weight=None, late_policy="refuse")

    [(kind, text)] = messages(location, author)

    assert (kind, "not graded" in text) == ("warning", True)


@pytest.mark.parametrize("weight", [None, 0, -3, "abc"])
def test_a_weight_that_cannot_be_used_is_told(course: Course, author: Any, tool: RegisteredTool, weight: Any) -> None:
    [(kind, text)] = messages(course.add_block(tool.tool, weight=weight), author)

    assert (kind, "number above zero" in text) == ("error", True)


def test_a_late_rule_without_a_due_date_is_told(course: Course, author: Any, tool: RegisteredTool) -> None:
    [(kind, text)] = messages(course.add_block(tool.tool, late_policy="ask"), author)

    assert (kind, "no due date" in text) == ("warning", True)


def test_a_subsection_that_is_not_graded_is_told(author: Any, tool: RegisteredTool, course: Course) -> None:
    location = course.add_block(tool.tool, graded=False)

    [(kind, text)] = messages(location, author)

    assert (kind, "subsection is not graded" in text) == ("warning", True)


def test_a_stored_word_that_is_no_choice_is_told(course: Course, author: Any, tool: RegisteredTool) -> None:
    location = course.add_block(tool.tool, grading_mode="everything", late_policy=7)

    found = messages(location, author)

    assert [kind for kind, _text in found] == ["warning", "warning"]
    assert "'Tool Grading Configuration'" in found[0][1]


def test_a_choice_that_is_made_and_not_yet_stored_is_checked_as_it_is(
    course: Course, author: Any, tool: RegisteredTool
) -> None:
    location = course.add_block(tool.tool)

    with studio(author):
        block = draft(location, author)
        block.grading_mode = "programmatic"

        assert block.validate().messages == []


def test_settings_that_cannot_be_checked_just_now_are_told(course: Course, author: Any, tool: RegisteredTool) -> None:
    location = course.add_block(tool.tool)

    with failing_statements("lti_ags_ltitool"):
        found = messages(location, author)

    assert found == [("warning", "The settings of this component cannot be checked just now.")]


def test_a_block_in_a_library_of_content_is_validated_without_an_error(tool: RegisteredTool) -> None:
    key = UsageKey.from_string("lb:DemoX:Library:lti_ags:quiz")
    fields = DictFieldData({"lti_tool": str(tool.tool.uuid), "grading_mode": "everything"})
    runtime = TestRuntime(services={"field-data": fields})
    block = LtiAgsXBlock(runtime, scope_ids=ScopeIds(None, "lti_ags", key, key))

    kinds = [message.type for message in block.validate().messages]

    assert kinds == ["error", "warning"]
