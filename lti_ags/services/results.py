"""
What a tool reads back: one result for each learner, page by page.

A page costs a fixed number of statements whatever its length: our scores, our grades, and one read of the LMS.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import Combinable

from lti_ags import edx_platform
from lti_ags.constants import GradeDecision, ScoreDecision
from lti_ags.data import FinalScore, LineItemRecord, Points, ResultData, ResultPage
from lti_ags.domain.results import LmsValue, result_score
from lti_ags.models import LtiAgsGrade, LtiAgsLineItem, LtiAgsScore, LtiSubject
from lti_ags.models.fields import digest_of

#: A row of a query of ``values``: columns by name.
Row = Mapping[str, Any]

#: For these, the grade in the block says what became of the score.
_TOLD_BY_GRADE: Final = frozenset({"", ScoreDecision.CONTRIBUTES.value, ScoreDecision.CLEARED.value})


@dataclass(frozen=True, slots=True)
class _Gradebook:
    """What the LMS holds for the learners of a page, and what our own grades say about them; both by user."""

    scores: Mapping[int, Points]
    grades: Mapping[int, Sequence[Row]]

    def decision_on(self, row: Row) -> str:
        """Return the decision in force for a score: its own, or its grade's where it counts."""
        if row["decision"] not in _TOLD_BY_GRADE:
            return str(row["decision"])
        own = [grade for grade in self.grades[row["subject__user_id"]] if grade["subject_id"] == row["subject_id"]]
        return str(own[0]["decision"]) if own else GradeDecision.QUEUED.value

    def value_for(self, row: Row) -> LmsValue | None:
        """Return the LMS's value for the learner of a score, with the values of ours that it may be."""
        score = self.scores.get(row["subject__user_id"])
        if score is None:
            return None
        grades = self.grades[row["subject__user_id"]]
        overrides = [
            _points(grade["override_earned"], grade["override_possible"])
            for grade in grades
            if grade["subject_id"] == row["subject_id"]
        ]
        return LmsValue(score=score, ours=_ours(grades), override=overrides[0] if overrides else None)


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
    rows = list(_columns_of(scores, line_item).order_by("id")[: limit + 1])
    page = rows[:limit]
    gradebook = _read_gradebook(line_item, [row["subject__user_id"] for row in page])
    results = (_result_of(row, line_item, gradebook) for row in page)
    return ResultPage(
        results=[result for result in results if result is not None],
        next_after=page[-1]["id"] if len(rows) > limit else None,
    )


def _columns_of(scores: QuerySet[LtiAgsScore], line_item: LineItemRecord) -> QuerySet[LtiAgsScore, Any]:
    """Return the columns that make results. ``is_shared``: another item contributes to the learner's grade."""
    columns = scores.values(
        "id",
        "subject_id",
        "subject__user_id",
        "subject__subject",
        "comment",
        "scoring_user_id",
        "decision",
        "final_score_given",
        "final_score_maximum",
        "final_timestamp",
        "final_submitted_at",
    )
    return columns.annotate(is_shared=_is_shared(line_item))


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


def _read_gradebook(line_item: LineItemRecord, user_ids: Sequence[int]) -> _Gradebook:
    """Read what the LMS and our grades say about a page of learners; for an unlinked item neither says anything."""
    grades: defaultdict[int, list[Row]] = defaultdict(list)
    if line_item.configuration_id is None or line_item.resource_link_id is None or not user_ids:
        return _Gradebook(scores={}, grades=grades)
    # By user and not by subject: what the block's former tool published for the same person is not somebody's change.
    # Their subjects in a query of its own inside the query: a database then looks each grade up by block and subject.
    for grade in LtiAgsGrade.objects.filter(
        configuration_id=line_item.configuration_id,
        subject_id__in=LtiSubject.objects.filter(user_id__in=user_ids).values("id"),
    ).values(
        "subject_id",
        "subject__user_id",
        "decision",
        "published_earned",
        "published_possible",
        "override_earned",
        "override_possible",
        "intents",
    ):
        grades[grade["subject__user_id"]].append(grade)
    # Read last: a value that was published meanwhile is among the intended ones that were read before.
    scores = edx_platform.read_scores(line_item.resource_link_id, user_ids=user_ids)
    return _Gradebook(scores=scores, grades=grades)


def _result_of(row: Row, line_item: LineItemRecord, gradebook: _Gradebook) -> ResultData | None:
    """Return the result of one learner, or None where there is none."""
    score = result_score(
        _final_of(row),
        decision=row["decision"],
        maximum=line_item.score_maximum,
        is_alone=not row["is_shared"],
        lms=gradebook.value_for(row),
    )
    if score is None:
        return None
    return ResultData(
        position=row["id"],
        user_id=row["subject__subject"],
        result_score=score,
        result_maximum=line_item.score_maximum,
        comment=row["comment"],
        scoring_user_id=row["scoring_user_id"],
        decision=gradebook.decision_on(row),
    )


def _final_of(row: Row) -> FinalScore | None:
    """Return the last final score, or None."""
    if row["final_score_given"] is None:
        return None
    return FinalScore(
        given=row["final_score_given"],
        maximum=row["final_score_maximum"],
        timestamp=row["final_timestamp"],
        submitted_at=row["final_submitted_at"],
    )


def _ours(grades: Iterable[Row]) -> list[Points]:
    """Return the values that we published last or were about to publish."""
    ours = []
    for grade in grades:
        ours.append(_points(grade["published_earned"], grade["published_possible"]))
        ours += [_points(intent["earned"], intent["possible"]) for intent in grade["intents"]]
    return [points for points in ours if points is not None]


def _points(earned: float | None, possible: float | None) -> Points | None:
    """Return two columns as points, or None where they are empty."""
    return None if earned is None or possible is None else Points(earned=earned, possible=possible)
