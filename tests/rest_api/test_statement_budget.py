"""What a score costs the database while the tool waits: a handful of statements, whatever else is waiting."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from opaque_keys.edx.keys import UsageKey

from lti_ags.models import LtiAgsGrade
from tests.support.ags import Ags, StatementCount, score_body
from tests.support.courses import Course, make_learner, subject_of

# Publication is somebody else's business: a message is sent, and the broker is no database.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("queue")]

MOST = 8


def later(minutes: int) -> str:
    return (datetime(2026, 3, 2, tzinfo=UTC) + timedelta(minutes=minutes)).isoformat()


def statements(ags: Ags, line_item: int, status: int, **body: Any) -> int:
    """Post a score, and return the number of its statements."""
    assert ags.headers
    with StatementCount() as counted:
        response = ags.post_score(line_item, score_body(**body))
    assert response.status_code == status, response.content
    return len(counted)


def test_first_score_of_a_learner(ags: Ags, line_item: int, user_id: str) -> None:
    assert statements(ags, line_item, 200, user_id=user_id) <= MOST


def test_later_score_and_retry(ags: Ags, line_item: int, user_id: str) -> None:
    statements(ags, line_item, 200, user_id=user_id)

    assert statements(ags, line_item, 200, user_id=user_id, timestamp=later(1)) <= MOST
    assert statements(ags, line_item, 200, user_id=user_id, timestamp=later(1)) <= MOST


def test_refusals(ags: Ags, line_item: int, user_id: str) -> None:
    statements(ags, line_item, 200, user_id=user_id, timestamp=later(1))

    assert statements(ags, line_item, 409, user_id=user_id, timestamp=later(0)) <= MOST
    assert statements(ags, line_item, 400, user_id=user_id, scoreGiven=-1) <= MOST
    assert statements(ags, line_item, 403, user_id="nobody") <= MOST


def test_thousands_of_waiting_grades_cost_a_score_nothing(
    ags: Ags, line_item: int, user_id: str, course: Course, declarative_block: UsageKey
) -> None:
    statements(ags, line_item, 200, user_id=user_id)
    alone = statements(ags, line_item, 200, user_id=user_id, timestamp=later(1))
    for _number in range(5):
        other = subject_of(make_learner(course), declarative_block).subject
        statements(ags, line_item, 200, user_id=other)
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    LtiAgsGrade.objects.update(next_attempt_at=long_ago)

    assert statements(ags, line_item, 200, user_id=user_id, timestamp=later(2)) == alone
