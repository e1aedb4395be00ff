"""
Statements whose SQL is written once (ADR 0005).

Django writes the SQL of a query anew each time that it is asked, and for a SELECT of one row that takes several times
as long as executing the SQL and reading the row. On the way of a score, such queries would cost more than everything
else together. So their SQL, as Django's own compiler writes it for the database at hand, is kept, together with what
the compiler says about turning columns into values, and both are used from then on. ``PreparedUpdate`` and
``PreparedInsert`` do the same for writing a row.
"""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import connections, router
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)

#: From here on, numbers stand in for the values while the SQL is written: nothing else in a query looks like them.
_FIRST_PLACEHOLDER: Final = 7_310_550_001


@dataclass(frozen=True, slots=True)
class _Written:
    """
    SQL with its parameters: those at ``positions`` are the values of an execution, by their number.

    ``names``: of the columns that are read, ``own`` of which are the model's and come first. ``converters``: by a
    column's position, the functions that its value goes through, and the expression that each of them is given.
    """

    sql: str
    parameters: tuple[Any, ...]
    positions: Mapping[int, int]
    names: tuple[str, ...]
    own: int
    converters: tuple[tuple[int, tuple[Callable[..., Any], ...], Any], ...]

    def filled_with(self, values: tuple[int | str, ...]) -> list[Any]:
        """Return the parameters of one execution."""
        filled = list(self.parameters)
        for position, number in self.positions.items():
            filled[position] = values[number]
        return filled


class PreparedQuery(Generic[M]):
    """
    A SELECT that differs from one execution to the next in nothing but its values.

    Arguments:
        model: whose rows they are.
        write: returns the query. Each of its arguments is the right side of a comparison for equality with a whole
            number or a text. It is called once for each database that is asked, and must not look at what it is given.
    """

    def __init__(self, model: type[M], write: Callable[..., QuerySet[M, Any]]) -> None:
        self._model = model
        self._write = write
        self._count = len(inspect.signature(write).parameters)
        self._written: dict[str, _Written] = {}

    def all(self, *values: int | str) -> list[M]:
        """Return the rows for ``values`` as instances of the model, in the query's order."""
        using = self._using()
        written = self._written_for(using)
        return [self._instance(using, written, row) for row in self._rows(using, written, values)]

    def first(self, *values: int | str) -> M | None:
        """Return the first row for ``values`` as an instance of the model, or None."""
        using = self._using()
        written = self._written_for(using)
        row = next(self._rows(using, written, values), None)
        return None if row is None else self._instance(using, written, row)

    def get(self, *values: int | str) -> M:
        """
        Return the first row for ``values`` as an instance of the model.

        Raises:
            ObjectDoesNotExist: there is none.
        """
        row = self.first(*values)
        if row is None:
            raise ObjectDoesNotExist(f"There is no such {self._model._meta.verbose_name}.")
        return row

    def first_columns(self, *values: int | str) -> Mapping[str, Any] | None:
        """Return the columns of the first row by their names, or None."""
        using = self._using()
        written = self._written_for(using)
        row = next(self._rows(using, written, values), None)
        return None if row is None else dict(zip(written.names, row, strict=True))

    def _using(self) -> str:
        # The default database and no replica: what comes next is mostly a write that builds on what was read.
        return router.db_for_write(self._model)

    def _written_for(self, using: str) -> _Written:
        written = self._written.get(using)
        if written is None:
            written = self._written[using] = self._write_for(using)
        return written

    def _rows(self, using: str, written: _Written, values: tuple[int | str, ...]) -> Iterator[list[Any]]:
        """Execute the SQL and give each row as a list of values, converted as the query itself would."""
        connection = connections[using]
        with connection.cursor() as cursor:
            cursor.execute(written.sql, written.filled_with(values))
            fetched = cursor.fetchall()
        for columns in fetched:
            row = list(columns)
            for position, functions, expression in written.converters:
                for convert in functions:
                    row[position] = convert(row[position], expression, connection)
            yield row

    def _instance(self, using: str, written: _Written, row: list[Any]) -> M:
        """Return a row as an instance of the model, which has the columns that are not the model's as well."""
        own = written.own
        found = self._model.from_db(using, written.names[:own], row[:own])
        for name, value in zip(written.names[own:], row[own:], strict=True):
            setattr(found, name, value)
        return found

    def _write_for(self, using: str) -> _Written:
        """Have the SQL written, with placeholders in the place of values."""
        placeholders = range(_FIRST_PLACEHOLDER, _FIRST_PLACEHOLDER + self._count)
        compiler = self._write(*placeholders).using(using).query.get_compiler(using)
        sql, parameters = compiler.as_sql()
        # Where a text is compared, Django makes one of the number.
        numbers = {str(placeholder): number for number, placeholder in enumerate(placeholders)}
        positions = {
            position: numbers[str(parameter)]
            for position, parameter in enumerate(parameters)
            if str(parameter) in numbers
        }
        if set(positions.values()) != set(numbers.values()):
            raise ValueError(f"Not every value of this query is a parameter of its SQL: {sql}")
        own = {field.attname for field in self._model._meta.concrete_fields}
        selected = [(expression, alias) for expression, _sql, alias in compiler.select]
        converters = compiler.get_converters([expression for expression, _alias in selected])
        names = tuple(alias or expression.target.attname for expression, alias in selected)
        return _Written(
            sql=sql,
            parameters=tuple(parameters),
            positions=positions,
            names=names,
            own=sum(name in own for name in names),
            converters=tuple(
                (position, tuple(functions), expression) for position, (functions, expression) in converters.items()
            ),
        )


