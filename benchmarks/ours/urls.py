"""Our URLs under the prefix that they have in an LMS."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("api/lti_ags/v1/", include("lti_ags.urls", namespace="lti_ags"))]
