"""Asking before something is done to many: how many there are, which ones, and what will come of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

#: The most rows that one action takes; a whole block has an action of its own.
MOST_AT_ONCE: Final = 500
_SHOWN: Final = 10
_CONFIRMED: Final = "confirmed"


@dataclass(frozen=True)
class Question:
    """What the page says: ``title``, the ``consequence`` in a sentence or two, and what the ``button`` is called."""

    title: str
    consequence: str
    button: str


def is_confirmed(request: HttpRequest) -> bool:
    """Tell whether the operator has seen the question and pressed its button."""
    return _CONFIRMED in request.POST


def chosen_rows(request: HttpRequest, rows: QuerySet[Any]) -> list[Any]:
    """Return the rows of an action; none, with a message, where they are too many to be looked over."""
    chosen = list(rows[: MOST_AT_ONCE + 1])
    if len(chosen) > MOST_AT_ONCE:
        bound = number_format(MOST_AT_ONCE, force_grouping=True)
        messages.error(request, _("Choose at most %(number)s at once. Nothing was changed.") % {"number": bound})
        return []
    return chosen


def confirmation_page(
    request: HttpRequest, page: admin.ModelAdmin[Any], rows: list[Any], *, question: Question
) -> HttpResponse:
    """Show the question; its form names every row, so that no other ones are taken when it comes back."""
    context = {
        **page.admin_site.each_context(request),
        "title": question.title,
        "question": question,
        "opts": page.opts,
        "rows": rows[:_SHOWN],
        "more": max(len(rows) - _SHOWN, 0),
        "keys": [str(row.pk) for row in rows],
        "action": request.POST.get("action", ""),
        "checkbox": ACTION_CHECKBOX_NAME,
        "media": page.media,
    }
    return TemplateResponse(request, "lti_ags/admin/confirm.html", context)
