"""What the course team sets in the gradebook, and what the author lets the tool's later scores do about it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from opaque_keys.edx.keys import UsageKey

from lms.djangoapps.courseware.model_data import set_score
from lms.djangoapps.grades import faults
from lti_ags import edx_platform
from lti_ags.constants import EventKind, GradeDecision
from lti_ags.data import Points
from lti_ags.models import LtiAgsEvent, LtiAgsGrade, LtiAgsScore
from lti_ags.services.line_items import find_line_item
from lti_ags.services.publishing import publish_grade
from lti_ags.services.results import list_results
from lti_ags.services.staff_actions import clear_learner, record_staff_override, use_tools_grade
from tests.services.conftest import caller_of, grade_of, platform_item
from tests.support.courses import Course, gradebook_score
from tests.support.interruptions import while_publishing
from tests.support.tools import RegisteredTool

pytestmark = pytest.mark.django_db(transaction=True)


def teacher_sets(learner: Any, location: UsageKey, earned: float) -> None:
    """Override the score as the block does for the platform's teacher's action."""
    points = Points(earned, 10.0)
    edx_platform.publish_score(location, user_id=learner.pk, points=points)
    record_staff_override(location, user_id=learner.pk, points=points, now=timezone.now())


@pytest.mark.parametrize(
    ("policy", "later", "held", "decision"),
    [
        ("keep", 90.0, 6.0, GradeDecision.OVERRIDE_KEPT),
        ("raise", 90.0, 9.0, GradeDecision.PUBLISHED),
        ("raise", 50.0, 6.0, GradeDecision.OVERRIDE_KEPT),
        ("raise", 60.0, 6.0, GradeDecision.OVERRIDE_KEPT),
        ("replace", 50.0, 5.0, GradeDecision.PUBLISHED),
    ],
)
def test_later_score_of_the_tool_meets_the_teams_as_the_author_chose(
    say: Any, learner: Any, declarative: UsageKey, course: Course, policy: str, later: float, held: float, decision: Any
) -> None:
    course.change(declarative, override_policy=policy)
    say(learner, platform_item(declarative), 80.0)
    teacher_sets(learner, declarative, 6.0)

    say(learner, platform_item(declarative), later)

    assert gradebook_score(learner, declarative) == (held, 10.0)
    assert grade_of(learner, declarative).decision == decision
    assert grade_of(learner, declarative).events.filter(kind=EventKind.CHANGED_BY_STAFF).count() == 1


@pytest.mark.parametrize("policy", ["keep", "raise", "replace"])
def test_teams_score_stands_against_the_scores_that_were_there_before_it(
    say: Any, learner: Any, declarative: UsageKey, course: Course, policy: str
) -> None:
    course.change(declarative, override_policy=policy)
    say(learner, platform_item(declarative), 80.0)

    teacher_sets(learner, declarative, 6.0)
    course.change(declarative, weight=20.0)

    assert gradebook_score(learner, declarative) == (6.0, 10.0)
    assert grade_of(learner, declarative).decision == GradeDecision.OVERRIDE_KEPT


@pytest.mark.parametrize("progress", ["Pending", "Failed"])
def test_report_of_progress_does_not_undo_what_the_team_set(
    say: Any, learner: Any, declarative: UsageKey, course: Course, progress: str
) -> None:
    from lti_ags.constants import GradingProgress

    course.change(declarative, override_policy="replace")
    say(learner, platform_item(declarative), 80.0)
    teacher_sets(learner, declarative, 6.0)

    say(learner, platform_item(declarative), None, grading_progress=GradingProgress(progress))

    assert gradebook_score(learner, declarative) == (6.0, 10.0)


@pytest.mark.conformance("S-16")
def test_score_after_an_override_is_not_stale(say: Any, learner: Any, declarative: UsageKey) -> None:
    say(learner, platform_item(declarative), 80.0)
    teacher_sets(learner, declarative, 6.0)

    outcome = say(learner, platform_item(declarative), 90.0)

    assert outcome.outcome == GradeDecision.QUEUED
    assert LtiAgsScore.objects.get().final_score_given == 90.0


@pytest.mark.conformance("S-19", "S-26")
def test_clear_of_the_tool_does_not_wipe_what_the_team_set(say: Any, learner: Any, declarative: UsageKey) -> None:
    say(learner, platform_item(declarative), 80.0)
    teacher_sets(learner, declarative, 6.0)

    say(learner, platform_item(declarative), None)

    assert gradebook_score(learner, declarative) == (6.0, 10.0)
    assert grade_of(learner, declarative).decision == GradeDecision.OVERRIDE_KEPT


def test_override_to_the_very_same_points_is_the_teams_all_the_same(
    say: Any, learner: Any, declarative: UsageKey
) -> None:
    say(learner, platform_item(declarative), 80.0)
    teacher_sets(learner, declarative, 8.0)

    say(learner, platform_item(declarative), 90.0)

    assert gradebook_score(learner, declarative) == (8.0, 10.0)
    assert grade_of(learner, declarative).decision == GradeDecision.OVERRIDE_KEPT


def test_result_tells_the_teams_score_on_the_items_scale(
    say: Any, learner: Any, declarative: UsageKey, tool: Any
) -> None:
    say(learner, platform_item(declarative), 80.0)
    set_score(learner.pk, declarative, 0.6, 1.0)

    item = find_line_item(platform_item(declarative), caller=caller_of(tool))
    (result,) = list_results(item, limit=10).results

    assert result.result_score == pytest.approx(6.0)


@pytest.mark.parametrize("only_if_higher", [True, False])
def test_team_hands_the_grade_back_to_the_tool(
    say: Any, learner: Any, declarative: UsageKey, *, only_if_higher: bool
) -> None:
    say(learner, platform_item(declarative), 80.0)
    teacher_sets(learner, declarative, 6.0)

    assert use_tools_grade(declarative, user_id=learner.pk, now=timezone.now(), only_if_higher=only_if_higher)

    assert gradebook_score(learner, declarative) == (8.0, 10.0)
    say(learner, platform_item(declarative), 70.0)
    assert gradebook_score(learner, declarative) == (7.0, 10.0)


def test_rescore_only_if_higher_does_not_take_the_grade_of_late_work_away(say: Any, learner: Any, tool: Any) -> None:
    from tests.support.courses import configuration_of, enrol, make_course

    now = timezone.now()
    course = make_course(due=now - timedelta(hours=3))
    enrol(learner, course)
    location = course.add_block(tool, late_policy="refuse")
    configuration_of(location)
    say(learner, platform_item(location), 80.0, submitted_at=now - timedelta(hours=1))
    teacher_sets(learner, location, 6.0)

    assert use_tools_grade(location, user_id=learner.pk, now=now, only_if_higher=True) is False

    assert gradebook_score(learner, location) == (6.0, 10.0)


def test_cleared_learner_starts_afresh(say: Any, learner: Any, declarative: UsageKey) -> None:
    say(learner, platform_item(declarative), 80.0)

    clear_learner(declarative, user_id=learner.pk, now=timezone.now())

    assert gradebook_score(learner, declarative) is None
    assert LtiAgsScore.objects.get().final_score_given is None
    say(learner, platform_item(declarative), 30.0)
    assert gradebook_score(learner, declarative) == (3.0, 10.0)


@pytest.mark.parametrize("hindrance", ["ungraded", "frozen"])
def test_what_the_team_gave_before_the_tool_while_nothing_could_be_graded_stands(
    say: Any, learner: Any, declarative: UsageKey, course: Course, settings: Any, hindrance: str
) -> None:
    settings.SANDBOX_WAFFLE_FLAGS = ["grades.enforce_freeze_grade_after_course_end"]
    now = timezone.now()
    item = platform_item(declarative)
    teacher_sets(learner, declarative, 8.0)
    if hindrance == "frozen":
        course.end(now - timedelta(days=60))
    else:
        course.change(declarative, has_score=False)
    say(learner, item, 50.0)
    assert grade_of(learner, declarative).published_earned is None

    if hindrance == "frozen":
        course.end(now + timedelta(days=60))
    else:
        course.change(declarative, has_score=True)

    assert gradebook_score(learner, declarative) == (8.0, 10.0)
    assert grade_of(learner, declarative).decision == GradeDecision.OVERRIDE_KEPT


def test_report_of_progress_does_not_revive_what_the_team_deleted_in_bulk(
    say: Any, learner: Any, declarative: UsageKey
) -> None:
    from lms.djangoapps.courseware.models import StudentModule
    from lti_ags.constants import GradingProgress

    say(learner, platform_item(declarative), 80.0)
    StudentModule.objects.filter(student=learner, module_state_key=declarative).delete()

    say(learner, platform_item(declarative), None, grading_progress=GradingProgress.PENDING)

    assert gradebook_score(learner, declarative) is None
    assert LtiAgsScore.objects.get().final_score_given is None


def publish(learner: Any, location: UsageKey, *, now: datetime) -> None:
    """One publisher looks at the learner's grade."""
    grade = grade_of(learner, location)
    publish_grade(configuration_id=grade.configuration_id, subject_id=grade.subject_id, clock=lambda: now)


