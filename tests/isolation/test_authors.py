"""Authors are offered the tools of their course, and change blocks of their course."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model

from lti_ags.services.tool_choice import ToolProblem, chosen_tool, offered_tools
from lti_ags.services.tools import make_available, set_enabled, set_places
from tests.support.courses import Course, make_staff
from tests.support.launches import signed_in, start_path
from tests.support.studio import post, stored, view
from tests.support.tools import RegisteredTool


@pytest.fixture
def tools(course: Course, other_course: Course) -> dict[str, RegisteredTool]:
    """A tool for each kind of place, and one that is switched off."""
    made = {
        "site": RegisteredTool.register("Site tool"),
        "org": RegisteredTool.register("Org tool", orgs=["DemoX"]),
        "course": RegisteredTool.register("Course tool", courses=[course.key]),
        "other course": RegisteredTool.register("Foreign tool", courses=[other_course.key]),
        "other org": RegisteredTool.register("Distant tool", orgs=["OtherX", "demox", "DemoX2"]),
        "nowhere": RegisteredTool.register("Shelved tool", courses=[course.key]),
        "off": RegisteredTool.register("Broken tool"),
    }
    set_places(made["nowhere"].tool, places=())
    set_enabled([made["off"].tool], is_enabled=False)
    return made


OFFERED = {"site", "org", "course"}


def test_author_is_offered_the_tools_of_the_course(
    tools: dict[str, RegisteredTool], course: Course, other_course: Course
) -> None:
    assert {tool.name for tool in offered_tools(course.key)} == {tools[place].tool.name for place in OFFERED}
    assert {tool.name for tool in offered_tools(other_course.key)} == {"Site tool", "Org tool", "Foreign tool"}


@pytest.mark.parametrize("place", ["site", "org", "course", "other course", "other org", "nowhere", "off"])
def test_editor_names_and_takes_the_tools_of_the_course_only(
    tools: dict[str, RegisteredTool], course: Course, place: str
) -> None:
    author = get_user_model().objects.get(pk=course.author_id)
    block = course.add_block(None)
    tool = tools[place].tool
    is_offered = place in OFFERED

    page = view(block, "studio_view", author)
    status, _answer = post(block, {"values": {"lti_tool": str(tool.uuid)}, "defaults": []}, author)

    assert (tool.name in page, str(tool.uuid) in page) == (is_offered, is_offered)
    assert status == (200 if is_offered else 400)
    assert stored(block, author).get("lti_tool") == (str(tool.uuid) if is_offered else None)


@pytest.mark.parametrize("place", ["other course", "other org", "nowhere", "off"])
def test_tool_that_came_with_an_import_is_not_launched(
    tools: dict[str, RegisteredTool], course: Course, place: str
) -> None:
    block = course.add_block(tools[place].tool)

    answer = signed_in(make_staff(course)).get(start_path(block))

    assert answer.status_code == 409
    assert tools[place].client_id not in answer.content.decode()


def test_tool_is_offered_from_the_moment_it_may_be_used_and_no_longer(
    tools: dict[str, RegisteredTool], course: Course
) -> None:
    tool = tools["nowhere"].tool
    assert chosen_tool(str(tool.uuid), context_key=course.key).problem is ToolProblem.TOOL_NOT_AVAILABLE

    make_available(tool, courses=[course.key])
    assert chosen_tool(str(tool.uuid), context_key=course.key).tool == tool

    set_places(tool, places=())
    assert chosen_tool(str(tool.uuid), context_key=course.key).problem is ToolProblem.TOOL_NOT_AVAILABLE


def test_author_of_another_course_saves_nothing(course: Course, other_course: Course, tool: RegisteredTool) -> None:
    author = get_user_model().objects.get(pk=course.author_id)
    stranger = make_staff(other_course)
    block = course.add_block(tool.tool)
    before = stored(block, author)

    status, _answer = post(block, {"values": {"weight": 5}, "defaults": []}, stranger)

    assert status == 403
    assert stored(block, author) == before


def test_teacher_of_another_course_is_launched_into_nothing(
    course: Course, other_course: Course, tool: RegisteredTool
) -> None:
    block = course.add_block(tool.tool)

    assert signed_in(make_staff(other_course)).get(start_path(block)).status_code == 404
    assert signed_in(make_staff(course)).get(start_path(block)).status_code == 302
