"""Every query on the hot paths finds its rows by an index, as the database at hand tells (EXPLAIN)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from opaque_keys.edx.keys import UsageKey

from lms.djangoapps.courseware.models import StudentModule
from lti_ags import tasks
from lti_ags.models import LtiAgsGrade, LtiAgsLineItem, LtiAgsScore, LtiContext
from tests.support.ags import Ags, StatementCount, score_body
from tests.support.bulk import add_scored_learners
from tests.support.courses import Course, make_learner, subject_of
from tests.support.databases import plan_of

pytestmark = pytest.mark.django_db

LATER = "2026-03-02T10:00:00Z"
NUMBER = 60


@pytest.fixture(autouse=True)
def _publish_on_request(settings: Any) -> None:
    settings.LTI_AGS_PUBLISH = "manual"


@pytest.fixture
def line_item(declarative_block: UsageKey) -> LtiAgsLineItem:
    return LtiAgsLineItem.objects.get(platform_item_of__location=declarative_block)


@pytest.fixture
def learners(line_item: LtiAgsLineItem, declarative_block: UsageKey, context: LtiContext) -> list[str]:
    """Learners with scores, beside many other line items."""
    LtiAgsLineItem.objects.bulk_create(
        LtiAgsLineItem(context=context, label=f"Item {number}", score_maximum=1.0, tag="grade", resource_id="quiz")
        for number in range(NUMBER)
    )
    return add_scored_learners(line_item, NUMBER, location=declarative_block)


def statements_of(call: Callable[[], object]) -> list[str]:
    with StatementCount() as count:
        call()
    return [text for text in count.statements if text.startswith(("SELECT", "UPDATE", "DELETE"))]


def read_without_index(statement: str) -> list[str]:
    """The lines of the plan in which one of our tables is read from end to end though a part of it is asked for."""
    lines = plan_of(statement)
    if connection.vendor == "sqlite":
        details = [str(line["detail"]) for line in lines]
        return [detail for detail in details if re.match(r"SCAN \S+(?! USING)\s*$", detail)]
    if connection.vendor == "postgresql":
        return [str(line["QUERY PLAN"]) for line in lines if "Seq Scan on lti_ags_" in str(line["QUERY PLAN"])]
    # MySQL and MariaDB may prefer to read a small table whole; what counts is that they need not.
    return [str(line) for line in lines if line["type"] == "ALL" and line["possible_keys"] is None and line["table"]]


def assert_by_index(call: Callable[[], object]) -> None:
    statements = statements_of(call)
    assert statements
    for statement in statements:
        assert read_without_index(statement) == [], (statement, plan_of(statement))


@pytest.mark.parametrize(
    "ask",
    [
        lambda ags, context, item, names: ags.list_items(context, limit=10),
        lambda ags, context, item, names: ags.list_items(context, tag="grade"),
        lambda ags, context, item, names: ags.list_items(context, resource_id="quiz"),
        lambda ags, context, item, names: ags.get_results(item.pk, limit=10),
        lambda ags, context, item, names: ags.get_results(item.pk, user_id=names[7]),
        lambda ags, context, item, names: ags.post_score(item.pk, score_body(names[7], timestamp=LATER)),
    ],
    ids=["line items", "by tag", "by resource", "results", "one result", "later score"],
)
def test_request_reads_by_index(
    ags: Ags, context: LtiContext, line_item: LtiAgsLineItem, learners: list[str], ask: Callable[..., Any]
) -> None:
    assert ags.headers

    assert_by_index(lambda: ask(ags, context, line_item, learners))


def test_first_score_reads_by_index(
    ags: Ags, line_item: LtiAgsLineItem, learners: list[str], course: Course, declarative_block: UsageKey
) -> None:
    user_id = subject_of(make_learner(course), declarative_block).subject
    assert ags.headers

    assert_by_index(lambda: ags.post_score(line_item.pk, score_body(user_id)))

    assert LtiAgsScore.objects.filter(subject__subject=user_id).count() == 1


def test_line_items_of_a_block_are_read_by_index(
    ags: Ags, context: LtiContext, learners: list[str], programmatic_block: UsageKey
) -> None:
    assert ags.headers

    assert_by_index(lambda: ags.list_items(context, resource_link_id=str(programmatic_block)))


@pytest.mark.parametrize(
    "ask",
    [
        lambda ags, context, item: ags.list_items(context, limit=10),
        lambda ags, context, item: ags.get_results(item.pk, limit=10),
    ],
    ids=["line items", "results"],
)
def test_next_page_reads_by_index(
    ags: Ags, context: LtiContext, line_item: LtiAgsLineItem, learners: list[str], ask: Callable[..., Any]
) -> None:
    link = ask(ags, context, line_item)["Link"].partition(">")[0][1:]

    assert_by_index(lambda: ags.get(link))


def test_what_could_be_read_by_a_longer_way_is_read_by_the_shorter_one(
    ags: Ags, context: LtiContext, line_item: LtiAgsLineItem, learners: list[str], programmatic_block: UsageKey
) -> None:
    assert ags.headers

    # Not all items of the context, and not all grades of the block.
    by_link = statements_of(lambda: ags.list_items(context, resource_link_id=str(programmatic_block)))[-1]
    assert_searched(by_link, "(lti_configuration_id=?)")
    results = statements_of(lambda: ags.get_results(line_item.pk))[-2]
    assert_searched(results, "(configuration_id=? AND subject_id=?)")
    StudentModule.objects.update(grade=1.0)
    formers = statements_of(lambda: ags.get_results(line_item.pk))[-1]
    assert_searched(formers, "(configuration_id=? AND subject_id=?)")


def assert_searched(statement: str, columns: str) -> None:
    """An index is used; on SQLite, which always says which, by these columns of it."""
    assert read_without_index(statement) == [], (statement, plan_of(statement))
    if connection.vendor == "sqlite":
        assert columns in str(plan_of(statement)), plan_of(statement)


def test_publication_reads_by_index(ags: Ags, line_item: LtiAgsLineItem, learners: list[str]) -> None:
    ags.post_score(line_item.pk, score_body(learners[3], timestamp=LATER))
    grade = LtiAgsGrade.objects.get(subject__subject=learners[3])

    statements = statements_of(lambda: tasks.publish_grade(grade.configuration_id, grade.subject_id))

    grade.refresh_from_db()
    assert grade.next_attempt_at is None
    ours = [text for text in statements if re.search(r"(?:FROM|UPDATE) \W?lti_ags_", text)]
    assert len(ours) <= 16
    for statement in ours:
        assert read_without_index(statement) == [], (statement, plan_of(statement))
