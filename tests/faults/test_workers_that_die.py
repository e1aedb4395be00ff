"""A worker is killed in the middle of a publication."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

import pytest

from lms.djangoapps.grades import faults
from lti_ags.models import LtiAgsEvent
from lti_ags.services.broker import PUBLISH_TASK
from tests.faults.scene import Scene
from tests.faults.stack import LEASE_SECONDS, Site, wait_until

pytestmark = pytest.mark.services


def was_struck() -> bool:
    """Tell whether the one fault that was set has happened."""
    return json.loads(faults.faults_file().read_text())[0]["times"] == 0


@pytest.mark.parametrize(
    ("point", "fault"),
    [
        ("published", "worker killed between publish and record"),
        ("publish", "worker killed before publish"),
    ],
    ids=["after", "before"],
)
def test_worker_is_killed(site: Site, scene: Callable[..., Scene], point: str, fault: str) -> None:
    played = scene(fault, learners=5)
    victim = played.learners[0].pk
    played.post(0, 50.0)
    played.wait(seconds=120)

    faults.set_fault(point, error=None, delay=60, times=1, user_id=victim)
    for learner in range(5):
        played.post(learner, 80.0)
    wait_until(was_struck, seconds=120, what="the worker to be where it is killed")
    site.worker.kill()
    faults.clear_faults()
    site.worker.start()

    played.wait(seconds=120 + LEASE_SECONDS)
    played.check()


def test_child_of_a_worker_is_killed(scene: Callable[..., Scene]) -> None:
    played = scene("worker's child killed", learners=3)

    faults.set_fault("published", kill=True, times=1)
    for learner in range(3):
        played.post(learner, 80.0)
    wait_until(was_struck, seconds=120, what="the child to be killed")

    played.wait(seconds=120 + LEASE_SECONDS)
    played.check()


def test_tasks_are_doubled_and_out_of_order(site: Site, scene: Callable[..., Scene]) -> None:
    from celery import current_app

    played = scene("tasks doubled and reordered", learners=10)
    site.worker.kill()
    for given in (90.0, 10.0, 40.0):
        for learner in range(10):
            played.post(learner, given + learner)
    keys = list(played.grades().values_list("configuration_id", "subject_id")) * 3
    random.Random(2).shuffle(keys)  # noqa: S311 - the same order in each run
    current_app.conf.broker_url = site.redis.url
    for key in keys:
        current_app.tasks[PUBLISH_TASK].apply_async(args=key)

    site.worker.start()

    played.wait(seconds=120)
    played.check()
    published = LtiAgsEvent.objects.filter(grade__in=played.grades(), kind="published")
    assert published.count() == 10
