"""Nobody has to run a scheduler: what a lost message or a dead process left behind is found on the way."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.core.cache import cache
from django.utils import timezone
from freezegun import freeze_time
from kombu.exceptions import OperationalError
from opaque_keys.edx.keys import UsageKey

from lms.djangoapps.grades import faults
from lms.djangoapps.grades.api import signals
from lti_ags.constants import GradeDecision
from lti_ags.models import LtiAgsGrade, LtiConfiguration
from lti_ags.services.broker import FOLLOW_TASK, PUBLISH_TASK, SWEEP_TASK, broker
from lti_ags.services.publishing import publish_grade
from lti_ags.services.retention import erase_user
from lti_ags.services.scheduling import keep_sweeping
from lti_ags.services.sweeping import count_due, publish_overdue, publish_waiting
from lti_ags.tasks import look_for_what_was_left
from tests.services.conftest import grade_of, platform_item
from tests.support.caches import TROUBLES
from tests.support.courses import Course, gradebook_score, make_learner
from tests.support.queue import Queue

pytestmark = pytest.mark.django_db(transaction=True)


def overdue_grade(say: Any, learner: Any, location: UsageKey, settings: Any, *, minutes: int = 10) -> None:
    """A score whose publication nobody was told about."""
    mode, settings.LTI_AGS_PUBLISH = settings.LTI_AGS_PUBLISH, "manual"
    say(learner, platform_item(location), 50.0)
    LtiAgsGrade.objects.update(next_attempt_at=timezone.now() - timedelta(minutes=minutes))
    settings.LTI_AGS_PUBLISH = mode


def test_stored_score_sends_a_message_for_its_grade_and_once_in_a_while_a_sweep_that_waits(
    say: Any, learner: Any, declarative: UsageKey, queue: Queue, settings: Any
) -> None:
    item = platform_item(declarative)
    for _time in range(3):
        say(learner, item, 50.0)

    grade = grade_of(learner, declarative)
    assert queue.sent(PUBLISH_TASK) == [[grade.configuration_id, grade.subject_id]] * 3
    (sweep,) = queue.messages(SWEEP_TASK)
    assert 50 < queue.seconds_until(sweep) <= settings.LTI_AGS_SWEEP_INTERVAL_SECONDS


@pytest.mark.parametrize("task", [PUBLISH_TASK, SWEEP_TASK])
def test_task_must_end_before_its_lease_does(
    say: Any, learner: Any, declarative: UsageKey, queue: Queue, settings: Any, task: str
) -> None:
    settings.LTI_AGS_LEASE_SECONDS = 100

    say(learner, platform_item(declarative), 50.0)

    hard, soft = queue.messages(task)[0].time_limits
    assert soft < hard < 100


def test_inline_publication_takes_overdue_grades_along_once_in_a_while(
    say: Any, learner: Any, declarative: UsageKey, course: Course, settings: Any
) -> None:
    first, second = make_learner(course), make_learner(course)
    overdue_grade(say, first, declarative, settings)
    say(learner, platform_item(declarative), 60.0)
    assert gradebook_score(first, declarative) == (5.0, 10.0)

    overdue_grade(say, second, declarative, settings)
    say(learner, platform_item(declarative), 70.0)
    assert gradebook_score(second, declarative) is None

    cache.clear()
    say(learner, platform_item(declarative), 80.0)
    assert gradebook_score(second, declarative) == (5.0, 10.0)


def test_publication_by_a_task_takes_overdue_grades_along(
    say: Any, learner: Any, declarative: UsageKey, course: Course, settings: Any
) -> None:
    other = make_learner(course)
    settings.LTI_AGS_PUBLISH = "celery"
    overdue_grade(say, other, declarative, settings)

    say(learner, platform_item(declarative), 60.0)

    assert gradebook_score(other, declarative) == (5.0, 10.0)


def test_tasks_look_for_overdue_grades_once_in_a_while_together(
    say: Any, learner: Any, declarative: UsageKey, course: Course, settings: Any
) -> None:
    other = make_learner(course)
    settings.LTI_AGS_PUBLISH = "celery"
    with freeze_time(timezone.now()) as clock:
        say(learner, platform_item(declarative), 50.0)
        overdue_grade(say, other, declarative, settings)

        say(learner, platform_item(declarative), 60.0)
        assert gradebook_score(other, declarative) is None

        clock.tick(2)
        say(learner, platform_item(declarative), 70.0)

    assert gradebook_score(other, declarative) == (5.0, 10.0)


@pytest.mark.parametrize("fails", [False, True], ids=["taken", "refused"])
def test_learner_who_is_erased_in_the_middle_stops_nobody_elses_grade(
    say: Any, learner: Any, declarative: UsageKey, course: Course, settings: Any, fails: bool
) -> None:
    other = make_learner(course)
    for somebody in (learner, other):
        overdue_grade(say, somebody, declarative, settings)

    def erase(*, user: Any, **_kwargs: Any) -> None:
        if user.pk == learner.pk:
            erase_user(user.pk)
            if fails:
                raise ConnectionError("the gradebook is away")

    signals.SCORE_PUBLISHED.connect(erase, dispatch_uid="erase", weak=False)
    try:
        taken = publish_overdue()
    finally:
        signals.SCORE_PUBLISHED.disconnect(dispatch_uid="erase")

    assert taken == 2
    assert gradebook_score(other, declarative) == (5.0, 10.0)
    assert [grade.subject.user_id for grade in LtiAgsGrade.objects.all()] == [other.pk]


def test_manual_mode_sweeps_nothing(
    say: Any, learner: Any, declarative: UsageKey, course: Course, settings: Any
) -> None:
    other = make_learner(course)
    settings.LTI_AGS_PUBLISH = "manual"
    overdue_grade(say, other, declarative, settings)

    say(learner, platform_item(declarative), 60.0)

    assert gradebook_score(other, declarative) is None


def test_retry_of_the_tool_wakes_a_grade_that_waits(
    say: Any, learner: Any, declarative: UsageKey, settings: Any
) -> None:
    message = {"timestamp": timezone.now(), "message_digest": "0" * 64}
    settings.LTI_AGS_PUBLISH = "manual"
    say(learner, platform_item(declarative), 60.0, **message)
    settings.LTI_AGS_PUBLISH = "inline"

    say(learner, platform_item(declarative), 60.0, **message)

    assert gradebook_score(learner, declarative) == (6.0, 10.0)


def test_sweep_is_kept_up_while_a_grade_is_not_settled_and_ends_then(
    say: Any, learner: Any, declarative: UsageKey, queue: Queue
) -> None:
    say(learner, platform_item(declarative), 60.0)
    queue.forget()

    keep_sweeping()
    keep_sweeping()
    assert len(queue.messages(SWEEP_TASK)) == 1

    publish_overdue()
    cache.clear()
    queue.forget()
    keep_sweeping()
    assert queue.messages(SWEEP_TASK) == []


def test_failed_grade_is_come_back_for(say: Any, learner: Any, declarative: UsageKey, queue: Queue) -> None:
    say(learner, platform_item(declarative), 60.0)
    queue.forget()
    grade = grade_of(learner, declarative)

    with faults.fault("publish"):
        queue.run(PUBLISH_TASK, grade.configuration_id, grade.subject_id)

    (message,) = queue.messages(PUBLISH_TASK)
    assert 5 < queue.seconds_until(message) < 15
    assert grade_of(learner, declarative).decision == GradeDecision.RETRYING


def test_grade_that_failed_often_is_left_to_the_sweeps(
    say: Any, learner: Any, declarative: UsageKey, queue: Queue
) -> None:
    say(learner, platform_item(declarative), 60.0)
    LtiAgsGrade.objects.update(attempts=9)
    queue.forget()
    grade = grade_of(learner, declarative)

    with faults.fault("publish"):
        queue.run(PUBLISH_TASK, grade.configuration_id, grade.subject_id)

    assert queue.messages(PUBLISH_TASK) == []
    (sweep,) = queue.messages(SWEEP_TASK)
    assert 60 <= queue.seconds_until(sweep) <= 900


def test_worker_that_starts_looks_for_what_was_left(queue: Queue, settings: Any) -> None:
    look_for_what_was_left()
    assert queue.sent(SWEEP_TASK) == [[None]]

    queue.forget()
    settings.LTI_AGS_PUBLISH = "manual"
    look_for_what_was_left()
    assert queue.sent(SWEEP_TASK) == []


def test_bursts_of_publications_follow_a_course_once(course: Course, queue: Queue) -> None:
    for title in ("A", "B", "C"):
        course.change(course.unit, display_name=title)

    (message,) = queue.messages(FOLLOW_TASK)
    assert message.args == [str(course.key)]
    assert queue.seconds_until(message) > 2


def test_each_publication_of_a_burst_is_followed_where_tasks_run_at_once(
    declarative: UsageKey, course: Course, settings: Any
) -> None:
    settings.LTI_AGS_PUBLISH = "celery"

    for title in ("A", "B"):
        course.change(declarative, display_name=title)

        assert LtiConfiguration.objects.get().title == title


def test_broker_that_is_down_fails_no_score_and_is_left_alone(
    say: Any, learner: Any, declarative: UsageKey, queue: Queue, caplog: pytest.LogCaptureFixture
) -> None:
    with queue.down(OperationalError("no route to the broker")) as tries:
        for given in (10.0, 20.0, 30.0):
            assert say(learner, platform_item(declarative), given).outcome == GradeDecision.QUEUED

    assert len(tries) == 1
    assert "grades wait in the table" in caplog.text
    assert grade_of(learner, declarative).next_attempt_at is not None


@pytest.mark.parametrize("caches", TROUBLES.values(), ids=TROUBLES)
def test_cache_that_is_down_keeps_no_grade_away(
    say: Any, learner: Any, declarative: UsageKey, settings: Any, caches: dict[str, Any]
) -> None:
    settings.CACHES = caches

    say(learner, platform_item(declarative), 60.0)

    assert gradebook_score(learner, declarative) == (6.0, 10.0)


@pytest.mark.parametrize("caches", TROUBLES.values(), ids=TROUBLES)
def test_cache_that_is_down_keeps_no_publication_of_a_course_and_no_sweep_away(
    say: Any,
    learner: Any,
    declarative: UsageKey,
    course: Course,
    queue: Queue,
    settings: Any,
    caches: dict[str, Any],
) -> None:
    settings.CACHES = caches

    say(learner, platform_item(declarative), 60.0)
    course.publish()
    keep_sweeping()

    assert queue.sent(FOLLOW_TASK) == [[str(course.key)]]
    assert queue.sent(SWEEP_TASK) == [[None]] * 2


def test_scores_that_keep_coming_do_not_keep_a_publisher_for_ever(
    say: Any, learner: Any, declarative: UsageKey, settings: Any
) -> None:
    from lms.djangoapps.grades.api import signals

    settings.LTI_AGS_PUBLISH = "manual"
    given = iter(range(1000))

    def score_again(**_kwargs: Any) -> None:
        say(learner, platform_item(declarative), float(next(given) % 100))

    score_again()
    grade = grade_of(learner, declarative)
    signals.SCORE_PUBLISHED.connect(score_again, dispatch_uid="again", weak=False)
    try:
        retry_at = publish_grade(configuration_id=grade.configuration_id, subject_id=grade.subject_id)
    finally:
        signals.SCORE_PUBLISHED.disconnect(dispatch_uid="again")

    assert retry_at is not None
    assert next(given) < 50


def test_studio_publishes_nothing(say: Any, learner: Any, declarative: UsageKey, settings: Any) -> None:
    settings.LTI_AGS_PUBLISH = "manual"
    say(learner, platform_item(declarative), 60.0)

    settings.ROOT_URLCONF = "cms.urls"

    grade = grade_of(learner, declarative)
    assert publish_overdue() == 0
    assert publish_waiting() == 0
    assert publish_grade(configuration_id=grade.configuration_id, subject_id=grade.subject_id) is None
    assert gradebook_score(learner, declarative) is None
    assert current_app.tasks[SWEEP_TASK].run() is None


def test_sweep_ends_when_its_time_is_up(
    say: Any, learner: Any, declarative: UsageKey, course: Course, settings: Any
) -> None:
    for each in (learner, make_learner(course)):
        overdue_grade(say, each, declarative, settings)

    assert publish_overdue(longest_seconds=0.0) == 1
    assert count_due() == 1


def test_sweep_that_leaves_grades_goes_on_in_a_new_task(
    say: Any, learner: Any, declarative: UsageKey, course: Course, settings: Any, queue: Queue
) -> None:
    settings.LTI_AGS_SWEEP_BATCH = 1
    for each in (learner, make_learner(course)):
        overdue_grade(say, each, declarative, settings)
    queue.forget()

    queue.run(SWEEP_TASK)

    assert queue.sent(SWEEP_TASK) == [[None]]
    assert count_due() == 1


def test_message_that_no_row_stands_for_is_sent_when_the_broker_is_back(
    queue: Queue, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    has_begun, may_end = threading.Semaphore(0), threading.Semaphore(0)
    other = f"{course.key}2"

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        has_begun.release()
        may_end.acquire(timeout=30)

    def refuse(*_args: Any, **_kwargs: Any) -> None:
        if not refused:
            refused.append(True)
            # Another thread finds out at the same time.
            broker.enqueue(FOLLOW_TASK, (other,), is_kept=True)
        raise OperationalError("no route to the broker")

    refused: list[bool] = []
    queue.forget()
    monkeypatch.setattr(time, "sleep", pause)
    with monkeypatch.context() as while_down:
        while_down.setattr("kombu.messaging.Producer.publish", refuse)
        broker.enqueue(FOLLOW_TASK, (str(course.key),), is_kept=True)
        assert has_begun.acquire(timeout=30)
        may_end.release()
        # It was tried once more in vain.
        assert has_begun.acquire(timeout=30)
    (waiting,) = (thread for thread in threading.enumerate() if thread.name == "lti_ags-broker")
    may_end.release()
    waiting.join(30)

    assert pauses == [2.0, 4.0]
    assert queue.sent(SWEEP_TASK) == [[None]]
    assert sorted(queue.sent(FOLLOW_TASK)) == [[str(course.key)], [other]]
