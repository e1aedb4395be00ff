"""The page on which somebody manages the tool's line items by hand; for launches that allow it."""

from __future__ import annotations

import math
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from pylti1p3.exception import LtiException, LtiServiceException
from pylti1p3.lineitem import LineItem

from sandbox.tool import scoring
from sandbox.tool.failures import explained, refusal
from sandbox.tool.launches import Launch, find_launch
from sandbox.tool.views import page_of

_FILTERS = ("tag", "resource_id")


@never_cache
@require_GET
@explained
def line_items(request: HttpRequest, number: str) -> HttpResponse:
    """List the line items, all of them or those with a tag or a resource id."""
    return _page(request, find_launch(request, number))


@never_cache
@require_GET
@explained
def results(request: HttpRequest, number: str) -> HttpResponse:
    """List the line items, and the results of one of them."""
    launch = find_launch(request, number)
    line_item = _line_item(launch, request.GET.get("line_item", ""))
    return _page(request, launch, results_of=line_item, results=scoring.read_results(launch, line_item=line_item))


@never_cache
@require_POST
@explained
def change(request: HttpRequest, number: str) -> HttpResponse:
    """Create or delete a line item, or post a score to one, as the form's button says."""
    launch = find_launch(request, number)
    actions = {"create": _create, "score": _score, "delete": _delete}
    action = actions.get(request.POST.get("action", ""))
    if action is None:
        raise LtiException("The form does not say what to do.")
    try:
        done = action(launch, request)
    except LtiServiceException as error:
        return _page(request, launch, refusal=refusal(error))
    return _page(request, launch, done=done)


def _create(launch: Launch, request: HttpRequest) -> str:
    form = request.POST
    item = scoring.create_line_item(
        launch,
        label=form.get("label", ""),
        maximum=_number(form.get("maximum", ""), "The maximum"),
        tag=form.get("tag", ""),
        resource_id=form.get("resource_id", ""),
        is_linked="linked" in form,
    )
    return f"The line item “{item.get_label()}” was created: {item.get_id()}"


def _score(launch: Launch, request: HttpRequest) -> str:
    form = request.POST
    line_item = _line_item(launch, form.get("line_item", ""))
    score = scoring.SentScore(
        learner=form.get("learner", "") or launch.learner,
        points=_number(form.get("points", ""), "The score"),
        maximum=_number(form.get("maximum", ""), "The maximum"),
        comment=form.get("comment", ""),
        submitted_at=scoring.now_text(),
    )
    answer = scoring.send_score(launch, score, line_item=LineItem({"id": line_item}))
    return f"The platform took the score {score.points:g} of {score.maximum:g}. {answer.reason}".strip()


def _delete(launch: Launch, request: HttpRequest) -> str:
    line_item = _line_item(launch, request.POST.get("line_item", ""))
    scoring.delete_line_item(launch, line_item=line_item)
    return f"The line item was deleted: {line_item}"


def _line_item(launch: Launch, address: str) -> str:
    if not scoring.is_of_platform(launch, address):
        raise LtiException("That is not a line item of the platform that launched.")
    return address


def _number(text: str, what: str) -> float:
    try:
        number = float(text)
    except ValueError as error:
        raise LtiException(f"{what} must be a number.") from error
    if not math.isfinite(number) or number < 0:
        raise LtiException(f"{what} must be a number, 0 or more.")
    return number


def _page(request: HttpRequest, launch: Launch, **more: Any) -> HttpResponse:
    filters = {name: request.GET.get(name, "") for name in _FILTERS}
    items = scoring.list_line_items(launch, filters=filters)
    context = {"filters": filters, "line_items": items, **page_of(launch), **more}
    return render(request, "tool/line_items.html", context)
