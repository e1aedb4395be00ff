"""What the token endpoint asks of a request, and what it answers (conformance items T-01 to T-21)."""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import urlencode

import pytest
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.test import Client

from lti_ags.constants import CLIENT_ASSERTION_TYPE, GradingMode, Scope
from lti_ags.models import LtiTool, UsedToken
from tests.support.asgi import post_without_length
from tests.support.caches import DOWN
from tests.support.connections import BrokenConnection
from tests.support.databases import failing_statements
from tests.support.tools import ABSENT, FORM_TYPE, TOKEN_PATH, RegisteredTool, rsa_key

ALL: Final = tuple(Scope)
OPENID: Final = "openid"


def answer_of(response: HttpResponse) -> dict[str, Any]:
    assert response["Content-Type"] == "application/json"
    value: dict[str, Any] = json.loads(response.content)
    return value


def assert_refused(response: HttpResponse, error: str, *, status: int = 400) -> str:
    answer = answer_of(response)
    assert (response.status_code, answer["error"]) == (status, error)
    assert set(answer) == {"error", "error_description"}
    assert response["Cache-Control"] == "no-store"
    assert response["Pragma"] == "no-cache"
    description: str = answer["error_description"]
    return description


@pytest.mark.conformance("T-17", "T-18", "T-13", "T-19")
def test_answer_holds_a_bearer_token_its_scope_and_its_life(client: Client, tool: RegisteredTool) -> None:
    response = tool.request_token(client, [Scope.SCORE, Scope.RESULT_READONLY])

    answer = answer_of(response)
    assert response.status_code == 200
    assert set(answer) == {"access_token", "token_type", "expires_in", "scope"}
    assert answer["token_type"] == "Bearer"
    assert answer["expires_in"] == 3600
    assert answer["scope"] == f"{Scope.SCORE} {Scope.RESULT_READONLY}"
    assert response["Cache-Control"] == "no-store"
    assert response["Pragma"] == "no-cache"
    token = answer["access_token"]
    assert len(token) >= 15
    assert all(0x20 <= ord(character) <= 0x7A for character in token)


@pytest.mark.conformance("T-15")
@pytest.mark.parametrize("scope", ALL)
def test_each_scope_can_be_had_alone(scope: Scope, client: Client, tool: RegisteredTool) -> None:
    assert answer_of(tool.request_token(client, [scope]))["scope"] == scope


@pytest.mark.conformance("T-12", "T-13", "T-14")
@pytest.mark.parametrize(
    ("ceiling", "requested", "granted"),
    [
        (GradingMode.PROGRAMMATIC, ALL, ALL),
        (GradingMode.PROGRAMMATIC, (Scope.LINE_ITEM,), (Scope.LINE_ITEM,)),
        (GradingMode.DECLARATIVE, ALL, (Scope.LINE_ITEM_READONLY, Scope.RESULT_READONLY, Scope.SCORE)),
        (GradingMode.PROGRAMMATIC, (Scope.SCORE, OPENID, "email"), (Scope.SCORE,)),
        (GradingMode.PROGRAMMATIC, (Scope.SCORE, Scope.SCORE), (Scope.SCORE,)),
        (GradingMode.DECLARATIVE, (Scope.LINE_ITEM, Scope.LINE_ITEM_READONLY), (Scope.LINE_ITEM_READONLY,)),
        (GradingMode.PROGRAMMATIC, ("", Scope.SCORE, ""), (Scope.SCORE,)),
    ],
    ids=[
        "all",
        "one",
        "all-of-a-declarative-tool",
        "unknown-ones-too",
        "twice",
        "beyond-the-ceiling",
        "spare-spaces",
    ],
)
def test_granted_are_the_requested_scopes_that_the_tool_may_have(
    ceiling: GradingMode, requested: tuple[str, ...], granted: tuple[str, ...], client: Client, db: None
) -> None:
    tool = RegisteredTool.register(grading_mode_ceiling=ceiling)

    response = tool.request_token(client, requested)

    assert response.status_code == 200
    assert answer_of(response)["scope"] == " ".join(granted)


