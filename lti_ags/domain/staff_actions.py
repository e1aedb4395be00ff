"""Whether an action of staff changes a learner's grade, or why it leaves it alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from lti_ags.constants import ActionReason, ScoreDecision, StaffAction
from lti_ags.data import GradeFacts
from lti_ags.domain.merging import LATE
from lti_ags.domain.publication import is_changed_by_others, is_same

#: The decisions that releasing overrules; accepting late work overrules ``LATE``.
HELD: Final = frozenset({ScoreDecision.NOT_RELEASED.value})


def reason_to_leave(action: StaffAction, facts: GradeFacts) -> ActionReason | None:
    """Return why the action does nothing to the grade; None where it changes it."""
    if facts.is_outdated:
        return ActionReason.OUTDATED
    return _RULES[action](facts)


def _why_not_use_tools_grade(facts: GradeFacts) -> ActionReason | None:
    # With no score that counts, the tool's word would be to clear what staff gave: nobody means that by this action.
    if ScoreDecision.CONTRIBUTES.value not in facts.score_decisions:
        return ActionReason.NO_TOOLS_GRADE
    if facts.override is None and not is_changed_by_others(facts.held, ours=facts.ours):
        return ActionReason.ALREADY_TOOLS
    return None


def _why_not_keep(facts: GradeFacts) -> ActionReason | None:
    if facts.held is None:
        return ActionReason.NOTHING_HELD
    if facts.override is not None and is_same(facts.held, facts.override):
        return ActionReason.ALREADY_STAFFS
    return None


def _why_not_accept_late(facts: GradeFacts) -> ActionReason | None:
    return None if facts.score_decisions & LATE else ActionReason.NOTHING_LATE


def _why_not_release(facts: GradeFacts) -> ActionReason | None:
    return None if facts.score_decisions & HELD else ActionReason.NOTHING_TO_RELEASE


def _why_not_clear(facts: GradeFacts) -> ActionReason | None:
    return None if facts.held is not None or facts.has_final_score else ActionReason.NOTHING_TO_CLEAR


def _why_not_publish_again(_facts: GradeFacts) -> ActionReason | None:
    return None


_RULES: Final[Mapping[StaffAction, Callable[[GradeFacts], ActionReason | None]]] = {
    StaffAction.USE_TOOLS_GRADE: _why_not_use_tools_grade,
    StaffAction.KEEP_STAFFS_SCORE: _why_not_keep,
    StaffAction.ACCEPT_LATE: _why_not_accept_late,
    StaffAction.RELEASE: _why_not_release,
    StaffAction.CLEAR: _why_not_clear,
    StaffAction.PUBLISH_AGAIN: _why_not_publish_again,
}
