"""Rounds in which the contestants take turns, so that whatever disturbs the machine disturbs all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import Any

from benchmarks.databases import Databases
from benchmarks.process import Process


@dataclass(frozen=True, slots=True)
class Entry:
    """One contestant at one work: so many requests in a round."""

    process: Process
    work: str
    requests: int

    @property
    def key(self) -> tuple[str, str, str]:
        """Who, with which data, at what."""
        return self.process.contestant, self.process.dataset.name, self.work


@dataclass(slots=True)
class Series:
    """The costs of one entry, one for each round: seconds for a unit of work, and KiB for the whole round."""

    contestant: str
    dataset: str
    work: str
    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)

    @property
    def median_cpu(self) -> float:
        """The middle of the rounds."""
        return median(self.cpu)

    def as_json(self) -> dict[str, Any]:
        """Return what the report's file tells."""
        return {
            "contestant": self.contestant,
            "dataset": self.dataset,
            "work": self.work,
            "rounds": len(self.cpu),
            "cpu_ms": _summary(self.cpu),
            "wall_ms": _summary(self.wall),
            "peak_memory_kib": max(self.memory),
            "statements": len(self.statements),
        }


def count_statements(entries: list[Entry]) -> dict[tuple[str, str, str], Series]:
    """Do each work once and keep its SQL statements."""
    series = {entry.key: Series(*entry.key) for entry in entries}
    for entry in entries:
        series[entry.key].statements = entry.process.ask("statements", work=entry.work)
    return series


def run_rounds(
    entries: list[Entry], series: dict[tuple[str, str, str], Series], *, rounds: int, databases: Databases
) -> None:
    """Measure every entry once in each round, after a round for warming up; every second round goes backwards."""
    for number in range(rounds + 1):
        print(f"Round {number} of {rounds}{' (warm-up)' if number == 0 else ''} ...", flush=True)
        for entry in entries if number % 2 else reversed(entries):
            entry.process.ask("prepare", work=entry.work, requests=entry.requests)
            before = databases.cpu()
            cost = entry.process.ask("run")
            of_server = databases.cpu() - before
            units = entry.process.ask("check")
            if number:
                found = series[entry.key]
                found.cpu.append((cost["cpu"] + of_server) / units)
                found.wall.append(cost["wall"] / units)
                found.memory.append(cost["memory"])


def _summary(seconds: list[float]) -> dict[str, float]:
    """Return median, least and most in milliseconds."""
    return {name: round(of(seconds) * 1000, 4) for name, of in (("median", median), ("least", min), ("most", max))}
