"""Which messages change the score on record, and how."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lti_ags.constants import ActivityProgress, ErrorCode, GradingProgress
from lti_ags.data import FinalScore, ScoreData, ScoreState
from lti_ags.domain.scores import apply_message, is_retry, is_same_work, require_in_order, require_not_in_future
from lti_ags.exceptions import ScoreRejected, StaleScore

NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

FINAL = ScoreData(
    user_id="learner",
    activity_progress=ActivityProgress.COMPLETED,
    grading_progress=GradingProgress.FULLY_GRADED,
    timestamp=NOON,
    message_digest="first",
    score_given=83.0,
    score_maximum=100.0,
    comment="Well done",
)


def on_record(message: ScoreData = FINAL) -> ScoreState:
    return apply_message(message, stored=None)


def message(**changes: object) -> ScoreData:
    return replace(FINAL, **{"timestamp": NOON + MINUTE, "message_digest": "second", **changes})


def later_work(days: int, *, stored: ScoreState | None = None, **changes: object) -> ScoreState:
    """A final score for work that was handed in so many days after noon."""
    handed_in = NOON + timedelta(days=days)
    changed = replace(
        FINAL, timestamp=handed_in + MINUTE, submitted_at=handed_in, score_given=float(days), message_digest=str(days)
    )
    return apply_message(replace(changed, **changes), stored=stored)


def test_first_message_is_no_retry() -> None:
    assert is_retry(FINAL, stored=None) is False


def test_later_message_is_no_retry() -> None:
    assert is_retry(message(), stored=on_record()) is False


def test_same_message_again_is_a_retry() -> None:
    assert is_retry(FINAL, stored=on_record()) is True


def test_different_message_of_the_same_or_another_time_is_no_retry() -> None:
    assert is_retry(message(timestamp=NOON), stored=on_record()) is False
    assert is_retry(replace(FINAL, timestamp=NOON - MINUTE), stored=on_record()) is False


@pytest.mark.parametrize(
    ("newest", "stored"),
    [(FINAL, None), (message(), on_record()), (FINAL, on_record())],
    ids=["first", "later", "same"],
)
def test_first_later_and_repeated_messages_are_in_order(newest: ScoreData, stored: ScoreState | None) -> None:
    require_in_order(newest, stored=stored)


def test_older_message_is_stale_and_tells_the_timestamp_on_record() -> None:
    with pytest.raises(StaleScore) as refusal:
        require_in_order(message(timestamp=NOON - MINUTE), stored=on_record())

    assert refusal.value.code is ErrorCode.STALE_SCORE
    assert refusal.value.message == (
        "timestamp must be later than that of the score on record, 2026-05-03T12:00:00+00:00; "
        "got 2026-05-03T11:59:00+00:00"
    )
    assert refusal.value.pointer == "/timestamp"
    assert refusal.value.details == {"timestampOnRecord": NOON.isoformat()}


def test_different_message_with_the_same_timestamp_conflicts() -> None:
    with pytest.raises(StaleScore) as refusal:
        require_in_order(message(timestamp=NOON), stored=on_record())

    assert refusal.value.code is ErrorCode.CONFLICTING_SCORE
    assert refusal.value.pointer == "/timestamp"
    assert refusal.value.details == {"timestampOnRecord": NOON.isoformat()}
    assert refusal.value.message == (
        "another score with the same timestamp, 2026-05-03T12:00:00+00:00, is on record; "
        "a different score needs a later one"
    )


@pytest.mark.parametrize(("ahead", "is_refused"), [(299, False), (300, False), (301, True)], ids=str)
def test_timestamp_may_lie_ahead_by_the_tolerance_only(ahead: int, *, is_refused: bool) -> None:
    early = message(timestamp=NOON + timedelta(seconds=ahead))
    tolerance = timedelta(seconds=300)

    if is_refused:
        with pytest.raises(ScoreRejected) as refusal:
            require_not_in_future(early, now=NOON, tolerance=tolerance)
        assert refusal.value.code is ErrorCode.FUTURE_TIMESTAMP
        assert refusal.value.pointer == "/timestamp"
        assert refusal.value.message == (
            "timestamp must not be more than 300 seconds ahead of the platform's clock, 2026-05-03T12:00:00+00:00; "
            "got 2026-05-03T12:05:01+00:00"
        )
    else:
        require_not_in_future(early, now=NOON, tolerance=tolerance)


def test_all_of_the_first_message_is_on_record() -> None:
    assert apply_message(replace(FINAL, scoring_user_id="teacher"), stored=None) == ScoreState(
        timestamp=NOON,
        message_digest="first",
        activity_progress=ActivityProgress.COMPLETED,
        grading_progress=GradingProgress.FULLY_GRADED,
        score_given=83.0,
        score_maximum=100.0,
        comment="Well done",
        scoring_user_id="teacher",
        started_at=None,
        submitted_at=NOON,
        final=FinalScore(given=83.0, maximum=100.0, timestamp=NOON, submitted_at=NOON),
        is_cleared=False,
    )


def test_zero_is_a_final_score() -> None:
    state = apply_message(message(score_given=0.0), stored=on_record())

    assert state.final == FinalScore(given=0.0, maximum=100.0, timestamp=NOON + MINUTE, submitted_at=NOON)
    assert state.final is not None
    assert state.final.ratio == 0.0


def test_score_above_its_maximum_is_kept_and_capped_only_as_a_ratio() -> None:
    final = on_record(replace(FINAL, score_given=120.0)).final

    assert final is not None
    assert final.given == 120.0
    assert final.ratio == 1.0


@pytest.mark.parametrize(
    "progress",
    [value for value in GradingProgress if value is not GradingProgress.FULLY_GRADED],
    ids=str,
)
@pytest.mark.parametrize("given", [None, 0.0, 50.0], ids=["no score", "zero", "fifty"])
def test_message_that_is_not_fully_graded_never_destroys_the_final_score(
    progress: GradingProgress, given: float | None
) -> None:
    state = apply_message(message(grading_progress=progress, score_given=given), stored=on_record())

    assert state.final == on_record().final
    assert state.grading_progress is progress
    assert state.score_given == given
    assert state.is_cleared is False


@pytest.mark.parametrize(
    ("activity", "grading"),
    [(activity, GradingProgress.FULLY_GRADED) for activity in ActivityProgress]
    + [(ActivityProgress.INITIALIZED, GradingProgress.NOT_READY)],
    ids=str,
)
def test_missing_score_clears_when_fully_graded_or_when_the_attempt_starts_over(
    activity: ActivityProgress, grading: GradingProgress
) -> None:
    clear = message(activity_progress=activity, grading_progress=grading, score_given=None)

    state = apply_message(clear, stored=on_record())

    assert state.final is None
    assert state.is_cleared is True


@pytest.mark.parametrize(
    ("activity", "grading"),
    [
        (activity, grading)
        for activity in ActivityProgress
        for grading in GradingProgress
        if grading is not GradingProgress.FULLY_GRADED
        and (activity, grading) != (ActivityProgress.INITIALIZED, GradingProgress.NOT_READY)
    ],
    ids=str,
)
def test_missing_score_with_any_other_progress_is_a_status_message(
    activity: ActivityProgress, grading: GradingProgress
) -> None:
    status = message(activity_progress=activity, grading_progress=grading, score_given=None)

    state = apply_message(status, stored=on_record())

    assert state.final == on_record().final


def test_status_message_after_a_clear_stays_cleared_and_a_final_score_ends_it() -> None:
    cleared = apply_message(message(score_given=None), stored=on_record())
    pending = message(grading_progress=GradingProgress.PENDING, timestamp=NOON + 2 * MINUTE)
    graded = message(timestamp=NOON + 3 * MINUTE, score_given=7.0)

    waiting = apply_message(pending, stored=cleared)
    done = apply_message(graded, stored=waiting)

    assert waiting.is_cleared is True
    assert waiting.final is None
    assert done.is_cleared is False
    assert done.final is not None


def test_comment_follows_every_message_and_is_cleared_by_a_message_without_one() -> None:
    assert apply_message(message(comment="Again"), stored=on_record()).comment == "Again"
    assert apply_message(message(comment=""), stored=on_record()).comment == ""


STARTED = message(
    activity_progress=ActivityProgress.STARTED, grading_progress=GradingProgress.NOT_READY, score_given=None
)


def test_start_is_taken_from_the_first_started_message_and_kept() -> None:
    started = apply_message(STARTED, stored=None)
    later = apply_message(message(timestamp=NOON + 5 * MINUTE), stored=started)

    assert started.started_at == NOON + MINUTE
    assert later.started_at == NOON + MINUTE


def test_start_that_the_tool_sends_wins() -> None:
    sent = apply_message(message(started_at=NOON - 9 * MINUTE), stored=apply_message(STARTED, stored=None))

    assert sent.started_at == NOON - 9 * MINUTE


def test_start_is_cleared_by_initialized_and_unknown_without_a_started_message() -> None:
    again = message(activity_progress=ActivityProgress.INITIALIZED, grading_progress=GradingProgress.NOT_READY)

    assert apply_message(again, stored=apply_message(STARTED, stored=None)).started_at is None
    assert on_record().started_at is None


def test_submission_is_taken_from_the_first_submitted_message_and_kept() -> None:
    submitted = message(
        activity_progress=ActivityProgress.SUBMITTED, grading_progress=GradingProgress.PENDING, score_given=None
    )
    first = apply_message(submitted, stored=None)

    graded = apply_message(message(timestamp=NOON + 60 * MINUTE), stored=first)

    assert first.submitted_at == NOON + MINUTE
    assert graded.submitted_at == NOON + MINUTE
    assert graded.final is not None
    assert graded.final.submitted_at == NOON + MINUTE


def test_submission_that_the_tool_sent_is_kept_until_it_sends_another() -> None:
    sent = apply_message(message(submitted_at=NOON - MINUTE), stored=None)
    kept = apply_message(message(timestamp=NOON + 2 * MINUTE), stored=sent)

    assert kept.submitted_at == NOON - MINUTE


@pytest.mark.parametrize(
    "activity",
    [ActivityProgress.INITIALIZED, ActivityProgress.STARTED, ActivityProgress.IN_PROGRESS],
    ids=str,
)
def test_submission_is_cleared_when_the_learner_is_back_at_work(activity: ActivityProgress) -> None:
    back = message(activity_progress=activity, grading_progress=GradingProgress.NOT_READY, score_given=None)

    state = apply_message(back, stored=on_record())

    assert state.submitted_at is None


def test_score_for_later_work_leaves_those_for_the_works_before_on_record() -> None:
    state = later_work(3, stored=later_work(2, stored=later_work(1)))

    assert [work.given for work in state.earlier] == [1.0, 2.0]
    assert state.final is not None
    assert state.final.given == 3.0


@pytest.mark.parametrize("handed_in", [2, 1], ids=["the same time", "an earlier time"])
def test_work_that_is_graded_again_takes_the_place_of_its_own_score(handed_in: int) -> None:
    stored = later_work(2, stored=later_work(0))

    state = later_work(
        5, stored=stored, submitted_at=NOON + timedelta(days=handed_in), score_given=7.0, message_digest="again"
    )

    assert [work.given for work in state.earlier] == [0.0]


def test_report_of_progress_leaves_the_scores_for_earlier_works() -> None:
    stored = later_work(2, stored=later_work(1))

    state = later_work(3, stored=stored, score_given=None, grading_progress=GradingProgress.PENDING)

    assert (state.final, state.earlier) == (stored.final, stored.earlier)


def test_clear_takes_the_scores_for_earlier_works_back_too() -> None:
    stored = later_work(2, stored=later_work(1))

    cleared = later_work(3, stored=stored, score_given=None)

    assert (cleared.final, cleared.earlier) == (None, ())
    assert later_work(4, stored=cleared).earlier == ()


def test_of_many_works_the_scores_for_the_latest_are_remembered() -> None:
    state: ScoreState | None = None
    for days in range(30):
        state = later_work(days, stored=state)

    assert state is not None
    assert [work.given for work in state.earlier] == [float(days) for days in range(9, 29)]


FORMER = FinalScore(given=5.0, maximum=10.0, timestamp=NOON + MINUTE, submitted_at=NOON)


@pytest.mark.parametrize(
    ("final", "former", "is_same"),
    [
        (replace(FORMER, timestamp=NOON + 9 * MINUTE), FORMER, True),
        (replace(FORMER, submitted_at=NOON - MINUTE), FORMER, True),
        (replace(FORMER, submitted_at=NOON + MINUTE), FORMER, False),
        (FORMER, None, False),
        (None, FORMER, False),
        (None, None, False),
    ],
    ids=["graded again", "handed in before", "handed in after", "the first", "taken back", "nothing"],
)
def test_score_is_about_the_same_work_unless_it_was_handed_in_later(
    final: FinalScore | None, former: FinalScore | None, *, is_same: bool
) -> None:
    assert is_same_work(final, former=former) is is_same
