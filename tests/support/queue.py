"""Celery's messages as they lie in the broker, without a worker: what was sent, when it may run, how long it takes."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any
from unittest import mock

from celery import current_app

from lti_ags.services.broker import broker


@dataclass(frozen=True)
class Message:
    """One message, in the first version of Celery's protocol, which the platform uses."""

    task: str
    args: list[Any]
    eta: datetime | None
    time_limits: tuple[float, float]


class Queue:
    """
    The broker in memory. A context manager: inside it tasks are sent, and not run at once as the sandbox does it.

    Whatever was in the queue before is thrown away.
    """

    def __enter__(self) -> Queue:
        self._was_eager = current_app.conf.task_always_eager
        current_app.conf.task_always_eager = False
        self._connection = current_app.connection()
        self.forget()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        _let_threads_end()
        self.forget()
        self._connection.close()
        current_app.conf.task_always_eager = self._was_eager
        broker.__init__()  # type: ignore[misc]  # as a new process finds it

    def forget(self) -> None:
        """Throw away what was sent, and what is known of the broker."""
        self._kept: list[Message] = []
        self._receive()
        self._kept = []

    def messages(self, task: str) -> list[Message]:
        """Return the messages for a task, in order."""
        self._receive()
        return [message for message in self._kept if message.task == task]

    def sent(self, task: str) -> list[list[Any]]:
        """Return the arguments of the messages for a task, in order."""
        return [message.args for message in self.messages(task)]

    def seconds_until(self, message: Message) -> float:
        """Return how long a message still has to wait."""
        assert message.eta is not None, "it may run at once"
        return (message.eta - datetime.now(UTC)).total_seconds()

    def run(self, task: str, *args: Any) -> None:
        """Run a task as a worker would, on messages that it has taken from the queue."""
        current_app.tasks[task].run(*args)

    @contextmanager
    def down(self, error: Exception) -> Iterator[list[float]]:
        """Make the broker unreachable; yields a list that grows with each try to send."""
        tries: list[float] = []

        def refuse(*_args: Any, **_kwargs: Any) -> None:
            tries.append(1.0)
            raise error

        with mock.patch("kombu.messaging.Producer.publish", refuse):
            yield tries

    def _receive(self) -> None:
        """Take over what lies in the queue."""
        queue = self._connection.SimpleQueue(current_app.conf.task_default_queue)
        try:
            while True:
                received = queue.get(block=False)
                received.ack()
                self._kept.append(_message_of(received))
        except queue.Empty:
            pass
        finally:
            queue.close()


def _let_threads_end() -> None:
    """Let who waits for the broker reach it here: in a later test, its sweep would run at once and find half a row."""
    for thread in threading.enumerate():
        if thread.name == "lti_ags-broker":
            thread.join()


def _message_of(received: Any) -> Message:
    body = received.body
    payload = json.loads(body) if isinstance(body, str | bytes) else body
    if isinstance(payload, str):
        payload = json.loads(base64.b64decode(payload))
    eta = payload["eta"]
    return Message(
        task=payload["task"],
        args=list(payload["args"]),
        eta=None if eta is None else datetime.fromisoformat(eta),
        time_limits=tuple(payload["timelimit"]),
    )
