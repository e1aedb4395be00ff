"""The table as a file for spreadsheets."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from common.djangoapps.student.models import UserProfile
from lti_ags.models import LtiConfiguration
from openedx.core.djangoapps.user_api.models import UserPreference
from tests.staff.conftest import PENDING, Score
from tests.support.ags import StatementCount
from tests.support.bulk import add_scored_learners
from tests.support.courses import make_course, make_staff
from tests.support.staff_pages import Visitor


def download(visitor: Visitor, block: LtiConfiguration, **query: Any) -> list[dict[str, str]]:
    response = visitor.open(f"blocks/{block.uuid}/grades.csv", **query)
    assert response.status_code == 200
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_file_has_a_line_for_each_learner(staff: Visitor, block: LtiConfiguration, send_score: Score) -> None:
    grade = send_score("ada", block, scoreGiven=83, submission={"submittedAt": "2026-02-28T10:00:00Z"})
    send_score("ben", block, **PENDING)

    [first, second] = download(staff, block)

    assert first["User name"] == grade.subject.user.username
    assert first["Status"] == "Graded"
    assert (first["Tool's score"], first["Tool's maximum"], first["Percent"]) == ("83.0", "100.0", "83.0")
    assert (first["Recorded points"], first["Recorded maximum"]) == ("8.3", "10.0")
    assert first["Handed in"] == "2026-02-28T10:00:00+00:00"
    assert first["Reason"] == "The grade is in the gradebook."
    assert (second["Status"], second["Tool's score"], second["Recorded points"]) == ("Being graded", "", "")


def test_file_is_named_and_never_shown_as_a_page(staff: Visitor, block: LtiConfiguration) -> None:
    response = staff.open(f"blocks/{block.uuid}/grades.csv")

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith("attachment; ")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    assert b"".join(response.streaming_content).startswith(b"\xef\xbb\xbfUser name,")


@pytest.mark.parametrize("beginning", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_names_are_no_formulas(staff: Visitor, block: LtiConfiguration, send_score: Score, beginning: str) -> None:
    grade = send_score("ada", block)
    UserProfile.objects.create(user=grade.subject.user, name=f"{beginning}cmd|'/C calc'!A0")

    [row] = download(staff, block)

    assert row["Name"] == f"'{beginning}cmd|'/C calc'!A0"


@pytest.mark.parametrize(
    "name",
    ["Eve;=1+1", 'Eve;"=1+1"', "Eve\t=1+1", "Eve;;@SUM(A1)", "Eve,=1+1;-1+1", "Eve\n=1+1;+1+1", "Eve\r\n=1+1"],
)
@pytest.mark.parametrize("separator", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
def test_names_are_no_formulas_whatever_the_spreadsheet_takes_for_a_separator(
    staff: Visitor, block: LtiConfiguration, send_score: Score, name: str, separator: str
) -> None:
    grade = send_score("ada", block)
    UserProfile.objects.create(user=grade.subject.user, name=name)

    response = staff.open(f"blocks/{block.uuid}/grades.csv")

    text = b"".join(response.streaming_content).decode("utf-8-sig")
    read = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    cells = [cell for row in read for cell in row]
    assert any("Eve" in cell for cell in cells)
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []


@pytest.mark.parametrize("name", ["Anna-Lena O'Neil", "Ng; Wei", "a@b.example, c=d", "Tom (he/him) - B"])
def test_plain_names_stay_as_they_are(staff: Visitor, block: LtiConfiguration, send_score: Score, name: str) -> None:
    grade = send_score("ada", block)
    UserProfile.objects.create(user=grade.subject.user, name=name)

    [row] = download(staff, block)

    assert row["Name"] == name


def test_file_has_what_the_filters_of_the_page_leave(
    staff: Visitor, block: LtiConfiguration, send_score: Score
) -> None:
    send_score("ada", block)
    pending = send_score("ben", block, **PENDING)

    [row] = download(staff, block, status="being_graded", order="-learner")

    assert row["User name"] == pending.subject.user.username


def test_times_are_in_the_readers_zone(
    staff: Visitor, teacher: Any, block: LtiConfiguration, send_score: Score
) -> None:
    UserPreference.objects.create(user=teacher, key="time_zone", value="Asia/Tokyo")
    send_score("ada", block, submission={"submittedAt": "2026-02-28T20:00:00Z"})

    [row] = download(staff, block)

    assert row["Handed in"] == "2026-03-01T05:00:00+09:00"


def test_large_blocks_are_read_in_pieces(staff: Visitor, block: LtiConfiguration) -> None:
    add_scored_learners(block.platform_item, 1100, location=block.location)

    with StatementCount() as cost:
        rows = download(staff, block)

    assert len({row["User name"] for row in rows}) == 1100
    assert len(cost) <= 25


def test_staff_of_another_course_get_no_file(block: LtiConfiguration, send_score: Score) -> None:
    grade = send_score("ada", block)

    response = Visitor(make_staff(make_course())).open(f"blocks/{block.uuid}/grades.csv")

    assert response.status_code == 403
    assert grade.subject.user.username not in response.content.decode()
