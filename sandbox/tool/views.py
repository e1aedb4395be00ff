"""The way in, and the quiz."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from pylti1p3.exception import LtiException, LtiServiceException
from pylti1p3.lineitem import LineItem

from sandbox.tool import quiz, readable, scoring
from sandbox.tool.failures import error_page, explained, refusal
from sandbox.tool.launches import Launch, accept_launch, begin_login, find_launch
from sandbox.tool.registrations import public_key_set, registered_platforms
from sandbox.tool.settings import TOOL_URL

_COOKIE_HINT: Final = (
    "The browser may have kept a cookie back. The sandbox works when every address begins with "
    "http://127.0.0.1, not with http://localhost."
)


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Say what this is, for whoever opens the tool without a launch."""
    addresses = {
        "Login initiation": TOOL_URL + reverse("login"),
        "Launch and redirection": TOOL_URL + reverse("launch"),
        "Key set": TOOL_URL + reverse("jwks"),
    }
    return render(request, "tool/home.html", {"addresses": addresses, "platforms": registered_platforms()})


@require_GET
def jwks(_request: HttpRequest) -> HttpResponse:
    """Return the tool's public keys."""
    return JsonResponse(public_key_set())


@never_cache
@require_http_methods(["GET", "POST"])
@explained
def login(request: HttpRequest) -> HttpResponse:
    """Answer the platform's login initiation: send the browser on to the platform's authorization endpoint."""
    response: HttpResponse = begin_login(request).redirect(TOOL_URL + reverse("launch"))
    return response


@never_cache
@require_POST
@explained
def launch(request: HttpRequest) -> HttpResponse:
    """Take the launch message and go to its page, so that reloading does not send the message again."""
    if "error" in request.POST:
        words = request.POST.get("error_description") or request.POST["error"]
        hint = _COOKIE_HINT if request.POST["error"] == "login_required" else ""
        return error_page(request, f"The platform did not launch: {words}", status=403, hint=hint)
    try:
        accepted = accept_launch(request)
    except LtiException as error:
        if str(error) != "State not found":
            raise
        return error_page(request, "This launch was not begun in this browser.", status=403, hint=_COOKIE_HINT)
    return HttpResponseRedirect(reverse("launched", args=[accepted.number]))


@never_cache
@require_GET
@explained
def launched(request: HttpRequest, number: str) -> HttpResponse:
    """Show the quiz and what the launch brought."""
    found = find_launch(request, number)
    return render(request, "tool/launched.html", {**page_of(found), "started_at": scoring.now_text()})


@never_cache
@require_GET
@explained
def claims(request: HttpRequest, number: str) -> HttpResponse:
    """Return what the launch brought, for programs."""
    return JsonResponse(find_launch(request, number).claims)


@never_cache
@require_POST
@explained
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """Mark the learner's answers and post the score."""
    found = find_launch(request, number)
    answers = {question.name: request.POST.get(question.name, "") for question in quiz.QUESTIONS}
    outcome = quiz.mark(answers)
    context: dict[str, Any] = {**page_of(found), "outcome": outcome, "answers": answers}
    if found.is_graded:
        try:
            sent = scoring.send_quiz_score(found, outcome, started_at=_time(request.POST.get("started_at", "")))
            context |= {"sent": sent, "result": _own_result(found, sent.line_item)}
        except LtiServiceException as error:
            context["refusal"] = refusal(error)
    return render(request, "tool/answered.html", context)


def page_of(found: Launch) -> dict[str, Any]:
    """Return what every page of a launch shows."""
    return {
        "launch": found,
        "roles": readable.role_names(found.claims),
        "rows": readable.rows(found.claims),
        "questions": quiz.QUESTIONS,
        "maximum": quiz.MAXIMUM,
    }


def _own_result(found: Launch, line_item: str) -> dict[str, Any] | None:
    """Return what the platform reports for this learner now."""
    results = found.grades.get_grades(LineItem({"id": line_item}))
    return next((result for result in results if result["userId"] == found.learner), None)


def _time(text: str) -> str:
    """Return the time at which the quiz was opened, unless somebody has been at the form."""
    try:
        opened_at = datetime.fromisoformat(text)
    except ValueError:
        return ""
    return text if opened_at.tzinfo is not None and opened_at <= datetime.now(UTC) else ""
