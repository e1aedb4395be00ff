"""Late work: the author's policy, the learner's own due date, and the time at which the work was handed in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from opaque_keys.edx.keys import UsageKey

from edx_when.api import set_date_for_block, set_dates_for_course
from lms.djangoapps.courseware.model_data import set_score
from lms.djangoapps.courseware.models import StudentModule
from lti_ags.constants import ActivityProgress, EventKind, GradeDecision, GradingProgress, ScoreDecision
from lti_ags.models import LtiAgsScore
from lti_ags.services.line_items import find_line_item
from lti_ags.services.results import list_results
from lti_ags.services.staff_actions import accept_late, clear_learner, release
from lti_ags.services.sweeping import publish_waiting
from tests.services.conftest import caller_of, grade_of, new_item, platform_item
from tests.support.courses import Course, configuration_of, gradebook_score, make_course, make_staff

pytestmark = pytest.mark.django_db(transaction=True)

DUE = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)
IN_TIME = DUE - timedelta(minutes=5)
LATE = DUE + timedelta(minutes=5)


@pytest.fixture
def course() -> Course:
    return make_course(due=DUE)


def block(course: Course, tool: Any, late: str, **fields: Any) -> UsageKey:
    location = course.add_block(tool, late_policy=late, **fields)
    configuration_of(location)
    return location


def extend(learner: Any, course: Course, until: datetime, *, due: datetime = DUE) -> None:
    """Give one learner more time, as the instructor dashboard does."""
    set_dates_for_course(course.key, [(course.subsection, {"due": due})])
    set_date_for_block(course.key, course.subsection, "due", until, user=learner)


def decision_of(learner: Any) -> str:
    return LtiAgsScore.objects.get(subject__user=learner).decision


@pytest.mark.parametrize(
    ("late", "decision", "held"),
    [
        ("accept", ScoreDecision.CONTRIBUTES, (8.0, 10.0)),
        ("refuse", ScoreDecision.LATE_REFUSED, None),
        ("ask", ScoreDecision.LATE_HELD, None),
    ],
)
def test_late_work_is_treated_as_the_author_chose(
    say: Any, learner: Any, course: Course, tool: Any, late: str, decision: ScoreDecision, held: Any
) -> None:
    location = block(course, tool, late)

    say(learner, platform_item(location), 80.0, submitted_at=LATE)

    assert decision_of(learner) == decision
    assert gradebook_score(learner, location) == held


@pytest.mark.parametrize("late", ["refuse", "ask"])
def test_work_in_time_counts_however_late_it_is_graded(
    say: Any, learner: Any, course: Course, tool: Any, late: str
) -> None:
    location = block(course, tool, late)

    say(learner, platform_item(location), 80.0, submitted_at=IN_TIME, timestamp=LATE)

    assert gradebook_score(learner, location) == (8.0, 10.0)


@pytest.mark.conformance("S-24")
def test_without_a_submission_time_the_first_submitted_message_tells_when(
    say: Any, learner: Any, course: Course, tool: Any
) -> None:
    location = block(course, tool, "refuse")
    say(
        learner, platform_item(location), None, timestamp=IN_TIME,
        activity_progress=ActivityProgress.SUBMITTED, grading_progress=GradingProgress.PENDING_MANUAL,
    )  # fmt: skip

    say(learner, platform_item(location), 80.0, timestamp=LATE)

    assert decision_of(learner) == ScoreDecision.CONTRIBUTES
    assert gradebook_score(learner, location) == (8.0, 10.0)


def test_without_any_submission_the_scores_timestamp_decides(say: Any, learner: Any, course: Course, tool: Any) -> None:
    location = block(course, tool, "refuse")

    say(learner, platform_item(location), 80.0, timestamp=LATE, activity_progress=ActivityProgress.IN_PROGRESS)

    assert decision_of(learner) == ScoreDecision.LATE_REFUSED


def test_extension_counts_for_its_learner_only(say: Any, learner: Any, course: Course, tool: Any) -> None:
    from tests.support.courses import make_learner

    location = block(course, tool, "refuse")
    other = make_learner(course)
    extend(learner, course, DUE + timedelta(hours=1))

    say(learner, platform_item(location), 80.0, submitted_at=LATE)
    say(other, platform_item(location), 80.0, submitted_at=LATE)

    assert gradebook_score(learner, location) == (8.0, 10.0)
    assert gradebook_score(other, location) is None


@pytest.mark.parametrize("date", ["submitted_at", "timestamp"])
def test_extension_counts_for_work_that_a_tool_dates_ahead(say: Any, learner: Any, tool: Any, date: str) -> None:
    from tests.support.courses import enrol, make_learner

    due = timezone.now().replace(microsecond=0) + timedelta(minutes=2)
    course = make_course(due=due)
    location = block(course, tool, "refuse")
    other = make_learner(course)
    enrol(learner, course)
    extend(learner, course, due + timedelta(days=7), due=due)
    ahead: dict[str, Any] = {date: due + timedelta(minutes=1), "activity_progress": ActivityProgress.IN_PROGRESS}

    say(learner, platform_item(location), 80.0, **ahead)
    say(other, platform_item(location), 80.0, **ahead)

    assert gradebook_score(learner, location) == (8.0, 10.0)
    assert gradebook_score(other, location) is None


def test_grace_period_of_the_course_counts(say: Any, learner: Any, tool: Any) -> None:
    course = make_course(due=DUE, graceperiod=timedelta(minutes=10))
    location = block(course, tool, "refuse")
    from tests.support.courses import enrol

    enrol(learner, course)

    say(learner, platform_item(location), 80.0, submitted_at=LATE)

    assert gradebook_score(learner, location) == (8.0, 10.0)


@pytest.mark.parametrize("late", ["refuse", "ask"])
def test_staff_accept_late_work_and_it_counts(say: Any, learner: Any, course: Course, tool: Any, late: str) -> None:
    location = block(course, tool, late)
    teacher = make_staff(course)
    say(learner, platform_item(location), 80.0, submitted_at=LATE)

    assert accept_late(grade_of(learner, location), actor_id=teacher.pk, now=timezone.now()) == 1

    assert gradebook_score(learner, location) == (8.0, 10.0)
    assert decision_of(learner) == ScoreDecision.CONTRIBUTES
    entry = grade_of(learner, location).events.get(kind=EventKind.STAFF_ACTION)
    assert (entry.actor, entry.details) == (teacher, {"action": "accept_late"})


def test_accepted_work_is_that_work_and_no_later_one(say: Any, learner: Any, course: Course, tool: Any) -> None:
    location = block(course, tool, "ask")
    item = platform_item(location)
    say(learner, item, 60.0, submitted_at=LATE)
    accept_late(grade_of(learner, location), actor_id=make_staff(course).pk, now=timezone.now())

    say(learner, item, None, activity_progress=ActivityProgress.STARTED, grading_progress=GradingProgress.PENDING)
    say(learner, item, 70.0, submitted_at=LATE)
    assert (decision_of(learner), gradebook_score(learner, location)) == (ScoreDecision.CONTRIBUTES, (7.0, 10.0))

    say(learner, item, 90.0, submitted_at=LATE + timedelta(minutes=1))
    assert decision_of(learner) == ScoreDecision.LATE_HELD
    assert LtiAgsScore.objects.get().is_late_accepted is False


@pytest.mark.parametrize("whose", ["tool", "staff"])
def test_work_that_was_taken_back_is_accepted_no_longer(
    say: Any, learner: Any, course: Course, tool: Any, whose: str
) -> None:
    location = block(course, tool, "ask")
    item = platform_item(location)
    say(learner, item, 60.0, submitted_at=LATE)
    accept_late(grade_of(learner, location), actor_id=make_staff(course).pk, now=timezone.now())
    if whose == "tool":
        say(learner, item, None)
    else:
        clear_learner(location, user_id=learner.pk, now=timezone.now())

    say(learner, item, 70.0, submitted_at=LATE)

    assert (decision_of(learner), gradebook_score(learner, location)) == (ScoreDecision.LATE_HELD, None)


def test_accepting_where_nothing_is_late_does_nothing(say: Any, learner: Any, course: Course, tool: Any) -> None:
    location = block(course, tool, "ask")
    say(learner, platform_item(location), 80.0, submitted_at=IN_TIME)

    assert accept_late(grade_of(learner, location), actor_id=make_staff(course).pk, now=timezone.now()) == 0

    assert not grade_of(learner, location).events.filter(kind=EventKind.STAFF_ACTION).exists()


def test_change_of_the_policy_works_every_grade_out_again(say: Any, learner: Any, course: Course, tool: Any) -> None:
    location = block(course, tool, "accept")
    say(learner, platform_item(location), 80.0, submitted_at=LATE)

    course.change(location, late_policy="refuse")
    assert (decision_of(learner), gradebook_score(learner, location)) == (ScoreDecision.LATE_REFUSED, None)
    assert grade_of(learner, location).decision == GradeDecision.CLEARED

    course.change(location, late_policy="accept")
    assert (decision_of(learner), gradebook_score(learner, location)) == (ScoreDecision.CONTRIBUTES, (8.0, 10.0))


def test_later_due_date_lets_refused_work_count(say: Any, learner: Any, course: Course, tool: Any) -> None:
    location = block(course, tool, "refuse")
    say(learner, platform_item(location), 80.0, submitted_at=LATE)

    course.change(course.subsection, due=DUE + timedelta(hours=1))

    assert gradebook_score(learner, location) == (8.0, 10.0)


@pytest.mark.conformance("S-26")
def test_result_of_refused_work_is_what_the_gradebook_has_or_nothing(
    say: Any, learner: Any, course: Course, tool: Any
) -> None:
    from lms.djangoapps.courseware.model_data import set_score

    location = block(course, tool, "refuse")
    item = find_line_item(platform_item(location), caller=caller_of(tool))
    say(learner, item.id, 80.0, submitted_at=LATE)
    assert list_results(item, limit=10).results == []

    set_score(learner.pk, location, 0.5, 1.0)

    (result,) = list_results(item, limit=10).results
    assert (result.result_score, result.decision) == (5.0, ScoreDecision.LATE_REFUSED)


def test_late_score_on_one_item_leaves_the_others_alone(say: Any, learner: Any, course: Course, tool: Any) -> None:
    location = block(course, tool, "refuse", grading_mode="programmatic", merge_policy="highest")
    quiz, essay = new_item(tool, location, course), new_item(tool, location, course)
    say(learner, quiz, 40.0, submitted_at=IN_TIME)

    say(learner, essay, 90.0, submitted_at=LATE)

    assert gradebook_score(learner, location) == (4.0, 10.0)
    decisions = dict(LtiAgsScore.objects.values_list("line_item_id", "decision"))
    assert decisions == {quiz: ScoreDecision.CONTRIBUTES, essay: ScoreDecision.LATE_REFUSED}


def test_nothing_is_late_in_a_self_paced_course(say: Any, learner: Any, tool: Any) -> None:
    from tests.support.courses import enrol
    from xmodule.modulestore.django import modulestore

    course = make_course(due=DUE)
    root = modulestore().get_course(course.key)
    root.self_paced = True
    modulestore().update_item(root, course.author_id)
    enrol(learner, course)
    location = block(course, tool, "refuse")

    say(learner, platform_item(location), 80.0, submitted_at=LATE)

    assert gradebook_score(learner, location) == (8.0, 10.0)


@pytest.mark.parametrize("late", ["refuse", "ask"])
def test_late_resubmission_leaves_the_grade_of_the_work_in_time(
    say: Any, learner: Any, course: Course, tool: Any, late: str
) -> None:
    location = block(course, tool, late)
    item = platform_item(location)
    say(learner, item, 80.0, submitted_at=IN_TIME)

    say(learner, item, 90.0, submitted_at=LATE)
    course.change(location, merge_policy="highest")

    grade = grade_of(learner, location)
    assert decision_of(learner) == {"refuse": ScoreDecision.LATE_REFUSED, "ask": ScoreDecision.LATE_HELD}[late]
    assert (grade.decision, grade.needs_attention) == (GradeDecision.PUBLISHED, False)
    assert gradebook_score(learner, location) == (8.0, 10.0)
    (result,) = list_results(find_line_item(item, caller=caller_of(tool)), limit=10).results
    assert result.result_score == 8.0
    accept_late(grade, actor_id=make_staff(course).pk, now=timezone.now())
    assert gradebook_score(learner, location) == (9.0, 10.0)


def test_clear_after_a_late_resubmission_takes_the_grade_back(
    say: Any, learner: Any, course: Course, tool: Any
) -> None:
    location = block(course, tool, "refuse")
    say(learner, platform_item(location), 80.0, submitted_at=IN_TIME)
    say(learner, platform_item(location), 90.0, submitted_at=LATE)

    say(learner, platform_item(location), None)

    assert gradebook_score(learner, location) is None
    assert grade_of(learner, location).decision == GradeDecision.CLEARED


@pytest.mark.parametrize("late", ["refuse", "ask"])
def test_work_in_time_counts_though_late_work_came_before_anybody_looked(
    say: Any, learner: Any, course: Course, tool: Any, settings: Any, late: str
) -> None:
    location = block(course, tool, late)
    settings.LTI_AGS_PUBLISH = "manual"
    say(learner, platform_item(location), 80.0, submitted_at=IN_TIME)
    say(learner, platform_item(location), 90.0, submitted_at=LATE)
    say(learner, platform_item(location), 95.0, submitted_at=LATE + timedelta(minutes=1))

    publish_waiting()

    assert decision_of(learner) == {"refuse": ScoreDecision.LATE_REFUSED, "ask": ScoreDecision.LATE_HELD}[late]
    assert grade_of(learner, location).decision == GradeDecision.PUBLISHED
    assert gradebook_score(learner, location) == (8.0, 10.0)


def test_late_work_on_one_item_leaves_its_part_in_the_merged_grade(
    say: Any, learner: Any, course: Course, tool: Any
) -> None:
    location = block(course, tool, "refuse", grading_mode="programmatic", merge_policy="average")
    quiz, essay = new_item(tool, location, course), new_item(tool, location, course)
    say(learner, quiz, 80.0, submitted_at=IN_TIME)
    say(learner, essay, 60.0, submitted_at=IN_TIME)

    say(learner, quiz, 100.0, submitted_at=LATE)

    assert gradebook_score(learner, location) == (7.0, 10.0)


def test_earlier_due_date_lets_the_work_before_it_count(say: Any, learner: Any, course: Course, tool: Any) -> None:
    location = block(course, tool, "refuse")
    item = platform_item(location)
    say(learner, item, 70.0, submitted_at=IN_TIME - timedelta(minutes=30))
    say(learner, item, 80.0, submitted_at=IN_TIME)
    assert gradebook_score(learner, location) == (8.0, 10.0)

    extend(learner, course, IN_TIME - timedelta(minutes=10), due=IN_TIME - timedelta(minutes=10))
    course.change(location, merge_policy="highest")

    assert gradebook_score(learner, location) == (7.0, 10.0)


def test_work_that_staff_deleted_does_not_come_back_with_late_work(
    say: Any, learner: Any, course: Course, tool: Any
) -> None:
    location = block(course, tool, "refuse")
    say(learner, platform_item(location), 80.0, submitted_at=IN_TIME)
    StudentModule.objects.all().delete()

    say(learner, platform_item(location), 90.0, submitted_at=LATE)

    assert gradebook_score(learner, location) is None
    assert LtiAgsScore.objects.get().earlier_finals is None


def test_what_came_after_the_deletion_counts_though_late_work_follows(
    say: Any, learner: Any, course: Course, tool: Any, settings: Any
) -> None:
    location = block(course, tool, "refuse")
    say(learner, platform_item(location), 70.0, submitted_at=IN_TIME - timedelta(minutes=1))
    StudentModule.objects.all().delete()
    settings.LTI_AGS_PUBLISH = "manual"
    say(learner, platform_item(location), 80.0, submitted_at=IN_TIME)
    say(learner, platform_item(location), 90.0, submitted_at=LATE)

    publish_waiting()

    assert [work["given"] for work in LtiAgsScore.objects.get().earlier_finals or []] == [80.0]
    assert gradebook_score(learner, location) == (8.0, 10.0)


def test_late_work_does_not_bring_an_older_score_over_the_staffs(
    say: Any, learner: Any, course: Course, tool: Any
) -> None:
    location = block(course, tool, "refuse", override_policy="replace")
    say(learner, platform_item(location), 80.0, submitted_at=IN_TIME)
    set_score(learner.pk, location, 3.0, 10.0)

    say(learner, platform_item(location), 90.0, submitted_at=LATE)

    assert gradebook_score(learner, location) == (3.0, 10.0)


def test_work_in_time_is_released_and_counts_after_late_work(say: Any, learner: Any, course: Course, tool: Any) -> None:
    location = block(course, tool, "refuse", release_policy="hold")
    say(learner, platform_item(location), 80.0, submitted_at=IN_TIME)
    say(learner, platform_item(location), 90.0, submitted_at=LATE)
    assert (decision_of(learner), gradebook_score(learner, location)) == (ScoreDecision.NOT_RELEASED, None)

    release(grade_of(learner, location), actor_id=make_staff(course).pk, now=timezone.now())

    assert decision_of(learner) == ScoreDecision.LATE_REFUSED
    assert gradebook_score(learner, location) == (8.0, 10.0)


def test_what_staff_clear_is_gone_with_the_works_before_it(say: Any, learner: Any, course: Course, tool: Any) -> None:
    location = block(course, tool, "refuse")
    say(learner, platform_item(location), 80.0, submitted_at=IN_TIME)
    say(learner, platform_item(location), 90.0, submitted_at=LATE)
    clear_learner(location, user_id=learner.pk, now=timezone.now())

    say(learner, platform_item(location), 95.0, submitted_at=LATE + timedelta(minutes=1))

    assert gradebook_score(learner, location) is None
