"""Whether a grade goes to the LMS, and whose value is there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from lti_ags.constants import GradeDecision, OverridePolicy
from lti_ags.data import BlockGrading, Enrolment, LmsState, MergedGrade, Points, PublicationPlan, PublishAction
from lti_ags.domain.publication import is_changed_by_others, is_same, outlives_its_scores, plan_publication

BLOCK = BlockGrading(is_graded=True, score_maximum=10.0)
EMPTY = LmsState(block=BLOCK, enrolment=Enrolment.ENROLLED, are_grades_frozen=False, score=None)
OURS = Points(8.3, 10.0)
THEIRS = Points(6.0, 10.0)


def merged(ratio: float | None, *, is_withdrawn: bool = False) -> MergedGrade:
    return MergedGrade(ratio=ratio, decisions={}, is_withdrawn=is_withdrawn)


def plan(grade: MergedGrade, lms: LmsState = EMPTY, **changes: object) -> PublicationPlan:
    return plan_publication(grade, lms=lms, **{"ours": [], "has_published": False, **changes})


def test_first_grade_is_set_on_the_blocks_scale() -> None:
    assert plan(merged(0.83)) == PublicationPlan(
        PublishAction.SET, GradeDecision.PUBLISHED, points=Points(pytest.approx(8.3), 10.0), is_foreign=False
    )


def test_zero_is_set() -> None:
    assert plan(merged(0.0)).points == Points(0.0, 10.0)


@pytest.mark.parametrize(
    ("lms", "decision"),
    [
        pytest.param(replace(EMPTY, block=None), GradeDecision.BLOCK_MISSING, id="no block"),
        pytest.param(
            replace(EMPTY, block=replace(BLOCK, is_graded=False)), GradeDecision.BLOCK_NOT_GRADED, id="not graded"
        ),
        pytest.param(
            replace(EMPTY, block=replace(BLOCK, score_maximum=None)), GradeDecision.BLOCK_NOT_GRADED, id="no maximum"
        ),
        pytest.param(
            replace(EMPTY, block=replace(BLOCK, score_maximum=0.0)), GradeDecision.BLOCK_NOT_GRADED, id="maximum zero"
        ),
        pytest.param(replace(EMPTY, enrolment=Enrolment.LEFT), GradeDecision.NOT_ENROLLED, id="left"),
        pytest.param(replace(EMPTY, enrolment=Enrolment.NONE), GradeDecision.NOT_ENROLLED, id="never enrolled"),
        pytest.param(replace(EMPTY, enrolment=Enrolment.STAFF), GradeDecision.STAFF_TRIAL, id="staff"),
        pytest.param(replace(EMPTY, are_grades_frozen=True), GradeDecision.GRADES_FROZEN, id="frozen"),
        pytest.param(
            replace(EMPTY, block=None, enrolment=Enrolment.LEFT, are_grades_frozen=True),
            GradeDecision.BLOCK_MISSING,
            id="the missing block is told first",
        ),
    ],
)
@pytest.mark.parametrize("ratio", [None, 0.5], ids=["nothing", "half"])
def test_nothing_is_written_where_something_hinders_it(
    lms: LmsState, decision: GradeDecision, ratio: float | None
) -> None:
    assert plan(merged(ratio, is_withdrawn=ratio is None), replace(lms, score=OURS), ours=[OURS]) == PublicationPlan(
        PublishAction.LEAVE, decision
    )


def test_changed_weight_sets_the_grade_again() -> None:
    lms = replace(EMPTY, block=replace(BLOCK, score_maximum=20.0), score=OURS)

    again = plan(merged(0.83), lms, ours=[OURS], has_published=True)

    assert again.action is PublishAction.SET
    assert again.points == Points(pytest.approx(16.6), 20.0)


def test_withdrawn_grade_of_ours_is_cleared() -> None:
    lms = replace(EMPTY, score=OURS)

    cleared = plan(merged(None, is_withdrawn=True), lms, ours=[OURS], has_published=True)

    assert cleared == PublicationPlan(PublishAction.CLEAR, GradeDecision.CLEARED)


def test_grade_that_lost_its_line_items_stays() -> None:
    lms = replace(EMPTY, score=OURS)

    kept = plan(merged(None), lms, ours=[OURS], has_published=True)

    assert kept == PublicationPlan(PublishAction.LEAVE, GradeDecision.PUBLISHED)


@pytest.mark.parametrize(
    ("has_published", "decision"), [(False, GradeDecision.NOTHING), (True, GradeDecision.CLEARED)], ids=str
)
def test_nothing_to_clear_is_left(decision: GradeDecision, *, has_published: bool) -> None:
    nothing = plan(merged(None, is_withdrawn=True), has_published=has_published)

    assert nothing == PublicationPlan(PublishAction.LEAVE, decision)


@pytest.mark.parametrize(
    ("policy", "ratio", "is_set"),
    [
        (OverridePolicy.KEEP, 0.83, False),
        (OverridePolicy.KEEP, None, False),
        (OverridePolicy.RAISE, 0.83, True),
        (OverridePolicy.RAISE, 0.6, False),
        (OverridePolicy.RAISE, 0.5, False),
        (OverridePolicy.RAISE, None, False),
        (OverridePolicy.REPLACE, 0.5, True),
        (OverridePolicy.REPLACE, None, False),
    ],
    ids=str,
)
def test_staffs_score_is_treated_as_the_author_chose(
    policy: OverridePolicy, ratio: float | None, *, is_set: bool
) -> None:
    lms = replace(EMPTY, score=THEIRS)

    decided = plan(merged(ratio, is_withdrawn=ratio is None), lms, ours=[OURS], has_published=True, policy=policy)

    assert decided.is_foreign is True
    assert decided.action is (PublishAction.SET if is_set else PublishAction.LEAVE)
    assert decided.decision is (GradeDecision.PUBLISHED if is_set else GradeDecision.OVERRIDE_KEPT)


@pytest.mark.parametrize(
    ("held", "is_foreign"),
    [
        (Points(8.299999999999999, 10.0), False),
        (Points(8.3, 10.0), False),
        (Points(0.83, 1.0), True),
        (Points(8.31, 10.0), True),
        (Points(0.0, 10.0), True),
    ],
    ids=str,
)
def test_value_is_ours_with_the_ratio_and_the_maximum_that_we_published(held: Points, *, is_foreign: bool) -> None:
    assert is_changed_by_others(held, ours=[OURS]) is is_foreign


def test_value_that_we_only_intended_is_ours() -> None:
    assert is_changed_by_others(THEIRS, ours=[OURS, THEIRS]) is False


def test_missing_score_is_nobodys_change() -> None:
    assert is_changed_by_others(None, ours=[]) is False


def test_override_to_the_very_value_that_we_published_is_still_staffs() -> None:
    assert is_changed_by_others(OURS, ours=[OURS], override=Points(8.3, 10.0)) is True


def test_override_that_is_no_longer_there_stands_in_nobodys_way() -> None:
    assert is_changed_by_others(OURS, ours=[OURS], override=THEIRS) is False


def test_override_that_equals_ours_is_kept() -> None:
    decided = plan(merged(0.5), replace(EMPTY, score=OURS), ours=[OURS], has_published=True, override=OURS)

    assert decided == PublicationPlan(PublishAction.LEAVE, GradeDecision.OVERRIDE_KEPT, is_foreign=True)


def test_score_that_is_higher_by_what_columns_round_raises_nothing() -> None:
    lms = replace(EMPTY, block=replace(BLOCK, score_maximum=1.0), score=Points(0.0, 1.0))

    decided = plan(merged(1e-6), lms, policy=OverridePolicy.RAISE)

    assert decided.action is PublishAction.LEAVE


@pytest.mark.parametrize(
    ("score", "other", "same"),
    [
        (Points(0.0, 10.0), Points(5e-6, 10.0), True),
        (Points(0.0, 10.0), Points(2e-5, 10.0), False),
        (Points(50.0, 10.0), Points(50.00004, 10.0), True),
        (Points(5.0, 10.0), Points(5.0, 10.000001), True),
        (Points(5.0, 10.0), Points(5.0, 10.0001), False),
    ],
    ids=["rounded zero", "not zero", "extra credit", "rounded maximum", "another maximum"],
)
def test_two_values_are_one_but_for_what_columns_round(score: Points, other: Points, *, same: bool) -> None:
    assert is_same(score, other) is same


def day(number: int | None) -> datetime | None:
    return None if number is None else datetime(2026, 5, number, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left", "cleared", "published", "outlives"),
    [
        pytest.param(None, None, 1, False, id="nothing was deleted or late"),
        pytest.param(2, None, 1, True, id="deleted or late"),
        pytest.param(2, None, None, True, id="deleted before anybody knew that it was published"),
        pytest.param(1, None, 2, False, id="published without it"),
        pytest.param(1, None, 1, False, id="published at that moment"),
        pytest.param(3, 1, 2, True, id="cleared before the grade"),
        pytest.param(3, 2, 1, True, id="cleared before it"),
        pytest.param(2, 2, 1, True, id="cleared at that moment"),
        pytest.param(2, 3, 1, False, id="cleared after it"),
    ],
)
def test_grade_outlives_its_scores_until_a_later_clear(
    left: int | None, cleared: int | None, published: int | None, *, outlives: bool
) -> None:
    assert outlives_its_scores(left_at=day(left), cleared_at=day(cleared), published_at=day(published)) is outlives
