"""How much is measured: one plan for the whole run, and one that fits into a coffee break."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Dataset:
    """
    What is in a contestant's database before anything is measured.

    ``scores`` are on the item whose results are read, ``line_items`` in the context, ``fresh`` learners are known and
    have no score, ``waiting`` grades are due for publication. ``is_crowded``: new scores come to the item that has the
    others; else they come to an item of their own.
    """

    name: str
    scores: int = 0
    line_items: int = 0
    fresh: int = 0
    waiting: int = 0
    is_crowded: bool = False

    def as_message(self) -> dict[str, Any]:
        """Return what goes to the contestant's process."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Plan:
    """
    The sizes of a run. ``requests`` is the number in one round for us and the floor, ``incumbent_requests`` for the
    incumbent, which takes so long for each that fewer will do. Grades and seconds are for the whole run.
    """

    name: str
    rounds: int
    requests: int
    incumbent_requests: int
    compared_scores: int
    compared_line_items: int
    many_scores: int
    many_line_items: int
    waiting: int
    load_seconds: int
    load_clients: int = 8

    def fresh_learners(self) -> int:
        """Return how many learners without a score the rounds use up, with warm-up and counted requests."""
        return self.requests * (self.rounds + 1) + 10

    def datasets(self) -> dict[str, Dataset]:
        """Return what each process finds in its database, by the name of the data set."""
        fresh = self.fresh_learners()
        found = (
            Dataset("compared", scores=self.compared_scores, line_items=self.compared_line_items, fresh=fresh),
            Dataset("few", scores=0, line_items=100, fresh=fresh),
            Dataset("page", scores=1000, line_items=100),
            Dataset("many", scores=self.many_scores, line_items=self.many_line_items, fresh=fresh, is_crowded=True),
            Dataset("publication", waiting=self.waiting),
            Dataset("load", fresh=4000),
        )
        return {dataset.name: dataset for dataset in found}


FULL = Plan(
    name="full",
    rounds=7,
    requests=200,
    incumbent_requests=10,
    compared_scores=100_000,
    compared_line_items=1000,
    many_scores=1_000_000,
    many_line_items=100_000,
    waiting=10_000,
    load_seconds=60,
)

QUICK = Plan(
    name="quick",
    rounds=5,
    requests=60,
    incumbent_requests=4,
    compared_scores=5000,
    compared_line_items=150,
    many_scores=30_000,
    many_line_items=10_000,
    waiting=600,
    load_seconds=10,
)

#: For trying the benchmarks themselves; what it measures means nothing.
TINY = Plan(
    name="tiny",
    rounds=2,
    requests=10,
    incumbent_requests=2,
    compared_scores=1500,
    compared_line_items=120,
    many_scores=3000,
    many_line_items=300,
    waiting=40,
    load_seconds=3,
)

PLANS = {plan.name: plan for plan in (FULL, QUICK, TINY)}
