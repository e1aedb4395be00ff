"""A worker is killed in the middle of what a teacher wants done to every learner of a block."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import requests
from django.test import Client

from lms.djangoapps.grades import faults
from lti_ags import edx_platform
from lti_ags.models import LtiAgsBulkAction, LtiAgsEvent, LtiConfiguration
from tests.faults.scene import Scene
from tests.faults.stack import LEASE_SECONDS, Site, wait_until
from tests.faults.test_workers_that_die import was_struck
from tests.support.courses import make_staff

pytestmark = pytest.mark.services

NUMBER = 12


def confirm(site: Site, scene: Scene, teacher: Any, action: str) -> LtiAgsBulkAction:
    """Choose every learner on the block's page and press the button, as a browser does; return the action."""
    client = Client()
    client.force_login(teacher)
    block = LtiConfiguration.objects.get(pk=scene.configuration_id)
    path = f"{site.url}/api/lti_ags/v1/staff/blocks/{block.uuid}/actions/{action}"
    with requests.Session() as session:
        session.cookies.set("sessionid", client.cookies["sessionid"].value)
        page = session.get(path, params={"all": "1"}, timeout=60)
        assert page.status_code == 200, page.text
        fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page.text)
        sent = session.post(path, data=fields, headers={"Referer": path}, timeout=60)
    assert sent.status_code == 200, sent.text
    return LtiAgsBulkAction.objects.get(configuration=block)


def test_worker_is_killed_while_it_clears_a_block(site: Site, scene: Callable[..., Scene]) -> None:
    played = scene("worker killed in a bulk action", learners=NUMBER)
    for learner in range(NUMBER):
        played.post(learner, 50.0)
    played.wait(seconds=120)

    faults.set_fault("published", error=None, delay=60, times=1, user_id=played.learners[NUMBER // 2].pk)
    row = confirm(site, played, make_staff(played.course), "clear")
    wait_until(was_struck, seconds=120, what="the worker to be where it is killed")
    site.worker.kill()
    faults.clear_faults()
    row.refresh_from_db()
    assert 0 < row.done < NUMBER
    site.worker.start()

    def is_finished() -> bool:
        row.refresh_from_db()
        return row.finished_at is not None

    wait_until(is_finished, seconds=120 + LEASE_SECONDS, what="the rest of the bulk action", meanwhile=site.revive)
    assert (row.done, row.changed, row.failed) == (NUMBER, NUMBER, {})
    assert edx_platform.read_scores(played.location, user_ids=[person.pk for person in played.learners]) == {}
    cleared = LtiAgsEvent.objects.filter(grade__in=played.grades(), kind="staff_action", details__contains="clear")
    assert Counter(cleared.values_list("grade", flat=True)) == dict.fromkeys(row.grade_ids, 1)

    for learner in range(NUMBER):
        played.post(learner, 80.0)
    played.wait(seconds=120)
    played.check()
