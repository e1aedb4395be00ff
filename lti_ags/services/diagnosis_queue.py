"""A look at Celery in a live site: its broker, and the workers that publish grades."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from celery import current_app
from kombu.exceptions import KombuError

from lti_ags.conf import AgsConfigurationError, app_settings
from lti_ags.constants import PublishMode
from lti_ags.data.findings import Finding, failed, passed, warned
from lti_ags.services.broker import SWEEP_TASK, publication_queue, reach_broker, runs_at_once

#: Workers answer at once, unless they are busy receiving.
_ANSWER_SECONDS: Final = 3.0


def look_at_queue() -> Iterator[Finding]:
    """Look whether what is sent to workers arrives, as far as the site publishes by Celery."""
    try:
        mode = app_settings.publish_mode
    except AgsConfigurationError as error:
        yield failed("queue", f"{error}.", "Correct the setting.")
        return
    if mode is PublishMode.INLINE:
        yield passed("queue", "Grades are published by the process that takes the score (LTI_AGS_PUBLISH is inline).")
    elif mode is PublishMode.MANUAL:
        yield warned(
            "queue",
            "Grades are published by hand only (LTI_AGS_PUBLISH is manual).",
            "Run 'manage.py lms lti_ags_publish_pending' regularly, or set LTI_AGS_PUBLISH to celery.",
        )
    elif runs_at_once():
        yield warned(
            "queue",
            "Celery runs tasks at once in the process that sends them (task_always_eager).",
            "Switch that off on a site that people learn on, and start workers.",
        )
    else:
        yield from _celery()


def _celery() -> Iterator[Finding]:
    try:
        reach_broker()
    except (KombuError, OSError) as error:
        yield failed(
            "queue",
            f"Celery's broker cannot be reached ({type(error).__name__}); grades wait in the table.",
            "Start the broker or correct its address; waiting grades are published by themselves then.",
        )
        return
    yield passed("queue", "Celery's broker can be reached.")
    yield _workers()


def _workers() -> Finding:
    """Ask the workers which queues they read and which tasks they know."""
    asked = current_app.control.inspect(timeout=_ANSWER_SECONDS)
    queues: Mapping[str, list[dict[str, Any]]] = asked.active_queues() or {}
    wanted = publication_queue() or str(current_app.conf.task_default_queue)
    readers = [name for name, read in queues.items() if wanted in {queue["name"] for queue in read}]
    if not readers:
        others = f" {len(queues)} workers read other queues." if queues else ""
        return failed(
            "workers",
            f"No worker answers that reads the queue {wanted!r}.{others}",
            "Start workers of the LMS for that queue, or set LTI_AGS_CELERY_QUEUE to one that they read.",
        )
    asked = current_app.control.inspect(destination=readers, timeout=_ANSWER_SECONDS, limit=len(readers))
    known: Mapping[str, list[str]] = asked.registered() or {}
    ignorant = [name for name in readers if not any(task.startswith(SWEEP_TASK) for task in known.get(name, []))]
    if ignorant:
        return failed(
            "workers",
            f"These workers of the queue {wanted!r} do not know our tasks: {', '.join(sorted(ignorant))}.",
            "Install the package where they run, and restart them.",
        )
    return passed("workers", f"{len(readers)} workers read the queue {wanted!r}.")
