"""From several scores to one ratio, and what is decided about each score."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lti_ags.constants import GradingMode, LatePolicy, MergePolicy, MissingItems, ReleasePolicy, ScoreDecision
from lti_ags.data import FinalScore, LinkedItem, Policies
from lti_ags.domain.merging import decide_score, find_counting, merge_scores

NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PROGRAMMATIC = Policies(grading_mode=GradingMode.PROGRAMMATIC)


def item(
    number: int,
    given: float | None,
    *,
    of: float = 10.0,
    maximum: float = 10.0,
    at: datetime = NOON,
    submitted_at: datetime | None = None,
    **changes: object,
) -> LinkedItem:
    final = None if given is None else FinalScore(given=given, maximum=of, timestamp=at, submitted_at=submitted_at)
    plain = LinkedItem(
        line_item_id=number, score_maximum=maximum, is_platform_made=False, grades_released=None, final=final
    )
    return replace(plain, **changes)


QUIZ = item(1, 9, at=NOON + HOUR)
ESSAY = item(2, 2, at=NOON, maximum=30.0)
UNTOUCHED = item(3, None, maximum=10.0)


class CountedId(int):
    """An id that counts how often it is compared."""

    comparisons = 0
    __hash__ = int.__hash__

    def __eq__(self, other: object) -> bool:
        CountedId.comparisons += 1
        return super().__eq__(other)


@pytest.mark.parametrize(
    ("merge", "missing", "ratio"),
    [
        (MergePolicy.LATEST, MissingItems.LEAVE_OUT, 0.9),
        (MergePolicy.LATEST, MissingItems.COUNT_AS_ZERO, 0.9),
        (MergePolicy.HIGHEST, MissingItems.LEAVE_OUT, 0.9),
        (MergePolicy.HIGHEST, MissingItems.COUNT_AS_ZERO, 0.9),
        (MergePolicy.AVERAGE, MissingItems.LEAVE_OUT, 0.55),
        (MergePolicy.AVERAGE, MissingItems.COUNT_AS_ZERO, 1.1 / 3),
        (MergePolicy.TOTAL, MissingItems.LEAVE_OUT, (0.9 * 10 + 0.2 * 30) / 40),
        (MergePolicy.TOTAL, MissingItems.COUNT_AS_ZERO, (0.9 * 10 + 0.2 * 30) / 50),
    ],
    ids=str,
)
def test_scores_are_merged_as_the_author_chose(merge: MergePolicy, missing: MissingItems, ratio: float) -> None:
    policies = replace(PROGRAMMATIC, merge=merge, missing_items=missing)

    merged = merge_scores([QUIZ, ESSAY, UNTOUCHED], policies=policies)

    assert merged.ratio == pytest.approx(ratio)


def test_of_two_scores_at_the_same_instant_the_younger_items_is_the_latest() -> None:
    merged = merge_scores([item(8, 3), item(7, 9)], policies=PROGRAMMATIC)

    assert merged.ratio == 0.3


def test_single_zero_is_a_grade_of_zero() -> None:
    assert merge_scores([item(1, 0.0)], policies=PROGRAMMATIC).ratio == 0.0


def test_nothing_contributes_without_a_final_score_even_if_missing_items_count_as_zero() -> None:
    policies = replace(PROGRAMMATIC, merge=MergePolicy.AVERAGE, missing_items=MissingItems.COUNT_AS_ZERO)

    merged = merge_scores([UNTOUCHED], policies=policies)

    assert merged.ratio is None
    assert merged.is_withdrawn is False
    assert merged.decisions == {}


@pytest.mark.parametrize("merge", list(MergePolicy), ids=str)
def test_no_merge_exceeds_the_whole_however_much_extra_credit_there_is(merge: MergePolicy) -> None:
    items = [item(number, 15.0, maximum=0.1 * number) for number in range(1, 12)]

    assert merge_scores(items, policies=replace(PROGRAMMATIC, merge=merge)).ratio == 1.0


def test_total_stays_finite_for_the_largest_maxima() -> None:
    items = [item(1, 5.0, maximum=1.7e308), item(2, 10.0, maximum=1.7e308)]

    merged = merge_scores(items, policies=replace(PROGRAMMATIC, merge=MergePolicy.TOTAL))

    assert merged.ratio == pytest.approx(0.75)


def test_only_the_platforms_item_counts_in_declarative_mode() -> None:
    items = [item(1, 3, is_platform_made=True), item(2, 9, at=NOON + HOUR)]

    merged = merge_scores(items, policies=Policies())

    assert merged.ratio == 0.3
    assert merged.decisions == {1: ScoreDecision.CONTRIBUTES, 2: ScoreDecision.SUPERSEDED_ITEM}


def test_scores_on_superseded_items_alone_withdraw_nothing() -> None:
    merged = merge_scores([item(2, 9)], policies=Policies())

    assert merged.ratio is None
    assert merged.is_withdrawn is False


def test_platforms_item_counts_like_any_other_in_programmatic_mode() -> None:
    items = [item(1, 3, is_platform_made=True, at=NOON + HOUR), item(2, 9)]

    assert merge_scores(items, policies=PROGRAMMATIC).ratio == 0.3


def test_cleared_score_is_withdrawn_unless_another_item_contributes() -> None:
    cleared = replace(UNTOUCHED, is_cleared=True)

    alone = merge_scores([cleared], policies=PROGRAMMATIC)
    beside = merge_scores([cleared, QUIZ], policies=PROGRAMMATIC)

    assert (alone.ratio, alone.is_withdrawn) == (None, True)
    assert alone.decisions == {3: ScoreDecision.CLEARED}
    assert (beside.ratio, beside.is_withdrawn) == (0.9, False)


@pytest.mark.parametrize(
    ("late", "decision"),
    [
        (LatePolicy.ACCEPT, ScoreDecision.CONTRIBUTES),
        (LatePolicy.REFUSE, ScoreDecision.LATE_REFUSED),
        (LatePolicy.ASK, ScoreDecision.LATE_HELD),
    ],
    ids=str,
)
def test_late_work_is_treated_as_the_author_chose(late: LatePolicy, decision: ScoreDecision) -> None:
    work = item(1, 9, at=NOON, submitted_at=NOON + HOUR)

    merged = merge_scores([work], policies=replace(PROGRAMMATIC, late=late), due_at=NOON)

    assert merged.decisions == {1: decision}
    assert merged.is_withdrawn is (decision is not ScoreDecision.CONTRIBUTES)


def test_work_handed_in_on_the_last_instant_is_in_time_whenever_it_is_graded() -> None:
    work = item(1, 9, at=NOON + 100 * HOUR, submitted_at=NOON)

    merged = merge_scores([work], policies=replace(PROGRAMMATIC, late=LatePolicy.REFUSE), due_at=NOON)

    assert merged.decisions == {1: ScoreDecision.CONTRIBUTES}


def test_lateness_is_judged_by_the_scores_timestamp_where_no_submission_time_is_known() -> None:
    work = item(1, 9, at=NOON + HOUR)

    merged = merge_scores([work], policies=replace(PROGRAMMATIC, late=LatePolicy.REFUSE), due_at=NOON)

    assert merged.decisions == {1: ScoreDecision.LATE_REFUSED}


def test_nothing_is_late_without_a_due_date() -> None:
    work = item(1, 9, submitted_at=NOON + HOUR)

    merged = merge_scores([work], policies=replace(PROGRAMMATIC, late=LatePolicy.REFUSE), due_at=None)

    assert merged.ratio == 0.9


def test_late_work_that_staff_accepted_contributes() -> None:
    work = item(1, 9, submitted_at=NOON + HOUR, is_late_accepted=True)

    merged = merge_scores([work], policies=replace(PROGRAMMATIC, late=LatePolicy.ASK), due_at=NOON)

    assert merged.decisions == {1: ScoreDecision.CONTRIBUTES}


@pytest.mark.parametrize(
    ("release", "grades_released", "is_released_by_staff", "contributes"),
    [
        (ReleasePolicy.AT_ONCE, None, False, True),
        (ReleasePolicy.AT_ONCE, True, False, True),
        (ReleasePolicy.AT_ONCE, False, False, False),
        (ReleasePolicy.AT_ONCE, False, True, True),
        (ReleasePolicy.HOLD, None, False, False),
        (ReleasePolicy.HOLD, True, False, True),
        (ReleasePolicy.HOLD, False, False, False),
        (ReleasePolicy.HOLD, None, True, True),
    ],
    ids=str,
)
def test_score_waits_for_its_release(
    release: ReleasePolicy, *, grades_released: bool | None, is_released_by_staff: bool, contributes: bool
) -> None:
    held = item(1, 9, grades_released=grades_released, is_released=is_released_by_staff)

    merged = merge_scores([held], policies=replace(PROGRAMMATIC, release=release))

    assert merged.decisions == {1: ScoreDecision.CONTRIBUTES if contributes else ScoreDecision.NOT_RELEASED}


def test_held_items_count_as_missing_for_the_average() -> None:
    policies = replace(PROGRAMMATIC, merge=MergePolicy.AVERAGE, missing_items=MissingItems.COUNT_AS_ZERO)

    merged = merge_scores([item(1, 8), item(2, 10, grades_released=False)], policies=policies)

    assert merged.ratio == pytest.approx(0.4)


def _final(given: float, second: int) -> FinalScore:
    return FinalScore(
        given=given, maximum=10, timestamp=datetime(2026, 3, 1, 12, 0, second, tzinfo=UTC), submitted_at=None
    )


@pytest.mark.parametrize(
    ("merge", "counting"),
    [
        (MergePolicy.LATEST, {3}),
        (MergePolicy.HIGHEST, {1, 2}),
        (MergePolicy.AVERAGE, {1, 2, 3}),
        (MergePolicy.TOTAL, {1, 2, 3}),
    ],
)
def test_scores_that_make_the_grade_are_known_by_their_items(merge: MergePolicy, counting: set[int]) -> None:
    finals = {1: _final(9, 0), 2: _final(9, 5), 3: _final(4, 5)}

    assert find_counting(finals, merge=merge) == counting
    assert find_counting({}, merge=merge) == set()


def test_item_without_a_final_score_is_told_nothing_unless_it_was_cleared() -> None:
    assert decide_score(UNTOUCHED, policies=PROGRAMMATIC, due_at=None) is ScoreDecision.NOT_FINAL
    cleared = replace(UNTOUCHED, is_cleared=True)
    assert decide_score(cleared, policies=PROGRAMMATIC, due_at=None) is ScoreDecision.CLEARED


@pytest.mark.parametrize(
    ("merge", "counting"),
    [
        (MergePolicy.LATEST, {2}),
        (MergePolicy.HIGHEST, {1, 3}),
        (MergePolicy.AVERAGE, {1, 2, 3}),
        (MergePolicy.TOTAL, {1, 2, 3}),
    ],
    ids=str,
)
def test_scores_that_make_the_grade_are_found(merge: MergePolicy, counting: set[int]) -> None:
    finals = {
        number: FinalScore(given=given, maximum=10.0, timestamp=at, submitted_at=None)
        for number, given, at in [(1, 9.0, NOON), (2, 0.0, NOON + HOUR), (3, 9.0, NOON)]
    }

    assert find_counting(finals, merge=merge) == counting
    assert find_counting({}, merge=merge) == frozenset()


def test_zero_is_the_best_score_where_it_is_the_only_one() -> None:
    only = {1: FinalScore(given=0.0, maximum=10.0, timestamp=NOON, submitted_at=None)}

    assert find_counting(only, merge=MergePolicy.HIGHEST) == {1}


@pytest.mark.parametrize("merge", MergePolicy)
@pytest.mark.parametrize("missing", MissingItems)
def test_work_grows_no_faster_than_the_number_of_items(merge: MergePolicy, missing: MissingItems) -> None:
    items = [item(CountedId(number), 5 if number % 2 else None) for number in range(200)]
    CountedId.comparisons = 0

    merged = merge_scores(items, policies=replace(PROGRAMMATIC, merge=merge, missing_items=missing))

    assert merged.ratio is not None
    assert CountedId.comparisons <= len(items)


def work(given: float, *, handed_in: datetime, received_at: datetime | None = None) -> FinalScore:
    return FinalScore(
        given=given, maximum=10.0, timestamp=handed_in + HOUR, submitted_at=handed_in, received_at=received_at
    )


#: Handed in long before noon, just in time, and late.
DRAFT, IN_TIME = work(3, handed_in=NOON - 9 * HOUR), work(6, handed_in=NOON)
REVISED = item(1, 9, submitted_at=NOON + HOUR, earlier=(DRAFT, IN_TIME))


@pytest.mark.parametrize(
    ("late", "decision"),
    [(LatePolicy.REFUSE, ScoreDecision.LATE_REFUSED), (LatePolicy.ASK, ScoreDecision.LATE_HELD)],
    ids=str,
)
def test_where_the_last_work_is_late_the_one_before_it_counts(late: LatePolicy, decision: ScoreDecision) -> None:
    merged = merge_scores([REVISED], policies=replace(PROGRAMMATIC, late=late), due_at=NOON)

    assert (merged.ratio, merged.decisions, merged.counting) == (0.6, {1: decision}, {1: IN_TIME})


@pytest.mark.parametrize(
    ("changes", "late", "due_at"),
    [
        ({"is_late_accepted": True}, LatePolicy.ASK, NOON),
        ({}, LatePolicy.ACCEPT, NOON),
        ({}, LatePolicy.REFUSE, None),
        ({}, LatePolicy.REFUSE, NOON + HOUR),
    ],
    ids=["accepted by staff", "accepted by the author", "no due date", "extension"],
)
def test_where_the_last_work_is_not_late_it_counts(
    changes: dict[str, object], late: LatePolicy, due_at: datetime | None
) -> None:
    merged = merge_scores([replace(REVISED, **changes)], policies=replace(PROGRAMMATIC, late=late), due_at=due_at)

    assert (merged.ratio, merged.decisions) == (0.9, {1: ScoreDecision.CONTRIBUTES})


def test_where_every_work_is_late_none_counts() -> None:
    merged = merge_scores([REVISED], policies=replace(PROGRAMMATIC, late=LatePolicy.REFUSE), due_at=NOON - 10 * HOUR)

    assert (merged.ratio, merged.decisions, merged.counting) == (None, {1: ScoreDecision.LATE_REFUSED}, {})


def test_work_in_time_waits_for_its_release_whatever_came_late() -> None:
    policies = replace(PROGRAMMATIC, late=LatePolicy.REFUSE, release=ReleasePolicy.HOLD)

    held = merge_scores([REVISED], policies=policies, due_at=NOON)
    released = merge_scores([replace(REVISED, is_released=True)], policies=policies, due_at=NOON)

    assert (held.ratio, held.decisions) == (None, {1: ScoreDecision.NOT_RELEASED})
    assert (released.ratio, released.decisions) == (0.6, {1: ScoreDecision.LATE_REFUSED})


@pytest.mark.parametrize(("missing", "ratio"), [(MissingItems.LEAVE_OUT, 0.7), (MissingItems.COUNT_AS_ZERO, 1.4 / 3)])
def test_late_work_on_one_item_weighs_with_the_score_in_time(missing: MissingItems, ratio: float) -> None:
    policies = replace(PROGRAMMATIC, late=LatePolicy.REFUSE, merge=MergePolicy.AVERAGE, missing_items=missing)

    merged = merge_scores([REVISED, item(2, 8), UNTOUCHED], policies=policies, due_at=NOON)

    assert merged.ratio == pytest.approx(ratio)


def test_latest_goes_by_the_time_of_the_score_that_counts() -> None:
    other = item(2, 8, at=NOON + HOUR + HOUR, submitted_at=NOON - HOUR)
    late_one = replace(REVISED, final=work(9, handed_in=NOON + 5 * HOUR))

    merged = merge_scores([late_one, other], policies=replace(PROGRAMMATIC, late=LatePolicy.REFUSE), due_at=NOON)

    assert merged.ratio == 0.8


def test_newest_score_that_counts_tells_when_it_was_received() -> None:
    early, last = work(5, handed_in=NOON, received_at=NOON), work(6, handed_in=NOON, received_at=NOON + HOUR)
    unknown = replace(last, received_at=None)
    late_one = item(3, 9, submitted_at=NOON + HOUR)
    items = [item(number, 1) for number in (1, 2, 4)]
    items = [replace(one, final=final) for one, final in zip(items, (early, last, unknown), strict=True)]
    policies = replace(PROGRAMMATIC, late=LatePolicy.REFUSE)

    merged = merge_scores([*items, late_one], policies=policies, due_at=NOON)
    nothing = merge_scores([late_one], policies=policies, due_at=NOON)

    assert (merged.newest_received_at, nothing.newest_received_at) == (NOON + HOUR, None)
