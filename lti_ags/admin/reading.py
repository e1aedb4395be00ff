"""
Pages to look things up in tables of any size, and nothing else: no row is added, changed or deleted by hand.

Nothing here counts or sorts a whole table. Lists are in the order of their numbers, newest first, and are found through
indexes; a choice beside the list looks at the latest rows only, and says so.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar, cast

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Max, Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from lti_ags.admin.look_up import Way

#: The most rows that a list counts, and so shows; a search narrows it.
MOST_COUNTED: Final = 5_000
#: Where no search narrows a list, a choice beside it looks at so many of the latest rows.
LATEST: Final = 20_000

M = TypeVar("M", bound=Model)

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
    _Paginator = Paginator[Any]
else:
    _ModelAdmin = admin.ModelAdmin
    _Paginator = Paginator


class BoundedPaginator(_Paginator):
    """Counts no further than ``MOST_COUNTED``."""

    @cached_property
    def count(self) -> int:
        """The number of rows, at most ``MOST_COUNTED``."""
        # Django's list of rows and its history of a row give it nothing else.
        rows = cast("QuerySet[Any]", self.object_list)
        return rows.order_by()[:MOST_COUNTED].count()


def latest(rows: QuerySet[M]) -> QuerySet[M]:
    """Return the latest ``LATEST`` rows of a table, by their numbers."""
    newest = rows.model._default_manager.aggregate(newest=Max("pk"))["newest"] or 0
    return rows.filter(pk__gt=newest - LATEST)


class ReadingAdmin(_ModelAdmin):
    """Searched and looked at. ``ways`` says what may be searched for; the first way that finds something counts."""

    paginator = BoundedPaginator
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 50
    sortable_by = ()
    #: Django would count the rows of each choice beside the list.
    show_facets: ClassVar[Any] = None
    ordering = ("-pk",)
    #: Django shows the search box where this is not empty; what it means is up to ``ways``.
    search_fields = ("pk",)

    @abstractmethod
    def ways(self, text: str) -> Iterator[Way]:
        """Yield what ``text`` may mean, likely meanings first."""
        ...

    def get_search_results(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        queryset: QuerySet[Any],
        search_term: str,
    ) -> tuple[QuerySet[Any], bool]:
        """Find what the operator typed, exactly."""
        text = search_term.strip()
        if not text:
            return queryset, False
        for way in self.ways(text):
            found = queryset.filter(**{f"{way.column}__in": way.values})
            if not way.has_index:
                found = latest(found)
            if found.exists():
                # In the order of the index, which needs no sorting; with one value that is newest first.
                return found.order_by(f"-{way.column}", "-pk") if way.has_index else found, False
        return queryset.none(), False

    def has_add_permission(self, request: HttpRequest, *_args: Any) -> bool:  # noqa: ARG002 - Django's signature
        """Rows come from tools and from the platform."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        """What was said stays as it was said; who may look is ``has_view_permission``."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - Django's signature
        """Retention is a command, not a click."""
        return False

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Tell whether the operator may take the page's actions: Django's permission to change such rows."""
        return bool(request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}"))


class LatestChoice(admin.SimpleListFilter):
    """A choice beside a list. Without a search it looks at the latest rows, as no index leads to the others."""

    @abstractmethod
    def conditions(self) -> dict[str, tuple[str, Q]]:
        """Return, by the value in the address, what the choice is called and which rows it takes."""
        ...

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002 - Django's signature
        """Name the choices."""
        if request.GET.get("q"):
            return [(value, words) for value, (words, _rows) in self.conditions().items()]
        bound = number_format(LATEST, force_grouping=True)
        return [
            (value, _("%(choice)s (of the latest %(number)s)") % {"choice": words, "number": bound})
            for value, (words, _rows) in self.conditions().items()
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Take the rows of the choice."""
        chosen = self.conditions().get(str(self.value()))
        if chosen is None:
            return queryset
        rows = queryset.filter(chosen[1])
        return rows if request.GET.get("q") else latest(rows)
