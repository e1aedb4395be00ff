"""What tells about many learners at once whether an action of staff changes their grades in a block."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lti_ags import edx_platform
from lti_ags.data import GradeFacts, Points
from lti_ags.models import LtiAgsGrade, LtiAgsScore, LtiConfiguration
from lti_ags.services.grade_rows import known_override, our_points_among


@dataclass(frozen=True, slots=True)
class _Scores:
    """The learner's scores on live line items: whether one is final, and what was decided about each."""

    has_final: bool = False
    decisions: frozenset[str] = frozenset()


def read_facts(configuration: LtiConfiguration, grades: Sequence[LtiAgsGrade]) -> Mapping[int, GradeFacts]:
    """
    Return the facts about grades of one block, by the grades' ids, in three statements.

    Arguments:
        grades: with their subjects and contexts.

    Raises:
        PlatformError: the LMS cannot say what the gradebook holds.
    """
    user_ids = {grade.subject.user_id for grade in grades}
    held = edx_platform.read_scores(configuration.location, user_ids=user_ids)
    scores = _scores_of(configuration, [grade.subject_id for grade in grades])
    of_user = _grades_by_user(configuration, user_ids)
    return {grade.pk: _facts(configuration, grade, held, scores, of_user) for grade in grades}


def _facts(
    configuration: LtiConfiguration,
    grade: LtiAgsGrade,
    held: Mapping[int, Points],
    scores: Mapping[int, _Scores],
    of_user: Mapping[int, Sequence[LtiAgsGrade]],
) -> GradeFacts:
    user_id = grade.subject.user_id
    others = [row for row in of_user[user_id] if row.pk != grade.pk]
    own = scores.get(grade.subject_id, _Scores())
    return GradeFacts(
        # A replaced block's key is another block's by now, and so is what the gradebook holds under it.
        is_outdated=configuration.replaced_at is not None or grade.subject.context.tool_id != configuration.tool_id,
        held=held.get(user_id),
        ours=tuple(our_points_among(grade, others=others)),
        override=known_override(grade),
        has_final_score=own.has_final,
        score_decisions=own.decisions,
    )


def _scores_of(configuration: LtiConfiguration, subject_ids: Iterable[int]) -> Mapping[int, _Scores]:
    """Read the scores on the live line items that the block's tool has linked to it, by learner."""
    rows = LtiAgsScore.objects.filter(
        subject_id__in=list(subject_ids),
        line_item__lti_configuration=configuration,
        line_item__deleted_at=None,
        line_item__context__tool_id=configuration.tool_id,
    ).values_list("subject_id", "decision", "final_score_given")
    found: dict[int, _Scores] = {}
    for subject_id, decision, final in rows:
        known = found.get(subject_id, _Scores())
        found[subject_id] = _Scores(
            has_final=known.has_final or final is not None, decisions=known.decisions | {decision}
        )
    return found


def _grades_by_user(configuration: LtiConfiguration, user_ids: Iterable[int]) -> Mapping[int, Sequence[LtiAgsGrade]]:
    """Read what these learners have in the block under any of its tools."""
    rows = LtiAgsGrade.objects.filter(configuration=configuration, subject__user_id__in=list(user_ids))
    found: dict[int, list[LtiAgsGrade]] = defaultdict(list)
    for row in rows.select_related("subject"):
        found[row.subject.user_id].append(row)
    return found
