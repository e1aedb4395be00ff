"""Filling tables fast: copies of a row that the code under test has written, so that they are what it would write."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, Final

from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model

_CHUNK: Final = 5000
_COPY_ESCAPES: Final = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})

_HURRY: Final = {
    "sqlite": ("PRAGMA foreign_keys=OFF", "PRAGMA synchronous=OFF", "PRAGMA cache_size=-1000000"),
    "mysql": ("SET foreign_key_checks=0", "SET unique_checks=0"),
    "postgresql": ("SET session_replication_role = replica",),
}

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


def hurry() -> None:
    """Let this connection insert without looking at what a copy of a good row cannot break."""
    with connection.cursor() as cursor:
        for statement in _HURRY[connection.vendor]:
            cursor.execute(statement)


def copy_row(row: Model, numbers: range, **columns: Column) -> None:
    """Insert a copy of ``row`` for each number, with ``columns`` (by attribute name) of its own."""
    fields = row._meta.concrete_fields
    positions = {field.attname: position for position, field in enumerate(fields)}
    pattern = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    makers = [(positions[name], _maker(fields[positions[name]], column)) for name, column in columns.items()]
    table = connection.ops.quote_name(row._meta.db_table)
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    _insert(f"{table} ({names})", len(fields), _rows(pattern, makers, numbers))
    with connection.cursor() as cursor:
        # PostgreSQL counts ids apart from the rows: without this, the next row saved would get the id of a copy.
        for statement in connection.ops.sequence_reset_sql(no_style(), [type(row)]):
            cursor.execute(statement)


def finish(*models: type[Model]) -> None:
    """Let the database's planner know what is in the tables, and do now what it would do later, while we measure."""
    with connection.cursor() as cursor:
        if connection.vendor == "mysql":
            tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in models)
            cursor.execute(f"ANALYZE TABLE {tables}")
            cursor.fetchall()
        elif connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("CHECKPOINT")
        else:
            cursor.execute("ANALYZE")
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _creation_options() -> str:
    return " CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci" if connection.vendor == "mysql" else ""


def _maker(field: Any, column: Column) -> Column:
    """Return a column as the database takes it; only UUIDs differ from what Python has, and not everywhere."""
    if field.get_internal_type() != "UUIDField":
        return column
    return lambda number: field.get_db_prep_save(column(number), connection)


def _rows(pattern: list[Any], makers: list[tuple[int, Column]], numbers: range) -> Iterator[list[Any]]:
    for number in numbers:
        row = pattern.copy()
        for position, make in makers:
            row[position] = make(number)
        yield row


def _insert(into: str, width: int, rows: Iterator[list[Any]]) -> None:
    """Insert in chunks, each as fast as the database takes it."""
    one = f"({', '.join(['%s'] * width)})"
    # In one transaction: SQLite would commit each row on its own, which takes longer than writing it.
    with transaction.atomic(), connection.cursor() as cursor:
        while chunk := list(islice(rows, _CHUNK)):
            if connection.vendor == "postgresql":
                lines = "".join("\t".join(map(_copied, row)) + "\n" for row in chunk)
                cursor.copy_expert(f"COPY {into} FROM STDIN", io.StringIO(lines))
            else:
                # The driver of MySQL makes one statement of it, SQLite's prepares it once.
                cursor.executemany(f"INSERT INTO {into} VALUES {one}", chunk)  # noqa: S608 - names of our own tables


def _copied(value: Any) -> str:
    """Return a value as PostgreSQL's COPY reads it."""
    return r"\N" if value is None else str(value).translate(_COPY_ESCAPES)
