"""Requests and responses between Django and blocks, which speak WebOb."""

from __future__ import annotations

import webob
from django.http import HttpResponse
from django.http.request import RawPostDataException


def django_to_webob_request(django_request):
    """Return the request as blocks know requests."""
    environ = {name: value for name, value in django_request.META.items() if isinstance(value, str)}
    environ.pop("CONTENT_LENGTH", None)
    try:
        content = {"body": django_request.body}
    except RawPostDataException:
        # Django has parsed a form with files already; its fields are all that is left.
        environ.pop("CONTENT_TYPE", None)
        content = {"POST": list(django_request.POST.items())}
    request = webob.Request.blank(
        django_request.get_full_path(), environ=environ, method=django_request.method, **content
    )
    request.method = django_request.method
    return request


def webob_to_django_response(answer):
    """Return what a block answered as Django's response."""
    response = HttpResponse(answer.body, status=answer.status_code, content_type=answer.headers.get("Content-Type"))
    for name, value in answer.headerlist:
        if name.lower() not in ("content-type", "content-length"):
            response[name] = value
    return response
