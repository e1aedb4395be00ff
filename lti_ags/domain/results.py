"""
Which value a result tells for one learner on one line item.

The tool reads what it sent, at once and uncapped; where the course team's word counts instead, it reads that one.

Spec: AGS 2.0 section 3.3, https://www.imsglobal.org/spec/lti-ags/v2p0#result-service
"""

from __future__ import annotations

import math
import sys
from enum import Enum
from typing import Final

from lti_ags.constants import GradeDecision, ScoreDecision
from lti_ags.data import Points
from lti_ags.domain.merging import LATE

#: For these, the grade in the block says what became of the score; so it does where nothing is decided yet.
_TOLD_BY_GRADE: Final = frozenset({"", ScoreDecision.CONTRIBUTES.value, ScoreDecision.CLEARED.value})

#: The score is kept, but what the learner has is whatever the LMS says.
_WITHHELD: Final = LATE | {ScoreDecision.NOT_RELEASED.value}
#: No grade of a block follows from such a score, so no change of one concerns it.
_APART: Final = frozenset({ScoreDecision.UNLINKED.value, ScoreDecision.SUPERSEDED_ITEM.value})

#: What the columns of the LMS may lose.
_TOLERANCE: Final = 1e-6


class ResultSource(Enum):
    """Whose value a result tells."""

    NOBODY = "nobody"
    TOOL = "tool"
    LMS = "lms"
    TOOL_UNLESS_CHANGED = "tool unless somebody changed the grade in the LMS"


def is_told_by_grade(decision: str) -> bool:
    """Tell of a score with this ``ScoreDecision`` value, or none yet, whether its grade says what became of it."""
    return decision in _TOLD_BY_GRADE


def decision_in_force(decision: str, *, of_grade: str | None) -> str:
    """
    Return the score's own decision, or its grade's where it counts.

    Arguments:
        decision: a ``ScoreDecision`` value, or empty where nothing is decided yet.
        of_grade: a ``GradeDecision`` value, or None where there is no grade yet: it is queued, then.
    """
    if not is_told_by_grade(decision):
        return decision
    return GradeDecision.QUEUED.value if of_grade is None else of_grade


def source_of_result(decision: str, *, is_alone: bool) -> ResultSource:
    """
    Decide whose value counts.

    Arguments:
        decision: of the score, a ``ScoreDecision`` value or empty.
        is_alone: whether no other line item contributes to the learner's grade in the block. Where another one does,
            the LMS's value is no single item's.
    """
    if decision in _WITHHELD:
        return ResultSource.LMS if is_alone else ResultSource.NOBODY
    if decision in _APART or not is_alone:
        return ResultSource.TOOL
    return ResultSource.TOOL_UNLESS_CHANGED


def scaled(score: Points, *, maximum: float) -> float:
    """
    Bring a score to the line item's scale of ``maximum`` points, uncapped (A6).

    1 of 3 is 2 of 6, 83 of 100 stays 83 exactly, and the result is finite whatever the scales are.
    """
    if score.possible == maximum:
        return score.earned
    # Multiplied before it is divided: 57 of 100 is then 5.7 of 10 to the last digit.
    points = score.earned * maximum / score.possible
    if math.isinf(points):
        points = score.ratio * maximum
    return min(points, sys.float_info.max)


def is_what_the_tool_sent(in_lms: Points, *, final: Points | None) -> bool:
    """Tell whether the LMS's value is what the tool's score comes to there, whoever wrote it: to the last digits."""
    if final is None:
        return False
    return math.isclose(in_lms.ratio, min(final.ratio, 1.0), abs_tol=_TOLERANCE)
