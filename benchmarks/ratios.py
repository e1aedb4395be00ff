"""The numbers that the targets are about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import Final

from benchmarks.run import Run


@dataclass(frozen=True, slots=True)
class Target:
    """What a number has to be: at least or at most so much. ``meaning`` is for the table."""

    meaning: str
    limit: float
    is_at_least: bool

    def is_met_by(self, value: float) -> bool:
        """Tell whether a number will do."""
        return value >= self.limit if self.is_at_least else value <= self.limit

    def __str__(self) -> str:
        return f"{'at least' if self.is_at_least else 'at most'} {self.limit:g}"


TARGETS: Final[Mapping[str, Target]] = {
    "token_vs_incumbent": Target("Access token: incumbent's CPU / ours", 40, is_at_least=True),
    "score_new_vs_incumbent": Target("Score of a new learner: incumbent's CPU / ours", 20, is_at_least=True),
    "score_same_vs_incumbent": Target("Score of the same learner: incumbent's CPU / ours", 20, is_at_least=True),
    "score_new_vs_floor": Target("Score of a new learner: our CPU / the floor's", 1.8, is_at_least=False),
    "score_statements": Target("SQL statements for a score", 8, is_at_least=False),
    "score_growth_1m": Target("Score: CPU with many scores in the table / with one", 1.25, is_at_least=False),
    "line_items_growth_100k": Target("Page of line items: CPU with many / with a hundred", 1.25, is_at_least=False),
    "results_growth_1m": Target(
        "Page of results: CPU with many, first or last / with one page", 1.25, is_at_least=False
    ),
    "results_walk_vs_incumbent": Target("All results: incumbent's CPU / ours", 4, is_at_least=True),
    "publish_cpu_ms": Target("Publication of a grade: our own CPU, ms", 3, is_at_least=False),
    "publish_two_workers": Target("Publication: two workers / one", 1.7, is_at_least=True),
    "load_p99_vs_p50": Target("Under load: the slowest in a hundred answers / the median", 10, is_at_least=False),
    "load_memory_growth": Target("Under load: memory at the end / after a third", 1.05, is_at_least=False),
}


def ratios_of(run: Run) -> dict[str, float]:
    """Return the numbers by their names."""
    cpu = run.cpu

    def against_incumbent(work: str) -> float:
        return cpu("incumbent", "compared", work) / cpu("ours", "compared", work)

    few, many = cpu("ours", "few", "score_new"), cpu("ours", "many", "score_new")
    first, last = cpu("ours", "many", "results_first"), cpu("ours", "many", "results_last")
    statements = [len(series.statements) for (name, _, work), series in run.series.items() if _is_our_score(name, work)]
    return {
        "token_vs_incumbent": against_incumbent("token"),
        "score_new_vs_incumbent": against_incumbent("score_new"),
        "score_same_vs_incumbent": against_incumbent("score_same"),
        "score_new_vs_floor": cpu("ours", "compared", "score_new") / cpu("floor", "compared", "score_new"),
        "score_statements": max(statements),
        "score_growth_1m": many / few,
        "line_items_growth_100k": cpu("ours", "many", "line_items") / cpu("ours", "few", "line_items"),
        "results_growth_1m": max(first, last) / cpu("ours", "page", "results_first"),
        "results_walk_vs_incumbent": against_incumbent("results_walk"),
        "publish_cpu_ms": median(run.publication.own_cpu) * 1000,
        "publish_two_workers": run.publication.speed_up,
    }


def load_ratios_of(run: Run) -> dict[str, float]:
    """Return the numbers of the web server under load by their names."""
    load = run.load
    return {"load_p99_vs_p50": load.p99 / load.p50, "load_memory_growth": load.memory_after / load.memory_before}


def _is_our_score(contestant: str, work: str) -> bool:
    return contestant == "ours" and work in {"score_new", "score_same"}
