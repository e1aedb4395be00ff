"""
From the scores of one learner in one block to one ratio (ADR 0001).

Only line items that are live and linked to the block are given to these functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from lti_ags.constants import GradingMode, LatePolicy, MergePolicy, MissingItems, ReleasePolicy, ScoreDecision
from lti_ags.data import FinalScore, LinkedItem, MergedGrade, Policies

#: The decisions that keep a final score out because it is late, as values of ``ScoreDecision``.
LATE: Final = frozenset({ScoreDecision.LATE_HELD.value, ScoreDecision.LATE_REFUSED.value})
#: With these a score of the item counts: its last one, or where that is late an earlier one.
_COUNTING: Final = LATE | {ScoreDecision.CONTRIBUTES.value}


def merge_scores(items: Sequence[LinkedItem], *, policies: Policies, due_at: datetime | None = None) -> MergedGrade:
    """
    Decide for each item whether its score contributes, and merge those that do.

    Arguments:
        items: every live line item linked to the block, with or without a score of the learner.
        policies: the author's choices for the block.
        due_at: the learner's own due date with the grace period, or None where there is none. Only the late policy
            reads it.

    Returns:
        The merged ratio in [0, 1], or None when nothing contributes; and a decision for each item that holds a final
        score or whose score the tool took back.
    """
    decisions = {item.line_item_id: decide_score(item, policies=policies, due_at=due_at) for item in items}
    counting = {
        item.line_item_id: final
        for item in items
        if decisions[item.line_item_id] in _COUNTING and (final := _in_time(item, policies.late, due_at)) is not None
    }
    counted = [
        replace(item, final=counting.get(item.line_item_id))
        for item in items
        if decisions[item.line_item_id] is not ScoreDecision.SUPERSEDED_ITEM
    ]
    contributing = [item for item in counted if item.final is not None]
    ratio = _MERGERS[policies.merge](contributing, counted, policies.missing_items) if contributing else None
    told = {
        item.line_item_id: decisions[item.line_item_id] for item in items if item.final is not None or item.is_cleared
    }
    has_say = any(decision is not ScoreDecision.SUPERSEDED_ITEM for decision in told.values())
    return MergedGrade(ratio=ratio, decisions=told, counting=counting, is_withdrawn=ratio is None and has_say)


def decide_score(item: LinkedItem, *, policies: Policies, due_at: datetime | None) -> ScoreDecision:
    """
    Decide what one learner's score on one linked item means for the grade.

    The decision is about the last final score. One that is late keeps itself out, and leaves the score for an earlier
    work in time in its place.
    """
    if is_superseded(policies.grading_mode, is_platform_made=item.is_platform_made):
        return ScoreDecision.SUPERSEDED_ITEM
    if item.final is None:
        return ScoreDecision.CLEARED if item.is_cleared else ScoreDecision.NOT_FINAL
    in_time = _in_time(item, policies.late, due_at)
    if in_time is not None and not is_released(item, release=policies.release):
        return ScoreDecision.NOT_RELEASED
    if in_time is item.final:
        return ScoreDecision.CONTRIBUTES
    return ScoreDecision.LATE_REFUSED if policies.late is LatePolicy.REFUSE else ScoreDecision.LATE_HELD


def is_superseded(mode: GradingMode, *, is_platform_made: bool) -> bool:
    """Tell of an item that is linked to a block of this mode whether the platform's own has taken its place."""
    return mode is GradingMode.DECLARATIVE and not is_platform_made


def is_released(item: LinkedItem, *, release: ReleasePolicy) -> bool:
    """
    Tell whether a score may reach the learner.

    The tool's ``gradesReleased: false`` holds it under either policy; an absent one means released at once, and under
    ``hold`` that staff have to release it.
    """
    if item.is_released:
        return True
    if release is ReleasePolicy.HOLD:
        return item.grades_released is True
    return item.grades_released is not False


def find_counting(finals: Mapping[int, FinalScore], *, merge: MergePolicy) -> frozenset[int]:
    """
    Return the line items whose scores make the grade, of those that contribute.

    Arguments:
        finals: the contributing final scores of one learner, by line item.
    """
    if not finals:
        return frozenset()
    if merge is MergePolicy.LATEST:
        return frozenset({_latest_item(finals)})
    if merge is MergePolicy.HIGHEST:
        best = max(final.ratio for final in finals.values())
        return frozenset(item for item, final in finals.items() if final.ratio == best)
    return frozenset(finals)


def _latest_item(finals: Mapping[int, FinalScore]) -> int:
    """Return the item whose score has the latest timestamp of the tool; of two at the same instant, the younger one."""
    return max(finals, key=lambda item: (finals[item].timestamp, item))


def _in_time(item: LinkedItem, late: LatePolicy, due_at: datetime | None) -> FinalScore | None:
    """Return the last final score for work that is not late, or that may be: judged by when it was handed in."""
    if late is LatePolicy.ACCEPT or due_at is None or item.final is None or item.is_late_accepted:
        return item.final
    in_time = [work for work in (*item.earlier, item.final) if work.handed_in_at <= due_at]
    return in_time[-1] if in_time else None


def _ratio(item: LinkedItem) -> float:
    """Return the capped ratio of an item's final score; a missing one is zero."""
    return 0.0 if item.final is None else item.final.ratio


def _latest(contributing: Sequence[LinkedItem], _counted: Sequence[LinkedItem], _missing: MissingItems) -> float:
    """Take the latest score."""
    finals = {item.line_item_id: item.final for item in contributing if item.final is not None}
    return finals[_latest_item(finals)].ratio


def _highest(contributing: Sequence[LinkedItem], _counted: Sequence[LinkedItem], _missing: MissingItems) -> float:
    """Take the best ratio."""
    return max(_ratio(item) for item in contributing)


def _average(contributing: Sequence[LinkedItem], counted: Sequence[LinkedItem], missing: MissingItems) -> float:
    """Average the ratios, each item weighing the same."""
    weighed = _weighed(contributing, counted, missing)
    return _capped(sum(ratio for _maximum, ratio in weighed) / len(weighed))


def _total(contributing: Sequence[LinkedItem], counted: Sequence[LinkedItem], missing: MissingItems) -> float:
    """Average the ratios, each item weighing its maximum in points."""
    weighed = _weighed(contributing, counted, missing)
    heaviest = max(maximum for maximum, _ratio in weighed)
    # Divided by the heaviest first: the sum of very large maxima would not be finite.
    weights = sum(maximum / heaviest for maximum, _ratio in weighed)
    earned = sum(ratio * (maximum / heaviest) for maximum, ratio in weighed)
    return _capped(earned / weights)


def _weighed(
    contributing: Sequence[LinkedItem], counted: Sequence[LinkedItem], missing: MissingItems
) -> Sequence[tuple[float, float]]:
    """
    Return the items whose weight counts: the contributing ones, or every one that could contribute.

    Each as its maximum in points and the ratio that it adds, which is zero unless its score contributes.
    """
    items = counted if missing is MissingItems.COUNT_AS_ZERO else contributing
    return [(item.score_maximum, _ratio(item)) for item in items]


def _capped(ratio: float) -> float:
    """Undo the last digit that floating point may add above 1."""
    return min(ratio, 1.0)


_Merger = Callable[[Sequence[LinkedItem], Sequence[LinkedItem], MissingItems], float]

_MERGERS: Final[Mapping[MergePolicy, _Merger]] = {
    MergePolicy.LATEST: _latest,
    MergePolicy.AVERAGE: _average,
    MergePolicy.HIGHEST: _highest,
    MergePolicy.TOTAL: _total,
}
