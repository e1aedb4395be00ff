"""The addresses of the staff's pages; each with and without a trailing slash, never by a redirect."""

from __future__ import annotations

from django.urls import include, re_path

from lti_ags.staff import block_views, course_views, delivery_views, downloads, learner_views

_BLOCK = r"^blocks/(?P<block_uuid>[^/]+)"

urlpatterns = [
    re_path(r"^courses/(?P<course_key>[^/]+)/?\Z", course_views.show_course, name="staff-course"),
    re_path(r"^deliveries/?\Z", delivery_views.search_deliveries, name="staff-deliveries"),
    re_path(_BLOCK + r"/?\Z", block_views.show_block, name="staff-block"),
    re_path(_BLOCK + r"/grades\.csv\Z", downloads.download_grades, name="staff-block-csv"),
    re_path(_BLOCK + r"/learners/(?P<grade_id>[0-9]{1,18})/?\Z", learner_views.show_learner, name="staff-learner"),
    re_path(r"", include("lti_ags.staff.action_urls")),
]
