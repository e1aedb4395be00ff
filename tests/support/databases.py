"""Databases in trouble, statements that others come between, and the plans of statements."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection

#: What the databases put names in.
_QUOTES = str.maketrans("", "", '"`')


@contextmanager
def failing_statements(
    containing: str, *, error: type[Exception] = OperationalError, words: str = "server has gone away"
) -> Iterator[None]:
    """Let every statement with this text in it fail, with these words."""

    def run(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if containing in sql:
            raise error(words)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(run):
        yield


@contextmanager
def once_after(statement: str, act: Callable[[], Any]) -> Iterator[None]:
    """
    Let another process ``act`` right after the first statement with this text in it, before anything is done about it.

    Names stand without quotes in the text.
    """
    is_open = True

    def run(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal is_open
        result = execute(sql, params, many, context)
        if is_open and statement in sql.translate(_QUOTES):
            is_open = False
            act()
        return result

    with connection.execute_wrapper(run):
        yield
    assert not is_open, f"there was no statement with {statement}"


def plan_of(statement: str) -> list[dict[str, Any]]:
    """The database's own plan for a statement, line by line."""
    with _index_preferred(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{statement}")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@contextmanager
def _index_preferred() -> Iterator[None]:
    """PostgreSQL reads tables as small as a test's from end to end, unless that is made dear."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        yield
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = on")
