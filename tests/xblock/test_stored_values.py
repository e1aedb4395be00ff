"""Whatever is stored in a block's fields, the block can be read, and so can its course."""

from __future__ import annotations

import math
from typing import Any

import pytest
from xblock.fields import Boolean

from lms.djangoapps.grades.api import CourseGradeFactory
from lti_ags import edx_platform
from lti_ags.xblock.block import LtiAgsXBlock
from tests.support.courses import Course
from tests.support.tools import RegisteredTool
from xmodule.modulestore.django import modulestore

BROKEN_WEIGHTS = [None, "abc", "", "nan", -1.0, [], {}, 10**400]


def test_the_block_says_that_it_is_graded_in_the_way_the_platform_asks() -> None:
    assert isinstance(LtiAgsXBlock.has_score, Boolean)
    assert LtiAgsXBlock.has_custom_completion is True
    assert LtiAgsXBlock.completion_mode == "completable"
    assert LtiAgsXBlock.has_author_view is True


def test_the_maximum_score_is_the_weight(course: Course, tool: RegisteredTool) -> None:
    location = course.add_block(tool.tool, weight=12.5)

    assert modulestore().get_item(location).max_score() == 12.5


@pytest.mark.parametrize("weight", [math.nan, math.inf, -math.inf])
def test_a_weight_is_always_finite(weight: float) -> None:
    assert LtiAgsXBlock.weight.from_json(weight) == 0.0


@pytest.mark.parametrize("weight", BROKEN_WEIGHTS, ids=["null", "abc", "empty", "nan", "-1", "list", "object", "huge"])
def test_a_weight_that_cannot_be_used_is_worth_no_points(course: Course, tool: RegisteredTool, weight: Any) -> None:
    location = course.add_block(tool.tool, weight=weight)

    block = modulestore().get_item(location)

    assert block.weight == 0.0
    assert block.max_score() == 0.0
    assert edx_platform.block_choices(location).score_maximum is None


@pytest.mark.parametrize("weight", [None, "abc", "nan", -1.0], ids=str)
def test_the_grades_of_the_course_survive_a_weight_that_cannot_be_used(
    course: Course, tool: RegisteredTool, learner: Any, weight: Any
) -> None:
    broken = course.add_block(tool.tool, weight=weight)
    good = course.add_block(tool.tool, weight=10.0)

    scores = CourseGradeFactory().read(learner, course_key=course.key).problem_scores

    assert (scores[good].earned, scores[good].possible) == (0.0, 10.0)
    assert broken not in scores or scores[broken].possible == 0.0


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("grading_mode", "everything", "declarative"),
        ("grading_mode", None, "declarative"),
        ("merge_policy", 7, "latest"),
        ("late_policy", ["refuse"], "accept"),
        ("open_in", "popup", "iframe"),
        ("display_name", 5, "LTI tool"),
        ("display_name", None, "LTI tool"),
        ("lti_tool", None, ""),
        ("launch_url", {"a": 1}, ""),
        ("custom_parameters", None, {}),
        ("custom_parameters", "a=b", {}),
        ("custom_parameters", {"n": 1, "t": True, "none": None, "x": "y"}, {"n": "1", "t": "true", "x": "y"}),
    ],
)
def test_a_value_that_cannot_be_used_reads_as_the_nearest_harmless_one(
    course: Course, name: str, value: Any, read: Any
) -> None:
    location = course.add_block(None, **{name: value})

    assert getattr(modulestore().get_item(location), name) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [('{"level": "3"}', {"level": "3"}), ("{level: 3}", {"level": "3"}), ("[1]", {}), ("null", {})],
)
def test_custom_parameters_are_read_from_a_course_file(text: str, read: dict[str, str]) -> None:
    assert LtiAgsXBlock.custom_parameters.from_string(text) == read


@pytest.mark.parametrize(("text", "read"), [("10", 10.0), ("2.5", 2.5), ("abc", 0.0), ("null", 0.0), (".nan", 0.0)])
def test_the_weight_is_read_from_a_course_file(text: str, read: float) -> None:
    assert LtiAgsXBlock.weight.from_string(text) == read


def test_an_unbound_block_renders_nothing_of_a_learner(course: Course, tool: RegisteredTool) -> None:
    location = course.add_block(tool.tool)

    html = modulestore().get_item(location).student_view({}).content

    assert "There is no score yet." in html
