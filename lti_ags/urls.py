"""The URLs under ``api/lti_ags/v1/`` of the LMS, each with and without a trailing slash."""

from __future__ import annotations

from django.urls import re_path

from lti_ags.rest_api.jwks_views import JwksView
from lti_ags.rest_api.token_views import TokenView

app_name = "lti_ags"

urlpatterns = [
    re_path(r"^token/?$", TokenView.as_view(), name="token"),
    re_path(r"^jwks/?$", JwksView.as_view(), name="jwks"),
]
