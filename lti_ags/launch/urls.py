"""The two addresses of a launch; each with and without a trailing slash, never by a redirect."""

from __future__ import annotations

from django.urls import re_path

from lti_ags.launch import views

urlpatterns = [
    re_path(r"^start/(?P<usage_key>[^/]+)/?\Z", views.start, name="launch-start"),
    re_path(r"^authorize/?\Z", views.authorize, name="launch-authorize"),
]
