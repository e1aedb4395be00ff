"""When a learner may see scores, by the course's own words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lti_ags.domain.visibility import are_scores_shown

NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize("due_at", [None, NOON - TICK, NOON, NOON + TICK], ids=["no date", "past", "now", "to come"])
@pytest.mark.parametrize(
    ("rule", "shown"),
    [("always", True), ("", True), ("unheard_of", True), ("never", False), ("never_but_include_grade", False)],
)
def test_most_rules_do_not_look_at_the_date(rule: str, due_at: datetime | None, *, shown: bool) -> None:
    assert are_scores_shown(rule, due_at=due_at, now=NOON) is shown


@pytest.mark.parametrize(
    ("due_at", "shown"),
    [(None, True), (NOON - TICK, True), (NOON, False), (NOON + TICK, False)],
    ids=["no date", "past", "now", "to come"],
)
def test_past_due_shows_scores_once_the_date_has_passed(due_at: datetime | None, *, shown: bool) -> None:
    assert are_scores_shown("past_due", due_at=due_at, now=NOON) is shown
