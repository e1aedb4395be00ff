"""Between the query of an address and ``TableFilters``. What a query says wrongly counts as not said."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from django.http import QueryDict

from lti_ags.services.staff_tables import GradeStatus, HeldScore, TableFilters, TableOrder

_MAX_SEARCH = 200

Choice = TypeVar("Choice", bound=StrEnum)


def read_filters(query: QueryDict) -> TableFilters:
    """Read ``search``, ``status``, ``held`` and ``order``, which a ``-`` in front makes descending."""
    order = query.get("order", "")
    return TableFilters(
        search=query.get("search", "").replace("\0", "").strip()[:_MAX_SEARCH],
        status=_choice(GradeStatus, query.get("status", "")),
        held=_choice(HeldScore, query.get("held", "")),
        order=_choice(TableOrder, order.removeprefix("-")) or TableOrder.PROBLEMS,
        is_descending=order.startswith("-"),
    )


def query_of(filters: TableFilters) -> dict[str, str]:
    """Return the parameters that ``read_filters`` reads the same filters from; without those that say nothing."""
    parameters = {"search": filters.search, "status": filters.status, "held": filters.held, "order": order_of(filters)}
    return {name: str(value) for name, value in parameters.items() if value}


def order_of(filters: TableFilters) -> str:
    """Return the order as a query says it; empty for the usual one."""
    if filters.order is TableOrder.PROBLEMS and not filters.is_descending:
        return ""
    return f"-{filters.order}" if filters.is_descending else str(filters.order)


def _choice(kind: type[Choice], word: str) -> Choice | None:
    try:
        return kind(word)
    except ValueError:
        return None
