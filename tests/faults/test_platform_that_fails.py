"""The LMS raises, for one learner or for all, or hangs."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from lms.djangoapps.grades import faults
from lti_ags.models import LtiAgsEvent
from tests.faults.scene import Scene

pytestmark = pytest.mark.services


def test_lms_raises_for_one_learner(scene: Callable[..., Scene]) -> None:
    played = scene("LMS raises for one learner", learners=6)
    faults.set_fault("publish", error="RuntimeError", user_id=played.learners[0].pk)

    for learner in range(6):
        played.post(learner, 70.0)
    played.wait(seconds=120, learners=range(1, 6))
    assert not played.is_settled([0])
    assert played.grades().get(subject__user=played.learners[0]).decision in ("retrying", "queued")

    faults.clear_faults()
    played.wait(seconds=120)
    played.check()


def test_lms_raises_for_all_for_half_a_minute(scene: Callable[..., Scene]) -> None:
    played = scene("LMS raises for all, 30 s", learners=10)
    faults.set_fault("half", error="OperationalError", seconds=30)
    until = time.monotonic() + 30

    while time.monotonic() < until:
        for learner in range(10):
            played.post(learner, float(time.monotonic() % 100))
        time.sleep(3)

    assert LtiAgsEvent.objects.filter(grade__in=played.grades(), kind="failed").exists()
    played.wait(seconds=120)
    played.check()


def test_lms_hangs_for_one_learner(scene: Callable[..., Scene]) -> None:
    played = scene("LMS hangs for one learner", learners=6)
    faults.set_fault("publish", error=None, delay=600, user_id=played.learners[0].pk)

    played.post(0, 70.0)
    for learner in range(1, 6):
        played.post(learner, 70.0)
    played.post(0, 75.0)
    # Ten minutes are not over, and all are answered, the one whose grade hangs included.
    assert played.answers == {200: 7}
    played.wait(seconds=120, learners=range(1, 6))
    assert not played.is_settled([0])

    faults.clear_faults()
    played.wait(seconds=120)
    played.check()
