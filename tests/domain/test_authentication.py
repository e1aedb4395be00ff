"""What a tool's authentication request must hold, and what the tool is told otherwise."""

from __future__ import annotations

from typing import Final

import pytest

from lti_ags.domain.authentication import (
    AuthenticationRefused,
    AuthenticationRequest,
    RefusalCode,
    read_authentication_request,
    single_value,
)

GOOD: Final[dict[str, list[str]]] = {
    "response_type": ["id_token"],
    "response_mode": ["form_post"],
    "prompt": ["none"],
    "scope": ["openid"],
    "nonce": ["n-0S6_WzA2Mj"],
    "login_hint": ["login"],
    "lti_message_hint": ["message"],
}


def refusal_of(**changes: list[str]) -> tuple[RefusalCode, str]:
    with pytest.raises(AuthenticationRefused) as refusal:
        read_authentication_request({**GOOD, **changes})
    return refusal.value.error, str(refusal.value)


def test_good_request_is_read() -> None:
    assert read_authentication_request(GOOD) == AuthenticationRequest("n-0S6_WzA2Mj", "login", "message")


def test_other_scopes_may_stand_beside_openid() -> None:
    assert read_authentication_request({**GOOD, "scope": ["profile openid"]}).login_hint == "login"


@pytest.mark.parametrize(
    ("name", "code", "sentence"),
    [
        ("response_type", RefusalCode.UNSUPPORTED_RESPONSE_TYPE, "response_type must be 'id_token'."),
        ("response_mode", RefusalCode.INVALID_REQUEST, "response_mode must be 'form_post'."),
        ("prompt", RefusalCode.INVALID_REQUEST, "prompt must be 'none'."),
        ("scope", RefusalCode.INVALID_SCOPE, "scope must contain 'openid'."),
    ],
)
def test_parameter_with_another_value_is_refused_by_name(name: str, code: RefusalCode, sentence: str) -> None:
    assert refusal_of(**{name: ["openid-connect"]}) == (code, sentence)


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("values", [[], [""], [" "]], ids=["absent", "empty", "blank"])
def test_parameter_that_is_missing_is_refused_by_name(name: str, values: list[str]) -> None:
    assert refusal_of(**{name: values}) == (RefusalCode.INVALID_REQUEST, f"{name} is missing.")


@pytest.mark.parametrize("name", [*GOOD, "state"])
def test_parameter_that_was_sent_twice_is_refused_by_name(name: str) -> None:
    assert refusal_of(**{name: ["one", "two"]}) == (RefusalCode.INVALID_REQUEST, f"{name} must not be sent twice.")


def test_first_of_several_repeated_names_is_told_and_no_more_of_it_than_fits() -> None:
    _code, sentence = refusal_of(zeta=["1", "2"], **{"a" * 65: ["1", "2"]})

    assert sentence == f"{'a' * 64} must not be sent twice."


def test_repeated_name_that_no_answer_could_hold_is_passed_over() -> None:
    assert read_authentication_request({**GOOD, "ü": ["1", "2"]}).nonce == "n-0S6_WzA2Mj"


def test_single_value_is_the_one_that_was_sent() -> None:
    parameters = {"one": ["1"], "two": ["1", "2"]}

    assert [single_value(parameters, name) for name in ("one", "two", "none")] == ["1", None, None]
