"""
What a tool reads back: one result for each learner, page by page.

A page costs a fixed number of statements whatever its length: our scores with our grades, one read of the LMS, and one
more look only where a value in the LMS is not what we know.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.expressions import Combinable

from lti_ags import edx_platform
from lti_ags.constants import GradeDecision, ScoreDecision
from lti_ags.data import LineItemRecord, Points, ResultData, ResultPage
from lti_ags.domain.publication import is_changed_by_others
from lti_ags.domain.results import ResultSource, decision_in_force, is_what_the_tool_sent, scaled, source_of_result
from lti_ags.models import LtiAgsLineItem, LtiAgsScore
from lti_ags.models.fields import digest_of
from lti_ags.services.grade_rows import our_points_by_user, points_of, values_of_ours


class _Row(NamedTuple):
    """A score with its learner and, where there is one, their grade in the block: the columns in this order."""

    position: int
    user_id: int
    subject: str
    comment: str
    scoring_user_id: str
    decision: str
    given: float | None
    maximum: float | None
    is_shared: bool
    grade_decision: str | None
    published_earned: float | None
    published_possible: float | None
    override_earned: float | None
    override_possible: float | None
    intents: str | None

    @property
    def final(self) -> Points | None:
        """The last final score."""
        return points_of(self.given, self.maximum)

    @property
    def source(self) -> ResultSource:
        """Whose value counts."""
        return source_of_result(self.decision, is_alone=not self.is_shared)

    @property
    def decision_in_force(self) -> str:
        """The score's own decision, or its grade's where it counts."""
        return decision_in_force(self.decision, of_grade=self.grade_decision)


_COLUMNS: Final = (
    "id",
    "subject__user_id",
    "subject__subject",
    "comment",
    "scoring_user_id",
    "decision",
    "final_score_given",
    "final_score_maximum",
    "is_shared",
    "grade__decision",
    "grade__published_earned",
    "grade__published_possible",
    "grade__override_earned",
    "grade__override_possible",
    "intents",
)


#: Grades for which the gradebook has a value, ours or one of staff.
_IN_GRADEBOOK: Final = frozenset({GradeDecision.PUBLISHED.value, GradeDecision.OVERRIDE_KEPT.value})


def list_results(
    line_item: LineItemRecord, *, user_id: str | None = None, limit: int, after: int | None = None
) -> ResultPage:
    """
    Return a page of a line item's results, in the order in which learners were first scored.

    Left out are staff who tried the tool, and learners without a final score for whom the LMS holds no value that
    counts (RS-03): a page may be shorter than ``limit`` and yet have a next one.

    Arguments:
        user_id: exactly this learner's, or None for all.
        limit: at most so many.
        after: the position after which the page starts.

    Raises:
        TransientPlatformError: the LMS could not be read; a guess would be taken for a grade.
    """
    scores = LtiAgsScore.objects.filter(line_item_id=line_item.id, subject__is_staff_trial=False)
    if user_id is not None:
        scores = scores.filter(subject__context_id=line_item.context_id, subject__subject_digest=digest_of(user_id))
    if after is not None:
        scores = scores.filter(pk__gt=after)
    rows = [_Row(*columns) for columns in _columns_of(scores, line_item).order_by("id")[: limit + 1]]
    page = rows[:limit]
    # Read last: a value that is published meanwhile is among the intended ones that were read before.
    in_lms = _scores_in_lms(line_item, page)
    changed = _changed_by_others(line_item, page, in_lms)
    results = (_result_of(row, line_item, in_lms.get(row.user_id), is_changed=row.user_id in changed) for row in page)
    return ResultPage(
        results=[result for result in results if result is not None],
        next_after=page[-1].position if len(rows) > limit else None,
    )


def _columns_of(scores: QuerySet[LtiAgsScore], line_item: LineItemRecord) -> QuerySet[LtiAgsScore, Any]:
    """Return the columns of ``_Row``."""
    own_grade = FilteredRelation(
        "subject__grades", condition=Q(subject__grades__configuration_id=line_item.configuration_id or 0)
    )
    # As text: of a thousand, hardly one has to be parsed.
    intents = ExpressionWrapper(F("grade__intents"), output_field=TextField())
    rows: QuerySet[LtiAgsScore, Any] = scores.annotate(
        grade=own_grade, intents=intents, is_shared=_is_shared(line_item)
    ).values_list(*_COLUMNS)
    return rows


def _is_shared(line_item: LineItemRecord) -> Combinable:
    """Tell, inside the query, whether a learner's grade has another contributor; most blocks have one item only."""
    if line_item.configuration_id is None:
        return Value(value=False, output_field=BooleanField())
    others = LtiAgsLineItem.objects.filter(
        lti_configuration_id=line_item.configuration_id, deleted_at__isnull=True
    ).exclude(pk=line_item.id)
    contributing = LtiAgsScore.objects.filter(
        subject_id=OuterRef("subject_id"),
        line_item__lti_configuration_id=line_item.configuration_id,
        line_item__deleted_at__isnull=True,
        decision=ScoreDecision.CONTRIBUTES.value,
    ).exclude(line_item_id=line_item.id)
    return ExpressionWrapper(Q(Exists(others)) & Q(Exists(contributing)), output_field=BooleanField())


