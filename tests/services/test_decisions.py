"""The decision on a score and on a grade is always the one in force, and so is what a tool is told again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from opaque_keys.edx.keys import UsageKey

from lti_ags.constants import ActivityProgress, GradeDecision, GradingProgress, ScoreDecision
from lti_ags.models import LtiAgsDelivery, LtiAgsScore
from lti_ags.services.line_items import delete_line_item, find_line_item
from lti_ags.services.results import list_results
from lti_ags.services.sentences import sentence_for_staff, sentence_for_tool
from tests.services.conftest import START, caller_of, grade_of, new_item, platform_item
from tests.support.courses import Course, configuration_of, gradebook_score
from tests.support.tools import RegisteredTool

pytestmark = pytest.mark.django_db(transaction=True)


def decision_on(item: int) -> str:
    return LtiAgsScore.objects.get(line_item_id=item).decision


@pytest.mark.parametrize("decision", sorted({str(decision) for decision in [*ScoreDecision, *GradeDecision]}))
def test_every_decision_has_a_sentence_for_the_tool_and_one_for_staff(decision: str) -> None:
    for sentence in (sentence_for_tool(decision), sentence_for_staff(decision)):
        assert sentence.endswith(".")
        assert sentence[0].isupper()


def test_score_on_a_deleted_item_reaches_no_grade_and_says_so(
    say: Any, learner: Any, programmatic: UsageKey, tool: Any, course: Course
) -> None:
    quiz, essay = new_item(tool, programmatic, course), new_item(tool, programmatic, course)
    say(learner, quiz, 90.0)
    say(learner, essay, 20.0)

    delete_line_item(find_line_item(essay, caller=caller_of(tool)), now=timezone.now())

    assert decision_on(essay) == ScoreDecision.UNLINKED
    assert decision_on(quiz) == ScoreDecision.CONTRIBUTES
    assert gradebook_score(learner, programmatic) == (9.0, 10.0)


def test_score_of_the_blocks_former_tool_says_that_it_counts_no_more(
    say: Any, learner: Any, declarative: UsageKey, course: Course
) -> None:
    item = platform_item(declarative)
    say(learner, item, 90.0)

    course.change(declarative, lti_tool=str(RegisteredTool.register(name="Another tool").tool.uuid))
    configuration_of(declarative)

    assert decision_on(item) == ScoreDecision.UNLINKED


def test_scores_follow_the_grading_mode(
    say: Any, learner: Any, programmatic: UsageKey, tool: Any, course: Course
) -> None:
    quiz = new_item(tool, programmatic, course)
    say(learner, quiz, 90.0)

    course.change(programmatic, grading_mode="declarative")
    assert decision_on(quiz) == ScoreDecision.SUPERSEDED_ITEM
    assert gradebook_score(learner, programmatic) == (9.0, 10.0)
    assert grade_of(learner, programmatic).needs_attention is True

    course.change(programmatic, grading_mode="programmatic")
    assert decision_on(quiz) == ScoreDecision.CONTRIBUTES
    assert grade_of(learner, programmatic).needs_attention is False


@pytest.mark.parametrize("grading", [GradingProgress.PENDING, GradingProgress.PENDING_MANUAL, GradingProgress.FAILED])
@pytest.mark.conformance("S-20")
def test_report_of_progress_is_told_that_it_is_not_final_while_the_last_final_score_counts(
    say: Any, learner: Any, declarative: UsageKey, grading: GradingProgress
) -> None:
    item = platform_item(declarative)
    say(learner, item, 80.0)
    report = {"grading_progress": grading, "timestamp": timezone.now(), "message_digest": "0" * 64}

    first = say(learner, item, None, **report)
    again = say(learner, item, None, **report)

    assert (first.outcome, again.outcome) == (ScoreDecision.NOT_FINAL, ScoreDecision.NOT_FINAL)
    assert LtiAgsScore.objects.count() == 1
    assert decision_on(item) == ScoreDecision.CONTRIBUTES
    assert gradebook_score(learner, declarative) == (8.0, 10.0)


@pytest.mark.conformance("S-15")
def test_identical_retry_is_told_the_decision_in_force(
    say: Any, learner: Any, declarative: UsageKey, course: Course
) -> None:
    from common.djangoapps.student.models import CourseEnrollment

    item = platform_item(declarative)
    message = {"timestamp": START, "message_digest": "1" * 64}
    told = [say(learner, item, 80.0, **message).outcome]

    told.append(say(learner, item, 80.0, **message).outcome)
    course.change(declarative, release_policy="hold")
    told.append(say(learner, item, 80.0, **message).outcome)
    course.change(declarative, release_policy="at_once")
    CourseEnrollment.unenroll(learner, course.key)
    course.change(declarative, weight=20.0)
    told.append(say(learner, item, 80.0, **message).outcome)

    assert told == [
        GradeDecision.QUEUED,
        GradeDecision.PUBLISHED,
        ScoreDecision.NOT_RELEASED,
        GradeDecision.NOT_ENROLLED,
    ]
    assert LtiAgsScore.objects.count() == 1
    assert list(LtiAgsDelivery.objects.order_by("id").values_list("code", flat=True)) == told


def test_retry_of_a_score_of_which_nothing_is_decided_is_told_the_grades_decision_as_results_are(
    say: Any, learner: Any, declarative: UsageKey, tool: Any
) -> None:
    item = platform_item(declarative)
    message = {"timestamp": START, "message_digest": "1" * 64}
    say(learner, item, 80.0, **message)
    LtiAgsScore.objects.update(decision="")

    again = say(learner, item, 80.0, **message)

    (result,) = list_results(find_line_item(item, caller=caller_of(tool)), limit=10).results
    assert (again.outcome, result.decision) == (GradeDecision.PUBLISHED, GradeDecision.PUBLISHED)


def test_result_tells_the_decision_in_force(
    say: Any, learner: Any, declarative: UsageKey, tool: Any, course: Course
) -> None:
    from lms.djangoapps.courseware.model_data import set_score

    item = find_line_item(platform_item(declarative), caller=caller_of(tool))
    say(learner, item.id, 80.0)
    assert list_results(item, limit=10).results[0].decision == GradeDecision.PUBLISHED

    set_score(learner.pk, declarative, 0.6, 1.0)
    course.change(declarative, weight=20.0)

    assert list_results(item, limit=10).results[0].decision == GradeDecision.OVERRIDE_KEPT


def test_learner_who_enrols_gets_the_grade_that_waited(say: Any, declarative: UsageKey, course: Course) -> None:
    from common.djangoapps.student.models import CourseEnrollment
    from tests.support.courses import make_learner

    gone = make_learner(course)
    CourseEnrollment.unenroll(gone, course.key)
    say(gone, platform_item(declarative), 80.0)
    assert grade_of(gone, declarative).decision == GradeDecision.NOT_ENROLLED

    CourseEnrollment.enroll(gone, course.key)

    assert gradebook_score(gone, declarative) == (8.0, 10.0)
    assert grade_of(gone, declarative).decision == GradeDecision.PUBLISHED


def test_frozen_grades_thaw_when_the_course_is_published_again(
    say: Any, learner: Any, declarative: UsageKey, course: Course, settings: Any
) -> None:
    settings.SANDBOX_WAFFLE_FLAGS = ["grades.enforce_freeze_grade_after_course_end"]
    now = timezone.now()
    course.end(now - timedelta(days=60))
    say(learner, platform_item(declarative), 80.0)
    assert grade_of(learner, declarative).decision == GradeDecision.GRADES_FROZEN
    assert gradebook_score(learner, declarative) is None

    course.end(now + timedelta(days=60))

    assert gradebook_score(learner, declarative) == (8.0, 10.0)


def test_completed_activity_stays_completed_when_its_score_is_taken_back(
    say: Any, learner: Any, declarative: UsageKey
) -> None:
    from completion.models import BlockCompletion

    def completion() -> float:
        return BlockCompletion.objects.get(user=learner, block_key=declarative).completion

    say(learner, platform_item(declarative), 80.0)
    assert completion() == 1.0

    say(learner, platform_item(declarative), None)
    assert completion() == 1.0

    say(
        learner, platform_item(declarative), None,
        activity_progress=ActivityProgress.INITIALIZED, grading_progress=GradingProgress.NOT_READY,
    )  # fmt: skip
    assert completion() == 0.0
