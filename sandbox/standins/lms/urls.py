"""URLs of the LMS; those of plugins come last, so the platform's own win."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.staticfiles.views import serve
from django.urls import path, re_path
from edx_django_utils.plugins import get_plugin_url_patterns

from common.djangoapps.student.views import login_page, logout_page
from lms.djangoapps.courseware import handlers, views
from lms.djangoapps.instructor.views import api as instructor
from sandbox.faces import no_icon, show_faces

COURSE = r"^courses/(?P<course_id>[^/]+)"
BLOCK = COURSE + r"/xblock/(?P<usage_id>[^/]+)"
HANDLER = r"(?P<handler>[^/]+)(?:/(?P<suffix>.*))?$"

urlpatterns = [
    path("admin/", admin.site.urls),
    re_path(r"^login/?$", login_page, name="signin_user"),
    re_path(r"^logout/?$", logout_page, name="logout"),
    path("", views.courses, name="root"),
    path("start", show_faces, name="start"),
    path("favicon.ico", no_icon),
    re_path(COURSE + r"/course/?$", views.course_home, name="course_home"),
    re_path(COURSE + r"/jump_to/(?P<location>.*)$", views.jump_to, name="jump_to"),
    re_path(COURSE + r"/gradebook/?$", views.gradebook_page, name="gradebook"),
    re_path(BLOCK + "/handler/" + HANDLER, handlers.handle_xblock_callback, name="xblock_handler"),
    re_path(BLOCK + "/handler_noauth/" + HANDLER, handlers.handle_xblock_callback_noauth, name="xblock_handler_noauth"),
    re_path(r"^xblock/resource/(?P<block_type>[^/]+)/(?P<uri>.*)$", handlers.xblock_resource, name="xblock_resource"),
    re_path(r"^xblock/(?P<usage_key_string>[^/]+)/?$", views.render_xblock, name="render_xblock"),
    re_path(COURSE + "/instructor/api/override_problem_score$", instructor.override_problem_score),
    re_path(COURSE + "/instructor/api/rescore_problem$", instructor.rescore_problem),
    re_path(COURSE + "/instructor/api/reset_student_attempts$", instructor.reset_student_attempts),
    re_path(r"^api/grades/v1/courses/(?P<course_id>[^/]+)/?$", views.course_grades_api),
    re_path(r"^static/(?P<path>.*)$", serve, {"insecure": True}),
]

urlpatterns.extend(get_plugin_url_patterns("lms.djangoapp"))
