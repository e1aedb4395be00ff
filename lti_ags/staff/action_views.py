"""
What staff do to grades: a page that says what will happen to how many learners, and one that says how far it is.

Nothing changes before the first page's form is sent. Neither view runs in a transaction of the request: the gradebook
is asked while no lock of ours is held.
"""

from __future__ import annotations

import uuid

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from lti_ags.constants import StaffAction
from lti_ags.exceptions import MalformedRequest, NotFound, PlatformError
from lti_ags.models import LtiAgsBulkAction, LtiConfiguration
from lti_ags.services.action_sentences import words_for_action
from lti_ags.services.bulk_actions import (
    begin_bulk_action,
    continue_bulk_action,
    find_bulk_action,
    is_begun,
    look_ahead,
    progress_of,
)
from lti_ags.staff.access import for_block_staff, no_page, refusal_of
from lti_ags.staff.action_texts import counts_by_reason, learners_named, outlook_text, status_text
from lti_ags.staff.pages import staff_page
from lti_ags.staff.selections import read_selection


@never_cache
@csrf_protect
@transaction.non_atomic_requests
@require_http_methods(["GET", "HEAD", "POST"])
@for_block_staff
def confirm_action(request: HttpRequest, configuration: LtiConfiguration, action: str) -> HttpResponseBase:
    """Say what an action will do to the chosen grades; once that is confirmed, have it done."""
    try:
        wanted = StaffAction(action)
    except ValueError:
        return no_page(request)
    try:
        return (
            _act(request, configuration, wanted) if request.method == "POST" else _ask(request, configuration, wanted)
        )
    except MalformedRequest as error:
        return _message(request, configuration, wanted, error.message, status=400)
    except NotFound as error:
        return _message(request, configuration, wanted, error.message, status=404)
    except PlatformError:
        message = _(
            "The gradebook cannot be read just now, so nobody can say what this would change. Nothing was changed. "
            "Please try again in a minute."
        )
        return _message(request, configuration, wanted, message, status=503)


@never_cache
@csrf_protect
@transaction.non_atomic_requests
@require_http_methods(["GET", "HEAD", "POST"])
def show_bulk_action(request: HttpRequest, bulk_uuid: str) -> HttpResponseBase:
    """Say how far an action is and what came of it; POST has one taken up again that stands still."""
    row = _find_row(bulk_uuid) if request.user.is_authenticated else None
    refusal = refusal_of(request, None if row is None else row.configuration.course_key)
    if refusal is not None or row is None:
        return refusal or no_page(request)
    if request.method == "POST":
        continue_bulk_action(row.uuid)
        return HttpResponseRedirect(_progress_url(row.uuid))
    progress = progress_of(row, now=timezone.now())
    context = {
        "configuration": row.configuration,
        "words": words_for_action(StaffAction(row.action)),
        "progress": progress,
        "status": status_text(progress),
        "left_alone": counts_by_reason(progress.left_alone),
        "failed": counts_by_reason(progress.failed),
        "failed_learners": learners_named(row.failed_ids),
        "began_at": row.created_at,
        "finished_at": row.finished_at,
        "actor": row.actor,
    }
    return staff_page(request, "action_progress.html", context)


def _ask(
    request: HttpRequest, configuration: LtiConfiguration, action: StaffAction, *, is_changed: bool = False
) -> HttpResponse:
    """Show the page that asks. ``is_changed``: it is not about the learners any more for whom it was confirmed."""
    query = request.POST if request.method == "POST" else request.GET
    selection = read_selection(query, configuration=configuration)
    outlook = look_ahead(action, configuration=configuration, grade_ids=selection.grade_ids)
    context = {
        "configuration": configuration,
        "words": words_for_action(action),
        "outlook": outlook,
        "outlook_text": outlook_text(outlook),
        "left_alone": counts_by_reason(outlook.left_alone),
        "learners": learners_named(selection.grade_ids),
        "fields": [*selection.fields, ("chosen", selection.digest), ("token", str(uuid.uuid4()))],
        "is_changed": is_changed,
        "is_grave": action is StaffAction.CLEAR,
    }
    return staff_page(request, "action_confirm.html", context, status=409 if is_changed else 200)


def _act(request: HttpRequest, configuration: LtiConfiguration, action: StaffAction) -> HttpResponse:
    """Begin what was confirmed; a form that is sent again leads to what the first one began."""
    token = _read_uuid(request.POST.get("token", ""))
    if token is None:
        raise MalformedRequest(_("The form is not complete. Go back to the block's page and begin anew."))
    actor_id = int(request.user.pk or 0)
    if not is_begun(action, token=token, configuration=configuration, actor_id=actor_id):
        selection = read_selection(request.POST, configuration=configuration)
        if request.POST.get("chosen") != selection.digest:
            return _ask(request, configuration, action, is_changed=True)
        begin_bulk_action(
            action,
            token=token,
            configuration=configuration,
            grade_ids=selection.grade_ids,
            actor_id=actor_id,
            now=timezone.now(),
        )
    return HttpResponseRedirect(_progress_url(token))


def _message(
    request: HttpRequest, configuration: LtiConfiguration, action: StaffAction, message: str, *, status: int
) -> HttpResponse:
    """Say why the action cannot begin, and lead back to the block."""
    context = {"configuration": configuration, "words": words_for_action(action), "message": message}
    return staff_page(request, "action_message.html", context, status=status)


def _find_row(text: str) -> LtiAgsBulkAction | None:
    token = _read_uuid(text)
    return None if token is None else find_bulk_action(token)


def _read_uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _progress_url(token: uuid.UUID) -> str:
    return reverse("lti_ags:staff-bulk", kwargs={"bulk_uuid": token})