@pytest.mark.conformance("T-14")
@pytest.mark.parametrize(
    "scope",
    [
        OPENID,
        Scope.LINE_ITEM,
        Scope.SCORE.upper(),
        Scope.SCORE[:-1],
        f"{Scope.SCORE},{Scope.RESULT_READONLY}",
        f"{Scope.SCORE}\t{Scope.RESULT_READONLY}",
        f"{Scope.SCORE}\n",
        "\0",
        "é",
    ],
)
def test_no_grantable_scope_is_invalid_scope(scope: str, client: Client, db: None) -> None:
    tool = RegisteredTool.register(grading_mode_ceiling=GradingMode.DECLARATIVE)

    assert_refused(tool.request_token(client, [scope]), "invalid_scope")


@pytest.mark.conformance("T-20", "T-02")
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"grant_type": ABSENT}, "invalid_request"),
        ({"grant_type": ""}, "invalid_request"),
        ({"grant_type": "authorization_code"}, "unsupported_grant_type"),
        ({"grant_type": "Client_Credentials"}, "unsupported_grant_type"),
        ({"client_assertion_type": ABSENT}, "invalid_request"),
        ({"client_assertion_type": "jwt"}, "invalid_request"),
        ({"client_assertion_type": CLIENT_ASSERTION_TYPE.upper()}, "invalid_request"),
        ({"client_assertion": ABSENT}, "invalid_request"),
        ({"scope": ABSENT}, "invalid_request"),
        ({"scope": ""}, "invalid_request"),
        ({"scope": [Scope.SCORE, Scope.SCORE]}, "invalid_request"),
        ({"grant_type": ["client_credentials"] * 2}, "invalid_request"),
        ({"unknown": ["a", "b"]}, "invalid_request"),
        ({"client_secret": "secret"}, "invalid_request"),
        ({"client_secret": "secret", "client_assertion": ABSENT}, "invalid_request"),
        ({"client_id": "somebody-else"}, "invalid_client"),
    ],
    ids=repr,
)
def test_wrong_form_is_refused_and_uses_nothing_up(
    changes: dict[str, Any], error: str, client: Client, tool: RegisteredTool
) -> None:
    response = tool.request_token(client, [Scope.SCORE], **changes)

    assert_refused(response, error)
    assert UsedToken.objects.count() == 0


@pytest.mark.conformance("T-03")
def test_own_client_id_and_unknown_parameters_are_fine(client: Client, tool: RegisteredTool) -> None:
    response = tool.request_token(client, [Scope.SCORE], client_id=tool.client_id, resource="x", audience="y")

    assert response.status_code == 200


@pytest.mark.conformance("T-01")
@pytest.mark.parametrize(
    "content_type", ["application/json", "multipart/form-data; boundary=x", "text/plain", "", "application/x-www-form"]
)
def test_only_forms_are_read(content_type: str, client: Client, tool: RegisteredTool) -> None:
    body = urlencode(tool.form(Scope.SCORE))

    assert_refused(client.post(TOKEN_PATH, body, content_type=content_type), "invalid_request")


@pytest.mark.parametrize("content_type", [f"{FORM_TYPE}; charset=utf-8", FORM_TYPE.upper(), f"{FORM_TYPE};charset=x"])
def test_parameters_of_the_content_type_do_no_harm(content_type: str, client: Client, tool: RegisteredTool) -> None:
    body = urlencode(tool.form(Scope.SCORE))

    assert client.post(TOKEN_PATH, body, content_type=content_type).status_code == 200


def test_query_string_does_not_count(client: Client, tool: RegisteredTool) -> None:
    query = urlencode(tool.form(Scope.SCORE))

    assert_refused(client.post(f"{TOKEN_PATH}?{query}", "", content_type=FORM_TYPE), "invalid_request")


