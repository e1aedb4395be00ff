"""
The addresses under the app's prefix in the LMS, which ``LtiAgsConfig.plugin_app`` names.

Every one is served with and without a slash at its end, never by a redirect, which would lose a body; before
``scores`` and ``results`` the slash may be doubled, as clients that append to an id write it.
"""

from __future__ import annotations

from django.urls import include, re_path

from lti_ags.rest_api.jwks_views import JwksView
from lti_ags.rest_api.token_views import TokenView
from lti_ags.rest_api.views import LineItemViewSet, ResultViewSet, ScoreViewSet

app_name = "lti_ags"

_CONTEXT = r"^contexts/(?P<context_uuid>[^/]+)/line_items"
_LINE_ITEM = r"^line_items/(?P<line_item_id>[^/]+)"

urlpatterns = [
    re_path(r"^token/?\Z", TokenView.as_view(), name="token"),
    re_path(r"^jwks/?\Z", JwksView.as_view(), name="jwks"),
    re_path(r"^launch/", include("lti_ags.launch.urls")),
    re_path(r"^staff/", include("lti_ags.staff.urls")),
    re_path(_CONTEXT + r"/?\Z", LineItemViewSet.as_view({"get": "list", "post": "create"}), name="line_items"),
    re_path(
        _LINE_ITEM + r"/?\Z",
        LineItemViewSet.as_view({"get": "retrieve", "put": "update", "delete": "destroy"}),
        name="line_item",
    ),
    re_path(_LINE_ITEM + r"//?scores/?\Z", ScoreViewSet.as_view({"post": "create"}), name="scores"),
    re_path(_LINE_ITEM + r"//?results/?\Z", ResultViewSet.as_view({"get": "list"}), name="results"),
]
