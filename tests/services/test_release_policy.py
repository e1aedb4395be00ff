"""When a tool's score reaches the learner: at once, or when it is released, by the tool or by the course team."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from opaque_keys.edx.keys import UsageKey

from lti_ags.constants import EventKind, GradeDecision, ScoreDecision
from lti_ags.data import LineItemData
from lti_ags.models import LtiAgsScore
from lti_ags.services.line_items import find_line_item, replace_line_item
from lti_ags.services.results import list_results
from lti_ags.services.staff_actions import accept_late, release
from lti_ags.services.sweeping import publish_overdue
from tests.services.conftest import caller_of, grade_of, new_item, platform_item
from tests.support.courses import Course, configuration_of, enrol, gradebook_score, make_course, make_staff

pytestmark = pytest.mark.django_db(transaction=True)


def tool_releases(tool: Any, item: int, *, released: bool | None) -> None:
    data = LineItemData(label="Essay", score_maximum=10.0, grades_released=released)
    replace_line_item(data, line_item=find_line_item(item, caller=caller_of(tool)), now=timezone.now())


@pytest.fixture
def holding(declarative: UsageKey, course: Course) -> UsageKey:
    course.change(declarative, release_policy="hold")
    return declarative


def test_held_score_waits_and_is_told_so(say: Any, learner: Any, holding: UsageKey, tool: Any) -> None:
    outcome = say(learner, platform_item(holding), 80.0)

    assert outcome.outcome == ScoreDecision.NOT_RELEASED
    assert gradebook_score(learner, holding) is None
    item = find_line_item(platform_item(holding), caller=caller_of(tool))
    assert list_results(item, limit=10).results == []


def test_team_releases_and_the_score_counts(say: Any, learner: Any, holding: UsageKey, course: Course) -> None:
    teacher = make_staff(course)
    say(learner, platform_item(holding), 80.0)

    assert release(grade_of(learner, holding), actor_id=teacher.pk, now=timezone.now()) == 1

    assert gradebook_score(learner, holding) == (8.0, 10.0)
    assert LtiAgsScore.objects.get().decision == ScoreDecision.CONTRIBUTES
    entry = grade_of(learner, holding).events.get(kind=EventKind.STAFF_ACTION)
    assert (entry.actor, entry.details) == (teacher, {"action": "release"})


@pytest.mark.parametrize(
    ("policies", "allow"),
    [({"release_policy": "hold"}, release), ({"late_policy": "ask"}, accept_late)],
    ids=["release", "accept late"],
)
def test_grade_that_the_team_allows_is_due_from_that_moment_however_old_its_score_is(
    say: Any, learner: Any, tool: Any, settings: Any, policies: dict[str, str], allow: Any
) -> None:
    now = timezone.now()
    course = make_course(due=now - timedelta(days=30))
    enrol(learner, course)
    location = course.add_block(tool, **policies)
    configuration_of(location)
    week_ago = now - timedelta(days=7)
    say(learner, platform_item(location), 80.0, timestamp=week_ago, now=week_ago)
    assert grade_of(learner, location).next_attempt_at is None
    settings.LTI_AGS_PUBLISH = "manual"

    assert allow(grade_of(learner, location), actor_id=None, now=now) == 1

    assert grade_of(learner, location).next_attempt_at == now
    assert publish_overdue(clock=lambda: now) == 1
    assert gradebook_score(learner, location) == (8.0, 10.0)


def test_tool_releases_its_item_and_takes_that_back(
    say: Any, learner: Any, programmatic: UsageKey, tool: Any, course: Course
) -> None:
    essay = new_item(tool, programmatic, course, grades_released=False)
    say(learner, essay, 80.0)
    assert gradebook_score(learner, programmatic) is None

    tool_releases(tool, essay, released=True)
    assert gradebook_score(learner, programmatic) == (8.0, 10.0)

    tool_releases(tool, essay, released=False)
    assert gradebook_score(learner, programmatic) is None
    assert grade_of(learner, programmatic).decision == GradeDecision.CLEARED


def test_absent_word_of_the_tool_means_released(
    say: Any, learner: Any, programmatic: UsageKey, tool: Any, course: Course
) -> None:
    say(learner, new_item(tool, programmatic, course, grades_released=None), 80.0)

    assert gradebook_score(learner, programmatic) == (8.0, 10.0)


def test_tools_word_releases_under_hold_too(
    say: Any, learner: Any, programmatic: UsageKey, tool: Any, course: Course
) -> None:
    course.change(programmatic, release_policy="hold")

    say(learner, new_item(tool, programmatic, course, grades_released=True), 80.0)

    assert gradebook_score(learner, programmatic) == (8.0, 10.0)


def test_end_of_holding_publishes_what_was_held(say: Any, learner: Any, holding: UsageKey, course: Course) -> None:
    say(learner, platform_item(holding), 80.0)

    course.change(holding, release_policy="at_once")

    assert gradebook_score(learner, holding) == (8.0, 10.0)


def test_held_score_beside_one_that_counts_has_no_result_of_its_own(
    say: Any, learner: Any, programmatic: UsageKey, course: Course, tool: Any
) -> None:
    quiz = new_item(tool, programmatic, course)
    essay = new_item(tool, programmatic, course, grades_released=False)
    say(learner, quiz, 90.0)

    say(learner, essay, 20.0)

    results = [list_results(find_line_item(item, caller=caller_of(tool)), limit=10).results for item in (quiz, essay)]
    assert [[result.result_score for result in found] for found in results] == [[9.0], []]
    assert gradebook_score(learner, programmatic) == (9.0, 10.0)