@pytest.mark.parametrize("is_before", [True, False])
@pytest.mark.parametrize("given", [90.0, None])
def test_override_at_the_moment_of_a_publication_is_not_lost(
    say: Any, learner: Any, declarative: UsageKey, settings: Any, given: float | None, *, is_before: bool
) -> None:
    say(learner, platform_item(declarative), 80.0)
    settings.LTI_AGS_PUBLISH = "manual"
    say(learner, platform_item(declarative), given)

    with while_publishing(lambda: teacher_sets(learner, declarative, 6.0), is_before=is_before):
        publish(learner, declarative, now=timezone.now())

    assert gradebook_score(learner, declarative) == (6.0, 10.0)
    assert grade_of(learner, declarative).decision == GradeDecision.OVERRIDE_KEPT
    assert grade_of(learner, declarative).next_attempt_at is None


def test_crash_under_the_blocks_former_tool_is_not_taken_for_the_team_under_the_next(
    say: Any, learner: Any, declarative: UsageKey, course: Course, settings: Any
) -> None:
    second = RegisteredTool.register(name="Second tool").tool
    settings.LTI_AGS_PUBLISH = "manual"
    say(learner, platform_item(declarative), 70.0)
    with pytest.raises(faults.Crash), faults.fault("published", error="Crash", times=1):
        publish(learner, declarative, now=timezone.now())
    assert gradebook_score(learner, declarative) == (7.0, 10.0)
    settings.LTI_AGS_PUBLISH = "inline"
    course.change(declarative, lti_tool=str(second.uuid))

    say(learner, platform_item(declarative), 50.0, sender=second)

    assert gradebook_score(learner, declarative) == (5.0, 10.0)
    grade = LtiAgsGrade.objects.get(subject__user=learner, subject__context__tool=second)
    assert grade.decision == GradeDecision.PUBLISHED
    assert not LtiAgsEvent.objects.filter(kind=EventKind.CHANGED_BY_STAFF).exists()


def test_crashes_at_every_step_are_never_taken_for_the_team(
    say: Any, learner: Any, declarative: UsageKey, settings: Any
) -> None:
    settings.LTI_AGS_PUBLISH = "manual"
    now = timezone.now()
    for step, point in enumerate(["publish", "half", "published", "get_score"] * 2):
        say(learner, platform_item(declarative), 10.0 + step)
        with pytest.raises(faults.Crash), faults.fault(point, error="Crash", times=1):
            publish(learner, declarative, now=now)
        now += timedelta(minutes=5)

    publish(learner, declarative, now=now)

    assert gradebook_score(learner, declarative) == (pytest.approx(1.7), 10.0)
    assert not grade_of(learner, declarative).events.filter(kind=EventKind.CHANGED_BY_STAFF).exists()
