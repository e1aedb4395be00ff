"""
Who may see the pages of the staff, asked once for each page.

A visitor who is not logged in goes to the LMS's login page and comes back. Everybody else gets a written page: 404 for
what there is not, 403 for those who are not staff of the course, or look at it as a learner, 503 while the LMS cannot
tell.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey

from lti_ags import edx_platform
from lti_ags.exceptions import PlatformError
from lti_ags.models import LtiConfiguration
from lti_ags.staff.pages import message_page

P = ParamSpec("P")

CourseView = Callable[Concatenate[HttpRequest, CourseKey, P], HttpResponseBase]
BlockView = Callable[Concatenate[HttpRequest, LtiConfiguration, P], HttpResponseBase]


def for_course_staff(view: CourseView[P]) -> Callable[..., HttpResponseBase]:
    """Give a view the course that its address names by ``course_key``, if the viewer is staff of it."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, course_key: str, **kwargs: Any) -> HttpResponseBase:
        key = read_course_key(course_key)
        refusal = refusal_of(request, key)
        return (
            view(request, key, *args, **kwargs) if refusal is None and key is not None else refusal or no_page(request)
        )

    return guarded


def for_block_staff(view: BlockView[P]) -> Callable[..., HttpResponseBase]:
    """Give a view the configuration that its address names by ``block_uuid``, if the viewer is staff of its course."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, block_uuid: str, **kwargs: Any) -> HttpResponseBase:
        configuration = _find_block(block_uuid) if request.user.is_authenticated else None
        refusal = refusal_of(request, None if configuration is None else configuration.course_key)
        if refusal is not None or configuration is None:
            return refusal or no_page(request)
        return view(request, configuration, *args, **kwargs)

    return guarded


def refusal_of(request: HttpRequest, course_key: CourseKey | None) -> HttpResponse | None:
    """
    Return what to answer to somebody who may not see the pages of a course; None for its staff.

    Arguments:
        course_key: None where the address names nothing that exists.
    """
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if course_key is None:
        return no_page(request)
    try:
        if edx_platform.is_masquerading(request.user, course_key):
            return _refuse(
                request,
                _("You are viewing the course as a learner. View it as yourself, and this page opens."),
            )
        if not edx_platform.is_course_staff(course_key, user=request.user):
            return _refuse(request, _("Only the staff of this course can see this page. You are not one of them."))
    except PlatformError:
        message = _("The LMS cannot tell just now who is staff of this course. Please try again in a minute.")
        return message_page(request, _("This page cannot be shown just now"), message, status=503)
    return None


def no_page(request: HttpRequest) -> HttpResponse:
    """Say that there is no such page."""
    message = _("There is nothing under this address. It may have been removed, or the address is incomplete.")
    return message_page(request, _("There is no such page"), message, status=404)


def read_course_key(text: str) -> CourseKey | None:
    """Read the key of a course run, whose ``+`` some clients turn into spaces; None for what is none."""
    try:
        key = CourseKey.from_string(text.replace(" ", "+"))
    except InvalidKeyError:
        return None
    return key if key.is_course else None


def _find_block(text: str) -> LtiConfiguration | None:
    """Return the block's configuration with its tool; None where another block has taken its place since."""
    try:
        block_uuid = uuid.UUID(text)
    except ValueError:
        return None
    rows = LtiConfiguration.objects.filter(uuid=block_uuid, replaced_at=None)
    return rows.select_related("tool").first()


def _refuse(request: HttpRequest, message: str) -> HttpResponse:
    return message_page(request, _("This page is for the course's staff"), message, status=403)
