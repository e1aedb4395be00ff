"""What the platform reports back to tools."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ResultData:
    """
    One result (AGS 3.3.4). ``result_score``: points on the line item's scale, may exceed ``result_maximum``.

    ``position`` orders results within a line item and names where a page ends.
    """

    position: int
    user_id: str
    result_score: float | None
    result_maximum: float
    comment: str
    scoring_user_id: str
    decision: str


@dataclass(frozen=True, slots=True)
class ResultPage:
    """Results in a stable order; ``next_after`` is the position after which the next page starts, None on the last."""

    results: Sequence[ResultData]
    next_after: int | None
