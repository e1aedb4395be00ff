"""The page of a course: which of its blocks wait for the staff."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from lti_ags.models import LtiConfiguration
from tests.staff.conftest import PENDING, Score
from tests.support.ags import StatementCount
from tests.support.bulk import add_scored_learners
from tests.support.courses import Course, configuration_of, make_course, make_user
from tests.support.databases import failing_statements
from tests.support.staff_pages import Visitor, rows_of, text_of
from tests.support.tools import RegisteredTool


def counts(row: list[str]) -> list[int]:
    """The numbers of a row; beside each stands, for screen readers only, what it counts."""
    return [int(cell.split(" ")[0]) for cell in row[1:]]


def test_course_without_blocks_says_how_one_is_added(staff: Visitor, course: Course) -> None:
    response = staff.open_course(course.key)

    assert response.status_code == 200
    assert "No block of this course has a tool that sends grades." in text_of(response)


def test_blocks_are_listed_with_how_many_grades_stand_where(
    staff: Visitor, block: LtiConfiguration, send_score: Score
) -> None:
    send_score("ada", block)
    send_score("ben", block)
    send_score("cy", block, **PENDING)

    [row] = rows_of(staff.open_course(block.course_key))

    assert row[0] == "Quiz Quiz tool"
    assert counts(row) == [0, 0, 0, 1, 0, 0, 0, 2, 0, 3]


def test_block_with_problems_comes_first_and_then_what_waits_for_staff(
    staff: Visitor, course: Course, tool: RegisteredTool, block: LtiConfiguration, send_score: Score
) -> None:
    due = datetime(2026, 1, 1, tzinfo=UTC)
    configuration_of(course.add_block(tool.tool, display_name="Late"))
    late = configuration_of(course.add_block(tool.tool, display_name="Late one", late_policy="ask", due=due))
    broken = configuration_of(course.add_block(tool.tool, display_name="Broken one"))
    graded = configuration_of(course.add_block(tool.tool, display_name="A graded one"))
    send_score("ada", late)
    send_score("ben", broken, **{**PENDING, "gradingProgress": "Failed"})
    send_score("cy", block, **PENDING)
    send_score("dan", graded)

    rows = rows_of(staff.open_course(course.key))

    assert [row[0].removesuffix(" Quiz tool") for row in rows] == [
        *("Broken one", "Late one", "Quiz", "A graded one", "Late"),
    ]


def test_number_leads_to_those_learners(staff: Visitor, block: LtiConfiguration, send_score: Score) -> None:
    send_score("ada", block)
    grade = send_score("ben", block, **PENDING)

    body = staff.open_course(block.course_key).content.decode()

    link = re.search(r'href="(/api/[^"]+\?status=being_graded)"', body)
    assert link is not None
    [row] = rows_of(staff.client.get(link[1]))
    assert row[1].startswith(grade.subject.user.username)


@pytest.mark.parametrize(
    ("change", "note"),
    [
        ({"lti_tool": ""}, "No tool is chosen in this block now."),
        ({"has_score": False}, "This block is not graded."),
    ],
    ids=["no tool", "not graded"],
)
def test_block_that_gets_no_grades_now_says_why(
    staff: Visitor, course: Course, block: LtiConfiguration, change: dict[str, Any], note: str
) -> None:
    course.change(block.location, **change)
    configuration_of(block.location)

    assert note in text_of(staff.open_course(course.key))


def test_block_that_the_course_has_no_more_is_listed_with_what_was_graded(
    staff: Visitor, block: LtiConfiguration, send_score: Score
) -> None:
    send_score("ada", block)
    LtiConfiguration.objects.update(removed_at=datetime(2026, 4, 1, tzinfo=UTC))

    [row] = rows_of(staff.open_course(block.course_key))

    assert "The published course has no such block now" in row[0]
    assert row[-1] == "1"


def test_blocks_of_other_courses_are_not_listed(staff: Visitor, block: LtiConfiguration, tool: RegisteredTool) -> None:
    other = make_course()
    configuration_of(other.add_block(tool.tool, display_name="Not yours"))

    assert "Not yours" not in text_of(staff.open_course(block.course_key))


def test_statements_do_not_grow_with_blocks_and_learners(
    staff: Visitor, course: Course, tool: RegisteredTool, block: LtiConfiguration
) -> None:
    add_scored_learners(block.platform_item, 5, location=block.location)
    with StatementCount() as few:
        staff.open_course(course.key)
    for number in range(4):
        more = configuration_of(course.add_block(tool.tool, display_name=f"More {number}"))
        add_scored_learners(more.platform_item, 20, location=more.location)
    with StatementCount() as many:
        assert len(rows_of(staff.open_course(course.key))) == 5

    assert len(many) == len(few) <= 15


def test_title_of_a_block_is_text_and_never_markup(staff: Visitor, course: Course, tool: RegisteredTool) -> None:
    configuration_of(course.add_block(tool.tool, display_name="<img src=x onerror=alert(1)>"))

    body = staff.open_course(course.key).content.decode()

    assert "<img" not in body
    assert "&lt;img src=x onerror=alert(1)&gt;" in body


def test_course_that_is_not_there_has_no_page_for_staff_of_the_site(db: None) -> None:
    visitor = Visitor(make_user("operator", is_staff=True))

    assert visitor.open_course("course-v1:No+Such+Course").status_code == 404


def test_course_is_called_by_its_key_while_the_lms_cannot_tell_its_title(
    staff: Visitor, block: LtiConfiguration
) -> None:
    with failing_statements("course_overviews_courseoverview"):
        response = staff.open_course(block.course_key)

    assert response.status_code == 200
    assert str(block.course_key) in text_of(response)


def test_key_of_the_course_may_have_lost_its_plus_signs_on_the_way(staff: Visitor, course: Course) -> None:
    assert staff.open_course(str(course.key).replace("+", "%20")).status_code == 200


def test_page_is_shown_in_the_readers_language(staff: Visitor, block: LtiConfiguration, send_score: Score) -> None:
    send_score("ada", block)

    response = staff.client.get(f"/api/lti_ags/v1/staff/courses/{block.course_key}", HTTP_ACCEPT_LANGUAGE="ar")

    assert '<html lang="ar" dir="rtl">' in response.content.decode()
