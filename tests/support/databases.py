"""Databases in trouble: statements that fail as they do when a server is away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection


@contextmanager
def failing_statements(containing: str, *, error: type[Exception] = OperationalError) -> Iterator[None]:
    """Let every statement with this text in it fail."""

    def run(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if containing in sql:
            raise error("server has gone away")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(run):
        yield
