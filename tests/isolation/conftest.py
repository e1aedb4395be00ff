"""Two tools, two courses, and everything that each tool has in each course."""

from __future__ import annotations

import pytest

from tests.isolation.estates import Estate, make_estates
from tests.support.courses import Course, make_course
from tests.support.tools import RegisteredTool


@pytest.fixture
def other_course(db: None) -> Course:
    """Another course of the same organisation."""
    return make_course()


@pytest.fixture
def estates(tool: RegisteredTool, other_tool: RegisteredTool, course: Course, other_course: Course) -> list[Estate]:
    """The first tool in both courses, then the other tool in both."""
    return make_estates([tool, other_tool], [course, other_course])