def _scores_in_lms(line_item: LineItemRecord, page: Sequence[_Row]) -> Mapping[int, Points]:
    """Read what the LMS holds for a page of learners in the linked block, by user; an unlinked item has none."""
    if line_item.resource_link_id is None or not page:
        return {}
    return edx_platform.read_scores(line_item.resource_link_id, user_ids=[row.user_id for row in page])


def _changed_by_others(line_item: LineItemRecord, page: Sequence[_Row], in_lms: Mapping[int, Points]) -> set[int]:
    """Return the users whose grade in the LMS somebody else wrote, among those for whom that matters."""
    unknown = {row.user_id: in_lms[row.user_id] for row in page if _is_unknown(row, in_lms.get(row.user_id))}
    if not unknown:
        return set()
    # What the block's former tool published for the same person is nobody's change, and not for this tool to see.
    ours = our_points_by_user(line_item.configuration_id, unknown)
    overrides = {row.user_id: _override(row) for row in page}
    return {
        user_id
        for user_id, points in unknown.items()
        if is_changed_by_others(points, ours=ours.get(user_id, ()), override=overrides[user_id])
    }


def _is_unknown(row: _Row, points: Points | None) -> bool:
    """Tell whether a value in the LMS is neither the tool's score nor one that we published or intended."""
    if points is None or is_what_the_tool_sent(points, final=row.final):
        return False
    if row.source is not ResultSource.TOOL_UNLESS_CHANGED:
        return False
    ours = values_of_ours(row.published_earned, row.published_possible, json.loads(row.intents or "[]"))
    return is_changed_by_others(points, ours=ours, override=_override(row))


def _is_deleted(row: _Row, points: Points | None) -> bool:
    """Tell whether the LMS has lost a grade that it had: staff deleted it, with the state of many learners (RS-04)."""
    return points is None and row.source is ResultSource.TOOL_UNLESS_CHANGED and row.grade_decision in _IN_GRADEBOOK


def _result_of(row: _Row, line_item: LineItemRecord, in_lms: Points | None, *, is_changed: bool) -> ResultData | None:
    """Return the result of one learner, or None where there is none."""
    source = ResultSource.LMS if is_changed or _is_deleted(row, in_lms) else row.source
    if source is ResultSource.NOBODY:
        return None
    points = in_lms if source is ResultSource.LMS else row.final
    if points is None:
        return None
    return ResultData(
        position=row.position,
        user_id=row.subject,
        result_score=scaled(points, maximum=line_item.score_maximum),
        result_maximum=line_item.score_maximum,
        comment=row.comment,
        scoring_user_id=row.scoring_user_id,
        decision=row.decision_in_force,
    )


def _override(row: _Row) -> Points | None:
    """Return a value that staff are known to have set."""
    return points_of(row.override_earned, row.override_possible)
