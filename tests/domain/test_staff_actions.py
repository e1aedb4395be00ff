"""Which actions of staff change a learner's grade, and why the others leave it alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lti_ags.constants import ActionReason, ScoreDecision, StaffAction
from lti_ags.data import GradeFacts, Points
from lti_ags.domain.staff_actions import reason_to_leave

OURS = Points(8.3, 10.0)
THEIRS = Points(6.0, 10.0)
PUBLISHED = GradeFacts(
    is_outdated=False,
    held=OURS,
    ours=(OURS,),
    override=None,
    has_final_score=True,
    score_decisions=frozenset({ScoreDecision.CONTRIBUTES.value}),
)
LATE = frozenset({ScoreDecision.LATE_HELD.value})
REFUSED = frozenset({ScoreDecision.LATE_REFUSED.value})
HELD = frozenset({ScoreDecision.NOT_RELEASED.value})


@pytest.mark.parametrize("action", list(StaffAction))
def test_grade_of_a_former_tool_is_left_alone(action: StaffAction) -> None:
    facts = replace(PUBLISHED, is_outdated=True, override=THEIRS, score_decisions=LATE | HELD)

    assert reason_to_leave(action, facts) is ActionReason.OUTDATED


@pytest.mark.parametrize(
    ("action", "changes", "reason"),
    [
        (StaffAction.USE_TOOLS_GRADE, {"held": THEIRS}, None),
        (StaffAction.USE_TOOLS_GRADE, {"override": OURS}, None),
        (StaffAction.USE_TOOLS_GRADE, {}, ActionReason.ALREADY_TOOLS),
        (StaffAction.USE_TOOLS_GRADE, {"held": None}, ActionReason.ALREADY_TOOLS),
        (StaffAction.USE_TOOLS_GRADE, {"held": THEIRS, "score_decisions": LATE}, ActionReason.NO_TOOLS_GRADE),
        (StaffAction.KEEP_STAFFS_SCORE, {}, None),
        (StaffAction.KEEP_STAFFS_SCORE, {"held": THEIRS, "override": OURS}, None),
        (StaffAction.KEEP_STAFFS_SCORE, {"held": None}, ActionReason.NOTHING_HELD),
        (StaffAction.KEEP_STAFFS_SCORE, {"override": OURS}, ActionReason.ALREADY_STAFFS),
        (StaffAction.ACCEPT_LATE, {"score_decisions": LATE}, None),
        (StaffAction.ACCEPT_LATE, {"score_decisions": REFUSED}, None),
        (StaffAction.ACCEPT_LATE, {"score_decisions": HELD}, ActionReason.NOTHING_LATE),
        (StaffAction.RELEASE, {"score_decisions": HELD}, None),
        (StaffAction.RELEASE, {"score_decisions": LATE}, ActionReason.NOTHING_TO_RELEASE),
        (StaffAction.CLEAR, {"has_final_score": False}, None),
        (StaffAction.CLEAR, {"held": None}, None),
        (StaffAction.CLEAR, {"held": None, "has_final_score": False}, ActionReason.NOTHING_TO_CLEAR),
        (StaffAction.PUBLISH_AGAIN, {"held": None}, None),
    ],
)
def test_action_changes_the_grade_or_says_why_not(
    action: StaffAction, changes: dict[str, Any], reason: ActionReason | None
) -> None:
    assert reason_to_leave(action, replace(PUBLISHED, **changes)) is reason
