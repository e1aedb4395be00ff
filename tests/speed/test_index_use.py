"""Every query on the hot paths finds its rows by an index, as the database at hand tells (EXPLAIN)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from opaque_keys.edx.keys import UsageKey

from lti_ags import tasks
from lti_ags.models import LtiAgsGrade, LtiAgsLineItem, LtiAgsScore, LtiContext
from tests.support.ags import Ags, StatementCount, score_body
from tests.support.bulk import add_scored_learners
from tests.support.courses import Course, make_learner, subject_of

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


@contextmanager
def _index_preferred() -> Iterator[None]:
    """PostgreSQL reads tables as small as a test's from end to end, unless that is made dear."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        yield
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = on")


def explained(statement: str) -> list[dict[str, Any]]:
    """The plan of a statement, line by line."""
    with _index_preferred(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{statement}")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def read_without_index(statement: str) -> list[str]:
    """The lines of the plan in which one of our tables is read from end to end though a part of it is asked for."""
    lines = explained(statement)
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
        assert read_without_index(statement) == [], (statement, explained(statement))


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


def test_next_page_reads_by_index(ags: Ags, line_item: LtiAgsLineItem, learners: list[str]) -> None:
    link = ags.get_results(line_item.pk, limit=10)["Link"].partition(">")[0][1:]

    assert_by_index(lambda: ags.get(link))


def test_publication_reads_by_index(ags: Ags, line_item: LtiAgsLineItem, learners: list[str]) -> None:
    ags.post_score(line_item.pk, score_body(learners[3], timestamp=LATER))
    grade = LtiAgsGrade.objects.get(subject__subject=learners[3])

    statements = statements_of(lambda: tasks.publish_grade(grade.configuration_id, grade.subject_id))

    grade.refresh_from_db()
    assert grade.next_attempt_at is None
    ours = [text for text in statements if re.search(r"(?:FROM|UPDATE) \W?lti_ags_", text)]
    assert len(ours) <= 16
    for statement in ours:
        assert read_without_index(statement) == [], (statement, explained(statement))
