"""
How a page of the staff is made: its template, its policy, and the viewer's time zone.

The pages load nothing, run no script, and can be framed by nobody: a page with buttons that change grades must not be
laid under somebody else's.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from lti_ags.security.origins import origins_of
from lti_ags.services.time_zones import zone_of


def staff_page(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """
    Render a page for the course's staff.

    Arguments:
        template: a file of ``lti_ags/staff`` that extends its ``base.html``.
        context: what the template shows; datetimes in it appear in the viewer's time zone, which the page names.
    """
    nonce = secrets.token_urlsafe(16)
    zone = zone_of(request.user)
    with timezone.override(zone):
        page = {**(context or {}), "nonce": nonce, "zone_name": zone.key}
        response = render(request, f"lti_ags/staff/{template}", page, status=status)
    response["Content-Security-Policy"] = _policy(nonce)
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Frame-Options"] = "DENY"
    response["Referrer-Policy"] = "same-origin"
    return response


def message_page(request: HttpRequest, title: str, message: str, *, status: int) -> HttpResponse:
    """Tell the viewer in a sentence why there is nothing to be seen."""
    return staff_page(request, "message.html", {"title": title, "message": message}, status=status)


def _policy(nonce: str) -> str:
    # A form sent after the session has ended is redirected to where people log in, and browsers hold that against it.
    login_page = str(getattr(settings, "AUTHN_MICROFRONTEND_URL", None) or "")
    forms_to = " ".join(["'self'", *origins_of([login_page])])
    return "; ".join(
        [
            "default-src 'none'",
            f"style-src 'nonce-{nonce}'",
            f"form-action {forms_to}",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ]
    )
