"""
Clients that post scores as fast as they are answered: ``python -m benchmarks.load_client`` with its settings as JSON.

Each is a thread with learners of its own, whose scores come again and again, later each time. Every request takes a
connection of its own, as behind a proxy. What came of it is printed as JSON.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from itertools import count
from typing import Any

from benchmarks.contestant import FIRST_FRESH_LEARNER, Contestant
from benchmarks.plan import Dataset
from benchmarks.tool import Message, points_of
from benchmarks.worker import contestant_named


class Client(threading.Thread):
    """One client."""

    def __init__(self, contestant: Contestant, learners: range, *, port: int, until: float) -> None:
        super().__init__(daemon=True)
        self.contestant = contestant
        self.learners = learners
        self.port = port
        self.until = until
        self.seconds: list[float] = []
        self.errors = 0

    def run(self) -> None:
        """Post until the time is over."""
        for number in count(1000):
            if time.perf_counter() >= self.until:
                return
            learner = self.learners[number % len(self.learners)]
            text = self._text(Message(learner, points_of(number), number))
            began = time.perf_counter()
            self.errors += not self._is_taken(text)
            self.seconds.append(time.perf_counter() - began)

    def _text(self, message: Message) -> bytes:
        request = self.contestant.score_request(message)
        head = (
            f"POST {request.path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nConnection: close\r\n"
            f"Authorization: {request.authorization}\r\nContent-Type: {request.content_type}\r\n"
            f"Content-Length: {len(request.body)}\r\n\r\n"
        )
        return head.encode() + request.body

    def _is_taken(self, text: bytes) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
                connection.sendall(text)
                answer = b"".join(iter(lambda: connection.recv(65536), b""))
        except OSError:
            return False
        return answer.startswith(b"HTTP/1.1 200 ") and b'"outcome":"queued"' in answer


def main() -> None:
    """Run the clients, and check what is stored at the end."""
    settings: dict[str, Any] = json.loads(sys.argv[1])
    port, number, seconds = settings.pop("port"), settings.pop("clients"), settings.pop("seconds")
    dataset = Dataset(**settings)
    contestant = contestant_named("ours", dataset)
    contestant.sign_in(contestant.open())
    share = dataset.fresh // number
    began = time.perf_counter()
    clients = [
        Client(
            contestant,
            range(FIRST_FRESH_LEARNER + part * share, FIRST_FRESH_LEARNER + (part + 1) * share),
            port=port,
            until=began + seconds,
        )
        for part in range(number)
    ]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    took = time.perf_counter() - began
    times = sorted(each for client in clients for each in client.seconds)
    print(
        json.dumps(
            {
                "seconds": took,
                "requests": len(times),
                "errors": sum(client.errors for client in clients),
                "p50": times[len(times) // 2] * 1000,
                "p99": times[len(times) * 99 // 100] * 1000,
                "longest": times[-1] * 1000,
            }
        )
    )


if __name__ == "__main__":
    main()
