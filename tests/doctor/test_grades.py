"""What the doctor says about grades that are under way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from opaque_keys.edx.keys import UsageKey

from lms.djangoapps.grades import faults
from lti_ags.constants import GradeDecision
from lti_ags.models import LtiAgsGrade
from tests.doctor.conftest import Doctor
from tests.services.conftest import platform_item

pytestmark = pytest.mark.django_db(transaction=True)

CHECKS = ("overdue_grades", "retried_grades", "failed_grades", "stuck_grades")


@pytest.fixture
def waiting(say: Any, learner: Any, declarative: UsageKey, settings: Any) -> LtiAgsGrade:
    """A grade that nobody publishes."""
    settings.LTI_AGS_PUBLISH = "manual"
    say(learner, platform_item(declarative))
    return LtiAgsGrade.objects.get()


def test_site_on_which_every_grade_arrived_passes(
    doctor: Doctor, say: Any, learner: Any, declarative: UsageKey
) -> None:
    say(learner, platform_item(declarative))

    assert [doctor(check) for check in CHECKS] == [
        [("pass", "No grade is overdue.", "")],
        [("pass", "No grade waits for another try.", "")],
        [("pass", "No grade was given up.", "")],
        [("pass", "No grade is left in the hands of a process that is gone.", "")],
    ]


@pytest.mark.parametrize(
    ("minutes", "health", "since"),
    [(0.1, "pass", "less than a minute"), (7.1, "warn", "7 min"), (61.0, "fail", "61 min"), (180.5, "fail", "3 h")],
)
def test_grades_that_nobody_publishes_are_told_by_age(
    doctor: Doctor, waiting: LtiAgsGrade, minutes: float, health: str, since: str
) -> None:
    LtiAgsGrade.objects.update(next_attempt_at=timezone.now() - timedelta(minutes=minutes))

    [(told, message, _advice)] = doctor("overdue_grades")

    assert (told, message) == (health, f"1 grades are due; the oldest has been for {since}.")


def test_grades_that_are_tried_again_are_told_with_the_reason(
    doctor: Doctor, say: Any, learner: Any, declarative: UsageKey
) -> None:
    with faults.fault("publish"):
        say(learner, platform_item(declarative))

    [(health, message, _advice)] = doctor("retried_grades")

    assert health == "warn"
    assert "did not take 1 grades" in message
    assert LtiAgsGrade.objects.get().last_error in message


def test_grades_that_were_given_up_are_told(doctor: Doctor, waiting: LtiAgsGrade) -> None:
    LtiAgsGrade.objects.update(decision=GradeDecision.FAILED.value, next_attempt_at=None)

    [(health, message, advice)] = doctor("failed_grades")

    assert health == "warn"
    assert message == "The gradebook refuses 1 grades, which are not tried again. No reason is on record."
    assert "lti_ags_republish" in advice


def test_grades_of_processes_that_died_are_told(doctor: Doctor, waiting: LtiAgsGrade, settings: Any) -> None:
    settings.LTI_AGS_LEASE_SECONDS = 60
    LtiAgsGrade.objects.update(claim="gone", claimed_until=timezone.now() - timedelta(seconds=30))
    [(just_now, _message, _advice)] = doctor("stuck_grades")

    LtiAgsGrade.objects.update(claimed_until=timezone.now() - timedelta(seconds=90))
    [(later, message, _advice)] = doctor("stuck_grades")

    assert (just_now, later) == ("pass", "warn")
    assert message.startswith("1 grades were taken by processes that did not finish")
