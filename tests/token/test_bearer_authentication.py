"""Access tokens at the AGS services (conformance items B-01, B-02, B-06, T-16, T-21)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import jwt
import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.request import Request

from lti_ags.conf import app_settings
from lti_ags.constants import Scope
from lti_ags.models import LtiContext, LtiTool
from lti_ags.rest_api.authentication import BearerAuthentication
from lti_ags.security.access_tokens import issue_access_token, read_access_token
from lti_ags.security.hints import sign_hint
from lti_ags.security.platform_keys import sign
from lti_ags.security.sealed import seal
from lti_ags.services.tools import set_enabled
from tests.support.secret_lists import NEW, OLD
from tests.support.tools import RegisteredTool

MISSING: Final = 'Bearer realm="lti_ags"'
INVALID: Final = 'Bearer realm="lti_ags", error="invalid_token"'


def get(context: LtiContext, header: str | None, client: Client, query: str = "") -> HttpResponse:
    headers = {} if header is None else {"HTTP_AUTHORIZATION": header}
    return client.get(f"/api/lti_ags/v1/contexts/{context.uuid}/line_items{query}", **headers)


def tampered(token: str, **changes: Any) -> str:
    """The token with other claims and its old signature."""
    header, payload, signature = token.split(".")
    claims = {**json.loads(base64.urlsafe_b64decode(payload + "==")), **changes}
    return f"{header}.{base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b'=').decode()}.{signature}"


def unsigned(token: str) -> str:
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    return jwt.encode(claims, None, algorithm="none")


def keyed(token: str, secret: bytes) -> str:
    signed = token.rpartition(".")[0]
    mac = hmac.digest(secret, signed.encode(), hashlib.sha256)
    return f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


FOREIGN: Final[dict[str, Callable[[str, RegisteredTool], str]]] = {
    "nonsense": lambda token, tool: "nonsense",
    "dots": lambda token, tool: "..",
    "cut-short": lambda token, tool: token[:-1],
    "made-longer": lambda token, tool: token + "A",
    "in-upper-case": lambda token, tool: token.upper(),
    "without-signature": lambda token, tool: token.rpartition(".")[0] + ".",
    "more-scopes": lambda token, tool: tampered(token, scope=" ".join(Scope)),
    "another-client": lambda token, tool: tampered(token, sub="another"),
    "a-later-end": lambda token, tool: tampered(token, exp=9_999_999_999),
    "unsigned": lambda token, tool: unsigned(token),
    "keyed-with-nothing": lambda token, tool: keyed(token, b""),
    "keyed-with-the-client-id": lambda token, tool: keyed(token, tool.client_id.encode()),
    "client-assertion": lambda token, tool: tool.assertion(),
    "launch-token": lambda token, tool: sign(tool.claims(scope=Scope.SCORE), now=timezone.now()),
    "launch-hint": lambda token, tool: sign_hint(
        {"sub": tool.client_id, "scope": Scope.SCORE, "aud": "lti-ags"}, purpose="access", now=timezone.now()
    ),
    "sealed-for-something-else": lambda token, tool: seal(
        {"sub": tool.client_id, "scope": Scope.SCORE, "exp": 9_999_999_999}, purpose="other"
    ),
    "token-of-an-unknown-client": lambda token, tool: issue_access_token(
        client_id="unknown", scopes=Scope, now=timezone.now()
    ),
    "client-in-another-case": lambda token, tool: issue_access_token(
        client_id=tool.client_id.upper(), scopes=Scope, now=timezone.now()
    ),
    "expired": lambda token, tool: issue_access_token(
        client_id=tool.client_id, scopes=Scope, now=timezone.now() - timedelta(seconds=3601)
    ),
    "two-words": lambda token, tool: f"{token} {token}",
    "two-headers-in-one": lambda token, tool: f"{token},Bearer {token}",
    "a-parameter": lambda token, tool: f'token="{token}"',
    "empty": lambda token, tool: "",
    "very-long": lambda token, tool: token + "A" * 60_000,
    "not-ascii": lambda token, tool: token + "\xe9",
}


@pytest.mark.conformance("B-02")
@pytest.mark.parametrize("make", FOREIGN.values(), ids=FOREIGN.keys())
def test_token_that_is_not_good_is_refused(
    make: Callable[[str, RegisteredTool], str], client: Client, tool: RegisteredTool, context: LtiContext
) -> None:
    token = make(tool.token(client, Scope.SCORE), tool)

    response = get(context, f"Bearer {token}", client)

    assert response.status_code == 401
    assert json.loads(response.content)["code"] == "invalid_token"
    assert response["WWW-Authenticate"] == INVALID


@pytest.mark.conformance("B-01", "B-02")
@pytest.mark.parametrize(
    "header", [None, "", " ", "Basic dG9vbDpzZWNyZXQ=", "JWT abc", "Bearer,abc", "Token abc", "abc", "\xff"]
)
def test_request_without_a_bearer_token_is_challenged(header: str | None, client: Client, context: LtiContext) -> None:
    response = get(context, header, client)

    assert response.status_code == 401
    assert json.loads(response.content)["code"] == "missing_token"
    assert response["WWW-Authenticate"] == MISSING


@pytest.mark.conformance("B-06")
def test_token_in_query_string_or_form_is_not_read(client: Client, tool: RegisteredTool, context: LtiContext) -> None:
    token = tool.token(client)

    by_query = get(context, None, client, f"?access_token={token}")
    by_form = client.post(f"/api/lti_ags/v1/contexts/{context.uuid}/line_items", {"access_token": token})

    assert (by_query.status_code, by_form.status_code) == (401, 401)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_scheme_is_compared_without_case(
    scheme: str, client: Client, tool: RegisteredTool, context: LtiContext
) -> None:
    assert get(context, f"{scheme} {tool.token(client)}", client).status_code == 200


@pytest.mark.conformance("T-21")
def test_disabled_tool_is_cut_off_at_once_and_let_in_again(
    client: Client, tool: RegisteredTool, context: LtiContext
) -> None:
    header = f"Bearer {tool.token(client)}"

    set_enabled([tool.tool], is_enabled=False)
    disabled = get(context, header, client)
    set_enabled([tool.tool], is_enabled=True)
    enabled = get(context, header, client)

    assert (disabled.status_code, disabled["WWW-Authenticate"]) == (401, INVALID)
    assert enabled.status_code == 200


def test_old_key_verifies_until_it_leaves_the_list(
    client: Client, tool: RegisteredTool, context: LtiContext, settings: Any
) -> None:
    settings.LTI_AGS_TOKEN_KEYS = [OLD]
    header = f"Bearer {tool.token(client)}"

    settings.LTI_AGS_TOKEN_KEYS = [NEW, OLD]
    both = get(context, header, client)
    settings.LTI_AGS_TOKEN_KEYS = [NEW]
    gone = get(context, header, client)

    assert (both.status_code, gone.status_code) == (200, 401)


def test_new_key_signs(client: Client, tool: RegisteredTool, context: LtiContext, settings: Any) -> None:
    settings.LTI_AGS_TOKEN_KEYS = [NEW, OLD]
    header = f"Bearer {tool.token(client)}"

    settings.LTI_AGS_TOKEN_KEYS = [NEW]

    assert get(context, header, client).status_code == 200


def test_token_holds_until_its_end_and_no_longer(settings: Any) -> None:
    settings.LTI_AGS_TOKEN_LIFETIME_SECONDS = 60
    now = timezone.now().replace(microsecond=0)
    token = issue_access_token(client_id="a", scopes=[Scope.SCORE], now=now)

    claims = read_access_token(token, now=now + timedelta(seconds=59))

    assert claims.scopes == {Scope.SCORE}
    with pytest.raises(Exception, match="expired"):
        read_access_token(token, now=now + timedelta(seconds=60))


def test_two_tokens_of_the_same_second_differ() -> None:
    now = timezone.now()

    assert len({issue_access_token(client_id="a", scopes=[Scope.SCORE], now=now) for _ in range(10)}) == 10


def test_derived_keys_of_two_purposes_differ() -> None:
    assert app_settings.secret_keys("LTI_AGS_TOKEN_KEYS") != app_settings.secret_keys("LTI_AGS_ENCRYPTION_KEYS")


def test_authentication_is_one_select(client: Client, tool: RegisteredTool) -> None:
    header = f"Bearer {tool.token(client, Scope.SCORE)}"

    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get("/api/lti_ags/v1/line_items/not-a-number", HTTP_AUTHORIZATION=header)

    about_tools = [query["sql"] for query in queries if LtiTool._meta.db_table in query["sql"]]
    assert response.status_code == 404
    assert len(about_tools) == len(queries) == 1


def test_token_request_is_three_statements_at_most(client: Client, tool: RegisteredTool) -> None:
    assertion = tool.assertion()

    with CaptureQueriesContext(connection) as queries:
        response = tool.request_token(client, [Scope.SCORE], client_assertion=assertion)

    statements = [query["sql"] for query in queries if query["sql"].split()[0] not in {"SAVEPOINT", "RELEASE"}]
    assert response.status_code == 200
    assert len(statements) <= 3, statements


def test_challenge_names_the_realm() -> None:
    assert BearerAuthentication().authenticate_header(Request(HttpRequest())) == MISSING
