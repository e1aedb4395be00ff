"""The block as learners meet it on the course's page: the way into the tool, their score, the tool's comment."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from crum import impersonate
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client, override_settings
from django.utils import timezone
from opaque_keys.edx.keys import UsageKey

from common.djangoapps.student.models import CourseEnrollment
from lti_ags import edx_platform
from lti_ags.models import LtiAgsLineItem
from lti_ags.services.staff_actions import clear_learner
from lti_ags.services.tools import set_enabled
from openedx.core.djangoapps.user_api.models import UserPreference
from tests.support.ags import Ags, score_body
from tests.support.courses import Course, configuration_of, enrol, make_learner, make_staff, make_user
from tests.support.databases import failing_statements
from tests.support.launches import Launch, ags_claim, signed_in, start_path
from tests.support.tools import RegisteredTool

pytestmark = pytest.mark.django_db(transaction=True)


def page(user: Any, location: UsageKey) -> str:
    """The page of the block."""
    response = signed_in(user).get(f"/xblock/{location}")
    assert response.status_code == 200
    return response.content.decode()


def score_on(html: str) -> str:
    """What the page says about the score, as text."""
    part = html.split('class="lti-ags-result"')[1].split("<button", maxsplit=1)[0].split(">", 1)[1]
    return " ".join(re.sub(r"<[^>]+>", " ", part).split())


def ask(client: Client, location: UsageKey) -> HttpResponse:
    """Ask the block's handler for the latest score."""
    return client.get(f"/courses/{location.course_key}/xblock/{location}/handler/learner_score")


def test_the_tool_opens_within_the_page(learner: Any, declarative_block: UsageKey) -> None:
    html = page(learner, declarative_block)

    assert f'<iframe class="lti-ags-frame" src="{start_path(declarative_block)}" title="Quiz"' in html
    assert "There is no score yet." in score_on(html)


def test_the_tool_opens_in_a_new_window_where_the_author_wants_it(
    course: Course, learner: Any, tool: RegisteredTool
) -> None:
    location = course.add_block(tool.tool, open_in="window")

    html = page(learner, location)

    assert "<iframe" not in html
    link = re.search(r"<a [^>]*lti-ags-launch[^>]*>", html)
    assert link is not None
    assert f'href="{start_path(location)}"' in link[0]
    assert 'target="_blank" rel="noopener"' in link[0]
    assert "(opens in a new window)" in html


def test_the_way_on_the_page_leads_into_the_tool(
    learner: Any, declarative_block: UsageKey, tool: RegisteredTool
) -> None:
    assert start_path(declarative_block) in page(learner, declarative_block)
    assert Launch(signed_in(learner), tool, declarative_block).claims()["sub"]


def test_scripts_and_styles_come_from_files_of_the_block(learner: Any, declarative_block: UsageKey) -> None:
    html = page(learner, declarative_block)

    for name in ("public/student.js", "public/block.css"):
        assert f"/xblock/resource/lti_ags/{name}" in html
        assert Client().get(f"/xblock/resource/lti_ags/{name}").status_code == 200


@pytest.mark.parametrize("fields", [{}, {"lti_tool": "00000000-0000-4000-8000-000000000000"}], ids=["none", "unknown"])
def test_a_block_without_a_usable_tool_tells_learners_and_staff_apart(
    course: Course, learner: Any, fields: dict[str, str]
) -> None:
    location = course.add_block(None, **fields)

    assert "not ready yet. Please tell the course team." in page(learner, location)
    assert "Edit this component" in page(make_staff(course), location)
    assert "launch/start" not in page(learner, location)


def test_a_score_is_shown_in_points_of_the_block(learner: Any, declarative_block: UsageKey, send_score: Any) -> None:
    send_score(learner, declarative_block, scoreGiven=83, scoreMaximum=100)

    assert score_on(page(learner, declarative_block)).startswith("8.3 of 10 points")


def test_zero_is_a_score(learner: Any, declarative_block: UsageKey, send_score: Any) -> None:
    send_score(learner, declarative_block, scoreGiven=0, scoreMaximum=100)

    assert score_on(page(learner, declarative_block)).startswith("0 of 10 points")


def test_points_are_written_in_the_learners_language(
    learner: Any, declarative_block: UsageKey, send_score: Any
) -> None:
    send_score(learner, declarative_block, scoreGiven=83, scoreMaximum=100)
    client = signed_in(learner)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"

    html = client.get(f"/xblock/{declarative_block}").content.decode()

    assert score_on(html).startswith("8,3 von 10 Punkten")


