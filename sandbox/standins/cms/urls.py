"""URLs of Studio; those of plugins come last, so the platform's own win."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path
from edx_django_utils.plugins import get_plugin_url_patterns

urlpatterns = [
    path("admin/", admin.site.urls),
]

urlpatterns.extend(get_plugin_url_patterns("cms.djangoapp"))
