"""What is answered to tools says itself that it is JSON and nothing else, and that nobody may keep a copy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from opaque_keys.edx.keys import UsageKey

from lti_ags.constants import Scope
from lti_ags.models import LtiAgsLineItem, LtiContext
from lti_ags.services.addresses import line_items_url, results_url
from tests.support.ags import Ags, score_body
from tests.support.courses import subject_of
from tests.support.tools import RegisteredTool

Answers = dict[str, Callable[[], HttpResponse]]


@pytest.fixture
def answers(ags: Ags, context: LtiContext, declarative_block: UsageKey, learner: Any, tool: RegisteredTool) -> Answers:
    """One answer of each kind."""
    item = LtiAgsLineItem.objects.get(platform_item_of__location=declarative_block).pk
    score = score_body(subject_of(learner, declarative_block).subject)
    weak = Ags(tool, scopes=(Scope.SCORE,))
    return {
        "line items": lambda: ags.list_items(context),
        "line item": lambda: ags.get_item(item),
        "score": lambda: ags.post_score(item, score),
        "results": lambda: ags.get_results(item),
        "refused score": lambda: ags.post_score(item, {**score, "scoreGiven": -1}),
        "without a token": lambda: Client().get(line_items_url(context.uuid)),
        "without the scope": lambda: weak.get_results(item),
        "of nothing": lambda: ags.get_item(999_999),
        "to a wrong method": lambda: ags.request("PATCH", results_url(item), {}),
        "token": lambda: tool.request_token(Client(), [Scope.SCORE]),
        "refused token": lambda: tool.request_token(Client(), [Scope.SCORE], client_assertion="x"),
        "token to a wrong method": lambda: Client().get(reverse("lti_ags:token")),
    }


KINDS = (
    *("line items", "line item", "score", "results", "refused score", "without a token", "without the scope"),
    *("of nothing", "to a wrong method", "token", "refused token", "token to a wrong method"),
)


@pytest.mark.parametrize("kind", KINDS)
def test_answer_to_a_tool_is_kept_nowhere_and_never_sniffed(answers: Answers, kind: str) -> None:
    response = answers[kind]()

    assert response["Cache-Control"] == "no-store"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_key_set_is_public_and_never_sniffed(client: Client, db: None, method: str) -> None:
    response = getattr(client, method)(reverse("lti_ags:jwks"))

    assert response["X-Content-Type-Options"] == "nosniff"
    assert method == "post" or response["Cache-Control"].startswith("public")
