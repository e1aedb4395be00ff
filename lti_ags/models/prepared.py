"""
Queries whose SQL is written once.

Django writes the SQL of a query anew each time that it is asked, and for a SELECT of one row that takes several times
as long as executing the SQL and reading the row. On the way of a score, such queries would cost more than everything
else together. So their SQL, as Django writes it for the database at hand, is kept, and is executed from then on in the
documented way of raw queries, which read rows as any query does.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import router
from django.db.models import Model, QuerySet
from django.db.models.query import RawQuerySet

M = TypeVar("M", bound=Model)

#: From here on, numbers stand in for the values while the SQL is written: nothing else in a query looks like them.
_FIRST_PLACEHOLDER: Final = 7_310_550_001


@dataclass(frozen=True, slots=True)
class _Written:
    """SQL with its parameters: those at ``positions`` are the values of an execution, by their number."""

    sql: str
    parameters: tuple[object, ...]
    positions: Mapping[int, int]

    def filled_with(self, values: tuple[int | str, ...]) -> list[object]:
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
        return list(self._rows(values))

    def first(self, *values: int | str) -> M | None:
        """Return the first row for ``values`` as an instance of the model, or None."""
        return next(iter(self._rows(values)), None)

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

    def _rows(self, values: tuple[int | str, ...]) -> RawQuerySet[M]:
        # The default database and no replica: what comes next is mostly a write that builds on what was read.
        using = router.db_for_write(self._model)
        written = self._written.get(using)
        if written is None:
            written = self._written[using] = self._write_for(using)
        return self._model._default_manager.raw(written.sql, written.filled_with(values), using=using)

    def first_columns(self, *values: int | str) -> Mapping[str, Any] | None:
        """
        Return the columns of the first row by their names, or None.

        The model's own columns are as an instance has them; columns from other tables are as the database's driver
        gives them.
        """
        row = self.first(*values)
        return None if row is None else {name: value for name, value in vars(row).items() if name != "_state"}

    def _write_for(self, using: str) -> _Written:
        """Have the SQL written, with placeholders in the place of values."""
        placeholders = range(_FIRST_PLACEHOLDER, _FIRST_PLACEHOLDER + self._count)
        query = self._write(*placeholders).using(using).query
        sql, parameters = query.get_compiler(using).as_sql()
        # Where a text is compared, Django makes one of the number.
        numbers = {str(placeholder): number for number, placeholder in enumerate(placeholders)}
        positions = {
            position: numbers[str(parameter)]
            for position, parameter in enumerate(parameters)
            if str(parameter) in numbers
        }
        if set(positions.values()) != set(numbers.values()):
            raise ValueError(f"Not every value of this query is a parameter of its SQL: {sql}")
        return _Written(sql, tuple(parameters), positions)
