"""From a stored score to the gradebook of the LMS, whatever happens in between."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone

from lms.djangoapps.courseware.model_data import set_score
from lms.djangoapps.grades import faults
from lms.djangoapps.grades.api import CourseGradeFactory
from lti_ags.constants import EventKind, GradeDecision, GradingProgress, ScoreDecision
from lti_ags.models import LtiAgsGrade, LtiAgsScore
from lti_ags.services.failures import retry_delay
from lti_ags.services.sweeping import count_due, publish_overdue
from tests.services.conftest import grade_of, new_item, platform_item
from tests.support.courses import gradebook_score, make_learner, make_staff, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def test_score_becomes_a_grade_on_the_blocks_scale(say: Any, learner: Any, declarative: Any, course: Any) -> None:
    outcome = say(learner, platform_item(declarative), 83.0)

    assert outcome.outcome == GradeDecision.QUEUED
    assert gradebook_score(learner, declarative) == (pytest.approx(8.3), 10.0)
    grade = grade_of(learner, declarative)
    assert grade.decision == GradeDecision.PUBLISHED
    assert grade.next_attempt_at is None
    assert (grade.published_earned, grade.published_possible) == (pytest.approx(8.3), 10.0)
    problem = CourseGradeFactory().read(learner, course_key=course.key).problem_scores[declarative]
    assert (problem.earned, problem.possible) == (pytest.approx(8.3), 10.0)


def test_zero_is_published(say: Any, learner: Any, declarative: Any) -> None:
    say(learner, platform_item(declarative), 0.0)

    assert gradebook_score(learner, declarative) == (0.0, 10.0)


def test_extra_credit_is_capped_in_the_gradebook_only(say: Any, learner: Any, declarative: Any) -> None:
    say(learner, platform_item(declarative), 120.0)

    assert gradebook_score(learner, declarative) == (10.0, 10.0)
    assert LtiAgsScore.objects.get().final_score_given == 120.0


def test_pending_score_is_stored_and_reaches_no_grade(say: Any, learner: Any, declarative: Any) -> None:
    outcome = say(learner, platform_item(declarative), 50.0, grading_progress=GradingProgress.PENDING_MANUAL)

    assert outcome.outcome == ScoreDecision.NOT_FINAL
    assert gradebook_score(learner, declarative) is None
    assert grade_of(learner, declarative).decision == GradeDecision.NOTHING


def test_clear_takes_the_grade_out_of_the_gradebook(say: Any, learner: Any, declarative: Any, course: Any) -> None:
    say(learner, platform_item(declarative), 83.0)

    say(learner, platform_item(declarative), None)

    assert gradebook_score(learner, declarative) is None
    assert grade_of(learner, declarative).decision == GradeDecision.CLEARED
    assert CourseGradeFactory().read(learner, course_key=course.key).percent == 0.0


def test_latest_score_of_two_items_counts_by_default(
    say: Any, learner: Any, programmatic: Any, tool: Any, course: Any
) -> None:
    quiz, essay = new_item(tool, programmatic, course), new_item(tool, programmatic, course)

    say(learner, quiz, 90.0)
    say(learner, essay, 20.0)

    assert gradebook_score(learner, programmatic) == (2.0, 10.0)


def test_clear_reaches_the_gradebook_only_when_no_other_item_contributes(
    say: Any, learner: Any, programmatic: Any, tool: Any, course: Any
) -> None:
    quiz, essay = new_item(tool, programmatic, course), new_item(tool, programmatic, course)
    say(learner, quiz, 90.0)
    say(learner, essay, 20.0)

    say(learner, essay, None)

    assert gradebook_score(learner, programmatic) == (9.0, 10.0)


def test_score_on_an_unlinked_item_is_kept_and_reaches_no_grade(
    say: Any, learner: Any, programmatic: Any, tool: Any, course: Any
) -> None:
    linked, unlinked = new_item(tool, programmatic, course), new_item(tool, None, course)
    say(learner, linked, 40.0)
    subject = LtiAgsScore.objects.get().subject.subject

    outcome = say(learner, unlinked, 100.0, subject=subject)

    assert outcome.outcome == ScoreDecision.UNLINKED
    assert gradebook_score(learner, programmatic) == (4.0, 10.0)
    assert LtiAgsScore.objects.get(line_item_id=unlinked).final_score_given == 100.0


def test_changed_weight_publishes_every_grade_again(say: Any, learner: Any, declarative: Any, course: Any) -> None:
    say(learner, platform_item(declarative), 80.0)

    course.change(declarative, weight=20.0)
    say(make_learner(course), platform_item(declarative), 10.0)

    assert gradebook_score(learner, declarative) == (16.0, 20.0)
    assert grade_of(learner, declarative).decision == GradeDecision.PUBLISHED


def test_teachers_change_is_kept_and_told(say: Any, learner: Any, declarative: Any) -> None:
    say(learner, platform_item(declarative), 50.0)
    set_score(learner.pk, declarative, 0.9, 1.0)

    say(learner, platform_item(declarative), 60.0)

    grade = grade_of(learner, declarative)
    assert gradebook_score(learner, declarative) == (0.9, 1.0)
    assert grade.decision == GradeDecision.OVERRIDE_KEPT
    assert (grade.override_earned, grade.override_possible) == (0.9, 1.0)
    assert grade.events.filter(kind=EventKind.CHANGED_BY_STAFF).count() == 1


def test_teachers_deletion_in_bulk_is_not_undone_by_an_old_score_and_a_new_one_counts(
    say: Any, learner: Any, programmatic: Any, tool: Any, course: Any
) -> None:
    from lms.djangoapps.courseware.models import StudentModule

    quiz, essay = new_item(tool, programmatic, course), new_item(tool, programmatic, course)
    course.change(programmatic, merge_policy="highest")
    say(learner, quiz, 90.0)
    StudentModule.objects.filter(student=learner, module_state_key=programmatic).delete()

    say(learner, essay, 20.0)

    assert gradebook_score(learner, programmatic) == (2.0, 10.0)


@pytest.mark.parametrize("point", ["publish", "half", "published"])
def test_failed_publication_is_tried_again_and_never_taken_for_a_teachers(
    say: Any, learner: Any, declarative: Any, point: str
) -> None:
    faults.set_fault(point, times=1)

    say(learner, platform_item(declarative), 50.0)

    grade = grade_of(learner, declarative)
    assert grade.decision == GradeDecision.RETRYING
    assert grade.next_attempt_at is not None
    assert grade.events.filter(kind=EventKind.FAILED).count() == 1
    later = grade.next_attempt_at + timedelta(seconds=1)
    assert publish_overdue(clock=lambda: later) == 1
    assert gradebook_score(learner, declarative) == (5.0, 10.0)
    assert grade_of(learner, declarative).decision == GradeDecision.PUBLISHED


def test_new_score_after_a_crash_behind_publication_is_ours_all_the_same(
    say: Any, learner: Any, declarative: Any
) -> None:
    faults.set_fault("published", times=1)
    say(learner, platform_item(declarative), 50.0)
    faults.set_fault("publish", times=1)
    say(learner, platform_item(declarative), 60.0)

    say(learner, platform_item(declarative), 70.0)

    assert gradebook_score(learner, declarative) == (7.0, 10.0)
    assert grade_of(learner, declarative).decision == GradeDecision.PUBLISHED


def test_failure_for_one_learner_does_not_touch_another(say: Any, learner: Any, declarative: Any, course: Any) -> None:
    other = make_learner(course)
    faults.set_fault("publish", user_id=learner.pk)

    say(learner, platform_item(declarative), 50.0)
    say(other, platform_item(declarative), 60.0)

    assert gradebook_score(learner, declarative) is None
    assert gradebook_score(other, declarative) == (6.0, 10.0)


def test_delays_between_tries_grow(say: Any, learner: Any, declarative: Any) -> None:
    faults.set_fault("publish")
    say(learner, platform_item(declarative), 50.0)
    waits = []
    now = timezone.now()

    for _try in range(6):
        due = grade_of(learner, declarative).next_attempt_at
        assert due is not None
        waits.append((due - now).total_seconds())
        now = due + timedelta(seconds=1)
        publish_overdue(clock=lambda moment=now: moment)

    assert all(later > earlier for earlier, later in pairwise(waits))
    assert grade_of(learner, declarative).attempts == 7


def test_no_pause_between_tries_is_longer_than_the_setting_says(settings: Any) -> None:
    settings.LTI_AGS_RETRY_MAX_SECONDS = 600

    pauses = {retry_delay(attempts) for attempts in range(20, 120)}

    assert max(pauses) <= timedelta(seconds=600)
    assert len(pauses) > 90


def test_block_that_is_not_published_is_told_and_the_score_kept(
    say: Any, learner: Any, declarative: Any, course: Any
) -> None:
    from xmodule.modulestore.django import modulestore

    item = platform_item(declarative)
    modulestore().delete_item(declarative, course.author_id)
    course.publish()

    say(learner, item, 83.0)

    assert grade_of(learner, declarative).decision == GradeDecision.BLOCK_MISSING
    assert gradebook_score(learner, declarative) is None


def test_learner_who_left_keeps_the_score_and_gets_no_grade(say: Any, declarative: Any, course: Any) -> None:
    from common.djangoapps.student.models import CourseEnrollment

    gone = make_learner(course)
    CourseEnrollment.unenroll(gone, course.key)

    say(gone, platform_item(declarative), 83.0)

    assert grade_of(gone, declarative).decision == GradeDecision.NOT_ENROLLED
    assert gradebook_score(gone, declarative) is None


def test_learner_who_left_gets_no_grade_by_a_change_of_track(say: Any, declarative: Any, course: Any) -> None:
    from common.djangoapps.student.models import CourseEnrollment

    gone = make_learner(course)
    CourseEnrollment.unenroll(gone, course.key)
    say(gone, platform_item(declarative), 83.0)

    CourseEnrollment.objects.get(user=gone).update_enrollment(mode="verified")

    assert grade_of(gone, declarative).decision == GradeDecision.NOT_ENROLLED
    assert gradebook_score(gone, declarative) is None


def test_staff_who_are_not_enrolled_only_try_the_tool_out(say: Any, declarative: Any, course: Any) -> None:
    teacher = make_staff(course)

    say(teacher, platform_item(declarative), 83.0)

    assert grade_of(teacher, declarative).decision == GradeDecision.STAFF_TRIAL
    assert gradebook_score(teacher, declarative) is None


def test_ungraded_block_is_told(say: Any, learner: Any, declarative: Any, course: Any) -> None:
    item = platform_item(declarative)
    course.change(declarative, has_score=False)

    say(learner, item, 83.0)

    assert grade_of(learner, declarative).decision == GradeDecision.BLOCK_NOT_GRADED


def test_deleting_the_last_contributing_item_keeps_the_grade_and_flags_it(
    say: Any, learner: Any, programmatic: Any, tool: Any, course: Any
) -> None:
    from lti_ags.services.line_items import delete_line_item, find_line_item
    from tests.services.conftest import caller_of

    quiz = new_item(tool, programmatic, course)
    say(learner, quiz, 90.0)

    delete_line_item(find_line_item(quiz, caller=caller_of(tool)), now=timezone.now())

    grade = grade_of(learner, programmatic)
    assert gradebook_score(learner, programmatic) == (9.0, 10.0)
    assert grade.decision == GradeDecision.PUBLISHED
    assert grade.needs_attention is True


def test_manual_mode_leaves_the_grade_waiting_until_it_is_asked_for(
    say: Any, learner: Any, declarative: Any, settings: Any
) -> None:
    settings.LTI_AGS_PUBLISH = "manual"

    say(learner, platform_item(declarative), 83.0)

    assert gradebook_score(learner, declarative) is None
    assert count_due() == 1
    assert publish_overdue() == 1
    assert gradebook_score(learner, declarative) == (pytest.approx(8.3), 10.0)
    assert count_due() == 0


def test_leased_grade_is_left_to_its_holder_until_the_lease_ends(
    say: Any, learner: Any, declarative: Any, settings: Any
) -> None:
    settings.LTI_AGS_PUBLISH = "manual"
    say(learner, platform_item(declarative), 83.0)
    now = timezone.now()
    LtiAgsGrade.objects.update(claim="somebody", claimed_until=now + timedelta(seconds=60))

    assert publish_overdue(clock=lambda: now) == 0
    assert publish_overdue(clock=lambda: now + timedelta(seconds=61)) == 1
    assert gradebook_score(learner, declarative) == (pytest.approx(8.3), 10.0)


def test_stranger_to_the_course_is_not_graded(say: Any, declarative: Any) -> None:
    stranger = make_user()

    say(stranger, platform_item(declarative), 83.0)

    assert grade_of(stranger, declarative).decision == GradeDecision.NOT_ENROLLED


def test_error_after_the_commit_never_reaches_who_stored_the_score(
    say: Any, learner: Any, declarative: Any, settings: Any
) -> None:
    settings.LTI_AGS_PUBLISH = "sometimes"

    outcome = say(learner, platform_item(declarative), 83.0)

    assert outcome.outcome == GradeDecision.QUEUED
    assert LtiAgsScore.objects.get().final_score_given == 83.0
    assert grade_of(learner, declarative).next_attempt_at is not None


def test_gradebook_that_cannot_even_be_read_is_tried_again(say: Any, learner: Any, declarative: Any) -> None:
    faults.set_fault("get_score", times=1)

    say(learner, platform_item(declarative), 50.0)

    grade = grade_of(learner, declarative)
    assert (grade.decision, grade.attempts, grade.claim) == (GradeDecision.RETRYING, 1, "")
    assert grade.next_attempt_at is not None
    later = grade.next_attempt_at + timedelta(seconds=1)
    assert publish_overdue(clock=lambda: later) == 1
    assert gradebook_score(learner, declarative) == (5.0, 10.0)


def test_gradebook_that_takes_too_long_is_told_as_such(say: Any, learner: Any, declarative: Any) -> None:
    from lms.djangoapps.grades.api import signals

    def run_out_of_time(**_kwargs: Any) -> None:
        raise SoftTimeLimitExceeded

    signals.SCORE_PUBLISHED.connect(run_out_of_time, dispatch_uid="too long", weak=False)
    try:
        say(learner, platform_item(declarative), 50.0)
    finally:
        signals.SCORE_PUBLISHED.disconnect(dispatch_uid="too long")

    grade = grade_of(learner, declarative)
    assert (grade.decision, grade.last_error) == (GradeDecision.RETRYING, "The gradebook did not answer in time.")
