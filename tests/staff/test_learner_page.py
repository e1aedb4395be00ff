"""A learner's page: the scores, whether they count, and everything that happened."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from common.djangoapps.student.models import UserProfile
from lms.djangoapps.courseware.models import StudentModule
from lms.djangoapps.grades.faults import clear_faults, set_fault
from lti_ags.data import Points
from lti_ags.models import LtiAgsDelivery, LtiAgsEvent, LtiConfiguration
from lti_ags.services.retention import erase_user
from lti_ags.services.staff_actions import accept_late, record_staff_override
from lti_ags.services.staff_timelines import LONGEST_TIMELINE
from tests.staff.conftest import PENDING, Score
from tests.support.ags import Ags, StatementCount, score_body
from tests.support.courses import Course, configuration_of, external_id, make_course, make_staff
from tests.support.staff_pages import Visitor, entries_of, rows_of, text_of
from tests.support.tools import RegisteredTool


def test_page_tells_the_score_that_it_counts_and_what_is_recorded(
    staff: Visitor, block: LtiConfiguration, send_score: Score
) -> None:
    grade = send_score("ada", block, comment="Well done")

    response = staff.open_learner(block, grade.pk)

    text = text_of(response)
    assert "Status Graded Recorded grade 8.3 of 10 Reason The grade is in the gradebook." in text
    [row] = rows_of(response)
    assert row[:2] == ["Quiz", "83 of 100"]
    assert row[2] == "Yes. This score counts toward the grade. Comment of the tool Well done"
    assert row[3] == "completed; fully graded"


def test_timeline_tells_messages_refusals_and_decisions_newest_first(
    staff: Visitor, block: LtiConfiguration, send_score: Score, ags: Ags
) -> None:
    grade = send_score("ada", block, **PENDING)
    send_score("", block, user=grade.subject.user, timestamp="2026-03-02T09:30:00Z")
    stale = score_body(external_id(grade.subject.user), timestamp="2026-02-01T00:00:00Z")
    assert ags.post_score(block.platform_item.pk, stale).status_code == 409

    entries = entries_of(staff.open_learner(block, grade.pk))

    assert "A message of the tool was refused (409, stale_score)." in entries[0]
    assert "timestamp must be later than that of the score on record" in entries[0]
    assert "The gradebook took the grade: 8.3 of 10 points." in entries[1]
    assert "The tool sent 83 of 100 points (completed; fully graded)." in entries[2]
    assert "The tool sent a message without a score (handed in; a person has to grade it)." in entries[-1]
    assert f"Delivery id {LtiAgsDelivery.objects.order_by('pk').first().uuid}" in entries[-1]


def test_timeline_says_which_member_of_the_staff_did_what(
    staff: Visitor, teacher: Any, course: Course, tool: RegisteredTool, send_score: Score
) -> None:
    due = datetime(2026, 1, 1, tzinfo=UTC)
    block = configuration_of(course.add_block(tool.tool, late_policy="ask", due=due))
    grade = send_score("ada", block)
    UserProfile.objects.create(user=teacher, name="Grace Hopper")
    accept_late(grade, actor_id=teacher.pk, now=timezone.now())

    entries = entries_of(staff.open_learner(block, grade.pk))

    assert "by Grace Hopper The course team chose: Accept late work." in entries[0]


def test_change_in_the_gradebook_by_somebody_unknown_is_the_course_teams(
    staff: Visitor, block: LtiConfiguration, send_score: Score
) -> None:
    grade = send_score("ada", block)
    now, points = timezone.now(), Points(earned=9.0, possible=10.0)
    record_staff_override(block.location, user_id=grade.subject.user_id, points=points, now=now)

    entries = entries_of(staff.open_learner(block, grade.pk))

    assert "by the course team The course team set the grade by hand: 9 of 10 points." in entries[0]


def test_grade_that_the_team_deleted_in_bulk_is_told_so(
    staff: Visitor, block: LtiConfiguration, send_score: Score
) -> None:
    grade = send_score("ada", block)
    StudentModule.objects.all().delete()
    ada = get_user_model().objects.get(pk=grade.subject.user_id)
    send_score("ada", block, user=ada, timestamp="2026-03-02T00:00:00Z", **PENDING)

    told = text_of(staff.open_learner(block, grade.pk))

    assert "by the course team The course team deleted the grade in the gradebook." in told


def test_failure_of_the_gradebook_is_told_with_its_reason(
    staff: Visitor, block: LtiConfiguration, send_score: Score
) -> None:
    set_fault("publish")
    try:
        grade = send_score("ada", block)
    finally:
        clear_faults()

    entries = entries_of(staff.open_learner(block, grade.pk))

    assert "The gradebook did not take the grade yet; it is tried again by itself." in entries[0]
    assert "OperationalError" in entries[0]


@pytest.mark.parametrize(
    "comment",
    ["<script>alert(1)</script>", "</blockquote><img src=x onerror=alert(1)>", "{{ request.user }} {% now 'Y' %}"],
)
def test_comments_of_the_tool_are_written_as_text(
    staff: Visitor, block: LtiConfiguration, send_score: Score, comment: str
) -> None:
    grade = send_score("ada", block, comment=comment)

    response = staff.open_learner(block, grade.pk)

    assert "<script" not in response.content.decode()
    assert "<img" not in response.content.decode()
    assert text_of(response).count(comment) == 2


def test_refused_message_that_is_no_json_is_shown_all_the_same(
    staff: Visitor, block: LtiConfiguration, send_score: Score
) -> None:
    grade = send_score("ada", block)
    known = LtiAgsDelivery.objects.get()
    huge = '{"scoreGiven": 1' + "0" * 400 + "}"
    odd = '{"scoreGiven": 1e999, "comment": 7, "activityProgress": []}'
    for body in ("{", "[1]", '"x"', huge, odd, "[" * 5000, ""):
        LtiAgsDelivery.objects.create(
            tool=known.tool, context=known.context, line_item=known.line_item, user_id=known.user_id,
            user_id_digest=known.user_id_digest, body=body, status=400, code="malformed_json",
            message="No JSON", received_at=timezone.now(),
        )  # fmt: skip

    entries = entries_of(staff.open_learner(block, grade.pk))

    assert sum("(400, malformed_json). No JSON" in entry for entry in entries) == 7


def test_each_line_item_says_whether_its_score_counts(
    staff: Visitor, course: Course, tool: RegisteredTool, ags: Ags, context: Any, send_score: Score
) -> None:
    location = course.add_block(tool.tool, grading_mode="programmatic")
    block = configuration_of(location)
    shown, held = (
        ags.made_item(context, label=label, resourceLinkId=str(location), gradesReleased=released)
        for label, released in (("Essay", True), ("Talk", False))
    )
    grade = send_score("ada", block, item=shown)
    send_score("", block, item=held, user=grade.subject.user)

    rows = rows_of(staff.open_learner(block, grade.pk))

    assert [row[0] for row in rows] == ["Essay", "Talk"]
    assert rows[0][2].startswith("Yes. This score counts")
    assert rows[1][2].startswith("No. Waiting for release")


def test_actions_lead_to_pages_that_ask_first(staff: Visitor, block: LtiConfiguration, send_score: Score) -> None:
    grade = send_score("ada", block)

    body = staff.open_learner(block, grade.pk).content.decode()

    assert f"/blocks/{block.uuid}/actions/clear?grade={grade.pk}" in body
    assert "actions/accept_late" not in body
    assert staff.open(f"blocks/{block.uuid}/actions/publish_again", grade=grade.pk).status_code == 200


def test_longest_histories_are_cut_and_the_page_says_so(
    staff: Visitor, block: LtiConfiguration, send_score: Score
) -> None:
    grade = send_score("ada", block)
    now = timezone.now()
    LtiAgsEvent.objects.bulk_create(
        LtiAgsEvent(grade=grade, kind="decided", details={"decision": "cleared"}, happened_at=now + timedelta(hours=n))
        for n in range(LONGEST_TIMELINE + 5)
    )

    with StatementCount() as cost:
        response = staff.open_learner(block, grade.pk)

    assert len(entries_of(response)) == LONGEST_TIMELINE
    assert "older ones are not shown" in text_of(response)
    assert len(cost) <= 20


def test_page_says_when_nothing_is_on_record_any_more(
    staff: Visitor, block: LtiConfiguration, send_score: Score
) -> None:
    grade = send_score("ada", block)
    LtiAgsDelivery.objects.all().delete()
    LtiAgsEvent.objects.all().delete()

    assert "Nothing is on record" in text_of(staff.open_learner(block, grade.pk))


def test_learner_who_was_retired_has_no_page_any_more(
    staff: Visitor, block: LtiConfiguration, send_score: Score
) -> None:
    grade = send_score("ada", block)
    erase_user(grade.subject.user_id)

    assert staff.open_learner(block, grade.pk).status_code == 404


def test_grade_of_another_block_is_not_found_under_this_one(
    staff: Visitor, course: Course, tool: RegisteredTool, block: LtiConfiguration, send_score: Score
) -> None:
    other = configuration_of(course.add_block(tool.tool))
    grade = send_score("ada", other)

    assert staff.open_learner(block, grade.pk).status_code == 404


def test_staff_of_another_course_do_not_see_the_learner(block: LtiConfiguration, send_score: Score) -> None:
    grade = send_score("ada", block, comment="Secret")
    visitor = Visitor(make_staff(make_course()))

    response = visitor.open_learner(block, grade.pk)

    assert response.status_code == 403
    assert grade.subject.user.username not in text_of(response)


@pytest.mark.parametrize("number", [0, 10**18 - 1])
def test_unknown_learner_gets_a_written_page(staff: Visitor, block: LtiConfiguration, number: int) -> None:
    response = staff.open_learner(block, number)

    assert response.status_code == 404
    assert "There is nothing under this address." in text_of(response)