def test_the_tools_comment_is_plain_text(learner: Any, declarative_block: UsageKey, send_score: Any) -> None:
    send_score(learner, declarative_block, comment='Good!\n<script>alert("x")</script> & more')

    html = page(learner, declarative_block)

    assert "<script>alert" not in html
    assert "Good!\n&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; more" in html


def test_nobody_sees_the_score_of_somebody_else(
    course: Course, learner: Any, declarative_block: UsageKey, send_score: Any
) -> None:
    send_score(learner, declarative_block, comment="for one pair of eyes")
    other = make_learner(course)

    html = page(other, declarative_block)

    assert "There is no score yet." in html
    assert "for one pair of eyes" not in html


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({"gradingProgress": "PendingManual", "scoreGiven": None, "scoreMaximum": None}, "Submitted, being graded."),
        ({"gradingProgress": "Failed", "scoreGiven": None, "scoreMaximum": None}, "The tool could not grade this."),
        (
            {
                "gradingProgress": "NotReady",
                "activityProgress": "InProgress",
                "scoreGiven": None,
                "scoreMaximum": None,
            },
            "Started, not handed in yet.",
        ),
        ({"gradingProgress": "NotReady", "activityProgress": "Initialized", "scoreGiven": 0}, "Not started."),
        ({"gradingProgress": "FullyGraded", "scoreGiven": None, "scoreMaximum": None}, "This score was taken back"),
    ],
    ids=["pending", "failed", "started", "not started", "cleared"],
)
def test_a_learner_reads_where_the_work_stands(
    learner: Any, declarative_block: UsageKey, send_score: Any, members: dict[str, Any], text: str
) -> None:
    send_score(learner, declarative_block, **members)

    assert text in score_on(page(learner, declarative_block))


def test_learner_whose_grade_the_course_team_cleared_is_not_told_that_it_was_the_tool(
    learner: Any, declarative_block: UsageKey, send_score: Any
) -> None:
    send_score(learner, declarative_block, scoreGiven=50, scoreMaximum=100)
    clear_learner(declarative_block, user_id=learner.pk, now=timezone.now())

    text = score_on(page(learner, declarative_block))

    assert "This score was taken back and does not count." in text
    assert "The tool" not in text


def test_a_new_attempt_being_graded_leaves_the_score_standing(
    learner: Any, declarative_block: UsageKey, send_score: Any
) -> None:
    send_score(learner, declarative_block, scoreGiven=50, scoreMaximum=100)
    send_score(learner, declarative_block, gradingProgress="Pending", scoreGiven=None, scoreMaximum=None)

    text = score_on(page(learner, declarative_block))

    assert text.startswith("5 of 10 points")
    assert "Submitted, being graded." in text


def test_a_score_that_is_held_back_is_not_shown(
    course: Course, learner: Any, tool: RegisteredTool, send_score: Any
) -> None:
    location = course.add_block(tool.tool, release_policy="hold")
    send_score(learner, location, scoreGiven=77, scoreMaximum=100, comment="secret for now")

    html = page(learner, location)

    assert "shown when the course team releases it" in score_on(html)
    assert "secret for now" not in html
    assert "7.7" not in score_on(html)
    assert "77" not in score_on(html)


def test_late_work_that_does_not_count_says_so(
    course: Course, learner: Any, tool: RegisteredTool, send_score: Any
) -> None:
    location = course.add_block(tool.tool, late_policy="refuse", due=datetime(2026, 1, 2, tzinfo=UTC))
    send_score(learner, location)

    assert "Handed in after your due date, so it does not count." in score_on(page(learner, location))


def test_several_scores_are_told_apart_with_what_counts(
    learner: Any, programmatic_block: UsageKey, send_score: Any, ags: Any, context: Any
) -> None:
    for label, given in (("Part A", 40), ("Part B", 90)):
        item = ags.made_item(context, label=label, scoreMaximum=100, resourceLinkId=str(programmatic_block))
        send_score(learner, programmatic_block, item=item, scoreGiven=given, scoreMaximum=100)

    text = score_on(page(learner, programmatic_block))

    assert text.startswith("9 of 10 points Your latest score counts.")
    assert "Part A 40 of 100" in text
    assert "Part B 90 of 100" in text


