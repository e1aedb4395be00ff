"""The addresses: with and without slashes, never by a redirect, and nothing of the site's framework in between."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import resolve, reverse
from opaque_keys.edx.keys import UsageKey

from lti_ags.models import LtiAgsScore, LtiContext
from lti_ags.services.addresses import (
    jwks_url,
    launch_start_url,
    line_item_url,
    line_items_url,
    results_url,
    scores_url,
    token_url,
)
from tests.support.ags import LINE_ITEM, Ags, score_body
from tests.support.courses import subject_of
from tests.support.tools import RegisteredTool

pytestmark = pytest.mark.django_db

ROOT = "http://127.0.0.1:8000"


def test_addresses_that_tools_get_are_the_ones_that_are_served() -> None:
    uuid = "f7b1cf2a-4a46-4a47-8a58-1d8ae2a5d0b6"

    assert token_url() == ROOT + reverse("lti_ags:token")
    assert jwks_url() == ROOT + reverse("lti_ags:jwks")
    assert line_items_url(uuid) == ROOT + reverse("lti_ags:line_items", args=[uuid])
    assert line_item_url(7) == ROOT + reverse("lti_ags:line_item", args=[7])
    assert scores_url(7) == ROOT + reverse("lti_ags:scores", args=[7])
    assert results_url(7) == ROOT + reverse("lti_ags:results", args=[7])
    assert launch_start_url("block") == ROOT + reverse("lti_ags:launch-start", args=["block"])


@pytest.mark.conformance("S-01", "RS-01", "LI-20")
@pytest.mark.parametrize("slash", ["", "/"], ids=["bare", "slash"])
def test_every_address_is_served_with_and_without_a_slash_at_its_end(
    ags: Ags, context: LtiContext, programmatic_block: UsageKey, learner: Any, slash: str
) -> None:
    user_id = subject_of(learner, programmatic_block).subject

    made = ags.request("POST", line_items_url(context.uuid) + slash, LINE_ITEM)
    item = made.json()["id"]

    assert made.status_code == 201
    assert not item.endswith("/")
    assert ags.get(line_items_url(context.uuid) + slash).status_code == 200
    assert ags.get(item + slash).status_code == 200
    assert ags.request("PUT", item + slash, LINE_ITEM).status_code == 200
    assert ags.request("POST", f"{item}/scores{slash}", score_body(user_id)).status_code == 200
    assert len(ags.get(f"{item}/results{slash}").json()) == 1
    assert ags.request("DELETE", item + slash).status_code == 204


@pytest.mark.conformance("S-01")
@pytest.mark.parametrize("end", ["//scores", "//scores/"])
def test_slash_before_scores_may_be_doubled(
    ags: Ags, line_item: int, learner: Any, declarative_block: UsageKey, end: str
) -> None:
    user_id = subject_of(learner, declarative_block).subject

    assert ags.request("POST", line_item_url(line_item) + end, score_body(user_id)).status_code == 200
    assert LtiAgsScore.objects.count() == 1
    assert len(ags.get(line_item_url(line_item) + end.replace("scores", "results")).json()) == 1


@pytest.mark.conformance("S-01", "LI-09")
def test_query_on_an_items_address_stays_behind_and_changes_nothing(
    ags: Ags, line_item: int, learner: Any, declarative_block: UsageKey, context: LtiContext
) -> None:
    user_id = subject_of(learner, declarative_block).subject

    assert ags.request("POST", f"{scores_url(line_item)}?ctx=3", score_body(user_id)).status_code == 200
    assert len(ags.get(f"{results_url(line_item)}?ctx=3&user_id={user_id}").json()) == 1
    assert ags.get(f"{line_item_url(line_item)}?ctx=3").json()["id"] == line_item_url(line_item)
    assert ags.get(f"{line_items_url(context.uuid)}?type=3&tag=none").json() == []


@pytest.mark.parametrize(
    "path",
    [
        "/api/lti_ags/v1/line_items/7%0A",
        "/api/lti_ags/v1/line_items/7/scores%0A",
        "/api/lti_ags/v1/line_items/7///scores",
        "/api/lti_ags/v1/line_items//scores",
        "/api/lti_ags/v1/Line_Items/7",
    ],
)
def test_other_spellings_are_no_address(ags: Ags, line_item: int, path: str) -> None:
    assert ags.get(path).status_code == 404


@pytest.mark.parametrize("name", ["line_items", "line_item", "scores", "results"])
def test_view_is_outside_of_a_requests_transaction_and_of_csrf_checks(name: str) -> None:
    view = resolve(reverse(f"lti_ags:{name}", args=[1])).func

    assert view._non_atomic_requests == {"default"}  # type: ignore[attr-defined]  # Django's mark
    assert view.csrf_exempt  # type: ignore[attr-defined]  # Django's mark


def test_sites_defaults_for_the_framework_do_not_matter(
    tool: RegisteredTool, context: LtiContext, programmatic_block: UsageKey, learner: Any, settings: Any
) -> None:
    settings.REST_FRAMEWORK = {
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAdminUser"],
        "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.MultiPartParser"],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.StaticHTMLRenderer"],
        "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.AnonRateThrottle"],
        "DEFAULT_THROTTLE_RATES": {"anon": "1/day"},
        "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
        "DEFAULT_FILTER_BACKENDS": ["rest_framework.filters.SearchFilter"],
        "DEFAULT_CONTENT_NEGOTIATION_CLASS": "rest_framework.negotiation.DefaultContentNegotiation",
        "DEFAULT_VERSIONING_CLASS": "rest_framework.versioning.AcceptHeaderVersioning",
        "ALLOWED_VERSIONS": ["v9"],
        "DEFAULT_METADATA_CLASS": None,
        "EXCEPTION_HANDLER": "tests.no.such.handler",
        "UPLOADED_FILES_USE_URL": False,
        "URL_FORMAT_OVERRIDE": "format",
        "PAGE_SIZE": 1,
    }
    ags = Ags(tool)
    number = ags.made_item(context, resourceLinkId=str(programmatic_block))
    ags.made_item(context)
    user_id = subject_of(learner, programmatic_block).subject

    assert ags.post_score(number, score_body(user_id)).status_code == 200
    assert len(ags.list_items(context, format="api").json()) == 2
    assert len(ags.get_results(number).json()) == 1
    assert ags.post_score(number, score_body("nobody")).json()["code"] == "unknown_user"
