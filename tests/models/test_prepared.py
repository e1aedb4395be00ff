"""Statements whose SQL is written once read what the query itself reads, and write what ``save`` writes."""

from __future__ import annotations

import threading

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, transaction

from lti_ags.models import LtiAgsLineItem, LtiTool
from lti_ags.models.prepared import PreparedInsert, PreparedQuery, PreparedUpdate
from lti_ags.services.line_item_rows import columns_of, row_of
from tests.support.ags import StatementCount
from tests.support.tools import RegisteredTool

pytestmark = pytest.mark.django_db

TOOL_UPDATE, TOOL_INSERT = PreparedUpdate(LtiTool), PreparedInsert(LtiTool)
BY_CLIENT = PreparedQuery(LtiTool, lambda client_id: LtiTool.objects.filter(client_id=client_id))
BY_CLIENT_AND_KEY = PreparedQuery(
    LtiTool, lambda key, client_id: LtiTool.objects.filter(client_id=client_id, is_enabled=True, pk=key)
)
LOCKED = PreparedQuery(LtiTool, lambda key: LtiTool.objects.select_for_update().filter(pk=key))


def test_row_is_the_one_for_the_values_of_each_execution(tool: RegisteredTool, other_tool: RegisteredTool) -> None:
    first, second = BY_CLIENT.first(tool.client_id), BY_CLIENT.first(other_tool.client_id)

    assert (first, second) == (tool.tool, other_tool.tool)
    assert first is not None
    assert vars(first).keys() == vars(tool.tool).keys()
    assert first.redirect_uris == tool.tool.redirect_uris
    assert first.created_at == LtiTool.objects.get(pk=tool.tool.pk).created_at


def test_values_go_where_their_arguments_stand(tool: RegisteredTool, other_tool: RegisteredTool) -> None:
    assert BY_CLIENT_AND_KEY.first(tool.tool.pk, tool.client_id) == tool.tool
    assert BY_CLIENT_AND_KEY.first(tool.tool.pk, other_tool.client_id) is None


def test_no_row_is_none(db: None) -> None:
    assert BY_CLIENT.first("nobody") is None
    assert BY_CLIENT.first_columns("nobody") is None


def test_row_that_has_to_be_there_and_is_not_is_an_error(db: None) -> None:
    with pytest.raises(ObjectDoesNotExist, match="There is no such"):
        BY_CLIENT.get("nobody")


@pytest.mark.parametrize("value", ["x' OR '1'='1", '"; --', "%s", "%", "\\"], ids=repr)
def test_text_is_never_read_as_sql(tool: RegisteredTool, value: str) -> None:
    assert BY_CLIENT.first(value) is None


def test_row_can_be_saved(tool: RegisteredTool) -> None:
    found = BY_CLIENT.first(tool.client_id)
    assert found is not None

    found.name = "Renamed"
    found.save()

    assert LtiTool.objects.get(pk=tool.tool.pk).name == "Renamed"
    assert LtiTool.objects.count() == 1


def test_lock_stays_in_the_statement_of_every_execution(tool: RegisteredTool) -> None:
    with transaction.atomic(), StatementCount() as count:
        LOCKED.first(tool.tool.pk)
        LOCKED.first(tool.tool.pk)

    assert len(count.statements) == 2
    assert all(("FOR UPDATE" in text) is connection.features.has_select_for_update for text in count.statements)


def test_query_whose_value_is_not_in_its_sql_is_refused(db: None) -> None:
    query = PreparedQuery(LtiTool, lambda name: LtiTool.objects.filter(name__startswith=name))

    with pytest.raises(ValueError, match="Not every value"):
        query.first("Quiz")


def test_columns_are_those_of_the_query(declarative_block: object) -> None:
    item = LtiAgsLineItem.objects.get()

    row = row_of(item.pk)

    expected = columns_of(LtiAgsLineItem.objects.filter(pk=item.pk)).get()
    assert row == expected


def test_update_writes_every_column_and_the_time(tool: RegisteredTool, other_tool: RegisteredTool) -> None:
    row = tool.tool
    before = row.modified_at
    row.name, row.redirect_uris, row.is_enabled = "'; DROP TABLE x; --%s", ["https://a.example/é"], False

    TOOL_UPDATE.write(row)

    stored = LtiTool.objects.get(pk=row.pk)
    assert (stored.name, stored.redirect_uris, stored.is_enabled) == (row.name, row.redirect_uris, False)
    assert stored.modified_at > before
    assert LtiTool.objects.get(pk=other_tool.tool.pk).name == other_tool.tool.name


def test_update_of_a_row_that_is_gone_is_an_error(tool: RegisteredTool) -> None:
    gone = LtiTool(pk=tool.tool.pk + 1000, name="Gone")

    with pytest.raises(ObjectDoesNotExist):
        TOOL_UPDATE.write(gone)

    assert LtiTool.objects.count() == 1


def test_insert_adds_what_create_would(tool: RegisteredTool) -> None:
    TOOL_INSERT.write(LtiTool(name="New", client_id="new", public_key="k"))

    created = LtiTool.objects.create(name="New", client_id="newer", public_key="k")
    inserted = LtiTool.objects.get(client_id="new")
    differing = {"id", "uuid", "client_id", "deployment_id", "created_at", "modified_at"}
    names = [field.attname for field in LtiTool._meta.concrete_fields if field.attname not in differing]
    assert {name: getattr(inserted, name) for name in names} == {name: getattr(created, name) for name in names}
    assert inserted.created_at <= created.created_at


@pytest.mark.django_db(transaction=True)
def test_threads_share_what_was_written(tool: RegisteredTool) -> None:
    BY_CLIENT.first(tool.client_id)
    found = []

    def look() -> None:
        found.append(BY_CLIENT.first(tool.client_id))
        connection.close()

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [tool.tool] * 4