@pytest.mark.parametrize(
    "body",
    [b"", b"&&&", b"=", b"\xff\xfe", b"grant_type=%FF", b"a=1&" * 100, b"{}", b"grant_type", b"\0" * 100],
    ids=["empty", "ampersands", "equals", "no-utf-8", "no-utf-8-inside", "many", "json", "no-value", "nul"],
)
def test_damaged_form_is_refused(body: bytes, client: Client, db: None) -> None:
    assert_refused(client.post(TOKEN_PATH, body, content_type=FORM_TYPE), "invalid_request")


def test_body_that_is_too_large_is_refused(client: Client, tool: RegisteredTool) -> None:
    body = urlencode(tool.form(Scope.SCORE, padding="a" * 300_000))

    assert "larger" in assert_refused(client.post(TOKEN_PATH, body, content_type=FORM_TYPE), "invalid_request")


def test_body_without_a_stated_length_is_read_up_to_the_limit(tool: RegisteredTool, settings: Any) -> None:
    body = urlencode(tool.form(Scope.SCORE)).encode()
    settings.LTI_AGS_MAX_BODY_BYTES = len(body)

    refused = post_without_length(TOKEN_PATH, body + b"&", content_type=FORM_TYPE)
    granted = post_without_length(TOKEN_PATH, body, content_type=FORM_TYPE)

    assert "larger" in assert_refused(refused, "invalid_request")
    assert granted.status_code == 200


def test_form_that_ends_early_is_refused(client: Client, tool: RegisteredTool) -> None:
    body = urlencode(tool.form(Scope.SCORE))

    response = client.post(TOKEN_PATH, body, content_type=FORM_TYPE, **{"wsgi.input": BrokenConnection()})

    assert "ended early" in assert_refused(response, "invalid_request")


@pytest.mark.parametrize("length", ["-1", "a", "1" * 5000, "99999999999", "٣"])
def test_false_content_length_is_refused(length: str, client: Client, db: None) -> None:
    response = client.post(TOKEN_PATH, "a=b", content_type=FORM_TYPE, CONTENT_LENGTH=length)

    assert_refused(response, "invalid_request")


@pytest.mark.conformance("T-11", "T-20")
def test_password_instead_of_an_assertion_is_challenged(client: Client, tool: RegisteredTool) -> None:
    body = urlencode(tool.form(Scope.SCORE, client_assertion=ABSENT, client_assertion_type=ABSENT))

    response = client.post(TOKEN_PATH, body, content_type=FORM_TYPE, HTTP_AUTHORIZATION="Basic dG9vbDpzZWNyZXQ=")

    assert_refused(response, "invalid_client", status=401)
    assert response["WWW-Authenticate"] == 'Basic realm="lti_ags"'


@pytest.mark.conformance("T-11")
def test_password_beside_an_assertion_is_refused(client: Client, tool: RegisteredTool) -> None:
    body = urlencode(tool.form(Scope.SCORE))

    response = client.post(TOKEN_PATH, body, content_type=FORM_TYPE, HTTP_AUTHORIZATION="bAsIc dG9vbDpzZWNyZXQ=")

    assert_refused(response, "invalid_request")
    assert UsedToken.objects.count() == 0


def test_header_left_over_from_another_request_does_no_harm(client: Client, tool: RegisteredTool) -> None:
    headers = {"HTTP_AUTHORIZATION": "Bearer old"}
    wrong = urlencode(tool.form(Scope.SCORE, client_assertion=tool.assertion(aud="x")))

    granted = client.post(TOKEN_PATH, urlencode(tool.form(Scope.SCORE)), content_type=FORM_TYPE, **headers)
    refused = client.post(TOKEN_PATH, wrong, content_type=FORM_TYPE, **headers)

    assert granted.status_code == 200
    assert_refused(refused, "invalid_client", status=401)
    assert refused["WWW-Authenticate"] == 'Bearer realm="lti_ags"'


@pytest.mark.conformance("G-05")
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_only_post_is_allowed(method: str, client: Client, db: None) -> None:
    response = client.generic(method, TOKEN_PATH)

    assert response.status_code == 405
    assert response["Allow"] == "POST"


