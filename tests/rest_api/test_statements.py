"""What a request costs in SQL statements, whatever the number of items, scores and learners."""

from __future__ import annotations

from typing import Any

import pytest
from opaque_keys.edx.keys import UsageKey

from lms.djangoapps.courseware.models import StudentModule
from lti_ags.models import LtiAgsLineItem, LtiAgsScore, LtiContext
from tests.support.ags import Ags, StatementCount, score_body
from tests.support.bulk import add_scored_learners
from tests.support.courses import Course, make_learner, subject_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def line_item(declarative_block: UsageKey) -> LtiAgsLineItem:
    return LtiAgsLineItem.objects.get(platform_item_of__location=declarative_block)


def add_items(context: LtiContext, number: int, **columns: Any) -> None:
    LtiAgsLineItem.objects.bulk_create(
        LtiAgsLineItem(context=context, label=f"Item {index}", score_maximum=1.0, **columns) for index in range(number)
    )


def counted(call: Any) -> list[str]:
    """Make a call that has to succeed; return its statements."""
    with StatementCount() as count:
        assert call().status_code in {200, 201, 204}
    return count.statements


@pytest.mark.parametrize("number", [1, 500], ids=["few", "many"])
def test_list_of_line_items_costs_three_statements(
    ags: Ags, context: LtiContext, line_item: LtiAgsLineItem, programmatic_block: UsageKey, number: int
) -> None:
    add_items(context, number)
    add_items(context, number, lti_configuration=line_item.lti_configuration)
    assert ags.headers

    assert len(counted(lambda: ags.list_items(context, limit=1000))) == 3
    assert len(counted(lambda: ags.list_items(context, tag="grade", resource_link_id=str(programmatic_block)))) == 3


@pytest.mark.parametrize("number", [1, 400], ids=["few", "many"])
def test_page_of_results_costs_four_statements_and_one_more_where_staff_changed_grades(
    ags: Ags, line_item: LtiAgsLineItem, declarative_block: UsageKey, number: int
) -> None:
    names = add_scored_learners(line_item, number, location=declarative_block)
    assert ags.headers

    assert len(counted(lambda: ags.get_results(line_item.pk))) == 4
    assert len(counted(lambda: ags.get_results(line_item.pk, user_id=names[-1]))) == 4

    StudentModule.objects.update(grade=1.0)

    assert len(counted(lambda: ags.get_results(line_item.pk))) == 5
    assert {result["resultScore"] for result in ags.get_results(line_item.pk).json()} == {1}


def test_results_of_an_unlinked_item_cost_four_statements(
    ags: Ags, context: LtiContext, programmatic_block: UsageKey
) -> None:
    add_items(context, 1)
    item = LtiAgsLineItem.objects.get(lti_configuration=None)
    add_scored_learners(item, 50)
    assert ags.headers

    assert len(counted(lambda: ags.get_results(item.pk))) == 4


@pytest.mark.parametrize("number", [0, 300], ids=["first", "many"])
def test_score_costs_at_most_eight_statements(
    ags: Ags,
    context: LtiContext,
    line_item: LtiAgsLineItem,
    declarative_block: UsageKey,
    course: Course,
    number: int,
) -> None:
    add_scored_learners(line_item, number, location=declarative_block)
    add_items(context, number)
    user_id = subject_of(make_learner(course), declarative_block).subject
    assert ags.headers

    new = counted(lambda: ags.post_score(line_item.pk, score_body(user_id)))
    later = counted(lambda: ags.post_score(line_item.pk, score_body(user_id, timestamp="2026-03-01T10:00:00Z")))
    again = counted(lambda: ags.post_score(line_item.pk, score_body(user_id, timestamp="2026-03-01T10:00:00Z")))

    assert len(new) <= 8
    assert len(later) <= 8
    assert len(again) <= 8
    assert LtiAgsScore.objects.filter(subject__subject=user_id).count() == 1


@pytest.mark.parametrize("number", [0, 200], ids=["few", "many"])
def test_changes_of_a_line_item_cost_the_same_however_many_there_are(
    ags: Ags, context: LtiContext, programmatic_block: UsageKey, number: int
) -> None:
    link = str(programmatic_block)
    add_items(context, number)
    item = ags.made_item(context, resourceLinkId=link)
    add_scored_learners(LtiAgsLineItem.objects.get(pk=item), number, location=programmatic_block)

    assert len(counted(lambda: ags.create_item(context, resourceLinkId=link))) <= 7
    assert len(counted(lambda: ags.get_item(item))) == 2
    assert len(counted(lambda: ags.put_item(item, label="Renamed"))) <= 6
    assert len(counted(lambda: ags.put_item(item, scoreMaximum=7))) <= 7
    assert len(counted(lambda: ags.delete_item(item))) <= 6
