"""The history of a grade tells its story: what was decided, published, failed, and who did what."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from opaque_keys.edx.keys import UsageKey

from lms.djangoapps.grades import faults
from lti_ags.constants import GradingProgress
from lti_ags.services.staff_actions import publish_again, use_tools_grade
from lti_ags.services.sweeping import publish_waiting
from tests.services.conftest import grade_of, platform_item
from tests.services.test_override_policy import teacher_sets
from tests.support.courses import Course, make_staff

pytestmark = pytest.mark.django_db(transaction=True)


def story(learner: Any, location: UsageKey) -> list[tuple[str, dict[str, Any]]]:
    return [(event.kind, event.details) for event in grade_of(learner, location).events.all()]


def published(earned: float) -> tuple[str, dict[str, Any]]:
    return "published", {"decision": "published", "earned": earned, "possible": 10.0}


def test_life_of_a_grade_is_told_in_order(say: Any, learner: Any, declarative: UsageKey, course: Course) -> None:
    teacher = make_staff(course)
    item = platform_item(declarative)
    say(learner, item, 80.0)
    teacher_sets(learner, declarative, 6.0)
    say(learner, item, 90.0)
    use_tools_grade(declarative, user_id=learner.pk, now=timezone.now(), actor_id=teacher.pk)
    say(learner, item, None)

    assert story(learner, declarative) == [
        published(8.0),
        ("changed_by_staff", {"earned": 6.0, "possible": 10.0}),
        ("decided", {"decision": "override_kept"}),
        ("staff_action", {"action": "use_tools_grade"}),
        published(9.0),
        ("published", {"decision": "cleared", "earned": None, "possible": None}),
    ]
    assert [event.actor for event in grade_of(learner, declarative).events.all()].count(teacher) == 1


def test_failure_is_told_once_and_then_the_success(say: Any, learner: Any, declarative: UsageKey) -> None:
    with faults.fault("publish", error="RuntimeError"):
        say(learner, platform_item(declarative), 80.0)
        publish_waiting()
        publish_waiting()
    publish_waiting()

    assert story(learner, declarative) == [
        ("failed", {"reason": "publishing a score: RuntimeError", "will_retry": True}),
        published(8.0),
    ]
    assert grade_of(learner, declarative).last_error == ""


def test_same_decision_is_told_once(say: Any, learner: Any, declarative: UsageKey) -> None:
    for _time in range(3):
        say(learner, platform_item(declarative), None, grading_progress=GradingProgress.PENDING)
    teacher_sets(learner, declarative, 6.0)
    for given in (70.0, 80.0, 90.0):
        say(learner, platform_item(declarative), given)

    assert story(learner, declarative) == [
        ("changed_by_staff", {"earned": 6.0, "possible": 10.0}),
        ("decided", {"decision": "override_kept"}),
    ]


def test_reason_of_an_unknown_error_tells_its_kind_and_nothing_of_its_text(
    say: Any, learner: Any, declarative: UsageKey
) -> None:
    from lms.djangoapps.grades.api import signals

    class Surprise(Exception):
        """Of an app that nobody knows."""

    def raise_it(**_kwargs: Any) -> None:
        raise Surprise("Ada Lovelace")

    signals.SCORE_PUBLISHED.connect(raise_it, dispatch_uid="surprise", weak=False)
    try:
        say(learner, platform_item(declarative), 80.0)
    finally:
        signals.SCORE_PUBLISHED.disconnect(dispatch_uid="surprise")

    grade = grade_of(learner, declarative)
    assert grade.last_error == "Unexpected Surprise while the grade was published."
    assert "Ada" not in str(story(learner, declarative))


def test_action_of_staff_names_who_acted(say: Any, learner: Any, declarative: UsageKey, course: Course) -> None:
    teacher = make_staff(course)
    say(learner, platform_item(declarative), 80.0)

    publish_again(grade_of(learner, declarative), actor_id=teacher.pk, now=timezone.now())

    events = grade_of(learner, declarative).events.all()
    assert [(event.kind, event.actor) for event in events] == [
        ("published", None),
        ("staff_action", teacher),
        ("published", None),
    ]
