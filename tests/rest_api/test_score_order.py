"""Scores of one learner in the order of their timestamps, and the times of the work that they tell."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from lti_ags.models import LtiAgsLineItem, LtiAgsScore
from tests.support.ags import Ags, score_body
from tests.support.courses import make_course, make_learner, subject_of
from tests.support.tools import RegisteredTool


def at(minute: int) -> str:
    return f"2026-03-01T10:{minute:02}:00.000Z"


def instant(minute: int) -> datetime:
    return datetime(2026, 3, 1, 10, minute, tzinfo=UTC)


@pytest.mark.conformance("S-17", "S-14")
@pytest.mark.django_db(transaction=True)
def test_of_scores_that_arrive_at_the_same_moment_the_latest_stays() -> None:
    tool = RegisteredTool.register()
    course = make_course()
    block = course.add_block(tool.tool)
    user_id = subject_of(make_learner(course), block).subject
    number = LtiAgsLineItem.objects.get().pk
    ags = Ags(tool)
    assert ags.headers
    minutes = [*range(1, 24, 2), *range(22, -1, -2)]

    def post(minute: int) -> int:
        try:
            sender = Ags(tool, client=Client(), _token=ags._token)
            body = score_body(user_id, scoreGiven=minute, timestamp=at(minute))
            return int(sender.post_score(number, body).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        statuses = dict(zip(minutes, pool.map(post, minutes), strict=True))

    assert set(statuses.values()) <= {200, 409}
    assert statuses[23] == 200
    score = LtiAgsScore.objects.get()
    assert (score.final_score_given, score.timestamp) == (23.0, instant(23))


def times_after(ags: Ags, line_item: int, user_id: str, messages: list[dict[str, Any]]) -> list[tuple[Any, Any]]:
    """Send messages a minute apart; ``startedAt`` and ``submittedAt`` on record after each."""
    found = []
    for minute, members in enumerate(messages):
        body = score_body(user_id, timestamp=at(minute), gradingProgress="Pending", scoreGiven=None, **members)
        assert ags.post_score(line_item, body).status_code == 200
        score = LtiAgsScore.objects.get()
        found.append((score.started_at, score.submitted_at))
    return found


@pytest.mark.conformance("S-23")
def test_start_is_kept_cleared_by_a_new_attempt_and_else_derived(
    db: None, ags: Ags, line_item: int, user_id: str
) -> None:
    starts = times_after(
        ags,
        line_item,
        user_id,
        [
            {"activityProgress": "Initialized"},
            {"activityProgress": "Started"},
            {"activityProgress": "InProgress"},
            {"activityProgress": "Submitted", "submission": {"startedAt": at(30)}},
            {"activityProgress": "Completed"},
            {"activityProgress": "Initialized"},
            {"activityProgress": "InProgress"},
        ],
    )

    assert [started for started, _ in starts] == [
        None,
        instant(1),
        instant(1),
        instant(30),
        instant(30),
        None,
        instant(6),
    ]


@pytest.mark.conformance("S-24")
@pytest.mark.parametrize("reopened", ["Initialized", "Started", "InProgress"])
def test_submission_is_kept_cleared_by_a_new_attempt_and_else_derived(
    db: None, ags: Ags, line_item: int, user_id: str, reopened: str
) -> None:
    times = times_after(
        ags,
        line_item,
        user_id,
        [
            {"activityProgress": "Started"},
            {"activityProgress": "Submitted"},
            {"activityProgress": "Completed"},
            {"activityProgress": "Completed", "submission": {"submittedAt": at(40)}},
            {"activityProgress": "Completed"},
            {"activityProgress": reopened},
            {"activityProgress": "Completed"},
        ],
    )

    assert [submitted for _, submitted in times] == [
        None,
        instant(1),
        instant(1),
        instant(40),
        instant(40),
        None,
        instant(6),
    ]
