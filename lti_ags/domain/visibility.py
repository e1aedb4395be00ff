"""
Whether a learner may see scores now, by the course's own rule for showing results.

The words are the platform's, of its field ``show_correctness``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

_NEVER: Final = frozenset({"never", "never_but_include_grade"})
_PAST_DUE: Final = "past_due"


def are_scores_shown(rule: str, *, due_at: datetime | None, now: datetime) -> bool:
    """
    Apply the rule to a learner. Staff see everything.

    Arguments:
        rule: the platform's word; any that is not known, and none, means always.
        due_at: the learner's own due date with the grace period, or None where there is none.
    """
    if rule == _PAST_DUE:
        return due_at is None or due_at < now
    return rule not in _NEVER
