"""The second step: the tool's authentication request, and each way in which it can be wrong."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from lti_ags.models import UsedToken
from lti_ags.services.tools import set_enabled
from tests.support.launches import AUTHORIZE, REDIRECT_URI, Launch, form_of
from tests.support.tools import ABSENT, RegisteredTool

pytestmark = pytest.mark.django_db


@pytest.mark.conformance("L-03", "L-04", "L-10")
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_good_request_is_answered_by_a_form_with_token_and_state(launch: Launch, method: str) -> None:
    response = launch.answer(method)

    form = form_of(response)
    assert response.status_code == 200
    assert (form.action, form.method) == (REDIRECT_URI, "post")
    assert set(form.fields) == {"id_token", "state"}
    assert form.fields["state"] == launch.state
    assert "no-store" in response["Cache-Control"]


@pytest.mark.conformance("L-04")
def test_a_trailing_slash_is_served_without_a_redirect(launch: Launch) -> None:
    parameters = launch.request(launch.begin())

    assert launch.client.post(f"{AUTHORIZE}/", parameters).status_code == 200


@pytest.mark.parametrize("state", ["", "<script>alert(1)</script>&\"'", "ünïcode ☃", "x" * 4000])
def test_the_state_comes_back_unchanged_whatever_it_is(launch: Launch, state: str) -> None:
    assert form_of(launch.answer("post", state=state)).fields["state"] == state


def test_a_request_without_state_is_answered_without_one(launch: Launch) -> None:
    assert set(form_of(launch.answer(state=ABSENT)).fields) == {"id_token"}


def test_more_scopes_than_openid_do_no_harm(launch: Launch) -> None:
    assert "id_token" in form_of(launch.answer(scope="openid profile")).fields


UNANSWERABLE = {
    "unknown client": {"client_id": "nobody"},
    "client in other letters": {"client_id": "CASE"},
    "no client": {"client_id": ABSENT},
    "client twice": {"client_id": ["a", "a"]},
    "client of odd characters": {"client_id": "☃\0"},
    "no redirect_uri": {"redirect_uri": ABSENT},
    "foreign redirect_uri": {"redirect_uri": "https://evil.example/launch"},
    "longer redirect_uri": {"redirect_uri": f"{REDIRECT_URI}/more"},
    "redirect_uri with a query": {"redirect_uri": f"{REDIRECT_URI}?x=1"},
    "redirect_uri in other letters": {"redirect_uri": REDIRECT_URI.upper()},
    "redirect_uri twice": {"redirect_uri": [REDIRECT_URI, REDIRECT_URI]},
    "redirect_uri with space": {"redirect_uri": f" {REDIRECT_URI}"},
}


@pytest.mark.conformance("L-06", "L-08")
@pytest.mark.parametrize("changes", UNANSWERABLE.values(), ids=UNANSWERABLE.keys())
def test_an_answer_that_has_nowhere_to_go_is_a_page(
    launch: Launch, tool: RegisteredTool, changes: dict[str, Any]
) -> None:
    if changes == {"client_id": "CASE"}:
        changes = {"client_id": tool.client_id.upper()}

    response = launch.answer("post", **changes)

    page = response.content.decode()
    assert response.status_code == 400
    assert "<form" not in page
    assert "evil.example" not in page
    assert "not registered" in page
    assert UsedToken.objects.count() == 0


REFUSALS = {
    "no response_type": ({"response_type": ABSENT}, "invalid_request"),
    "response_type code": ({"response_type": "code"}, "unsupported_response_type"),
    "response_type of two": ({"response_type": "id_token token"}, "unsupported_response_type"),
    "no response_mode": ({"response_mode": ABSENT}, "invalid_request"),
    "response_mode fragment": ({"response_mode": "fragment"}, "invalid_request"),
    "no prompt": ({"prompt": ABSENT}, "invalid_request"),
    "prompt login": ({"prompt": "login"}, "invalid_request"),
    "no scope": ({"scope": ABSENT}, "invalid_request"),
    "scope without openid": ({"scope": "profile email"}, "invalid_scope"),
    "scope that only begins so": ({"scope": "openid2"}, "invalid_scope"),
    "no nonce": ({"nonce": ABSENT}, "invalid_request"),
    "blank nonce": ({"nonce": "  "}, "invalid_request"),
    "nonce twice": ({"nonce": ["a", "b"]}, "invalid_request"),
    "no login_hint": ({"login_hint": ABSENT}, "invalid_request"),
    "no lti_message_hint": ({"lti_message_hint": ABSENT}, "invalid_request"),
    "foreign login_hint": ({"login_hint": "somebody"}, "access_denied"),
    "foreign lti_message_hint": ({"lti_message_hint": "a.b.c"}, "access_denied"),
    "very long hint": ({"login_hint": "x" * 100_000}, "access_denied"),
    "hint of odd characters": ({"lti_message_hint": "☃.\0.ü"}, "access_denied"),
}


@pytest.mark.conformance("L-05", "L-09")
@pytest.mark.parametrize(("changes", "error"), REFUSALS.values(), ids=REFUSALS.keys())
def test_any_other_fault_is_told_to_the_tool_with_its_state(
    launch: Launch, changes: dict[str, Any], error: str
) -> None:
    fields = launch.refusal("post", **changes)

    assert fields["error"] == error
    assert fields["state"] == launch.state
    assert fields["error_description"].endswith(".")
    assert set(fields) == {"error", "error_description", "state"}
    assert UsedToken.objects.count() == 0


def test_a_repeated_state_is_refused_and_not_sent_back(launch: Launch) -> None:
    fields = launch.refusal("post", state=["a", "b"])

    assert fields["error"] == "invalid_request"
    assert "state" not in fields


@pytest.mark.conformance("L-09")
def test_a_tool_that_was_switched_off_is_told_so(launch: Launch, tool: RegisteredTool) -> None:
    parameters = launch.request(launch.begin())
    set_enabled([tool.tool], is_enabled=False)

    fields = form_of(launch.authorize(parameters)).fields

    assert fields["error"] == "unauthorized_client"


@pytest.mark.conformance("L-09")
def test_a_browser_without_a_session_is_not_asked_to_sign_in(launch: Launch) -> None:
    parameters = launch.request(launch.begin())

    response = Client(enforce_csrf_checks=True).post(AUTHORIZE, parameters)

    assert response.status_code == 200
    assert form_of(response).fields["error"] == "login_required"


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(db: None, method: str) -> None:
    response = getattr(Client(), method)(AUTHORIZE)

    assert response.status_code == 405
    assert response["Allow"] == "GET, POST"


def test_a_head_request_uses_no_launch_up(launch: Launch) -> None:
    parameters = launch.request(launch.begin())

    assert launch.client.head(AUTHORIZE, parameters).status_code == 405
    assert form_of(launch.authorize(parameters)).fields.keys() == {"id_token", "state"}


def test_a_request_that_is_no_form_is_a_page(launch: Launch) -> None:
    response = launch.client.post(AUTHORIZE, data=b"\xff\xfe{", content_type="application/json")

    assert response.status_code == 400
