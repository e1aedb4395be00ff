"""Whatever is sent to the token endpoint, the answer is a refusal or a token, and never a fault of ours."""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import urlencode

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from lti_ags.constants import Claim, Scope
from lti_ags.models import LtiTool
from tests.support.forging import b64, by_the_tool
from tests.support.tools import FORM_TYPE, TOKEN_PATH, RegisteredTool

pytestmark = pytest.mark.django_db

FUZZING: Final = settings(max_examples=120)

TEXT: Final = st.text(st.characters(codec=None), max_size=20)
VALUES: Final = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | TEXT
    | st.sampled_from(["RS256", "none", "1700000000", Scope.SCORE.value]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
CLAIMS: Final = st.sampled_from(["iss", "sub", "aud", "iat", "exp", "nbf", "jti", Claim.DEPLOYMENT_ID.value, "other"])
HEADERS: Final = st.sampled_from(["alg", "kid", "typ", "cty", "crit", "jku", "jwk", "x5c", "b64", "zip", "other"])


def assert_answered(response: Any) -> None:
    assert response.status_code in {200, 400}
    assert ("access_token" in json.loads(response.content)) == (response.status_code == 200)


@FUZZING
@given(changes=st.dictionaries(CLAIMS, VALUES, min_size=1, max_size=3))
def test_any_claims(changes: dict[str, Any], client: Client, tool: RegisteredTool) -> None:
    assertion = by_the_tool(tool, claims={**tool.claims(), **changes})

    assert_answered(tool.request_token(client, [Scope.SCORE], client_assertion=assertion))


@FUZZING
@given(changes=st.dictionaries(HEADERS, VALUES, min_size=1, max_size=3))
def test_any_header(changes: dict[str, Any], client: Client, tool: RegisteredTool) -> None:
    assertion = by_the_tool(tool, header={"alg": "RS256", **changes})

    assert_answered(tool.request_token(client, [Scope.SCORE], client_assertion=assertion))


@FUZZING
@given(segments=st.lists(st.binary(max_size=60) | VALUES.map(lambda value: json.dumps(value).encode()), max_size=5))
def test_any_segments(segments: list[bytes], client: Client, tool: RegisteredTool) -> None:
    assertion = ".".join(b64(segment) for segment in segments) or "."

    assert_answered(tool.request_token(client, [Scope.SCORE], client_assertion=assertion))


@FUZZING
@given(body=st.binary(max_size=200) | st.text(alphabet="=&%+;abAB09_\0é", max_size=60).map(str.encode))
def test_any_body(body: bytes, client: Client) -> None:
    assert_answered(client.post(TOKEN_PATH, body, content_type=FORM_TYPE))


@FUZZING
@given(name=st.sampled_from(["grant_type", "client_assertion_type", "scope", "client_id"]), value=st.text(max_size=50))
def test_any_parameter(name: str, value: str, client: Client, tool: RegisteredTool) -> None:
    body = urlencode(tool.form(Scope.SCORE, **{name: value.encode("utf-8", "replace")}))

    assert_answered(client.post(TOKEN_PATH, body, content_type=FORM_TYPE))


@FUZZING
@given(header=st.text(st.characters(max_codepoint=255), max_size=80))
def test_any_authorization_header(header: str, client: Client) -> None:
    answers = [
        client.get("/api/lti_ags/v1/line_items/1", HTTP_AUTHORIZATION=prefix + header) for prefix in ("", "Bearer ")
    ]

    assert [answer.status_code for answer in answers] == [401, 401]


def test_body_above_the_limit_of_the_site_is_refused(client: Client, tool: RegisteredTool, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100

    assert_answered(tool.request_token(client, [Scope.SCORE]))


def test_stored_key_that_was_damaged_by_hand_refuses(client: Client, tool: RegisteredTool) -> None:
    LtiTool.objects.update(public_key="damaged")

    response = tool.request_token(client, [Scope.SCORE])

    assert response.status_code == 400
    assert json.loads(response.content)["error"] == "invalid_client"