def test_no_csrf_token_is_needed(tool: RegisteredTool) -> None:
    assert tool.request_token(Client(enforce_csrf_checks=True), [Scope.SCORE]).status_code == 200


def test_trailing_slash_is_served_without_a_redirect(client: Client, tool: RegisteredTool) -> None:
    body = urlencode(tool.form(Scope.SCORE))

    assert client.post(f"{TOKEN_PATH}/", body, content_type=FORM_TYPE).status_code == 200


def test_tool_that_asks_too_often_is_told_to_wait(
    clock: Any, client: Client, tool: RegisteredTool, other_tool: RegisteredTool, settings: Any
) -> None:
    settings.LTI_AGS_TOKEN_RATE = "3/day"
    statuses = [tool.request_token(client, [Scope.SCORE]).status_code for _ in range(3)]

    response = tool.request_token(client, [Scope.SCORE])

    assert statuses == [200] * 3
    assert (response.status_code, answer_of(response)["error"]) == (429, "too_many_requests")
    assert response["Retry-After"] == "43200"
    assert other_tool.request_token(client, [Scope.SCORE]).status_code == 200


def test_stranger_cannot_use_up_the_rate_of_a_tool(
    clock: Any, client: Client, tool: RegisteredTool, settings: Any
) -> None:
    settings.LTI_AGS_TOKEN_RATE = "3/day"
    for _ in range(5):
        tool.request_token(client, [Scope.SCORE], client_assertion=tool.assertion(key=rsa_key(9)))

    assert tool.request_token(client, [Scope.SCORE]).status_code == 200


def test_request_beyond_the_rate_costs_one_query_and_leaves_nothing_behind(
    client: Client, tool: RegisteredTool, settings: Any, caplog: Any, django_assert_num_queries: Any
) -> None:
    settings.LTI_AGS_TOKEN_RATE = "2/day"
    granted = [tool.request_token(client, [Scope.SCORE]).status_code for _ in range(2)]
    caplog.clear()

    with django_assert_num_queries(1), caplog.at_level("INFO", logger="lti_ags"):
        refused = [tool.request_token(client, [Scope.SCORE]).status_code]

    assert (granted, refused) == ([200, 200], [429])
    assert UsedToken.objects.count() == 2
    assert not [record for record in caplog.records if record.name.startswith("lti_ags")]


def test_request_that_gets_no_scope_counts_for_the_rate(client: Client, tool: RegisteredTool, settings: Any) -> None:
    settings.LTI_AGS_TOKEN_RATE = "2/day"

    statuses = [tool.request_token(client, [OPENID]).status_code for _ in range(4)]

    assert statuses == [400, 400, 429, 429]
    assert UsedToken.objects.count() == 2


def test_assertion_that_somebody_sends_again_does_not_count_for_the_rate(
    client: Client, tool: RegisteredTool, settings: Any
) -> None:
    settings.LTI_AGS_TOKEN_RATE = "2/day"
    seen = tool.assertion()

    statuses = [tool.request_token(client, [Scope.SCORE], client_assertion=seen).status_code for _ in range(5)]

    assert statuses == [200] + [400] * 4
    assert tool.request_token(client, [Scope.SCORE]).status_code == 200
    assert tool.request_token(client, [Scope.SCORE]).status_code == 429


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
@pytest.mark.parametrize("table", [LtiTool._meta.db_table, UsedToken._meta.db_table])
def test_database_that_does_not_answer_is_told_as_such(
    error: type[Exception], table: str, client: Client, tool: RegisteredTool
) -> None:
    with failing_statements(table, error=error):
        response = tool.request_token(client, [Scope.SCORE])

    assert (response.status_code, answer_of(response)["error"]) == (503, "temporarily_unavailable")
    assert int(response["Retry-After"]) > 0
    assert tool.request_token(client, [Scope.SCORE]).status_code == 200


def test_cache_that_is_down_keeps_no_token_away(client: Client, tool: RegisteredTool, settings: Any) -> None:
    settings.CACHES = DOWN

    assert tool.request_token(client, [Scope.SCORE]).status_code == 200