def test_staff_who_try_the_tool_out_read_that_it_is_not_recorded(
    course: Course, declarative_block: UsageKey, tool: RegisteredTool, ags: Ags
) -> None:
    teacher = make_staff(course)
    claims = Launch(signed_in(teacher), tool, declarative_block).claims()

    ags.request("POST", f"{ags_claim(claims)['lineitem']}/scores", score_body(claims["sub"]))

    assert "You are trying this out as a member of staff" in score_on(page(teacher, declarative_block))


@pytest.mark.parametrize("rule", ["never", "never_but_include_grade"])
def test_the_courses_rule_for_showing_results_is_kept(
    course: Course, learner: Any, tool: RegisteredTool, send_score: Any, rule: str
) -> None:
    location = course.add_block(tool.tool, show_correctness=rule)
    send_score(learner, location, scoreGiven=83, scoreMaximum=100, comment="hush")

    html = page(learner, location)

    assert score_on(html) == "Scores are not shown in this part of the course."
    assert "hush" not in html


def test_scores_that_wait_for_the_due_date_are_shown_after_it(
    course: Course, learner: Any, tool: RegisteredTool, send_score: Any
) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    location = course.add_block(tool.tool, show_correctness="past_due", due=tomorrow)
    send_score(learner, location, scoreGiven=83, scoreMaximum=100)

    before = score_on(page(learner, location))
    course.change(location, due=tomorrow - timedelta(days=2))
    after = score_on(page(learner, location))

    assert before == "Your score is shown after the due date."
    assert after.startswith("8.3 of 10 points")


def test_the_latest_score_can_be_asked_for(learner: Any, declarative_block: UsageKey, send_score: Any) -> None:
    client = signed_in(learner)
    before = ask(client, declarative_block).json()["html"]

    send_score(learner, declarative_block)
    response = ask(client, declarative_block)

    assert "There is no score yet." in before
    assert "8.3 of 10 points" in response.json()["html"]
    assert response["Cache-Control"] == "no-store"


def test_only_people_of_the_course_may_ask(course: Course, declarative_block: UsageKey) -> None:
    answers = [ask(client, declarative_block) for client in (Client(), signed_in(make_user("stranger")))]
    through_the_other_door = Client().get(
        f"/courses/{course.key}/xblock/{declarative_block}/handler_noauth/learner_score"
    )

    assert [answer.status_code for answer in [*answers, through_the_other_door]] == [403, 403, 403]
    assert "html" not in answers[0].json()


def test_an_author_cannot_edit_through_the_lms(course: Course, declarative_block: UsageKey, author: Any) -> None:
    client = Client()
    client.force_login(author)

    answers = [
        sender.post(
            f"/courses/{course.key}/xblock/{declarative_block}/handler/submit_studio_edits",
            data={"values": {"weight": 5}, "defaults": []},
            content_type="application/json",
        )
        for sender in (client, Client())
    ]

    assert [answer.status_code for answer in answers] == [403, 403]


@override_settings(SESSION_SERIALIZER="tests.support.sessions.ObjectSerializer")
def test_staff_who_view_the_course_as_a_learner_are_not_shown_the_tool(
    course: Course, declarative_block: UsageKey
) -> None:
    from lms.djangoapps.courseware.masquerade import MASQUERADE_SETTINGS_KEY, CourseMasquerade

    client = signed_in(make_staff(course))
    session = client.session
    session[MASQUERADE_SETTINGS_KEY] = {course.key: CourseMasquerade(course.key, role="student")}
    session.save()

    html = client.get(f"/xblock/{declarative_block}").content.decode()

    assert "You are viewing the course as a learner." in html
    assert "<iframe" not in html


def test_a_visitor_of_a_public_course_is_asked_to_sign_in(declarative_block: UsageKey) -> None:
    with impersonate(AnonymousUser()):
        html = edx_platform.load_block(declarative_block).student_view({}).content

    assert "Sign in to open the tool." in html
    assert "<iframe" not in html


def test_staff_see_scores_that_learners_may_not_see(course: Course, tool: RegisteredTool, send_score: Any) -> None:
    teacher = make_staff(course)
    enrol(teacher, course)
    location = course.add_block(tool.tool, show_correctness="never")
    send_score(teacher, location, scoreGiven=83, scoreMaximum=100)

    assert score_on(page(teacher, location)).startswith("8.3 of 10 points")


