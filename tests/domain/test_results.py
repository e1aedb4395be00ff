"""Which value a result tells, on which scale."""

from __future__ import annotations

import math
import sys

import pytest

from lti_ags.constants import GradeDecision, ScoreDecision
from lti_ags.data import Points
from lti_ags.domain.results import (
    ResultSource,
    decision_in_force,
    is_what_the_tool_sent,
    scaled,
    source_of_result,
)

ALONE = {
    "": ResultSource.TOOL_UNLESS_CHANGED,
    ScoreDecision.CONTRIBUTES.value: ResultSource.TOOL_UNLESS_CHANGED,
    ScoreDecision.CLEARED.value: ResultSource.TOOL_UNLESS_CHANGED,
    ScoreDecision.NOT_FINAL.value: ResultSource.TOOL_UNLESS_CHANGED,
    ScoreDecision.UNLINKED.value: ResultSource.TOOL,
    ScoreDecision.SUPERSEDED_ITEM.value: ResultSource.TOOL,
    ScoreDecision.LATE_REFUSED.value: ResultSource.LMS,
    ScoreDecision.LATE_HELD.value: ResultSource.LMS,
    ScoreDecision.NOT_RELEASED.value: ResultSource.LMS,
}


@pytest.mark.parametrize(("decision", "source"), ALONE.items())
def test_source_follows_the_decision_where_nothing_else_contributes(decision: str, source: ResultSource) -> None:
    assert source_of_result(decision, is_alone=True) is source


@pytest.mark.parametrize(("decision", "source"), ALONE.items())
def test_value_of_the_lms_is_no_single_items_where_another_contributes(decision: str, source: ResultSource) -> None:
    expected = ResultSource.NOBODY if source is ResultSource.LMS else ResultSource.TOOL

    assert source_of_result(decision, is_alone=False) is expected


@pytest.mark.parametrize(
    ("score", "maximum", "points"),
    [
        (Points(1.0, 3.0), 6.0, 2.0),
        (Points(57.0, 100.0), 10.0, 5.7),
        (Points(120.0, 100.0), 10.0, 12.0),
        (Points(0.0, 100.0), 10.0, 0.0),
        (Points(0.1, 0.3), 0.3, 0.1),
        (Points(1e308, 2e300), 1e10, 5e17),
        (Points(1e308, 1e-10), 1e308, sys.float_info.max),
    ],
    ids=["thirds", "to the last digit", "extra credit", "zero", "same scale", "large product", "too large"],
)
def test_score_is_brought_to_the_items_scale(score: Points, maximum: float, points: float) -> None:
    assert scaled(score, maximum=maximum) == points
    assert math.isfinite(scaled(score, maximum=maximum))


@pytest.mark.parametrize(
    ("in_lms", "final", "expected"),
    [
        (Points(8.3, 10.0), Points(83.0, 100.0), True),
        (Points(8.299999999999999, 10.0), Points(83.0, 100.0), True),
        (Points(10.0, 10.0), Points(120.0, 100.0), True),
        (Points(11.0, 10.0), Points(120.0, 100.0), False),
        (Points(0.0, 10.0), Points(0.0, 100.0), True),
        (Points(0.000005, 10.0), Points(0.0, 100.0), True),
        (Points(0.00005, 10.0), Points(0.0, 100.0), False),
        (Points(8.4, 10.0), Points(83.0, 100.0), False),
        (Points(0.0, 10.0), None, False),
    ],
    ids=[
        "same", "rounded", "capped", "extra", "zero", "almost zero", "not quite zero", "another", "none",
    ],
)  # fmt: skip
def test_value_of_the_lms_is_compared_with_what_the_tool_sent(
    in_lms: Points, final: Points | None, *, expected: bool
) -> None:
    assert is_what_the_tool_sent(in_lms, final=final) is expected


@pytest.mark.parametrize("decision", ["", ScoreDecision.CONTRIBUTES.value, ScoreDecision.CLEARED.value])
def test_grade_says_what_became_of_a_score_that_counts(decision: str) -> None:
    assert decision_in_force(decision, of_grade=GradeDecision.FAILED.value) == GradeDecision.FAILED
    assert decision_in_force(decision, of_grade=None) == GradeDecision.QUEUED


@pytest.mark.parametrize("decision", sorted({*ScoreDecision} - {ScoreDecision.CONTRIBUTES, ScoreDecision.CLEARED}))
def test_score_that_does_not_count_says_so_itself(decision: ScoreDecision) -> None:
    assert decision_in_force(decision.value, of_grade=GradeDecision.PUBLISHED.value) == decision
