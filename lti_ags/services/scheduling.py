"""
From "this grade is wanted" to somebody publishing it.

The database row is the message; what is sent here only says "look now". It may be lost, doubled or late without harm:
every task also takes overdue rows, so a broker that was down costs time and no grade. Enqueueing never fails a request:
it runs after commit, does not retry, and after a failure the broker is left alone for a while, until a thread of this
process has reached it again.
"""

from __future__ import annotations

import logging
import threading
import time
from functools import partial
from typing import Any, Final

from celery import current_app
from django.core.cache import cache
from django.db import transaction
from kombu.exceptions import OperationalError as BrokerError

from lti_ags import edx_platform
from lti_ags.conf import app_settings
from lti_ags.constants import PublishMode
from lti_ags.services import publishing

logger = logging.getLogger(__name__)

PUBLISH_TASK: Final = "lti_ags.publish_grade"
SWEEP_TASK: Final = "lti_ags.publish_overdue"
FOLLOW_TASK: Final = "lti_ags.follow_course"

_BURST_SECONDS: Final = 5.0
_PAUSE_SECONDS: Final = 2.0
_LONGEST_PAUSE_SECONDS: Final = 60.0


def schedule_publication(*, configuration_id: int, subject_id: int) -> None:
    """Have the grade published once the transaction at hand has committed, in the way that the site has chosen."""
    transaction.on_commit(partial(_publish_or_enqueue, configuration_id, subject_id), robust=True)


def schedule_sweep(*, configuration_id: int | None = None) -> None:
    """Have overdue grades published, of one block or of all, once the transaction at hand has committed."""
    transaction.on_commit(partial(_sweep_or_enqueue, configuration_id), robust=True)


def schedule_following(course_key: str) -> None:
    """
    Have the configurations of a course brought up to date with its published blocks, once.

    Authors publish in bursts. With Celery the first of a burst sends a message that waits until the burst's time is
    over, and the others send none; each of them is seen by that one walk.
    """
    transaction.on_commit(partial(_follow_or_enqueue, course_key), robust=True)


def _follow_or_enqueue(course_key: str) -> None:
    if app_settings.publish_mode is not PublishMode.CELERY:
        current_app.tasks[FOLLOW_TASK].run(course_key)
    elif cache.add(f"lti_ags.following:{course_key}", 1, timeout=_BURST_SECONDS):
        _broker.enqueue(FOLLOW_TASK, [course_key], countdown=_BURST_SECONDS)


def _publish_or_enqueue(configuration_id: int, subject_id: int) -> None:
    mode = app_settings.publish_mode
    if mode is PublishMode.INLINE:
        publishing.publish_grade(configuration_id=configuration_id, subject_id=subject_id)
    elif mode is PublishMode.CELERY:
        _broker.enqueue(PUBLISH_TASK, [configuration_id, subject_id])


def _sweep_or_enqueue(configuration_id: int | None) -> None:
    mode = app_settings.publish_mode
    if mode is PublishMode.INLINE:
        publishing.publish_overdue(configuration_id=configuration_id)
    elif mode is PublishMode.CELERY:
        _broker.enqueue(SWEEP_TASK, [configuration_id])


class _Broker:
    """The way to Celery's broker, which may be down: one failure closes it until a thread has got through again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_down = False
        self._is_waiting = False

    def enqueue(self, task_name: str, args: list[Any], *, countdown: float | None = None) -> None:
        """Send the message unless the broker is known to be down; log, and never raise, when it cannot be sent."""
        if self._is_down:
            return
        try:
            _send(task_name, args, countdown=countdown)
        except (BrokerError, OSError) as error:
            logger.warning("Celery's broker cannot be reached (%s); grades wait in the table", type(error).__name__)
            self._wait_for_broker()

    def _wait_for_broker(self) -> None:
        """Leave the broker alone, and have one thread try again."""
        with self._lock:
            self._is_down = True
            if self._is_waiting:
                return
            self._is_waiting = True
        threading.Thread(target=self._try_until_reached, name="lti_ags-broker", daemon=True).start()

    def _try_until_reached(self) -> None:
        """Send the sweep that makes up for what was not sent, at growing intervals, until it is through."""
        pause = _PAUSE_SECONDS
        while True:
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
            # Opened before the sweep is sent: whoever stores a score from here on sends a message again, so that no
            # score falls between the sweep and the opening.
            self._is_down = False
            try:
                _send(SWEEP_TASK, [None])
            except (BrokerError, OSError):
                self._is_down = True
                continue
            with self._lock:
                if self._is_down:
                    continue
                self._is_waiting = False
            logger.info("Celery's broker is back; waiting grades are being published")
            return


def _send(task_name: str, args: list[Any], *, countdown: float | None = None) -> None:
    """Send one message to the site's broker; from Studio to the LMS's queue, since only the LMS publishes grades."""
    options: dict[str, Any] = {"retry": False, "ignore_result": True}
    queue = app_settings.value("LTI_AGS_CELERY_QUEUE")
    if queue is None and not edx_platform.is_lms():
        queue = app_settings.value("LTI_AGS_LMS_QUEUE")
    if queue is not None:
        options["queue"] = queue
    if countdown is not None:
        options["countdown"] = countdown
    current_app.tasks[task_name].apply_async(args=args, **options)


_broker = _Broker()
