"""A time limit may strike a task anywhere, in the midst of opening or closing a transaction, too."""

from __future__ import annotations

from typing import Any

import pytest
from billiard.exceptions import SoftTimeLimitExceeded
from celery import current_app
from celery.signals import task_postrun
from django.db import connection, connections, transaction
from opaque_keys.edx.keys import UsageKey

from lti_ags.services.broker import PUBLISH_TASK, SWEEP_TASK
from tests.services.conftest import grade_of, platform_item
from tests.support.queue import Queue

pytestmark = pytest.mark.django_db(transaction=True)


def end_of_task(name: str) -> None:
    """What a worker announces when a task has ended, however it did."""
    task = current_app.tasks[name]
    task_postrun.send(sender=task, task=task)


@pytest.mark.parametrize("task", [PUBLISH_TASK, SWEEP_TASK])
def test_transaction_that_was_never_left_is_gone_with_the_task(
    queue: Queue, task: str, say: Any, learner: Any, declarative: UsageKey
) -> None:
    say(learner, platform_item(declarative), 50.0)
    grade = grade_of(learner, declarative)
    # The limit struck when Django had opened the transaction, and before the block began: nothing will close it.
    transaction.atomic().__enter__()

    end_of_task(task)

    assert not connection.in_atomic_block
    queue.run(PUBLISH_TASK, grade.configuration_id, grade.subject_id)
    grade.refresh_from_db()
    assert grade.decision == "published"


def test_connection_that_is_in_no_transaction_stays_open(queue: Queue, declarative: UsageKey) -> None:
    before = connections["default"]
    before.ensure_connection()

    end_of_task(PUBLISH_TASK)

    assert connections["default"] is before
    assert before.connection is not None


def test_transactions_of_others_are_left_alone(queue: Queue) -> None:
    with transaction.atomic():
        end_of_task("lms.djangoapps.grades.tasks.recalculate_subsection_grade_v3")

        assert connection.in_atomic_block


@pytest.mark.parametrize("task", [name for name in sorted(current_app.tasks) if name.startswith("lti_ags.")])
def test_task_that_ran_out_of_time_comes_again(task: str) -> None:
    assert SoftTimeLimitExceeded in current_app.tasks[task].autoretry_for