def test_times_are_those_of_the_viewers_zone_and_in_utc_for_machines(
    learner: Any, declarative_block: UsageKey, send_score: Any
) -> None:
    UserPreference.objects.create(user=learner, key="time_zone", value="Asia/Tokyo")
    send_score(learner, declarative_block)

    html = page(learner, declarative_block)

    pattern = (
        r'From Quiz tool, <time datetime="([\d:TZ-]+)">(\d\d/\d\d/\d{4}) ([\d:]+ [ap]\.m\.|noon|midnight) JST</time>'
    )
    found = re.search(pattern, html)
    assert found is not None
    machine = datetime.fromisoformat(found[1])
    assert machine.astimezone(ZoneInfo("Asia/Tokyo")).strftime("%m/%d/%Y") == found[2]


@pytest.mark.parametrize("stored", ["Nowhere/Land", ""], ids=["unknown", "none"])
def test_a_time_zone_that_cannot_be_used_reads_as_the_sites(
    learner: Any, declarative_block: UsageKey, send_score: Any, settings: Any, stored: str
) -> None:
    settings.TIME_ZONE = "Asia/Kolkata"
    UserPreference.objects.create(user=learner, key="time_zone", value=stored)
    send_score(learner, declarative_block)

    assert " IST</time>" in page(learner, declarative_block)


def send_parts(ags: Ags, context: Any, block: UsageKey, send_score: Any, learner: Any, *given: float | None) -> None:
    """Make an item for each number, and score it out of 100; None leaves an item without a score."""
    for number, points in enumerate(given):
        item = ags.made_item(context, label=f"Part {number}", scoreMaximum=100, resourceLinkId=str(block))
        if points is not None:
            send_score(learner, block, item=item, scoreGiven=points, scoreMaximum=100)


@pytest.mark.parametrize(
    ("choices", "told"),
    [
        (
            {"merge_policy": "latest"},
            "4 of 10 points Your latest score counts. 1 part has no score yet. "
            "Part 0 90 of 100 Another score counts instead of this one. {} Part 1 40 of 100 This score counts. {}",
        ),
        (
            {"merge_policy": "highest"},
            "9 of 10 points Your highest score counts. 1 part has no score yet. "
            "Part 0 90 of 100 This score counts. {} Part 1 40 of 100 Another score counts instead of this one. {}",
        ),
        (
            {"merge_policy": "average"},
            "6.5 of 10 points The average of your scores counts. 1 part has no score yet and is left out until then. "
            "Part 0 90 of 100 {} Part 1 40 of 100 {}",
        ),
        (
            {"merge_policy": "total", "missing_items": "count_as_zero"},
            "4.33 of 10 points The total of your points counts. 1 part has no score yet and counts as zero until then. "
            "Part 0 90 of 100 {} Part 1 40 of 100 {}",
        ),
    ],
    ids=["latest", "highest", "average", "total"],
)
def test_several_items_say_how_they_make_the_grade(
    course: Course,
    learner: Any,
    tool: RegisteredTool,
    ags: Ags,
    context: Any,
    send_score: Any,
    choices: dict[str, str],
    told: str,
) -> None:
    block = course.add_block(tool.tool, grading_mode="programmatic", **choices)
    configuration_of(block)

    send_parts(ags, context, block, send_score, learner, 90, 40, None)

    text = re.sub(r"From Quiz tool, .+? UTC", "{}", score_on(page(learner, block)))
    assert text == told


def test_a_late_score_that_does_not_count_is_shown_with_the_reason(
    course: Course, learner: Any, tool: RegisteredTool, send_score: Any
) -> None:
    location = course.add_block(tool.tool, late_policy="ask", due=datetime(2026, 1, 2, tzinfo=UTC))
    send_score(learner, location, scoreGiven=83, scoreMaximum=100)

    text = score_on(page(learner, location))

    assert text.startswith("83 of 100 Handed in after your due date. The course team decides whether it counts.")


def test_a_grade_that_late_work_left_as_it_was_says_so(
    course: Course, learner: Any, tool: RegisteredTool, send_score: Any
) -> None:
    location = course.add_block(tool.tool, late_policy="refuse", due=datetime(2026, 1, 2, tzinfo=UTC))
    in_time, late = ({"submittedAt": f"2026-01-0{day}T12:00:00Z"} for day in (1, 3))
    send_score(learner, location, scoreGiven=80, scoreMaximum=100, submission=in_time)
    assert "late" not in score_on(page(learner, location))

    send_score(learner, location, scoreGiven=90, scoreMaximum=100, submission=late)

    text = score_on(page(learner, location))
    assert "Work that was handed in late has not changed this grade." in text
    assert "Handed in after your due date, so it does not count." in text


