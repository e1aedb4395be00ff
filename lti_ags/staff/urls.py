"""The addresses of the staff's pages; each with and without a trailing slash, never by a redirect."""

from __future__ import annotations

from django.urls import re_path

from lti_ags.staff import block_views, course_views

_BLOCK = r"^blocks/(?P<block_uuid>[^/]+)"

urlpatterns = [
    re_path(r"^courses/(?P<course_key>[^/]+)/?\Z", course_views.show_course, name="staff-course"),
    re_path(_BLOCK + r"/?\Z", block_views.show_block, name="staff-block"),
]
