"""Crowds: of tools, and of commands."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lti_ags.models import LtiAgsEvent
from tests.faults.scene import Scene, shuffled
from tests.faults.stack import Site

pytestmark = pytest.mark.services


def test_fifty_threads_post_two_thousand_scores(scene: Callable[..., Scene]) -> None:
    played = scene("50 threads, 2,000 scores", learners=20)

    played.post_all(shuffled(2000, learners=20), threads=50)

    played.wait(seconds=240)
    played.check()
    played.wait_for_recalculation(seconds=240)


def test_two_sweeps_at_once(site: Site, scene: Callable[..., Scene]) -> None:
    played = scene("two sweep commands at once", learners=60)
    site.worker.kill()
    played.post_all(((learner, float(learner), None) for learner in range(60)), threads=6)

    commands = [site.command("lti_ags_publish_pending") for _number in range(2)]
    told = [command.communicate(timeout=120)[0] for command in commands]

    assert [command.returncode for command in commands] == [0, 0], told
    published = LtiAgsEvent.objects.filter(grade__in=played.grades(), kind="published")
    assert published.count() == 60, "each grade is published once, whoever does it"
    played.wait(seconds=1)
    played.check()
    site.worker.start()
