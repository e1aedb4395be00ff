"""The URLs of a site on which something else takes our place."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import re_path


def answer(_request: HttpRequest) -> HttpResponse:
    """Answer whatever is asked."""
    return HttpResponse()


urlpatterns = [re_path("", answer)]
