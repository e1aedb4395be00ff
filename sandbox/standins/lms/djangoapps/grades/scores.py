"""From a stored raw score to the points of one problem."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from xmodule.modulestore.runtime import block_class


@dataclass(frozen=True)
class ProblemScore:
    """What one problem counts for one learner."""

    raw_earned: float | None
    raw_possible: float | None
    earned: float
    possible: float
    weight: float | None
    graded: bool
    first_attempted: datetime | None

    @property
    def attempted(self) -> bool:
        return self.first_attempted is not None


@dataclass(frozen=True)
class AggregatedScore:
    """Points of several problems together."""

    earned: float
    possible: float
    graded: bool
    first_attempted: datetime | None = None


def weighted_score(raw_earned, raw_possible, weight):
    """Scale a raw score to the weight; without a weight, or with nothing to earn, it stays as it is."""
    if weight is None or raw_possible == 0:
        return (raw_earned, raw_possible)
    return (float(raw_earned) * weight / raw_possible, float(weight))


def possibly_scored(usage_key) -> bool:
    """Whether blocks of this class may have a score: the class says so, and a field on the class counts as yes."""
    return bool(getattr(block_class(usage_key.block_type), "has_score", False))


def get_score(csm_scores, persisted_block, block) -> ProblemScore | None:
    """
    Return what a problem counts; None when it has no points at all.

    Arguments:
        csm_scores: ``{usage key: StudentModule}`` of the learner.
        persisted_block: what was recorded of the block with the learner's last subsection grade, or None.
        block: what was collected of the block when the course was last published.
    """
    weight = persisted_block.weight if persisted_block is not None else block.weight
    stored = csm_scores.get(block.location)
    if stored is not None and stored.max_grade is not None:
        first_attempted = stored.created if stored.grade is not None else None
        raw_earned = stored.grade if stored.grade is not None else 0.0
        raw_possible = stored.max_grade
    else:
        first_attempted = None
        raw_possible = persisted_block.raw_possible if persisted_block is not None else block.max_score
        raw_earned = None if raw_possible is None else 0.0
    if raw_possible is None:
        return None
    earned, possible = weighted_score(raw_earned, raw_possible, weight)
    counts = persisted_block.graded if persisted_block is not None else block.explicit_graded is not False
    graded = counts and possible > 0
    return ProblemScore(raw_earned, raw_possible, earned, possible, weight, graded, first_attempted)


def aggregate_scores(scores) -> tuple[AggregatedScore, AggregatedScore]:
    """Return the sums over all problems and over the graded ones."""

    def total(chosen, graded):
        attempts = [score.first_attempted for score in chosen if score.first_attempted is not None]
        return AggregatedScore(
            earned=sum(score.earned for score in chosen),
            possible=sum(score.possible for score in chosen),
            graded=graded,
            first_attempted=min(attempts, default=None),
        )

    scores = list(scores)
    return total(scores, False), total([score for score in scores if score.graded], True)
