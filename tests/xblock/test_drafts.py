"""What an author does to a draft changes nothing that a learner earned, and publishing it takes no grade away."""

from __future__ import annotations

from typing import Any

import pytest
from opaque_keys.edx.keys import UsageKey

from lti_ags.models import LtiAgsGrade, LtiAgsLineItem, LtiAgsScore, LtiConfiguration
from tests.support.courses import Course, gradebook_score
from tests.support.studio import post, studio
from tests.support.tools import RegisteredTool
from xmodule.modulestore.django import modulestore

pytestmark = pytest.mark.django_db(transaction=True)


def earned() -> dict[str, Any]:
    """Everything that belongs to learners, and what it hangs on."""
    tables = (LtiConfiguration, LtiAgsLineItem, LtiAgsScore, LtiAgsGrade)
    return {table.__name__: list(table.objects.order_by("pk").values()) for table in tables}


@pytest.mark.parametrize(
    "values",
    [
        {"has_score": False},
        {"grading_mode": "programmatic"},
        {"lti_tool": ""},
        {"weight": 3},
        {"late_policy": "refuse", "release_policy": "hold", "override_policy": "replace"},
    ],
    ids=["not graded", "mode", "no tool", "maximum", "rules"],
)
def test_saved_draft_changes_nothing_that_was_earned(
    learner: Any, declarative_block: UsageKey, author: Any, send_score: Any, values: dict[str, Any]
) -> None:
    send_score(learner, declarative_block, scoreGiven=83, scoreMaximum=100)
    before = earned()

    assert post(declarative_block, {"values": values, "defaults": []}, author)[0] == 200

    assert earned() == before
    assert gradebook_score(learner, declarative_block) == pytest.approx((8.3, 10.0))


def test_deleted_draft_changes_nothing_that_was_earned(
    learner: Any, declarative_block: UsageKey, author: Any, send_score: Any
) -> None:
    send_score(learner, declarative_block, scoreGiven=83, scoreMaximum=100)
    before = earned()

    with studio(author):
        modulestore().delete_item(declarative_block, author.pk)

    assert earned() == before
    assert gradebook_score(learner, declarative_block) == pytest.approx((8.3, 10.0))


def test_published_change_of_tool_leaves_score_and_grade_in_place(
    course: Course,
    learner: Any,
    declarative_block: UsageKey,
    other_tool: RegisteredTool,
    author: Any,
    send_score: Any,
) -> None:
    send_score(learner, declarative_block, scoreGiven=83, scoreMaximum=100)

    post(declarative_block, {"values": {"lti_tool": str(other_tool.tool.uuid)}, "defaults": []}, author)
    course.publish()

    assert LtiAgsScore.objects.get().final_score_given == 83
    assert gradebook_score(learner, declarative_block) == pytest.approx((8.3, 10.0))
