"""What other apps hear: after the commit, with frozen values, and without power over us."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from django.db import connection, transaction
from opaque_keys.edx.keys import UsageKey

from lms.djangoapps.grades import faults
from lti_ags import signals
from lti_ags.constants import GradeDecision, GradingProgress
from lti_ags.models import LtiAgsDelivery, LtiAgsScore
from tests.services.conftest import grade_of, platform_item
from tests.services.test_override_policy import teacher_sets
from tests.support.courses import Course, gradebook_score

pytestmark = pytest.mark.django_db(transaction=True)

SIGNALS = {
    "accepted": signals.SCORE_ACCEPTED,
    "decided": signals.GRADE_DECIDED,
    "published": signals.GRADE_PUBLISHED,
    "failed": signals.GRADE_PUBLICATION_FAILED,
}


@pytest.fixture
def heard() -> Iterator[list[tuple[str, Any]]]:
    """Everything that is sent, in order; fails if it is sent before the commit."""
    notes: list[tuple[str, Any]] = []
    receivers = {name: _listener(name, notes) for name in SIGNALS}
    for name, signal in SIGNALS.items():
        signal.connect(receivers[name])
    yield notes
    for name, signal in SIGNALS.items():
        signal.disconnect(receivers[name])


def _listener(name: str, notes: list[tuple[str, Any]]) -> Any:
    def listen(payload: Any, **_kwargs: Any) -> None:
        notes.append((name if not connection.in_atomic_block else "too early", payload))

    return listen


def test_accepted_score_and_published_grade_are_announced_with_their_facts(
    say: Any, learner: Any, declarative: UsageKey, course: Course, heard: list[tuple[str, Any]]
) -> None:
    outcome = say(learner, platform_item(declarative), 80.0)

    grade = grade_of(learner, declarative)
    place = {"course_key": str(course.key), "usage_key": str(declarative), "user_id": learner.pk}
    accepted = signals.AcceptedScore(
        delivery_id=outcome.delivery_id, line_item_id=platform_item(declarative), outcome="queued", **place
    )
    published = signals.PublishedGrade(grade_id=grade.pk, earned=8.0, possible=10.0, **place)
    assert sorted(heard, key=lambda note: note[0]) == [("accepted", accepted), ("published", published)]


def test_clear_is_announced_as_a_grade_of_nothing(
    say: Any, learner: Any, declarative: UsageKey, heard: list[tuple[str, Any]]
) -> None:
    say(learner, platform_item(declarative), 80.0)
    say(learner, platform_item(declarative), None)

    last = [payload for name, payload in heard if name == "published"][-1]
    assert (last.earned, last.possible) == (None, None)


def test_failure_is_announced_with_its_reason(
    say: Any, learner: Any, declarative: UsageKey, heard: list[tuple[str, Any]]
) -> None:
    with faults.fault("publish", error="RuntimeError"):
        say(learner, platform_item(declarative), 80.0)

    (payload,) = [payload for name, payload in heard if name == "failed"]
    assert (payload.will_retry, payload.reason) == (True, "publishing a score: RuntimeError")
    assert payload.user_id == learner.pk


def test_decision_to_leave_the_gradebook_alone_is_announced_once(
    say: Any, learner: Any, declarative: UsageKey, heard: list[tuple[str, Any]]
) -> None:
    teacher_sets(learner, declarative, 6.0)
    for given in (70.0, 80.0):
        say(learner, platform_item(declarative), given)

    assert [payload.decision for name, payload in heard if name == "decided"] == [GradeDecision.OVERRIDE_KEPT]


def test_retry_and_progress_are_announced_as_what_they_are(
    say: Any, learner: Any, declarative: UsageKey, heard: list[tuple[str, Any]]
) -> None:
    for _time in range(2):
        say(learner, platform_item(declarative), None, grading_progress=GradingProgress.PENDING, message_digest="a",
            timestamp=grade_free_moment())  # fmt: skip

    assert [(name, payload.outcome) for name, payload in heard] == [("accepted", "not_final")]


def grade_free_moment() -> Any:
    from tests.services.conftest import START

    return START


def test_nothing_is_announced_of_what_is_rolled_back(
    say: Any, learner: Any, declarative: UsageKey, heard: list[tuple[str, Any]]
) -> None:
    with transaction.atomic():
        say(learner, platform_item(declarative), 80.0)
        transaction.set_rollback(True)

    assert heard == []
    assert not LtiAgsScore.objects.exists()
    assert not LtiAgsDelivery.objects.exists()
    assert gradebook_score(learner, declarative) is None


def test_payload_cannot_be_changed_by_who_hears_it(
    say: Any, learner: Any, declarative: UsageKey, heard: list[tuple[str, Any]]
) -> None:
    say(learner, platform_item(declarative), 80.0)

    assert len(heard) == 2
    for _name, payload in heard:
        with pytest.raises((FrozenInstanceError, AttributeError)):
            payload.user_id = 0


@pytest.mark.parametrize("name", ["accepted", "published"])
def test_error_of_somebody_who_listens_changes_nothing(
    say: Any, learner: Any, declarative: UsageKey, name: str, failed_receivers: list[BaseException]
) -> None:
    def break_down(**_kwargs: Any) -> None:
        raise LookupError("somebody else's mistake")

    SIGNALS[name].connect(break_down)
    try:
        outcome = say(learner, platform_item(declarative), 80.0)
    finally:
        SIGNALS[name].disconnect(break_down)

    assert outcome.outcome == GradeDecision.QUEUED
    assert gradebook_score(learner, declarative) == (8.0, 10.0)
    assert grade_of(learner, declarative).decision == GradeDecision.PUBLISHED
    assert [str(error) for error in failed_receivers] == ["somebody else's mistake"]
    failed_receivers.clear()
