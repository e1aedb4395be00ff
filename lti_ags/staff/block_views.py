"""The page of a block: where its learners' grades stand."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lti_ags.constants import StaffAction
from lti_ags.models import LtiConfiguration
from lti_ags.services.action_sentences import words_for_action
from lti_ags.services.staff_rows import LearnerRow, read_rows
from lti_ags.services.staff_tables import (
    GradeStatus,
    HeldScore,
    TableFilters,
    TableOrder,
    count_by_tenths,
    count_standings,
    grades_matching,
    grades_of_block,
    sorted_grades,
)
from lti_ags.services.status_sentences import number_words, points_words, words_for_status
from lti_ags.staff.access import for_block_staff
from lti_ags.staff.course_views import course_name, notes_of
from lti_ags.staff.filters import order_of, query_of, read_filters
from lti_ags.staff.pages import staff_page
from lti_ags.staff.work_at_hand import work_at_hand

PAGE_SIZE: Final = 50


@never_cache
@require_safe
@for_block_staff
def show_block(request: HttpRequest, configuration: LtiConfiguration) -> HttpResponse:
    """Show where the learners' grades in a block stand, problems first."""
    filters = read_filters(request.GET)
    every = grades_of_block(configuration)
    counts = count_standings(every)
    matching = grades_matching(configuration, filters)
    keys = sorted_grades(matching, filters).values_list("pk", flat=True)
    page = Paginator(keys, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "configuration": configuration,
        "notes": notes_of(configuration),
        "course_title": course_name(configuration.course_key) or str(configuration.course_key),
        "counts": [_count_face(status, number) for status, number in counts.items()],
        "total": sum(counts.values()),
        "tenths": _tenth_faces(count_by_tenths(every)),
        "filters": filters,
        "is_filtered": bool(filters.search or filters.status or filters.held),
        "statuses": [(status.value, words_for_status(status)) for status in GradeStatus],
        "held_choices": _held_choices(),
        "columns": _columns(filters),
        "order": order_of(filters),
        "query": query_of(filters),
        **work_at_hand(configuration, now=timezone.now()),
        "csv_query": urlencode(query_of(filters)),
        "page": page,
        "pages": _page_links(page, filters),
        "rows": [row_face(row) for row in read_rows(configuration, list(page.object_list))],
        "actions": [(action.value, words_for_action(action)) for action in StaffAction],
    }
    return staff_page(request, "block.html", context)


def row_face(row: LearnerRow) -> dict[str, Any]:
    """Return a row as the templates write it."""
    return {
        "row": row,
        "learner": row.name or row.username,
        "status": row.status.value,
        "status_words": words_for_status(row.status),
        "score": score_words(row),
        "recorded": "" if row.recorded is None else points_words(row.recorded.earned, row.recorded.possible),
    }


def score_words(row: LearnerRow) -> str:
    """Write what the tool gave: its points, or how several scores come out together."""
    if row.scores <= 1:
        return points_words(row.given, row.maximum)
    if row.ratio is None:
        words = ngettext("%(count)s score, none counts", "%(count)s scores, none counts", row.scores)
        return words % {"count": row.scores}
    percent = number_words(row.ratio * 100)
    words = ngettext("%(percent)s %% from %(count)s score", "%(percent)s %% from %(count)s scores", row.scores)
    return words % {"percent": percent, "count": row.scores}


def _count_face(status: GradeStatus, number: int) -> dict[str, Any]:
    return {"status": status.value, "words": words_for_status(status), "number": number}


def _tenth_faces(tenths: list[int]) -> list[dict[str, Any]]:
    """Return the steps of the distribution with the length of their bars in percent of the longest."""
    longest = max(tenths) or 1
    return [
        {
            "label": _("%(low)s to %(high)s %%") % {"low": tenth * 10, "high": tenth * 10 + (9 if tenth < 9 else 10)},
            "number": number,
            "length": round(100 * number / longest),
        }
        for tenth, number in enumerate(tenths)
    ]


def _held_choices() -> list[tuple[str, str]]:
    words = {
        HeldScore.LATE: _("Late, held for the course team"),
        HeldScore.REFUSED: _("Late, not counted"),
        HeldScore.UNRELEASED: _("Waiting for release"),
    }
    return [(held.value, words[held]) for held in HeldScore]


def _columns(filters: TableFilters) -> list[dict[str, str]]:
    """Return the columns of the table, each with the address that sorts by it, or the other way round."""
    titles = {
        TableOrder.LEARNER: _("Learner"),
        TableOrder.PROBLEMS: _("Status"),
        TableOrder.SCORE: _("Tool's score"),
        TableOrder.GRADE: _("Recorded grade"),
        TableOrder.SUBMITTED: _("Handed in"),
        TableOrder.RECEIVED: _("Received"),
    }
    return [_column(order, title, filters) for order, title in titles.items()]


def _column(order: TableOrder, title: str, filters: TableFilters) -> dict[str, str]:
    is_sorted = filters.order is order
    turned = TableFilters(
        search=filters.search,
        status=filters.status,
        held=filters.held,
        order=order,
        is_descending=is_sorted and not filters.is_descending,
    )
    sorting = ("descending" if filters.is_descending else "ascending") if is_sorted else ""
    return {"title": title, "sorting": sorting, "url": f"?{urlencode(query_of(turned))}"}


def _page_links(page: Any, filters: TableFilters) -> dict[str, str]:
    query = query_of(filters)

    def link(number: int) -> str:
        return f"?{urlencode({**query, 'page': number})}"

    return {
        "previous": link(page.previous_page_number()) if page.has_previous() else "",
        "next": link(page.next_page_number()) if page.has_next() else "",
    }
