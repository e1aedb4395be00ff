"""
The two pages that a launch shows: a sentence, or a form that posts itself.

Both load nothing, run one script of ours at most, and can be framed by the course only.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lti_ags.conf import app_settings
from lti_ags.security.origins import origins_of


def message_page(request: HttpRequest, message: str, *, status: int) -> HttpResponse:
    """Tell the person in the browser, in a sentence, why the launch does not go on."""
    return _page(request, "message.html", {"message": message}, status=status, forms_to=())


def form_page(
    request: HttpRequest, action: str, *, members: Mapping[str, str], allowed_urls: Iterable[str]
) -> HttpResponse:
    """
    Have the browser post ``members`` to the tool.

    Arguments:
        action: a registered address.
        allowed_urls: where the tool may send the browser on; browsers hold a form's policy against redirects, too.
    """
    context = {"action": action, "members": members}
    response = _page(request, "form.html", context, status=200, forms_to=[action, *allowed_urls])
    # The tool may look at the Origin header, which a stricter policy would turn into "null".
    response["Referrer-Policy"] = "strict-origin"
    return response


def _page(
    request: HttpRequest, template: str, context: Mapping[str, object], *, status: int, forms_to: Iterable[str]
) -> HttpResponse:
    nonce = secrets.token_urlsafe(16)
    response = render(request, f"lti_ags/launch/{template}", {**context, "nonce": nonce}, status=status)
    response["Content-Security-Policy"] = _policy(nonce, forms_to)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _policy(nonce: str, forms_to: Iterable[str]) -> str:
    form_origins = " ".join(origins_of(forms_to)) or "'none'"
    framed_by = " ".join(["'self'", *origins_of(_frame_ancestors())])
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'nonce-{nonce}'",
            f"style-src 'nonce-{nonce}'",
            f"form-action {form_origins}",
            f"frame-ancestors {framed_by}",
            "base-uri 'none'",
        ]
    )


def _frame_ancestors() -> list[str]:
    """Return where course pages are shown: the LMS, its learning front end, and what the site adds."""
    learning = str(getattr(settings, "LEARNING_MICROFRONTEND_URL", None) or "")
    return [app_settings.lms_root_url, learning, *app_settings.value("LTI_AGS_FRAME_ANCESTORS")]
