"""
The two pages of a launch.

Both run inside the course page's frame, so both are exempt from ``X-Frame-Options``; the pages name who may frame them.
The authorization endpoint is called by the tool's page, which knows no CSRF token of ours: the signed hints, bound to
the session, take its place. Neither runs in a transaction of the request: a used launch stays used.
"""

from __future__ import annotations

import logging
from urllib.parse import urlencode

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import UsageKey

from lti_ags.conf import AgsConfigurationError
from lti_ags.exceptions import (
    BlockNotFound,
    Forbidden,
    LaunchError,
    LtiAgsError,
    NotFound,
    PlatformError,
    TransientPlatformError,
)
from lti_ags.launch.pages import form_page, message_page
from lti_ags.services.launch_answers import answer_request
from lti_ags.services.launches import Browser, LoginInitiation, begin_launch

logger = logging.getLogger(__name__)

_STATUS = (
    (Forbidden, 403),
    (NotFound, 404),
    (BlockNotFound, 404),
    (PlatformError, 503),
    (LaunchError, 409),
)


@never_cache
@xframe_options_exempt
@transaction.non_atomic_requests
@require_http_methods(["GET"])
def start(request: HttpRequest, usage_key: str) -> HttpResponse:
    """Send the learner to the tool's login page, or say why not."""
    try:
        initiation = begin_launch(_usage_key(usage_key), browser=_browser(request), now=timezone.now())
    except (Forbidden, NotFound, LaunchError, PlatformError) as error:
        return message_page(request, _sentence(error), status=_status(error))
    except AgsConfigurationError as error:
        logger.error("The site's settings are wrong: %s", error)
        return message_page(request, _try_again(), status=503)
    return _redirect(initiation)


@never_cache
@csrf_exempt
@xframe_options_exempt
@transaction.non_atomic_requests
@require_http_methods(["GET", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """Answer the tool's authentication request by a form that the browser posts (L-04, L-10)."""
    query = request.POST if request.method == "POST" else request.GET
    parameters = {name: [str(value) for value in values] for name, values in query.lists()}
    try:
        answer = answer_request(parameters, browser=_browser(request), now=timezone.now())
    except LaunchError as error:
        return message_page(request, error.message, status=400)
    return form_page(request, answer.redirect_uri, members=answer.members, allowed_urls=answer.tool_urls)


def _browser(request: HttpRequest) -> Browser:
    return Browser(user=request.user, session_key=request.session.session_key or "")


def _usage_key(text: str) -> UsageKey:
    """Read a usage key, whose ``+`` some clients turn into spaces."""
    try:
        return UsageKey.from_string(text.replace(" ", "+"))
    except InvalidKeyError as error:
        raise NotFound(_("There is no such page.")) from error


def _redirect(initiation: LoginInitiation) -> HttpResponse:
    """Add the parameters to the tool's login URL, which may have a query of its own."""
    url, _hash, fragment = initiation.login_url.partition("#")
    separator = "&" if "?" in url else "?"
    location = f"{url}{separator}{urlencode(initiation.parameters)}"
    return HttpResponseRedirect(f"{location}#{fragment}" if fragment else location)


def _status(error: LtiAgsError) -> int:
    return next(status for kind, status in _STATUS if isinstance(error, kind))


def _sentence(error: LtiAgsError) -> str:
    """Return the plain words for the person in the browser; the platform's own errors are not for them."""
    if isinstance(error, BlockNotFound):
        return _("There is no such page.")
    if isinstance(error, TransientPlatformError):
        return _try_again()
    if isinstance(error, PlatformError):
        return _("The tool cannot be opened: something is wrong with this site. Please tell its support.")
    return error.message


def _try_again() -> str:
    return _("The course cannot be reached just now. Please try again in a minute.")
