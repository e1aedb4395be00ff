"""
A small model of an exam's end: ``python -m benchmarks.model --web 8 --publishers 16``.

It takes the costs that a run has measured and follows two queues second by second: tools that wait for an answer to a
score, and grades that wait for their publication. It knows no network, no database that tires and no broker; it tells
where the first queue grows, how long it gets, and when everybody is served.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.places import REPORT, REPOSITORY
from benchmarks.tables import as_rst, as_text

LEARNERS: Final = (10_000, 100_000, 1_000_000)
#: (web workers, workers that publish): what small, middling and large sites run for this.
SITES: Final = ((4, 4), (16, 16), (64, 128))
_WINDOW_SECONDS: Final = 300
#: Of the learners, so many hand in within the last minute.
_LAST_MINUTE: Final = 0.5
#: After so many seconds the model gives up.
_LONGEST: Final = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Costs:
    """Seconds of one worker: for a score on the web, for the publication of a grade."""

    score: float
    publication: float


@dataclass(frozen=True, slots=True)
class Queue:
    """What became of one queue: how long it was at most, and the longest wait and the end in seconds."""

    deepest: int
    longest_wait: float
    end: int


@dataclass(frozen=True, slots=True)
class Exam:
    """Both queues of one exam."""

    web: Queue
    publication: Queue


def arrivals_of(learners: int) -> list[float]:
    """Return how many scores arrive in each second: evenly, and more densely in the last minute."""
    early, late = _WINDOW_SECONDS - 60, 60
    return [learners * (1 - _LAST_MINUTE) / early] * early + [learners * _LAST_MINUTE / late] * late


def follow(arrivals: Sequence[float], *, workers: int, seconds_for_each: float) -> tuple[Queue, list[float]]:
    """
    Follow a queue until it is empty.

    Arguments:
        arrivals: how many come in each second.
        workers: how many are served at a time.
        seconds_for_each: how long one takes.

    Returns:
        the queue, and how many leave in each second.
    """
    rate = workers / seconds_for_each
    depth = deepest = 0.0
    served: list[float] = []
    for second, arriving in enumerate(_for_ever(arrivals)):
        depth += arriving
        leaving = min(depth, rate)
        depth -= leaving
        deepest = max(deepest, depth)
        served.append(leaving)
        if (second >= len(arrivals) - 1 and depth < 0.5) or second >= _LONGEST:
            break
    # Whoever comes when the queue is longest waits longest.
    return Queue(deepest=round(deepest), longest_wait=deepest / rate, end=len(served)), served


def exam(learners: int, *, web: int, publishers: int, costs: Costs) -> Exam:
    """Follow an exam's end: what the web has served is what there is to publish."""
    web_queue, accepted = follow(arrivals_of(learners), workers=web, seconds_for_each=costs.score)
    publication, _published = follow(accepted, workers=publishers, seconds_for_each=costs.publication)
    return Exam(web_queue, publication)


def costs_of(report: dict[str, Any], *, lms_seconds: float | None) -> Costs:
    """
    Take the costs from a run's report.

    Arguments:
        lms_seconds: what the site's LMS takes for one grade; without it, what the stand-in took.
    """
    [score] = [
        each["cpu_ms"]["median"]
        for each in report["measurements"]
        if (each["contestant"], each["dataset"], each["work"]) == ("ours", "many", "score_new")
    ]
    publication = report["publication"]
    lms = publication["lms_cpu_ms"] / 1000 if lms_seconds is None else lms_seconds
    return Costs(score=score / 1000, publication=publication["own_cpu_ms"] / 1000 + lms)


def table(sites: Sequence[tuple[int, int]], *, costs: Costs) -> list[list[str]]:
    """Return a line for each site and number of learners."""
    rows = [
        ["Learners", "Web workers", "Waiting tools", "Longest answer", "Publishing workers", "Waiting grades",
         "Longest wait", "All published after"],
    ]  # fmt: skip
    for web, publishers in sites:
        for learners in LEARNERS:
            found = exam(learners, web=web, publishers=publishers, costs=costs)
            rows.append(
                [
                    f"{learners:,}",
                    str(web),
                    f"{found.web.deepest:,}",
                    _duration(found.web.longest_wait + costs.score),
                    str(publishers),
                    f"{found.publication.deepest:,}",
                    _duration(found.publication.longest_wait + costs.publication),
                    _duration(found.publication.end),
                ]
            )
    return rows


def _for_ever(arrivals: Sequence[float]) -> Iterator[float]:
    """Yield what arrives, and nothing from the end on."""
    yield from arrivals
    while True:
        yield 0.0


def _duration(seconds: float) -> str:
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def main() -> int:
    """Print the table, for the sites asked for or for three usual ones."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.model", description=__doc__)
    parser.add_argument("--report", type=Path, default=REPORT, help="a run's report (build/bench.json)")
    parser.add_argument("--web", type=int, help="web workers that serve scores")
    parser.add_argument("--publishers", type=int, help="Celery workers that publish grades")
    parser.add_argument("--lms-ms", type=float, help="what the site's LMS takes to store one grade")
    parser.add_argument("--docs", action="store_true", help="write the table into the documentation, too")
    chosen = parser.parse_args()
    if not chosen.report.exists():
        print(f"There is no {chosen.report}; run 'make bench' first.", file=sys.stderr)
        return 1
    lms_seconds = None if chosen.lms_ms is None else chosen.lms_ms / 1000
    costs = costs_of(json.loads(chosen.report.read_text()), lms_seconds=lms_seconds)
    sites = SITES if chosen.web is None and chosen.publishers is None else ((chosen.web or 1, chosen.publishers or 1),)
    rows = table(sites, costs=costs)
    heading = (
        f"A score costs {costs.score * 1000:.1f} ms of a web worker, "
        f"a publication {costs.publication * 1000:.1f} ms of a Celery worker."
    )
    print(f"{heading}\n\n{as_text(rows)}")
    if chosen.docs:
        folder = REPOSITORY / "docs" / "concepts" / "scaling"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "model.inc").write_text(f"{heading}\n\n{as_rst(rows)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
