"""The database is killed and comes back while tools go on sending."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection

from tests.faults.scene import Scene, shuffled
from tests.faults.stack import Site

pytestmark = pytest.mark.services


def test_database_restarts(site: Site, scene: Callable[..., Scene]) -> None:
    played = scene("database restarted", learners=10)
    played.post(0, 10.0)
    tool = threading.Thread(target=played.post_all, args=[shuffled(200, learners=10)], kwargs={"threads": 6})
    tool.start()
    time.sleep(2)
    site.database.kill()
    time.sleep(3)
    site.database.start()
    tool.join()
    connection.close()

    assert any(503 in (one.status, *one.earlier) for one in played.sent), "nobody noticed"
    played.wait(seconds=90)
    played.check(outage=True)
