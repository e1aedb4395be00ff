"""The incumbent's URLs under the prefix that they have in an LMS."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("api/", include("lti_consumer.plugin.urls", namespace="lti_consumer"))]
