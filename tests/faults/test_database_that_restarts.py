"""The database is killed and comes back while tools go on sending."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from tests.faults.scene import Scene
from tests.faults.stack import Site, wait_until

pytestmark = pytest.mark.services


def test_database_restarts(site: Site, scene: Callable[..., Scene]) -> None:
    played = scene("database restarted", learners=10)
    played.post(0, 10.0)
    scores = [(number % 10, float(number % 101), None) for number in range(300)]

    with ThreadPoolExecutor(1) as tools:
        sending = tools.submit(played.post_all, scores, threads=6)
        wait_until(lambda: len(played.sent) > 30, seconds=120, what="some scores to be sent")
        site.database.kill()
        wait_until(lambda: played.answers[503] >= 6, seconds=120, what="the tools to notice")
        site.database.start()
        sending.result()
    connection.close()

    assert len(played.sent) == 301
    played.wait(seconds=120)
    played.check(outage=True)
