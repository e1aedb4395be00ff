"""Publishing waiting grades: by one worker, and by two at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import Any

from benchmarks.databases import Databases
from benchmarks.plan import Plan
from benchmarks.process import RunFailed


@dataclass(slots=True)
class Publication:
    """
    Seconds for a grade, by round: our CPU, the stand-in LMS's, and the time with one worker and with two.

    A database server does not tell whose statements it is working on: its CPU, ``server_cpu``, is for both.
    """

    own_cpu: list[float] = field(default_factory=list)
    lms_cpu: list[float] = field(default_factory=list)
    server_cpu: list[float] = field(default_factory=list)
    one: list[float] = field(default_factory=list)
    two: list[float] = field(default_factory=list)

    @property
    def speed_up(self) -> float:
        """How many times as fast two workers are."""
        return median(self.one) / median(self.two)

    def as_json(self) -> dict[str, Any]:
        """Return what the report's file tells."""
        found = {
            "own_cpu_ms": self.own_cpu,
            "lms_cpu_ms": self.lms_cpu,
            "server_cpu_ms": self.server_cpu,
            "one_ms": self.one,
            "two_ms": self.two,
        }
        return {name: round(median(seconds) * 1000, 4) for name, seconds in found.items()}


def publish_grades(plan: Plan, databases: Databases) -> Publication:
    """Have the waiting grades published, in each round some by one worker and as many by two."""
    dataset = plan.datasets()["publication"]
    databases.prepare("ours", dataset)
    databases.settle()
    workers = [databases.process("ours", dataset) for _ in range(2)]
    share = plan.waiting // (2 * plan.rounds + 1)
    # Warm-up: what a worker does once in its life.
    _publish(workers[:1], limit=max(1, share // 4))
    _publish(workers, limit=max(1, share // 4))
    found = Publication()
    for number in range(plan.rounds):
        print(f"Publication, round {number + 1} of {plan.rounds} ...", flush=True)
        for together in (workers[:1], workers) if number % 2 else (workers, workers[:1]):
            before = databases.cpu()
            told = _publish(together, limit=share // len(together))
            units = sum(each["units"] for each in told)
            time = max(each["wall"] for each in told) / units
            if len(together) == 1:
                found.one.append(time)
                found.server_cpu.append((databases.cpu() - before) / units)
                found.own_cpu.append(told[0]["cpu"] / units)
                found.lms_cpu.append(told[0]["lms_cpu"] / units)
            else:
                found.two.append(time)
    for worker in workers:
        worker.close()
    if len(found.one) != plan.rounds:
        raise RunFailed("Not every round of publication was measured.")
    return found


def _publish(workers: list[Any], *, limit: int) -> list[dict[str, Any]]:
    """Have each worker publish so many grades at the same time."""
    for part, worker in enumerate(workers):
        worker.tell("call", method="publish", part=part, parts=len(workers), limit=limit)
    return [worker.answer() for worker in workers]
