"""Publishers that are overtaken while they are in the LMS: by a newer wish."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone
from opaque_keys.edx.keys import UsageKey

from lms.djangoapps.grades import faults
from lti_ags.constants import EventKind, GradeDecision
from lti_ags.services.publishing import publish_grade
from lti_ags.services.staff_actions import publish_again
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
