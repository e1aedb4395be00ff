"""The broker goes away, and the web process with it or without."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from lti_ags.models import LtiAgsScore
from tests.faults.scene import Scene
from tests.faults.stack import Site, wait_until

pytestmark = pytest.mark.services


def test_broker_is_down_during_500_posts(site: Site, scene: Callable[..., Scene]) -> None:
    played = scene("broker down during 500 posts", learners=20)
    played.post(0, 10.0)
    site.redis.kill()

    played.post_all(((number % 20, float(number % 101), None) for number in range(500)), threads=8)
    assert {one.status for one in played.sent} <= {200, 409}
    assert not played.is_settled()
    site.redis.start()

    # Nobody runs a command, and no further score comes.
    played.wait(seconds=120)
    played.check()


def test_web_process_is_killed_after_commit_and_before_enqueue(site: Site, scene: Callable[..., Scene]) -> None:
    played = scene("web killed before enqueue", learners=2)
    played.post(1, 10.0)
    played.wait(seconds=120)

    # With a broker that hangs, the request stays for a while between its commit and the failure to enqueue.
    site.redis.hang()
    body = played.message(0, 60.0)
    request = threading.Thread(target=played.try_once, args=[body])
    request.start()
    wait_until(
        lambda: LtiAgsScore.objects.filter(subject__subject=played.subjects[0]).exists(),
        seconds=120, what="the commit", pause=0.01,
    )  # fmt: skip
    site.web.kill()
    request.join()
    site.redis.kill()
    site.redis.start()
    site.web.start()

    # Another learner's score is enough for the first one's grade to be found.
    played.post(1, 20.0)
    grade = played.grades().get(subject__subject=played.subjects[0])
    wait_until(
        lambda: played.grades().get(pk=grade.pk).decision == "published",
        seconds=120,
        what="the grade that was left",
        meanwhile=site.revive,
    )
    assert played.answers[0] == 1, "the first try was answered"
    assert played.try_once(body) == (200, False)
    played.post(0, 61.0)
    played.wait(seconds=120)
    played.check()
