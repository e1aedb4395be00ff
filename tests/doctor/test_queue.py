"""What the doctor says about Celery: the broker, and the workers that read from it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from celery import Celery, current_app, signals
from celery.app.trace import reset_worker_optimizations
from celery.contrib.testing.worker import start_worker
from celery.utils.dispatch import Signal

from lti_ags.services import broker as broker_module
from lti_ags.services.broker import SWEEP_TASK
from tests.doctor.conftest import Doctor
from tests.support.queue import Queue

pytestmark = pytest.mark.django_db(transaction=True)

QUEUE = "edx.lms.core.default"


@pytest.fixture
def with_celery(settings: Any) -> Iterator[None]:
    settings.LTI_AGS_PUBLISH = "celery"
    with Queue():
        yield


def _leave_logging_alone(**_kwargs: Any) -> None:
    """Do nothing."""


@contextmanager
def worker(app: Celery, queue: str) -> Iterator[None]:
    """Let a worker of the app read a queue, in a thread, and leave this process as it was."""
    ours = current_app._get_current_object()
    # A worker listens for as long as its process lives, and would close the connections of whatever test comes next.
    listeners = [(signal, list(signal.receivers)) for signal in vars(signals).values() if isinstance(signal, Signal)]
    # Somebody who listens keeps the worker from setting logging up for the process, at a level of its own.
    signals.setup_logging.connect(_leave_logging_alone)
    try:
        with start_worker(app, pool="solo", perform_ping_check=False, queues=[queue], shutdown_timeout=30):
            ours.set_current()
            ours.set_default()
            yield
    finally:
        for signal, receivers in listeners:
            with signal.lock:
                signal.receivers = receivers
                signal.sender_receivers_cache.clear()
        reset_worker_optimizations(app)
        ours.set_current()
        ours.set_default()


@pytest.mark.parametrize(
    ("mode", "health"),
    [("inline", "pass"), ("manual", "warn"), ("pigeon", "fail")],
    ids=["inline", "manual", "unknown"],
)
def test_site_without_celery_is_told_what_it_does_instead(
    doctor: Doctor, settings: Any, mode: str, health: str
) -> None:
    settings.LTI_AGS_PUBLISH = mode

    assert [told for told, _message, _advice in doctor("queue")] == [health]
    assert doctor("workers") == []


def test_tasks_that_run_at_once_are_to_be_looked_at(doctor: Doctor, settings: Any) -> None:
    settings.LTI_AGS_PUBLISH = "celery"

    [(health, message, _advice)] = doctor("queue")

    assert health == "warn"
    assert "task_always_eager" in message


def test_broker_that_is_down_fails(doctor: Doctor, with_celery: None) -> None:
    was = current_app.conf.broker_write_url
    current_app.conf.broker_write_url = "pyamqp://nobody@127.0.0.1:1//"
    broker_module._impatient_connection.cache_clear()
    try:
        [(health, message, _advice)] = doctor("queue")
    finally:
        current_app.conf.broker_write_url = was
        broker_module._impatient_connection.cache_clear()

    assert health == "fail"
    assert message.startswith("Celery's broker cannot be reached (")
    assert doctor("queue") == [("pass", "Celery's broker can be reached.", "")]


def test_site_without_workers_fails(doctor: Doctor, with_celery: None) -> None:
    [(health, message, _advice)] = doctor("workers")

    assert (health, message) == ("fail", f"No worker answers that reads the queue {QUEUE!r}.")


def test_worker_of_our_queue_passes(doctor: Doctor, with_celery: None) -> None:
    with worker(current_app, QUEUE):
        assert doctor("workers") == [("pass", f"1 workers read the queue {QUEUE!r}.", "")]


def test_workers_of_other_queues_only_fail(doctor: Doctor, with_celery: None, settings: Any) -> None:
    settings.LTI_AGS_CELERY_QUEUE = "grades"
    with worker(current_app, QUEUE):
        [(health, message, advice)] = doctor("workers")

    assert (health, message) == (
        "fail",
        "No worker answers that reads the queue 'grades'. 1 workers read other queues.",
    )
    assert "LTI_AGS_CELERY_QUEUE" in advice


def test_workers_that_do_not_know_our_tasks_fail(doctor: Doctor, with_celery: None) -> None:
    stranger = Celery("stranger", broker="memory://", set_as_current=False)
    stranger.conf.task_default_queue = QUEUE
    stranger.finalize()
    del stranger.tasks[SWEEP_TASK]
    with worker(stranger, QUEUE):
        [(health, message, _advice)] = doctor("workers")

    assert health == "fail"
    assert message.startswith(f"These workers of the queue {QUEUE!r} do not know our tasks: ")
