"""URLs of Studio; those of plugins come last, so the platform's own win."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.staticfiles.views import serve
from django.urls import path, re_path
from edx_django_utils.plugins import get_plugin_url_patterns

from cms.djangoapps.contentstore.views import block, component, pages
from common.djangoapps.student.views import login_page, logout_page
from lms.djangoapps.courseware.handlers import xblock_resource

KEY = r"(?P<usage_key_string>[^/]+)"

urlpatterns = [
    path("admin/", admin.site.urls),
    re_path(r"^login/?$", login_page, name="signin_user"),
    re_path(r"^logout/?$", logout_page, name="logout"),
    path("", pages.home, name="home"),
    re_path(r"^course/(?P<course_id>[^/]+)/?$", pages.course_outline, name="course_outline"),
    re_path(rf"^container/{KEY}/?$", pages.container, name="container"),
    re_path(r"^xblock/resource/(?P<block_type>[^/]+)/(?P<uri>.*)$", xblock_resource, name="xblock_resource"),
    re_path(rf"^xblock/{KEY}/handler/(?P<handler>[^/]+)(?:/(?P<suffix>.*))?$", component.component_handler),
    re_path(rf"^xblock/{KEY}/action/edit$", pages.xblock_edit_view, name="xblock_edit"),
    re_path(rf"^xblock/{KEY}/(?P<view_name>[^/]+)$", block.xblock_view_handler),
    re_path(r"^xblock/$", block.xblock_handler),
    re_path(rf"^xblock/{KEY}$", block.xblock_handler),
    re_path(r"^api/content-staging/v1/clipboard/$", block.clipboard),
    re_path(rf"^api/contentstore/v1/container/vertical/{KEY}/children$", block.container_children),
    re_path(r"^static/(?P<path>.*)$", serve, {"insecure": True}),
]

urlpatterns.extend(get_plugin_url_patterns("cms.djangoapp"))
