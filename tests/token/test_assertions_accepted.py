"""What real clients send, and what the specification leaves them free to: all of it gets a token."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client

from lti_ags.constants import Claim, Scope
from lti_ags.services.addresses import token_url
from tests.support.forging import by_the_tool
from tests.support.tools import ABSENT, RegisteredTool, public_jwk, rsa_key

pytestmark = pytest.mark.django_db

Make = Callable[[RegisteredTool], str]

ASSERTIONS: Final[dict[str, Make]] = {
    "as-PyLTI1p3-writes-it": lambda tool: tool.assertion(),
    **{
        f"alg-{name}": lambda tool, name=name: tool.assertion(algorithm=name)
        for name in ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
    },
    "with-a-kid-for-a-stored-pem": lambda tool: tool.assertion(headers={"kid": "anything"}),
    "header-without-typ": lambda tool: by_the_tool(tool, header={"alg": "RS256"}),
    "header-with-unknown-members": lambda tool: tool.assertion(headers={"x5t": "abc", "jku": "https://tool.example"}),
    "unknown-claims": lambda tool: tool.assertion(name="Quiz tool", nested={"a": [1, 2]}),
    "aud-in-a-list": lambda tool: tool.assertion(aud=[token_url()]),
    "aud-among-others": lambda tool: tool.assertion(aud=["https://lms.example", token_url(), 7]),
    "times-with-decimals": lambda tool: tool.assertion(iat=time.time() - 0.5, exp=time.time() + 59.5),
    "times-as-digits": lambda tool: tool.assertion(iat=str(int(time.time())), exp=str(int(time.time()) + 60)),
    "issued-a-little-ahead-of-our-clock": lambda tool: tool.assertion(iat=time.time() + 50),
    "expired-a-little-while-ago": lambda tool: tool.assertion(exp=time.time() - 50),
    "lives-five-minutes": lambda tool: tool.assertion(exp=time.time() + 300),
    "lives-an-hour": lambda tool: tool.assertion(iat=int(time.time()), exp=int(time.time()) + 3600),
    "ten-minutes-old": lambda tool: tool.assertion(iat=time.time() - 600),
    "nbf-now": lambda tool: tool.assertion(nbf=int(time.time())),
    "names-its-deployment": lambda tool: tool.assertion(**{Claim.DEPLOYMENT_ID: tool.tool.deployment_id}),
    "long-jti": lambda tool: tool.assertion(jti="j" * 2000),
    "jti-in-any-script": lambda tool: tool.assertion(jti="ид-7-\0-\ud800"),
}


@pytest.mark.conformance("G-03", "K-06", "K-07", "T-06", "T-07", "T-08", "T-10")
@pytest.mark.parametrize("make", ASSERTIONS.values(), ids=ASSERTIONS.keys())
def test_assertion_is_accepted(make: Make, client: Client, tool: RegisteredTool) -> None:
    response = tool.request_token(client, [Scope.SCORE], client_assertion=make(tool))

    assert response.status_code == 200, response.content


@pytest.mark.conformance("K-06")
@pytest.mark.parametrize(
    ("algorithm", "curve"), [("ES256", ec.SECP256R1()), ("ES384", ec.SECP384R1()), ("ES512", ec.SECP521R1())]
)
def test_elliptic_curve_keys_are_accepted(algorithm: str, curve: ec.EllipticCurve, client: Client) -> None:
    key: Any = ec.generate_private_key(curve)
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    tool = RegisteredTool.register(key=key, public_key=pem)

    response = tool.request_token(client, [Scope.SCORE], client_assertion=tool.assertion(algorithm=algorithm))

    assert response.status_code == 200, response.content


@pytest.mark.parametrize(
    ("keys", "header_kid", "status"),
    [
        ([("a", 0)], "a", 200),
        ([("a", 0)], None, 200),
        ([("a", 0)], "b", 400),
        ([("a", 0), ("b", 1)], "a", 200),
        ([("a", 0), ("b", 1)], "b", 400),
        ([("a", 0), ("b", 1)], None, 400),
        ([("a", 0), ("b", 1)], "c", 400),
        ([(None, 0)], "a", 200),
        ([(None, 0), (None, 1)], "a", 400),
    ],
)
@pytest.mark.conformance("K-08")
def test_key_is_chosen_by_its_kid(
    keys: list[tuple[str | None, int]], header_kid: str | None, status: int, client: Client
) -> None:
    key_set = {"keys": [public_jwk(rsa_key(number), kid=kid) for kid, number in keys]}
    tool = RegisteredTool.register(public_key=json.dumps(key_set))
    headers = {"kid": ABSENT if header_kid is None else header_kid}

    response = tool.request_token(client, [Scope.SCORE], client_assertion=tool.assertion(headers=headers))

    assert response.status_code == status, response.content


def test_key_with_an_algorithm_of_its_own_takes_no_other(client: Client) -> None:
    tool = RegisteredTool.register(public_key=json.dumps(public_jwk(rsa_key(), kid="a", alg="RS512")))

    assert tool.request_token(client, [Scope.SCORE]).status_code == 400
    signed = tool.assertion(algorithm="RS512")
    assert tool.request_token(client, [Scope.SCORE], client_assertion=signed).status_code == 200


@pytest.mark.conformance("R-04", "T-06")
def test_further_audiences_may_be_configured(client: Client, tool: RegisteredTool, settings: Any) -> None:
    settings.LTI_AGS_ASSERTION_AUDIENCES = ["https://lms.example"]

    configured = tool.request_token(client, [Scope.SCORE], client_assertion=tool.assertion(aud="https://lms.example"))
    published = tool.request_token(client, [Scope.SCORE])

    assert (configured.status_code, published.status_code) == (200, 200)