class _PreparedWrite(ABC, Generic[M]):
    """Writing one row without the signals of ``save``: for models whose rows nobody listens to."""

    def __init__(self, model: type[M]) -> None:
        self._model = model
        self._fields = tuple(field for field in model._meta.concrete_fields if not field.primary_key)
        self._sql: dict[str, str] = {}

    def _execute(self, row: M, *, is_new: bool, keys: tuple[Any, ...] = ()) -> int:
        """Execute the statement with the row's values and then ``keys``, and return how many rows it was about."""
        using = router.db_for_write(self._model, instance=row)
        connection = connections[using]
        sql = self._sql.get(using)
        if sql is None:
            sql = self._sql[using] = self._sql_for(connection.ops.quote_name)
        values = [field.get_db_prep_save(field.pre_save(row, add=is_new), connection) for field in self._fields]
        with connection.cursor() as cursor:
            cursor.execute(sql, [*values, *keys])
            return int(cursor.rowcount)

    @abstractmethod
    def _sql_for(self, quote: Callable[[str], str]) -> str:
        """Return the statement with a place for each of the fields. ``quote``: how the database writes a name."""


class PreparedUpdate(_PreparedWrite[M]):
    """An UPDATE of all columns of a row that is there, by its primary key."""

    def write(self, row: M) -> None:
        """
        Write the row as it stands.

        Raises:
            ObjectDoesNotExist: there is no such row any more.
        """
        if self._execute(row, is_new=False, keys=(row.pk,)) == 0:
            raise ObjectDoesNotExist(f"There is no such {self._model._meta.verbose_name}.")

    def _sql_for(self, quote: Callable[[str], str]) -> str:
        columns = ", ".join(f"{quote(str(field.column))} = %s" for field in self._fields)
        key = str(self._model._meta.pk.column)
        return f"UPDATE {quote(self._model._meta.db_table)} SET {columns} WHERE {quote(key)} = %s"  # noqa: S608 - names


class PreparedInsert(_PreparedWrite[M]):
    """An INSERT of a row whose primary key the database gives. The instance does not learn it."""

    def write(self, row: M) -> None:
        """Add the row."""
        self._execute(row, is_new=True)

    def _sql_for(self, quote: Callable[[str], str]) -> str:
        columns = ", ".join(quote(str(field.column)) for field in self._fields)
        places = ", ".join("%s" for _field in self._fields)
        return f"INSERT INTO {quote(self._model._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608 - names
