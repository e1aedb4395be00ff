"""What tells about many learners at once whether an action of staff changes their grades in a block."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lti_ags import edx_platform
from lti_ags.constants import StaffAction
from lti_ags.data import GradeFacts, Points
from lti_ags.models import LtiAgsGrade, LtiConfiguration
from lti_ags.services.grade_rows import our_points_by_user, points_of
from lti_ags.services.score_rows import scores_in_block

#: The others are about our own tables alone, and need not ask the LMS.
_ABOUT_GRADEBOOK: Final = frozenset({StaffAction.USE_TOOLS_GRADE, StaffAction.KEEP_STAFFS_SCORE, StaffAction.CLEAR})

_COLUMNS: Final = (
    "pk", "subject_id", "subject__user_id", "subject__context__tool_id", "override_earned", "override_possible",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Scores:
    """The learner's scores on live line items: whether one is final, and what was decided about each."""

    has_final: bool = False
    decisions: frozenset[str] = frozenset()


def read_facts(
    action: StaffAction, *, configuration: LtiConfiguration, grade_ids: Collection[int]
) -> Mapping[int, GradeFacts]:
    """
    Return what tells whether an action changes grades of a block, by the grades' ids, in four statements at most.

    Who reads ten thousand of them need not wait: rows are read as plain columns.

    Raises:
        PlatformError: the LMS cannot say what the gradebook holds.
    """
    rows = list(LtiAgsGrade.objects.filter(configuration=configuration, pk__in=grade_ids).values(*_COLUMNS))
    scores = _scores_of(configuration, [row["subject_id"] for row in rows])
    held: Mapping[int, Points] = {}
    ours: Mapping[int, Sequence[Points]] = {}
    if action in _ABOUT_GRADEBOOK:
        held = edx_platform.read_scores(configuration.location, user_ids={row["subject__user_id"] for row in rows})
        ours = our_points_by_user(configuration.pk, {row["subject__user_id"] for row in rows})
    return {
        row["pk"]: GradeFacts(
            # A replaced block's key is another block's by now, and so is what the gradebook holds under it.
            is_outdated=configuration.replaced_at is not None
            or row["subject__context__tool_id"] != configuration.tool_id,
            held=held.get(row["subject__user_id"]),
            ours=tuple(ours.get(row["subject__user_id"], ())),
            override=points_of(row["override_earned"], row["override_possible"]),
            has_final_score=scores[row["subject_id"]].has_final,
            score_decisions=scores[row["subject_id"]].decisions,
        )
        for row in rows
    }


def _scores_of(configuration: LtiConfiguration, subject_ids: Collection[int]) -> Mapping[int, _Scores]:
    """Read the scores on the live line items that the block's tool has linked to it, by learner."""
    scores = scores_in_block(configuration).filter(subject_id__in=subject_ids)
    found: dict[int, _Scores] = defaultdict(_Scores)
    for subject_id, decision, final in scores.values_list("subject_id", "decision", "final_score_given"):
        known = found[subject_id]
        found[subject_id] = _Scores(
            has_final=known.has_final or final is not None, decisions=known.decisions | {decision}
        )
    return found