def test_no_part_is_called_the_grade_where_the_score_for_an_earlier_work_may_be_it(
    course: Course, learner: Any, tool: RegisteredTool, ags: Ags, context: Any, send_score: Any
) -> None:
    due = {"late_policy": "refuse", "due": datetime(2026, 1, 2, tzinfo=UTC)}
    location = course.add_block(tool.tool, grading_mode="programmatic", merge_policy="highest", **due)
    configuration_of(location)
    quiz, essay = (
        ags.made_item(context, label=label, scoreMaximum=100, resourceLinkId=str(location)) for label in "QE"
    )
    for item, day, points in ((quiz, 1, 90), (essay, 1, 40), (quiz, 3, 95)):
        submission = {"submittedAt": f"2026-01-0{day}T12:00:00Z"}
        send_score(learner, location, item=item, scoreGiven=points, scoreMaximum=100, submission=submission)

    text = score_on(page(learner, location))

    assert text.startswith("9 of 10 points Your highest score counts.")
    assert "Handed in after your due date, so it does not count." in text
    assert "score counts." not in text.removeprefix("9 of 10 points Your highest score counts.")
    assert "Another score counts" not in text


def test_a_score_that_counts_no_more_says_so(
    course: Course, learner: Any, programmatic_block: UsageKey, ags: Ags, context: Any, send_score: Any
) -> None:
    send_parts(ags, context, programmatic_block, send_score, learner, 90)
    course.change(programmatic_block, grading_mode="declarative")
    configuration_of(programmatic_block)

    text = score_on(page(learner, programmatic_block))

    assert "This score does not count any more" in text
    assert "Your latest score counts." not in text


def test_a_grade_outlives_the_line_item_that_gave_it(
    learner: Any, programmatic_block: UsageKey, ags: Ags, context: Any, send_score: Any
) -> None:
    send_parts(ags, context, programmatic_block, send_score, learner, 90)
    [item] = LtiAgsLineItem.objects.filter(lti_configuration__location=programmatic_block, deleted_at=None)

    assert ags.delete_item(item.pk).status_code == 204

    assert score_on(page(learner, programmatic_block)) == (
        "9 of 10 points The tool does not list this score any more. It stays in the gradebook."
    )


def test_a_score_that_is_not_final_beside_one_that_counts_is_not_said_to_lose_to_it(
    learner: Any, programmatic_block: UsageKey, send_score: Any, ags: Ags, context: Any
) -> None:
    pending = {"gradingProgress": "Pending", "scoreGiven": None, "scoreMaximum": None}
    for label, members in (("Part A", {}), ("Part B", pending)):
        item = ags.made_item(context, label=label, scoreMaximum=100, resourceLinkId=str(programmatic_block))
        send_score(learner, programmatic_block, item=item, **members)

    text = score_on(page(learner, programmatic_block))

    assert "This score counts." in text.split("Part B")[0]
    assert "Submitted, being graded." in text.split("Part B")[1]
    assert "counts" not in text.split("Part B")[1]


def test_the_score_is_asked_for_again_later_while_the_lms_cannot_tell_who_may_see_it(
    learner: Any, declarative_block: UsageKey
) -> None:
    client = signed_in(learner)

    with failing_statements(CourseEnrollment._meta.db_table):
        response = ask(client, declarative_block)

    assert response.status_code == 503
    assert response.json()["error"] == "The score cannot be read just now. Please try again in a few minutes."


def test_a_tool_that_is_switched_off_is_told_to_learners(
    course: Course, learner: Any, declarative_block: UsageKey, tool: RegisteredTool
) -> None:
    set_enabled([tool.tool], is_enabled=False)

    html = page(learner, declarative_block)

    assert "The tool of this part of the course is switched off. Please tell the course team." in html
    assert "<iframe" not in html


def test_where_the_lms_cannot_be_asked_the_page_says_so(
    learner: Any, declarative_block: UsageKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lms.djangoapps.courseware import masquerade

    def unanswered(*_arguments: Any) -> None:
        raise OperationalError("the database went away")

    monkeypatch.setattr(masquerade, "get_course_masquerade", unanswered)
    with impersonate(learner):
        html = edx_platform.load_block(declarative_block).student_view({}).content

    assert "The tool cannot be opened just now. Please try again in a few minutes." in html
    assert "<iframe" not in html


def test_only_the_tools_own_pages_may_say_how_high_the_frame_is(
    course: Course, learner: Any, tool: RegisteredTool
) -> None:
    html = page(learner, course.add_block(tool.tool, launch_url="https://lessons.example/1"))

    assert '"origins": ["https://tool.example", "https://lessons.example"]' in html
