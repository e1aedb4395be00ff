"""What staff do to many grades at once: each learner once, whatever dies on the way, and a count of what came of it."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.utils import timezone
from opaque_keys.edx.keys import UsageKey

from lms.djangoapps.grades import faults
from lti_ags import edx_platform
from lti_ags.constants import ActionReason, EventKind, GradeDecision, GradingProgress, ScoreDecision, StaffAction
from lti_ags.data import ActionOutlook, Points
from lti_ags.exceptions import NotFound
from lti_ags.models import LtiAgsBulkAction, LtiAgsEvent, LtiAgsGrade, LtiAgsScore
from lti_ags.services.action_sentences import sentence_for_reason, words_for_action
from lti_ags.services.broker import BULK_TASK, SWEEP_TASK
from lti_ags.services.bulk_actions import begin_bulk_action, continue_bulk_action, look_ahead, progress_of
from lti_ags.services.bulk_work import Progress, work_off
from lti_ags.services.configurations import find_configuration
from lti_ags.services.retention import erase_user
from lti_ags.services.staff_actions import record_staff_override
from tests.services.conftest import grade_of, platform_item
from tests.support.courses import Course, gradebook_score, make_learner, make_staff
from tests.support.databases import failing_statements
from tests.support.queue import Queue

pytestmark = pytest.mark.django_db(transaction=True)

NUMBER = 8


@pytest.fixture
def teacher(course: Course) -> Any:
    return make_staff(course)


@pytest.fixture
def holding(declarative: UsageKey, course: Course) -> UsageKey:
    course.change(declarative, release_policy="hold")
    return declarative


@pytest.fixture
def held(say: Any, course: Course, holding: UsageKey) -> list[Any]:
    """Learners whose scores wait for their release."""
    learners = [make_learner(course) for _number in range(NUMBER)]
    for learner in learners:
        say(learner, platform_item(holding), 80.0)
    return learners


def ids_of(location: UsageKey) -> list[int]:
    rows = LtiAgsGrade.objects.filter(configuration=find_configuration(location))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def begin(
    action: StaffAction,
    location: UsageKey,
    teacher: Any,
    *,
    token: uuid.UUID | None = None,
    grade_ids: list[int] | None = None,
) -> LtiAgsBulkAction:
    token = token or uuid.uuid4()
    configuration = find_configuration(location)
    assert configuration is not None
    begin_bulk_action(
        action,
        token=token,
        configuration=configuration,
        grade_ids=ids_of(location) if grade_ids is None else grade_ids,
        actor_id=teacher.pk,
        now=timezone.now(),
    )
    return LtiAgsBulkAction.objects.get(uuid=token)


def outlook(action: StaffAction, location: UsageKey) -> ActionOutlook:
    configuration = find_configuration(location)
    assert configuration is not None
    return look_ahead(action, configuration=configuration, grade_ids=ids_of(location))


def set_by_hand(learner: Any, location: UsageKey, earned: float) -> None:
    """As a teacher does in the gradebook."""
    points = Points(earned=earned, possible=10.0)
    edx_platform.publish_score(location, user_id=learner.pk, points=points)
    record_staff_override(location, user_id=learner.pk, points=points, now=timezone.now())


def actions_in_history(location: UsageKey) -> list[tuple[int, dict[str, Any]]]:
    events = LtiAgsEvent.objects.filter(grade__configuration=find_configuration(location), actor__isnull=False)
    return [(event.grade_id, event.details) for event in events.order_by("grade_id")]


def test_release_of_a_whole_block_reaches_the_gradebook_and_is_in_every_history(
    held: list[Any], holding: UsageKey, teacher: Any
) -> None:
    row = begin(StaffAction.RELEASE, holding, teacher)

    assert {gradebook_score(learner, holding) for learner in held} == {(8.0, 10.0)}
    assert (row.total, row.done, row.changed, row.left_alone, row.failed) == (NUMBER, NUMBER, NUMBER, {}, {})
    assert row.finished_at is not None
    assert row.claim == ""
    assert actions_in_history(holding) == [(pk, {"action": "release"}) for pk in ids_of(holding)]
    assert set(LtiAgsEvent.objects.filter(kind=EventKind.STAFF_ACTION).values_list("actor", flat=True)) == {teacher.pk}


def test_outlook_tells_how_many_change_and_why_the_others_do_not(
    say: Any, held: list[Any], holding: UsageKey, course: Course, teacher: Any
) -> None:
    begin(StaffAction.RELEASE, holding, teacher, grade_ids=ids_of(holding)[:3])

    told = outlook(StaffAction.RELEASE, holding)

    assert told == ActionOutlook(
        total=NUMBER, changes=NUMBER - 3, left_alone={ActionReason.NOTHING_TO_RELEASE.value: 3}
    )
    assert LtiAgsScore.objects.filter(is_released=True).count() == 3


def test_outcome_equals_the_outlook(held: list[Any], holding: UsageKey, teacher: Any) -> None:
    begin(StaffAction.RELEASE, holding, teacher, grade_ids=ids_of(holding)[:3])
    told = outlook(StaffAction.RELEASE, holding)

    row = begin(StaffAction.RELEASE, holding, teacher)

    assert (row.changed, row.left_alone) == (told.changes, dict(told.left_alone))


def test_tools_grade_is_used_where_staff_changed_it_and_only_there(
    say: Any, declarative: UsageKey, course: Course, teacher: Any
) -> None:
    changed, untouched, without = (make_learner(course) for _number in range(3))
    for learner in (changed, untouched):
        say(learner, platform_item(declarative), 80.0)
    say(without, platform_item(declarative), None, grading_progress=GradingProgress.PENDING)
    set_by_hand(changed, declarative, 3.0)
    set_by_hand(without, declarative, 4.0)

    row = begin(StaffAction.USE_TOOLS_GRADE, declarative, teacher)

    assert gradebook_score(changed, declarative) == (8.0, 10.0)
    assert gradebook_score(without, declarative) == (4.0, 10.0)
    assert row.changed == 1
    assert row.left_alone == {ActionReason.ALREADY_TOOLS.value: 1, ActionReason.NO_TOOLS_GRADE.value: 1}
    assert grade_of(changed, declarative).decision == GradeDecision.PUBLISHED


def test_grade_that_staff_keep_outlasts_a_change_of_the_block(
    say: Any, learner: Any, declarative: UsageKey, course: Course, teacher: Any
) -> None:
    say(learner, platform_item(declarative), 80.0)

    row = begin(StaffAction.KEEP_STAFFS_SCORE, declarative, teacher)
    again = begin(StaffAction.KEEP_STAFFS_SCORE, declarative, teacher)
    say(learner, platform_item(declarative), 20.0)

    assert gradebook_score(learner, declarative) == (8.0, 10.0)
    assert (row.changed, again.changed) == (1, 0)
    assert again.left_alone == {ActionReason.ALREADY_STAFFS.value: 1}
    assert grade_of(learner, declarative).decision == GradeDecision.OVERRIDE_KEPT


def test_late_work_is_accepted_for_all_who_wait(say: Any, course: Course, tool: Any) -> None:
    course.change(course.subsection, due=timezone.now() - timedelta(days=2))
    location = course.add_block(tool, late_policy="ask")
    learners = [make_learner(course) for _number in range(3)]
    for learner in learners:
        say(learner, platform_item(location), 80.0)
    assert set(LtiAgsScore.objects.values_list("decision", flat=True)) == {ScoreDecision.LATE_HELD.value}

    row = begin(StaffAction.ACCEPT_LATE, location, make_staff(course))

    assert row.changed == 3
    assert {gradebook_score(learner, location) for learner in learners} == {(8.0, 10.0)}


def test_clearing_empties_the_gradebook_and_a_second_time_finds_nothing(
    say: Any, learner: Any, declarative: UsageKey, teacher: Any
) -> None:
    say(learner, platform_item(declarative), 80.0)

    row = begin(StaffAction.CLEAR, declarative, teacher)
    again = begin(StaffAction.CLEAR, declarative, teacher)

    assert gradebook_score(learner, declarative) is None
    assert (row.changed, again.changed) == (1, 0)
    assert again.left_alone == {ActionReason.NOTHING_TO_CLEAR.value: 1}
    assert actions_in_history(declarative) == [(grade_of(learner, declarative).pk, {"action": "clear"})]


def test_grades_are_published_again_whatever_became_of_them(
    say: Any, learner: Any, declarative: UsageKey, teacher: Any, settings: Any
) -> None:
    with faults.fault("publish", error="RuntimeError"):
        say(learner, platform_item(declarative), 80.0)
    LtiAgsGrade.objects.update(decision=GradeDecision.FAILED.value, next_attempt_at=None)

    begin(StaffAction.PUBLISH_AGAIN, declarative, teacher)

    assert gradebook_score(learner, declarative) == (8.0, 10.0)


def test_form_that_is_sent_twice_does_it_once(say: Any, learner: Any, declarative: UsageKey, teacher: Any) -> None:
    say(learner, platform_item(declarative), 80.0)
    token = uuid.uuid4()

    begin(StaffAction.PUBLISH_AGAIN, declarative, teacher, token=token)
    begin(StaffAction.PUBLISH_AGAIN, declarative, teacher, token=token)

    assert LtiAgsBulkAction.objects.count() == 1
    assert len(actions_in_history(declarative)) == 1


def test_token_of_another_person_is_refused(
    say: Any, learner: Any, declarative: UsageKey, course: Course, teacher: Any
) -> None:
    say(learner, platform_item(declarative), 80.0)
    token = uuid.uuid4()
    begin(StaffAction.PUBLISH_AGAIN, declarative, teacher, token=token)

    with pytest.raises(NotFound):
        begin(StaffAction.PUBLISH_AGAIN, declarative, make_staff(course), token=token)


def test_learner_for_whom_the_gradebook_fails_is_counted_and_does_not_stop_the_others(
    say: Any, declarative: UsageKey, course: Course, teacher: Any
) -> None:
    learners = [make_learner(course) for _number in range(3)]
    for learner in learners:
        say(learner, platform_item(declarative), 80.0)
    unlucky = grade_of(learners[1], declarative)

    with faults.fault("publish", user_id=learners[1].pk):
        row = begin(StaffAction.CLEAR, declarative, teacher)

    assert (row.done, row.changed, row.failed) == (3, 2, {ActionReason.PLATFORM_AWAY.value: 1})
    assert row.failed_ids == [unlucky.pk]
    assert [gradebook_score(learner, declarative) for learner in learners] == [None, (8.0, 10.0), None]
    assert unlucky.pk not in {pk for pk, _details in actions_in_history(declarative)}


def test_error_that_nobody_expects_is_logged_and_counted_for_each_learner(
    held: list[Any], holding: UsageKey, teacher: Any, caplog: pytest.LogCaptureFixture
) -> None:
    statement = f"UPDATE {connection.ops.quote_name(LtiAgsScore._meta.db_table)}"

    with failing_statements(statement, error=DatabaseError):
        row = begin(StaffAction.RELEASE, holding, teacher)

    assert (row.done, row.changed, sum(row.failed.values())) == (NUMBER, 0, NUMBER)
    assert row.failed_ids == ids_of(holding)
    assert caplog.text.count("Unexpected error while a bulk action did grade") == NUMBER
    assert not LtiAgsScore.objects.filter(is_released=True).exists()


def test_crash_leaves_nothing_half_done_and_the_rest_to_the_next_worker(
    held: list[Any], holding: UsageKey, teacher: Any, settings: Any
) -> None:
    settings.LTI_AGS_PUBLISH = "manual"
    fifth = held[4]
    begin_at = timezone.now()
    row = LtiAgsBulkAction.objects.create(
        configuration=find_configuration(holding),
        actor=teacher,
        action=StaffAction.CLEAR.value,
        grade_ids=ids_of(holding),
        total=NUMBER,
        created_at=begin_at,
    )
    set_by_hand(fifth, holding, 3.0)

    with faults.fault("published", user_id=fifth.pk, error="Crash"), pytest.raises(faults.Crash):
        work_off(row.pk)

    row.refresh_from_db()
    assert (row.done, row.changed) == (4, 4)
    assert work_off(row.pk).progress is Progress.TAKEN
    later = timezone.now() + timedelta(seconds=settings.LTI_AGS_LEASE_SECONDS + 1)
    assert work_off(row.pk, clock=lambda: later).progress is Progress.FINISHED
    row.refresh_from_db()
    assert (row.done, row.changed) == (NUMBER, NUMBER)
    assert [pk for pk, details in actions_in_history(holding) if details == {"action": "clear"}] == ids_of(holding)


def test_worker_that_was_overtaken_changes_nothing_more(
    held: list[Any], holding: UsageKey, teacher: Any, settings: Any, queue: Queue
) -> None:
    """The lease ends while a worker is between two learners; another one does the rest."""
    row = begin(StaffAction.RELEASE, holding, teacher)
    times = [timezone.now() + timedelta(hours=hours) for hours in range(100)]
    seen: list[Progress] = []

    def clock() -> Any:
        # After its third look at the clock the first worker sleeps, and a second one finds the lease at its end.
        if len(times) == 97 and not seen:
            seen.append(Progress.MORE)
            seen.append(work_off(row.pk, clock=lambda: timezone.now() + timedelta(days=30)).progress)
        return times.pop(0)

    first = work_off(row.pk, clock=clock)

    assert seen[1] is Progress.FINISHED
    assert first.progress is Progress.FINISHED
    row.refresh_from_db()
    assert (row.done, row.changed, row.left_alone) == (NUMBER, NUMBER, {})
    assert actions_in_history(holding) == [(pk, {"action": "release"}) for pk in ids_of(holding)]


def test_workers_that_take_over_from_each_other_do_each_learner_once(
    held: list[Any], holding: UsageKey, teacher: Any, settings: Any, queue: Queue
) -> None:
    settings.LTI_AGS_LEASE_SECONDS = 0.0
    row = begin(StaffAction.RELEASE, holding, teacher)

    def work(_number: int) -> None:
        try:
            for _attempt in range(NUMBER):
                work_off(row.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))
    # With leases that end at once they may have kept each other from the last ones.
    work_off(row.pk)

    row.refresh_from_db()
    assert (row.done, row.changed, row.left_alone, row.failed) == (NUMBER, NUMBER, {}, {})
    assert actions_in_history(holding) == [(pk, {"action": "release"}) for pk in ids_of(holding)]


def test_many_learners_are_left_to_a_worker_which_goes_on_in_batches(
    held: list[Any], holding: UsageKey, teacher: Any, settings: Any, queue: Queue
) -> None:
    settings.LTI_AGS_LEASE_SECONDS = 0.0
    row = begin(StaffAction.RELEASE, holding, teacher)
    assert (row.done, queue.sent(BULK_TASK)) == (0, [[row.pk]])

    queue.forget()
    queue.run(BULK_TASK, row.pk)
    row.refresh_from_db()
    assert (row.done, queue.sent(BULK_TASK)) == (1, [[row.pk]])

    for _time in range(NUMBER):
        queue.run(BULK_TASK, row.pk)
    row.refresh_from_db()
    assert (row.done, row.finished_at is None) == (NUMBER, False)


def test_few_learners_are_done_before_the_page_is_shown(
    say: Any, learner: Any, holding: UsageKey, teacher: Any, queue: Queue
) -> None:
    say(learner, platform_item(holding), 80.0)

    row = begin(StaffAction.RELEASE, holding, teacher)

    assert row.finished_at is not None
    assert queue.sent(BULK_TASK) == []


def test_task_that_finds_another_worker_comes_back_when_its_lease_ends(
    held: list[Any], holding: UsageKey, teacher: Any, queue: Queue, settings: Any
) -> None:
    settings.LTI_AGS_LEASE_SECONDS = 100
    row = begin(StaffAction.RELEASE, holding, teacher)
    LtiAgsBulkAction.objects.update(claim="another", claimed_until=timezone.now() + timedelta(seconds=90))
    queue.forget()

    queue.run(BULK_TASK, row.pk)

    (message,) = queue.messages(BULK_TASK)
    assert 80 < queue.seconds_until(message) <= 90
    row.refresh_from_db()
    assert row.done == 0


def test_sweep_sends_a_message_for_what_was_left_once_for_each_lease(
    held: list[Any], holding: UsageKey, teacher: Any, queue: Queue
) -> None:
    row = begin(StaffAction.RELEASE, holding, teacher)
    queue.forget()

    queue.run(SWEEP_TASK)
    queue.run(SWEEP_TASK)

    assert queue.sent(BULK_TASK) == [[row.pk]]


@pytest.mark.parametrize("mode", ["inline", "manual"])
def test_without_workers_the_process_at_hand_does_it(
    held: list[Any], holding: UsageKey, teacher: Any, settings: Any, mode: str
) -> None:
    settings.LTI_AGS_PUBLISH = mode

    row = begin(StaffAction.RELEASE, holding, teacher)

    assert row.finished_at is not None
    told = progress_of(row, now=timezone.now())
    assert (told.changed, told.on_their_way) == (NUMBER, NUMBER if mode == "manual" else 0)


def test_command_finishes_what_was_left(
    held: list[Any], holding: UsageKey, teacher: Any, queue: Queue, settings: Any, capsys: Any
) -> None:
    row = begin(StaffAction.RELEASE, holding, teacher)
    settings.LTI_AGS_PUBLISH = "manual"

    call_command("lti_ags_publish_pending", "--limit", "0")
    row.refresh_from_db()
    assert row.done == 0
    call_command("lti_ags_publish_pending")

    row.refresh_from_db()
    assert row.finished_at is not None
    assert {gradebook_score(learner, holding) for learner in held} == {(8.0, 10.0)}


def test_stalled_action_goes_on_when_a_person_wants_it(
    held: list[Any], holding: UsageKey, teacher: Any, queue: Queue, settings: Any
) -> None:
    row = begin(StaffAction.RELEASE, holding, teacher)
    assert not progress_of(row, now=timezone.now()).is_stalled
    assert progress_of(row, now=timezone.now() + timedelta(hours=1)).is_stalled
    settings.LTI_AGS_PUBLISH = "inline"
    assert progress_of(row, now=timezone.now()).is_stalled

    continue_bulk_action(row.uuid)
    continue_bulk_action(row.uuid)

    row.refresh_from_db()
    assert (row.done, row.changed) == (NUMBER, NUMBER)
    assert not progress_of(row, now=timezone.now()).is_stalled


def test_learner_who_is_erased_meanwhile_is_left_out(
    held: list[Any], holding: UsageKey, teacher: Any, queue: Queue
) -> None:
    row = begin(StaffAction.RELEASE, holding, teacher)
    erase_user(held[0].pk)
    erase_user(teacher.pk)

    queue.run(BULK_TASK, row.pk)

    row.refresh_from_db()
    assert (row.changed, row.left_alone, row.actor) == (NUMBER - 1, {ActionReason.GONE.value: 1}, None)


def test_grade_under_a_former_tool_is_left_alone(
    say: Any, learner: Any, declarative: UsageKey, course: Course, other_tool: Any, teacher: Any
) -> None:
    say(learner, platform_item(declarative), 80.0)
    course.change(declarative, lti_tool=str(other_tool.tool.uuid))

    row = begin(StaffAction.CLEAR, declarative, teacher)

    assert row.left_alone == {ActionReason.OUTDATED.value: 1}
    assert gradebook_score(learner, declarative) == (8.0, 10.0)


def test_gradebook_is_asked_once_for_many_learners(
    held: list[Any], holding: UsageKey, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(7):
        outlook(StaffAction.CLEAR, holding)


@pytest.mark.parametrize("action", list(StaffAction))
def test_action_has_its_words(action: StaffAction) -> None:
    words = words_for_action(action)

    assert str(words.name)
    assert str(words.consequence).endswith(".")


@pytest.mark.parametrize("reason", list(ActionReason))
def test_reason_has_its_sentence(reason: ActionReason) -> None:
    assert sentence_for_reason(reason.value).endswith(".")


def test_task_that_runs_at_once_goes_on_until_every_learner_is_done(
    held: list[Any], holding: UsageKey, teacher: Any, settings: Any
) -> None:
    settings.LTI_AGS_PUBLISH = "celery"
    settings.LTI_AGS_LEASE_SECONDS = 0.0

    row = begin(StaffAction.RELEASE, holding, teacher)

    row.refresh_from_db()
    assert (row.done, row.finished_at is None) == (NUMBER, False)
