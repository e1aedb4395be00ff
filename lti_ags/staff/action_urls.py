"""The addresses of what staff do to grades; each with and without a trailing slash, never by a redirect."""

from __future__ import annotations

from django.urls import re_path

from lti_ags.staff import action_views

urlpatterns = [
    re_path(
        r"^blocks/(?P<block_uuid>[^/]+)/actions/(?P<action>[a-z_]+)/?\Z",
        action_views.confirm_action,
        name="staff-action",
    ),
    re_path(r"^bulk/(?P<bulk_uuid>[^/]+)/?\Z", action_views.show_bulk_action, name="staff-bulk"),
]
