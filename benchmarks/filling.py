"""Filling tables fast: copies of a row that the code under test has written, so that they are what it would write."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection
from django.db.models import Model

_CHUNK: Final = 5000

#: The value of a column for the row of that number.
Column = Callable[[int], Any]


def make_tables() -> None:
    """Make an empty database with the tables of the contestant."""
    if connection.vendor != "sqlite":
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name}")
            cursor.execute(f"CREATE DATABASE {name}{_creation_options()}")
    call_command("migrate", verbosity=0)


def copy_row(row: Model, numbers: range, **columns: Column) -> None:
    """Insert a copy of ``row`` for each number, with ``columns`` (by attribute name) of its own."""
    fields = row._meta.concrete_fields
    constant = {field.attname: _prepared(field, getattr(row, field.attname)) for field in fields}
    makers = {field.attname: _maker(field, columns[field.attname]) for field in fields if field.attname in columns}
    unknown = columns.keys() - makers.keys()
    if unknown:
        raise ValueError(f"{type(row).__name__} has no columns {unknown}")
    table = connection.ops.quote_name(row._meta.db_table)
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    rows = (_values(constant, makers, number) for number in numbers)
    _insert(f"INSERT INTO {table} ({names}) VALUES", len(fields), rows)


def finish(*models: type[Model]) -> None:
    """Let the database know what it has: the next ids, and what its planner reads about the tables."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(models)):
            cursor.execute(statement)
        if connection.vendor == "mysql":
            tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in models)
            cursor.execute(f"ANALYZE TABLE {tables}")
            cursor.fetchall()
        else:
            cursor.execute("ANALYZE")
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _creation_options() -> str:
    return " CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci" if connection.vendor == "mysql" else ""


def _prepared(field: Any, value: Any) -> Any:
    return field.get_db_prep_save(value, connection)


def _maker(field: Any, column: Column) -> Column:
    return lambda number: _prepared(field, column(number))


def _values(constant: Mapping[str, Any], makers: Mapping[str, Column], number: int) -> tuple[Any, ...]:
    changed = {name: make(number) for name, make in makers.items()}
    return tuple({**constant, **changed}.values())


def _insert(statement: str, width: int, rows: Iterator[tuple[Any, ...]]) -> None:
    """Insert in chunks, several rows with one statement where the database is a server."""
    one = f"({', '.join(['%s'] * width)})"
    with connection.cursor() as cursor:
        while chunk := list(islice(rows, _CHUNK)):
            if connection.vendor == "postgresql":
                flat = [value for row in chunk[:_CHUNK] for value in row]
                cursor.execute(f"{statement} {', '.join([one] * len(chunk))}", flat)
            else:
                # The driver of MySQL makes one statement of it, SQLite's prepares it once.
                cursor.executemany(f"{statement} {one}", chunk)
