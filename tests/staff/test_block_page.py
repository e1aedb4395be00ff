"""The page of a block: where grades stand, in which order, and how they are found."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from opaque_keys.edx.keys import UsageKey

from common.djangoapps.student.models import CourseEnrollment, UserProfile
from lms.djangoapps.grades.faults import clear_faults, set_fault
from lti_ags.models import LtiAgsDelivery, LtiAgsGrade, LtiConfiguration, LtiContext
from tests.staff.conftest import PENDING, Score
from tests.support.ags import Ags, StatementCount
from tests.support.bulk import add_scored_learners
from tests.support.courses import Course, configuration_of
from tests.support.databases import failing_statements
from tests.support.staff_pages import Visitor, rows_of, text_of
from tests.support.tools import RegisteredTool


def statuses(rows: list[list[str]]) -> list[str]:
    return [row[2] for row in rows]


def learners(rows: list[list[str]]) -> list[str]:
    return [row[1].split(" ")[0].rstrip("0123456789") for row in rows]


def test_row_says_who_and_what_the_tool_gave_and_what_is_recorded_and_why(
    staff: Visitor, block: LtiConfiguration, send_score: Score
) -> None:
    grade = send_score("ada", block, scoreGiven=83, submission={"submittedAt": "2026-02-28T10:00:00Z"})

    [row] = rows_of(staff.open_block(block))

    assert row[1] == grade.subject.user.username
    assert row[2:5] == ["Graded", "83 of 100", "8.3 of 10"]
    assert row[5] == "02/28/2026 10 a.m."
    assert row[6].startswith("1")
    assert row[7] == "The grade is in the gradebook."


def test_zero_is_a_score_and_a_grade(staff: Visitor, block: LtiConfiguration, send_score: Score) -> None:
    send_score("ada", block, scoreGiven=0)

    [row] = rows_of(staff.open_block(block))

    assert row[2:5] == ["Graded", "0 of 100", "0 of 10"]


def test_block_without_scores_says_that_there_are_none_yet(staff: Visitor, block: LtiConfiguration) -> None:
    assert "The tool has not sent a score yet." in text_of(staff.open_block(block))


def test_work_that_the_tool_has_not_graded_yet_is_being_graded(
    staff: Visitor, block: LtiConfiguration, send_score: Score
) -> None:
    send_score("ada", block, **PENDING)
    send_score("ben", block, **{**PENDING, "gradingProgress": "NotReady"})
    send_score("cy", block, **{**PENDING, "gradingProgress": "NotReady", "activityProgress": "Started"})

    rows = rows_of(staff.open_block(block))

    assert [status.startswith("Being graded for ") for status in statuses(rows)] == [True, True, False]
    assert statuses(rows)[2] == "No grade"


def test_work_that_is_graded_already_stays_graded_while_the_tool_looks_at_it_again(
    staff: Visitor, block: LtiConfiguration, send_score: Score
) -> None:
    grade = send_score("ada", block)
    send_score("", block, user=grade.subject.user, timestamp="2026-03-02T09:30:00Z", **PENDING)

    assert statuses(rows_of(staff.open_block(block))) == ["Graded"]


def test_problems_come_first_and_what_waits_for_staff_after_them(
    staff: Visitor, course: Course, tool: RegisteredTool, ags: Ags, send_score: Score
) -> None:
    location = course.add_block(tool.tool, late_policy="ask", due=datetime(2026, 1, 1, tzinfo=UTC))
    block = configuration_of(location)
    send_score("graded", block, timestamp="2025-12-01T00:00:00Z")
    left = send_score("left", block, timestamp="2025-12-01T00:00:00Z")
    send_score("pending", block, **PENDING)
    send_score("late", block)
    send_score("failed", block, **{**PENDING, "gradingProgress": "Failed"})
    CourseEnrollment.unenroll(left.subject.user, course.key)
    send_score("", block, user=left.subject.user, timestamp="2025-12-02T00:00:00Z")

    rows = rows_of(staff.open_block(block))

    assert learners(rows) == ["failed", "late", "pending", "left", "graded"]
    assert [status.split(" for ")[0] for status in statuses(rows)] == [
        *("Problem", "Late, held", "Being graded", "Does not count", "Graded"),
    ]
    assert rows[0][7] == "The tool says that it could not grade this work."
    assert rows[1][7] == (
        "Handed in after the learner's due date: accept it, and it counts. Until then, a score for earlier work stands."
    )
    assert rows[3][7].startswith("The learner is not enrolled now")


def test_grade_that_the_gradebook_does_not_take_is_a_problem_with_the_reason(
    staff: Visitor, block: LtiConfiguration, send_score: Score
) -> None:
    set_fault("publish")
    try:
        send_score("ada", block)
    finally:
        clear_faults()

    [row] = rows_of(staff.open_block(block))

    assert row[2] == "Problem"
    assert "it is tried again by itself." in row[7]
    assert "OperationalError" in row[7]


def test_counts_and_distribution_tell_of_all_learners(
    staff: Visitor, block: LtiConfiguration, send_score: Score
) -> None:
    for given in (0, 69.99999999, 70, 79, 100):
        send_score("ada", block, scoreGiven=given)
    send_score("ben", block, **PENDING)

    text = text_of(staff.open_block(block, status="being_graded"))

    assert "5 Graded" in text
    assert "1 Being graded" in text
    assert "0 Problem" in text
    assert "6 All learners" in text
    tenths = text.partition("Recorded grades: learners by percent")[2]
    assert "0 to 9 % 1 10 to 19 % 0" in tenths
    assert "60 to 69 % 0 70 to 79 % 3" in tenths
    assert "90 to 100 % 1" in tenths


@pytest.mark.parametrize("search", ["ada", "ADA", "lovelace", "ada@exam"], ids=["user", "case", "name", "e-mail"])
def test_learners_are_found_by_what_they_are_called(
    staff: Visitor, block: LtiConfiguration, send_score: Score, search: str
) -> None:
    grade = send_score("ada", block)
    send_score("ben", block)
    get_user_model().objects.filter(pk=grade.subject.user_id).update(email="ada@example.com")
    UserProfile.objects.create(user=grade.subject.user, name="Ada Lovelace")

    [row] = rows_of(staff.open_block(block, search=search))

    assert row[1].startswith("Ada Lovelace ada")


def test_learner_is_found_by_the_id_that_the_tool_was_told(
    staff: Visitor, block: LtiConfiguration, send_score: Score
) -> None:
    grade = send_score("ada", block)
    send_score("ben", block)
    delivery = LtiAgsDelivery.objects.order_by("pk").first()
    assert delivery is not None

    [row] = rows_of(staff.open_block(block, search=str(delivery.uuid)))

    assert row[1].startswith(grade.subject.user.username)


@pytest.mark.parametrize("search", ["nobody", "%", "_", "00000000-0000-4000-8000-000000000000"])
def test_search_that_finds_nobody_says_so_and_leads_back(
    staff: Visitor, block: LtiConfiguration, send_score: Score, search: str
) -> None:
    send_score("ada", block)

    response = staff.open_block(block, search=search)

    assert "No learner matches the search." in text_of(response)
    assert "Show all learners" in text_of(response)


def test_grades_are_filtered_by_status_and_by_what_holds_them(
    staff: Visitor, course: Course, tool: RegisteredTool, send_score: Score
) -> None:
    location = course.add_block(
        tool.tool, release_policy="hold", late_policy="refuse", due=datetime(2026, 1, 1, tzinfo=UTC)
    )
    block = configuration_of(location)
    send_score("held", block, timestamp="2025-12-01T00:00:00Z")
    send_score("late", block)
    send_score("pending", block, **PENDING)

    assert learners(rows_of(staff.open_block(block, status="being_graded"))) == ["pending"]
    assert learners(rows_of(staff.open_block(block, status="unreleased"))) == ["held"]
    assert learners(rows_of(staff.open_block(block, held="unreleased"))) == ["held"]
    assert learners(rows_of(staff.open_block(block, held="refused"))) == ["late"]
    assert learners(rows_of(staff.open_block(block, status="not_counted"))) == ["late"]
    assert "No learner matches" in text_of(staff.open_block(block, held="late"))


@pytest.mark.parametrize("value", ["nonsense", "' OR 1=1", "GRADED"])
def test_filter_that_is_no_filter_counts_as_none(
    staff: Visitor, block: LtiConfiguration, send_score: Score, value: str
) -> None:
    send_score("ada", block)

    for name in ("status", "held", "order", "page"):
        assert len(rows_of(staff.open_block(block, **{name: value}))) == 1


def test_search_with_what_no_database_can_hold_finds_nobody(
    staff: Visitor, block: LtiConfiguration, send_score: Score
) -> None:
    send_score("ada", block)

    assert staff.open_block(block, search="\x00nobody\x00").status_code == 200


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("learner", ["ada", "ben", "cy"]),
        ("-learner", ["cy", "ben", "ada"]),
        ("score", ["cy", "ada", "ben"]),
        ("-score", ["ada", "cy", "ben"]),
        ("grade", ["cy", "ada", "ben"]),
        ("submitted", ["cy", "ada", "ben"]),
        ("received", ["ada", "ben", "cy"]),
        ("-received", ["cy", "ben", "ada"]),
        ("problems", ["ben", "ada", "cy"]),
    ],
)
def test_table_is_sorted_as_asked_and_what_is_missing_comes_last(
    staff: Visitor, block: LtiConfiguration, send_score: Score, order: str, expected: list[str]
) -> None:
    send_score("ada", block, scoreGiven=90, submission={"submittedAt": "2026-02-02T00:00:00Z"})
    send_score("ben", block, **{**PENDING, "timestamp": "2026-03-03T00:00:00Z"})
    send_score("cy", block, scoreGiven=10, submission={"submittedAt": "2026-02-01T00:00:00Z"})

    assert learners(rows_of(staff.open_block(block, order=order))) == expected


def test_title_of_a_column_sorts_by_it_and_then_the_other_way_round(
    staff: Visitor, block: LtiConfiguration, send_score: Score
) -> None:
    send_score("ada", block)

    body = staff.open_block(block, order="learner", search="a").content.decode()

    assert 'aria-sort="ascending"><a href="?search=a&amp;order=-learner">Learner</a>' in body
    assert '<a href="?search=a&amp;order=score">' in body


def test_pages_of_the_table_do_not_overlap(staff: Visitor, block: LtiConfiguration) -> None:
    add_scored_learners(block.platform_item, 120, location=block.location)

    pages = [rows_of(staff.open_block(block, order="-learner", page=number)) for number in (1, 2, 3)]

    assert [len(page) for page in pages] == [50, 50, 20]
    assert len({row[1] for page in pages for row in page}) == 120
    assert "Learners 51 to 100 of 120." in text_of(staff.open_block(block, page=2))
    assert "Page 2 of 3" in text_of(staff.open_block(block, page=2))


@pytest.mark.parametrize("page", ["0", "-1", "99", "x", "9" * 40])
def test_page_that_is_not_there_is_one_that_is(staff: Visitor, block: LtiConfiguration, page: str) -> None:
    add_scored_learners(block.platform_item, 60, location=block.location)

    assert rows_of(staff.open_block(block, page=page))


@pytest.mark.parametrize("query", [{}, {"search": "bulk", "order": "-received"}, {"status": "graded"}])
def test_statements_do_not_grow_with_the_learners(
    staff: Visitor, block: LtiConfiguration, query: dict[str, str]
) -> None:
    add_scored_learners(block.platform_item, 10, location=block.location)
    with StatementCount() as few:
        staff.open_block(block, **query)
    add_scored_learners(block.platform_item, 490, location=block.location)
    with StatementCount() as many:
        assert len(rows_of(staff.open_block(block, **query))) == 50

    assert len(many) == len(few) <= 20


def test_names_and_searches_are_written_as_text_and_never_as_markup(
    staff: Visitor, block: LtiConfiguration, send_score: Score
) -> None:
    grade = send_score("ada", block)
    UserProfile.objects.create(user=grade.subject.user, name='<script>alert(1)</script>" onmouseover="x')

    body = staff.open_block(block, search="script").content.decode()

    assert "<script" not in body
    assert 'onmouseover="x' not in body
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&quot; onmouseover=&quot;x" in body


def test_several_scores_are_shown_as_what_they_come_to_together(
    staff: Visitor, course: Course, tool: RegisteredTool, ags: Ags, context: Any, send_score: Score
) -> None:
    location = course.add_block(tool.tool, grading_mode="programmatic", merge_policy="average")
    block = configuration_of(location)
    items = [ags.made_item(context, label=label, resourceLinkId=str(location)) for label in ("One", "Two")]
    grade = send_score("ada", block, item=items[0], scoreGiven=50)
    send_score("", block, item=items[1], scoreGiven=100, user=grade.subject.user)

    [row] = rows_of(staff.open_block(block))

    assert row[3:5] == ["75 % from 2 scores", "7.5 of 10"]


def test_what_was_earned_under_a_former_tool_of_the_block_is_not_mixed_in(
    staff: Visitor, course: Course, block: LtiConfiguration, other_tool: RegisteredTool, send_score: Score
) -> None:
    send_score("ada", block)
    course.change(block.location, lti_tool=str(other_tool.tool.uuid))
    block = configuration_of(block.location)

    assert "The tool has not sent a score yet." in text_of(staff.open_block(block))
    assert LtiAgsGrade.objects.count() == 1


def test_grades_of_another_block_are_not_on_the_page(
    staff: Visitor, course: Course, tool: RegisteredTool, block: LtiConfiguration, send_score: Score
) -> None:
    other = configuration_of(course.add_block(tool.tool))
    send_score("ada", other)

    assert "The tool has not sent a score yet." in text_of(staff.open_block(block))


def test_block_that_another_has_replaced_has_no_page(staff: Visitor, block: LtiConfiguration) -> None:
    block.replaced_at = datetime(2026, 1, 1, tzinfo=UTC)
    block.save()

    assert staff.open_block(block).status_code == 404


def test_learners_are_called_by_their_user_names_while_the_lms_cannot_tell_their_names(
    staff: Visitor, block: LtiConfiguration, send_score: Score
) -> None:
    user = send_score("ada", block).subject.user
    UserProfile.objects.create(user=user, name="Ada Lovelace")

    with failing_statements(UserProfile._meta.db_table):
        [row] = rows_of(staff.open_block(block))

    assert row[1] == user.username


def test_grade_whose_line_item_the_tool_has_deleted_asks_for_a_decision(
    staff: Visitor, programmatic_block: UsageKey, context: LtiContext, ags: Ags, send_score: Score,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    item = ags.made_item(context, resourceLinkId=str(programmatic_block))
    block = configuration_of(programmatic_block)
    send_score("ada", block, item=item)
    with django_capture_on_commit_callbacks(execute=True):
        assert ags.delete_item(item).status_code == 204

    [row] = rows_of(staff.open_block(block))

    assert "The line item whose score counted is deleted." in row[7]


def test_several_scores_of_which_none_counts_yet_are_counted(
    staff: Visitor, course: Course, tool: RegisteredTool, context: LtiContext, ags: Ags, learner: Any, send_score: Score
) -> None:
    location = course.add_block(tool.tool, grading_mode="programmatic", release_policy="hold")
    block = configuration_of(location)
    for label in ("Essay", "Talk"):
        item = ags.made_item(context, resourceLinkId=str(location), label=label)
        send_score("", block, user=learner, item=item)

    [row] = rows_of(staff.open_block(block))

    assert row[3] == "2 scores, none counts"
