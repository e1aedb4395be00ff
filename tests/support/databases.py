"""Databases in trouble: statements that fail as they do when a server is away."""

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
