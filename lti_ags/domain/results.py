"""
Which value a result tells for one learner on one line item.

The tool reads what it sent, at once and uncapped; where the course team's word counts instead, it reads that one.

Spec: AGS 2.0 section 3.3, https://www.imsglobal.org/spec/lti-ags/v2p0#result-service
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lti_ags.constants import ScoreDecision
from lti_ags.data import FinalScore, Points
from lti_ags.domain.publication import is_changed_by_others

#: The score is kept, but what the learner has is whatever the LMS says.
_WITHHELD: Final = frozenset(
    {ScoreDecision.LATE_REFUSED.value, ScoreDecision.LATE_HELD.value, ScoreDecision.NOT_RELEASED.value}
)
#: No grade of a block follows from such a score, so no change of one concerns it.
_APART: Final = frozenset({ScoreDecision.UNLINKED.value, ScoreDecision.SUPERSEDED_ITEM.value})


@dataclass(frozen=True, slots=True)
class LmsValue:
    """
    What the LMS holds for a learner in the linked block, and what we know about it.

    ``ours``: the values that we published last or intended. ``override``: one that staff are known to have set.
    """

    score: Points
    ours: Sequence[Points] = ()
    override: Points | None = None


def result_score(
    final: FinalScore | None, *, decision: str, maximum: float, is_alone: bool, lms: LmsValue | None
) -> float | None:
    """
    Return the result in points of the line item's ``maximum``; above it for extra credit. None: there is no result.

    Arguments:
        final: the tool's last final score, or None.
        decision: of the score, a ``ScoreDecision`` value or empty.
        is_alone: whether no other line item contributes to the learner's grade in the block.
        lms: None where the LMS holds no score.
    """
    own = None if final is None else scaled(final, maximum=maximum)
    if decision in _APART or not is_alone:
        return None if decision in _WITHHELD else own
    if decision in _WITHHELD:
        return None if lms is None else _on_scale(lms.score, maximum)
    if lms is not None and _is_changed(lms, final):
        return _on_scale(lms.score, maximum)
    return own


def scaled(final: FinalScore, *, maximum: float) -> float:
    """Bring a score to the line item's scale, uncapped (A6): 1 of 3 is 2 of 6, and 83 of 100 stays 83 exactly."""
    if final.maximum == maximum:
        return final.given
    # Multiplied before it is divided: 57 of 100 is then 5.7 of 10 to the last digit.
    points = final.given * maximum / final.maximum
    if not math.isfinite(points):
        points = final.uncapped_ratio * maximum
    return min(points, sys.float_info.max)


def _is_changed(lms: LmsValue, final: FinalScore | None) -> bool:
    """Tell whether somebody else wrote the value, and it is not what the tool's own score comes to either."""
    ours = list(lms.ours)
    if final is not None:
        ours.append(Points(earned=final.ratio * lms.score.possible, possible=lms.score.possible))
    return is_changed_by_others(lms.score, ours=ours, override=lms.override)


def _on_scale(score: Points, maximum: float) -> float:
    """Bring a score of the LMS to the line item's scale."""
    return min(score.ratio * maximum, sys.float_info.max)
