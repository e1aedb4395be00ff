"""
Clients that post scores as fast as they are answered: ``python -m benchmarks.load_client`` with its settings as JSON.

Each is a thread with learners of its own, whose scores come again and again, later each time. Every request takes a
connection of its own, as behind a proxy. What came of it is printed as JSON.
"""

from __future__ import annotations

import json
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

from benchmarks.contestant import FIRST_FRESH_LEARNER, Contestant, require_stored
from benchmarks.plan import Dataset
from benchmarks.tool import Message, points_of
from benchmarks.worker import contestant_named


class Client:
    """One client. ``seconds`` holds how long each answer took, ``last`` each learner's last message that was taken."""

    def __init__(self, contestant: Contestant, learners: range, *, port: int, until: float) -> None:
        self.contestant = contestant
        self.learners = learners
        self.port = port
        self.until = until
        self.seconds: list[float] = []
        self.errors = 0
        self.last: dict[int, Message] = {}

    def run(self) -> None:
        """Post until the time is over."""
        for number in count(1000):
            if time.perf_counter() >= self.until:
                return
            learner = self.learners[number % len(self.learners)]
            message = Message(learner, points_of(number), number)
            text = self._text(message)
            began = time.perf_counter()
            if self._is_taken(text):
                self.last[learner] = message
            else:
                self.errors += 1
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
    with ThreadPoolExecutor(number) as pool:
        for done in [pool.submit(client.run) for client in clients]:
            done.result()
    took = time.perf_counter() - began
    errors = sum(client.errors for client in clients)
    # Of a score whose answer was lost nobody knows whether it is stored.
    if not errors:
        require_stored(contestant, [message for client in clients for message in client.last.values()])
    times = sorted(each for client in clients for each in client.seconds)
    print(
        json.dumps(
            {
                "seconds": took,
                "requests": len(times),
                "errors": errors,
                "p50": times[len(times) // 2] * 1000,
                "p99": times[len(times) * 99 // 100] * 1000,
                "longest": times[-1] * 1000,
            }
        )
    )


if __name__ == "__main__":
    main()
