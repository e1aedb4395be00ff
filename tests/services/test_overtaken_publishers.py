"""Publishers that are overtaken while they are in the LMS: by a newer wish, or, when their lease ends, by another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from opaque_keys.edx.keys import UsageKey

from lms.djangoapps.grades import faults
from lti_ags import edx_platform
from lti_ags.constants import EventKind, GradeDecision
from lti_ags.services.leases import Lease, Sight, lease_grade
from lti_ags.services.publishing import publish_grade
from lti_ags.services.recording import record_published
from lti_ags.services.staff_actions import publish_again
from lti_ags.services.sweeping import publish_overdue
from tests.services.conftest import grade_of, platform_item
from tests.support.courses import gradebook_score
from tests.support.databases import once_after
from tests.support.interruptions import while_publishing

pytestmark = pytest.mark.django_db(transaction=True)


def publish(learner: Any, location: UsageKey, *, now: datetime) -> None:
    """One publisher looks at the learner's grade, while its clock stands still."""
    grade = grade_of(learner, location)
    publish_grade(configuration_id=grade.configuration_id, subject_id=grade.subject_id, clock=lambda: now)


@pytest.mark.parametrize("wish", ["a newer score", "staff"])
def test_newer_wish_is_tried_though_the_gradebook_refused_the_older_one_for_good(
    say: Any, learner: Any, declarative: UsageKey, settings: Any, wish: str
) -> None:
    settings.LTI_AGS_PUBLISH = "manual"
    item = platform_item(declarative)
    say(learner, item, 50.0)
    wishes: dict[str, Callable[[], Any]] = {
        "a newer score": lambda: say(learner, item, 80.0),
        "staff": lambda: publish_again(grade_of(learner, declarative), actor_id=None, now=timezone.now()),
    }
    faults.set_fault("publish", error="ObjectDoesNotExist", times=1)

    with while_publishing(wishes[wish], is_before=True):
        publish(learner, declarative, now=timezone.now())

    grade = grade_of(learner, declarative)
    assert gradebook_score(learner, declarative) == ((8.0 if wish == "a newer score" else 5.0), 10.0)
    assert (grade.decision, grade.next_attempt_at, grade.last_error) == (GradeDecision.PUBLISHED, None, "")
    assert grade.events.get(kind=EventKind.FAILED).details["will_retry"] is True


def test_wish_that_comes_while_the_lms_cannot_even_tell_is_tried_too(
    say: Any, learner: Any, declarative: UsageKey, settings: Any
) -> None:
    settings.LTI_AGS_PUBLISH = "manual"
    item = platform_item(declarative)
    say(learner, item, 50.0)
    grade = grade_of(learner, declarative)
    faults.set_fault("get_score", error="ObjectDoesNotExist", times=1)

    with once_after("FROM lti_ags_ltiagsgrade", lambda: say(learner, item, 80.0)):
        publish_grade(configuration_id=grade.configuration_id, subject_id=grade.subject_id)

    assert gradebook_score(learner, declarative) == (8.0, 10.0)
    assert grade_of(learner, declarative).decision == GradeDecision.PUBLISHED


def test_publisher_that_cannot_look_leaves_what_another_has_settled_meanwhile(
    say: Any, learner: Any, declarative: UsageKey, settings: Any
) -> None:
    settings.LTI_AGS_PUBLISH = "manual"
    say(learner, platform_item(declarative), 50.0)
    grade = grade_of(learner, declarative)

    def be_overtaken() -> None:
        publish(learner, declarative, now=timezone.now())
        faults.set_fault("get_score", error="OperationalError", times=1)

    with once_after("FROM lti_ags_ltiagsgrade", be_overtaken):
        publish_grade(configuration_id=grade.configuration_id, subject_id=grade.subject_id)

    grade.refresh_from_db()
    assert (grade.decision, grade.attempts, grade.last_error) == (GradeDecision.PUBLISHED, 0, "")
    assert grade.next_attempt_at is None
    assert not grade.events.filter(kind=EventKind.FAILED).exists()
    assert gradebook_score(learner, declarative) == (5.0, 10.0)


def claim(learner: Any, location: UsageKey, *, now: datetime) -> Lease:
    """A publisher takes the lease."""
    grade = grade_of(learner, location)
    lms = edx_platform.lms_state(location, user_id=learner.pk)
    sight = Sight(grade.pk, subject_id=grade.subject_id, revision=grade.revision, lms=lms, due_at=None)
    claimed = lease_grade(sight, now=now)
    assert isinstance(claimed, Lease)
    return claimed


def write(claimed: Lease, learner: Any, location: UsageKey) -> Any:
    """A publisher's value arrives in the gradebook; it is what the publisher reads back."""
    assert claimed.plan.points is not None
    edx_platform.publish_score(location, user_id=learner.pk, points=claimed.plan.points)
    return edx_platform.read_score(location, user_id=learner.pk)


def test_value_of_a_publisher_that_lost_its_lease_is_put_right_after_the_others_record(
    say: Any, learner: Any, declarative: UsageKey, settings: Any
) -> None:
    settings.LTI_AGS_PUBLISH = "manual"
    now = timezone.now()
    say(learner, platform_item(declarative), 50.0)
    slow = claim(learner, declarative, now=now)
    say(learner, platform_item(declarative), 80.0)
    later = now + timedelta(minutes=5)
    quick = claim(learner, declarative, now=later)
    seen_by_quick = write(quick, learner, declarative)
    seen_by_slow = write(slow, learner, declarative)

    assert record_published(slow, held=seen_by_slow, now=later) is True
    assert record_published(quick, held=seen_by_quick, now=later) is True

    assert publish_overdue(clock=lambda: later) == 1
    assert gradebook_score(learner, declarative) == (8.0, 10.0)
    assert grade_of(learner, declarative).decision == GradeDecision.PUBLISHED
    assert grade_of(learner, declarative).next_attempt_at is None


@pytest.mark.parametrize("error", ["OperationalError", "ObjectDoesNotExist"])
def test_value_of_a_publisher_that_lost_its_lease_and_fails_is_put_right(
    say: Any, learner: Any, declarative: UsageKey, settings: Any, error: str
) -> None:
    settings.LTI_AGS_PUBLISH = "manual"
    now = timezone.now()
    say(learner, platform_item(declarative), 50.0)

    def be_overtaken() -> None:
        say(learner, platform_item(declarative), 80.0)
        publish(learner, declarative, now=now + timedelta(minutes=5))
        faults.set_fault("half", error=error, times=1)

    with while_publishing(be_overtaken, is_before=True):
        publish(learner, declarative, now=now)

    assert gradebook_score(learner, declarative) == (8.0, 10.0)
    assert grade_of(learner, declarative).decision == GradeDecision.PUBLISHED
    assert grade_of(learner, declarative).next_attempt_at is None
