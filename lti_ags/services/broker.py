"""
The way to Celery's broker, which may be down, or hang.

What is sent says "look now" and nothing more, so a message that is not sent costs time and no grade. Sending never
raises and never waits long: it is not tried twice, and after a failure the broker is left alone until a thread of this
process has reached it again.
"""

from __future__ import annotations

import logging
import threading
import time
from functools import lru_cache
from typing import Any, Final

from celery import current_app
from kombu.connection import Connection
from kombu.exceptions import KombuError
from kombu.pools import producers

from lti_ags import edx_platform
from lti_ags.conf import app_settings

logger = logging.getLogger(__name__)

PUBLISH_TASK: Final = "lti_ags.publish_grade"
SWEEP_TASK: Final = "lti_ags.publish_overdue"
FOLLOW_TASK: Final = "lti_ags.follow_course"
BULK_TASK: Final = "lti_ags.work_off_bulk_action"

_PAUSE_SECONDS: Final = 2.0
_LONGEST_PAUSE_SECONDS: Final = 20.0
#: How long one step of sending may take: to connect, to be answered.
_SEND_SECONDS: Final = 2.0
#: The names of time-outs differ with the transport; others have none to set.
_TIMEOUT_OPTIONS: Final = {
    "redis": ("socket_connect_timeout", "socket_timeout"),
    "rediss": ("socket_connect_timeout", "socket_timeout"),
    "sentinel": ("socket_connect_timeout", "socket_timeout"),
    "amqp": ("read_timeout", "write_timeout"),
    "amqps": ("read_timeout", "write_timeout"),
    "pyamqp": ("read_timeout", "write_timeout"),
}
_FAILURES: Final = (KombuError, OSError)
#: Messages that no row stands for, kept in memory until the broker is back; at most so many different ones.
_MOST_KEPT: Final = 1000
#: Of the lease, a task may use this much before it is told to stop, and before it is ended.
_SOFT_LIMIT: Final = 0.7
_HARD_LIMIT: Final = 0.85


class Broker:
    """Celery's broker as one process sees it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_down = False
        self._is_waiting = False
        self._kept: dict[tuple[str, tuple[Any, ...]], float | None] = {}

    def enqueue(
        self, task_name: str, args: tuple[Any, ...], *, countdown: float | None = None, is_kept: bool = False
    ) -> None:
        """
        Send a message, unless the broker is known to be down.

        Arguments:
            countdown: seconds that the message waits there.
            is_kept: send it later if it cannot be sent now. Publications need not be kept: their rows are.
        """
        if not self._is_down and self._is_sent(task_name, args, countdown):
            return
        with self._lock:
            if is_kept and len(self._kept) < _MOST_KEPT:
                self._kept[task_name, args] = countdown

    def _is_sent(self, task_name: str, args: tuple[Any, ...], countdown: float | None) -> bool:
        """Try to send; a failure closes the way until a thread has got through."""
        try:
            _send(task_name, args, countdown=countdown)
        except _FAILURES as error:
            logger.warning("Celery's broker cannot be reached (%s); grades wait in the table", type(error).__name__)
            self._wait_for_broker()
            return False
        return True

    def _wait_for_broker(self) -> None:
        """Leave the broker alone, and have one thread try again."""
        with self._lock:
            self._is_down = True
            if self._is_waiting:
                return
            self._is_waiting = True
        threading.Thread(target=self._reach_again, name="lti_ags-broker", daemon=True).start()

    def _reach_again(self) -> None:
        """Open the way again once the broker answers, and send what was kept."""
        kept: dict[tuple[str, tuple[Any, ...]], float | None] = {}
        try:
            self._try_until_reached()
            logger.info("Celery's broker is back; waiting grades are being published")
        finally:
            with self._lock:
                self._is_waiting = self._is_down = False
                kept, self._kept = self._kept, {}
        for (task_name, args), countdown in kept.items():
            self.enqueue(task_name, args, countdown=countdown, is_kept=True)

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
                _send(SWEEP_TASK, (None,))
            except _FAILURES:
                self._is_down = True
            if not self._is_down:
                return


def _send(task_name: str, args: tuple[Any, ...], *, countdown: float | None = None) -> None:
    """Send one message to the site's broker; from Studio to the LMS's queue, since only the LMS publishes grades."""
    lease = app_settings.seconds("LTI_AGS_LEASE_SECONDS")
    options: dict[str, Any] = {
        "retry": False,
        "ignore_result": True,
        # A task that outlived its lease could write an old grade over a newer one, with nobody to notice.
        "soft_time_limit": lease * _SOFT_LIMIT,
        "time_limit": lease * _HARD_LIMIT,
    }
    queue = publication_queue()
    if queue is not None:
        options["queue"] = queue
    if countdown is not None:
        options["countdown"] = countdown
    task = current_app.tasks[task_name]
    if runs_at_once():
        task.apply_async(args=args, **options)
        return
    with producers[_impatient_connection()].acquire(block=True, timeout=_SEND_SECONDS) as producer:
        task.apply_async(args=args, producer=producer, **options)


def runs_at_once() -> bool:
    """Tell whether Celery runs a task in the process that sends it, whatever countdown it is sent with."""
    return bool(current_app.conf.task_always_eager)


def publication_queue() -> str | None:
    """Return the queue that publications are sent to; None for Celery's default."""
    queue: str | None = app_settings.value("LTI_AGS_CELERY_QUEUE")
    if queue is None and not edx_platform.is_lms():
        queue = app_settings.value("LTI_AGS_LMS_QUEUE")
    return queue


def reach_broker() -> None:
    """
    Connect to the broker now, once, whatever is known of it.

    Raises:
        KombuError, OSError: it cannot be reached in time.
    """
    with _impatient_connection().clone() as connection:  # type: ignore[no-untyped-call]  # it has no types
        connection.ensure_connection(max_retries=1, timeout=_SEND_SECONDS)


@lru_cache(maxsize=1)
def _impatient_connection() -> Connection:
    """Return the site's way to its broker, with time-outs where the site has set none."""
    url = str(current_app.conf.broker_write_url or "")
    names = _TIMEOUT_OPTIONS.get(url.partition(":")[0], ())
    site = current_app.conf.broker_transport_options or {}
    options = {**dict.fromkeys(names, _SEND_SECONDS), **site}
    connection: Connection = current_app.connection(
        url or None, connect_timeout=_SEND_SECONDS, transport_options=options
    )
    return connection


broker = Broker()
