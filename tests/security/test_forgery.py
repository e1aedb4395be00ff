"""
Attempts to get a token without being the tool.

Each assertion is wrong in the one way that its name tells; ``test_assertions_accepted`` shows that the same assertion
without the defect is taken.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any, Final

import jwt
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from lti_ags.constants import Claim, Scope
from lti_ags.models import UsedToken
from lti_ags.security.platform_keys import sign
from lti_ags.services.addresses import jwks_url, token_url
from lti_ags.services.tools import set_enabled
from tests.support.forging import (
    b64,
    by_the_tool,
    compact,
    elliptic_key,
    signature_of,
    with_header,
    with_signature,
)
from tests.support.tools import ABSENT, RegisteredTool, public_jwk, public_pem, rsa_key

Forge = Callable[[RegisteredTool, RegisteredTool], str]
NOW: Final = int(time.time())
DEEP: Final = "[" * 5000 + "]" * 5000


def attacker() -> Any:
    return rsa_key(9)


def hmac_signed(tool: RegisteredTool, algorithm: str, secret: bytes) -> str:
    signed = f"{b64(json.dumps({'alg': algorithm}))}.{b64(json.dumps(tool.claims()))}"
    return f"{signed}.{b64(jwt.get_algorithm_by_name(algorithm).sign(signed.encode(), secret))}"


def claimed(**claims: Any) -> Forge:
    """Signed by the tool, with claims that differ."""
    return lambda tool, other: tool.assertion(**claims)


def headed(**members: Any) -> Forge:
    """Signed by the tool, with a header that differs."""
    return lambda tool, other: with_header(tool, **members)


def payload(text: str | bytes) -> Forge:
    return lambda tool, other: by_the_tool(tool, claims=text)


def raw_claim(name: str, text: str) -> Forge:
    """Signed by the tool, with one claim as JSON text that Python would not write."""
    return lambda tool, other: by_the_tool(tool, claims=json.dumps(tool.claims(**{name: "@"})).replace('"@"', text))


ALGORITHMS: Final[dict[str, Forge]] = {
    **{
        f"alg-{name}-unsigned": lambda tool, other, name=name: compact({"alg": name}, tool.claims(), signature=b"")
        for name in ("none", "None", "NONE", "nOnE", "")
    },
    "alg-none-with-a-signature": lambda tool, other: by_the_tool(tool, header={"alg": "none"}),
    **{
        f"alg-{name}-keyed-with-the-public-pem": lambda tool, other, name=name: hmac_signed(
            tool, name, tool.tool.public_key.encode()
        )
        for name in ("HS256", "HS384", "HS512")
    },
    "hmac-keyed-with-nothing": lambda tool, other: hmac_signed(tool, "HS256", b""),
    "hmac-keyed-with-the-client-id": lambda tool, other: hmac_signed(tool, "HS256", tool.client_id.encode()),
    "hmac-keyed-with-the-site-secret": lambda tool, other: hmac_signed(tool, "HS256", settings.SECRET_KEY.encode()),
    **{
        f"alg-{name!r}": lambda tool, other, name=name: by_the_tool(tool, header={"alg": name})
        for name in ("EdDSA", "ES256K", "RS1", "rs256", "RS256 ", "RSA-OAEP", "RS256\0", ["RS256"], 256, None, True, {})
    },
    "alg-missing": lambda tool, other: by_the_tool(tool, header={"typ": "JWT"}),
    **{
        f"alg-{name}-over-an-RS256-signature": lambda tool, other, name=name: by_the_tool(tool, header={"alg": name})
        for name in ("RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
    },
    "elliptic-key-of-a-stranger": lambda tool, other: tool.assertion(key=elliptic_key(), algorithm="ES256"),
}

HEADERS: Final[dict[str, Forge]] = {
    "own-key-in-jwk": lambda tool, other: compact(
        {"alg": "RS256", "jwk": public_jwk(attacker(), kid="a"), "kid": "a"}, tool.claims(), key=attacker()
    ),
    "own-key-behind-jku": lambda tool, other: compact(
        {"alg": "RS256", "jku": "https://attacker.example/jwks", "kid": "a"}, tool.claims(), key=attacker()
    ),
    "platform-key-set-as-jku": lambda tool, other: compact(
        {"alg": "RS256", "jku": jwks_url(), "kid": "a"}, tool.claims(), key=attacker()
    ),
    "own-key-behind-x5u": lambda tool, other: compact(
        {"alg": "RS256", "x5u": "https://attacker.example/cert.pem"}, tool.claims(), key=attacker()
    ),
    "own-key-in-x5c": lambda tool, other: compact(
        {"alg": "RS256", "x5c": [b64(public_pem(attacker()))]}, tool.claims(), key=attacker()
    ),
    "kid-is-a-path": lambda tool, other: compact(
        {"alg": "RS256", "kid": "../../../../dev/null"}, tool.claims(), key=attacker()
    ),
    "kid-is-sql": lambda tool, other: compact({"alg": "RS256", "kid": "' OR 1=1; --"}, tool.claims(), key=attacker()),
    "kid-is-a-number": headed(kid=7),
    "kid-is-empty": headed(kid=""),
    "kid-is-null": headed(kid=None),
    "kid-is-a-list": headed(kid=["a"]),
    "critical-extension": headed(crit=["exp"]),
    "unencoded-payload": headed(b64=False, crit=["b64"]),
    "critical-extensions-of-no-kind": headed(crit=[]),
}

SIGNATURES: Final[dict[str, Forge]] = {
    "signature-missing": lambda tool, other: with_signature(tool.assertion(), b""),
    "signature-cut-short": lambda tool, other: with_signature(a := tool.assertion(), signature_of(a)[:-1]),
    "signature-made-longer": lambda tool, other: with_signature(a := tool.assertion(), signature_of(a) + b"\0"),
    "signature-of-zeros": lambda tool, other: with_signature(tool.assertion(), bytes(256)),
    "signature-of-ones": lambda tool, other: with_signature(tool.assertion(), b"\xff" * 256),
    "signature-with-one-bit-changed": lambda tool, other: with_signature(
        a := tool.assertion(), bytes([signature_of(a)[0] ^ 1]) + signature_of(a)[1:]
    ),
    "signature-of-another-assertion": lambda tool, other: with_signature(
        tool.assertion(), signature_of(tool.assertion())
    ),
    "signature-padded": lambda tool, other: tool.assertion() + "==",
    "signature-in-the-other-alphabet": lambda tool, other: with_signature(tool.assertion(), "+/" * 171),
    "signature-with-spare-bits-set": lambda tool, other: (a := tool.assertion())[:-1] + chr(ord(a[-1]) + 1),
    "signed-by-another-tool": lambda tool, other: tool.assertion(key=other.private_key),
    "signed-by-a-stranger": lambda tool, other: tool.assertion(key=attacker()),
    "signed-by-the-platform": lambda tool, other: sign(tool.claims(), now=timezone.now()),
    "claims-changed-after-signing": lambda tool, other: ".".join(
        [(a := tool.assertion()).split(".")[0], b64(json.dumps(tool.claims())), a.split(".")[2]]
    ),
    "header-changed-after-signing": lambda tool, other: ".".join(
        [b64('{"alg":"RS256","kid":"b"}'), *tool.assertion().split(".")[1:]]
    ),
}

IDENTITIES: Final[dict[str, Forge]] = {
    "iss-of-another-tool": lambda tool, other: tool.assertion(iss=other.client_id),
    "sub-of-another-tool": lambda tool, other: tool.assertion(sub=other.client_id),
    "both-of-another-tool": lambda tool, other: tool.assertion(iss=other.client_id, sub=other.client_id),
    "iss-is-the-tool's-address": claimed(iss="https://tool.example"),
    "iss-in-another-case": lambda tool, other: tool.assertion(iss=tool.client_id.upper()),
    "both-in-another-case": lambda tool, other: tool.assertion(iss=tool.client_id.upper(), sub=tool.client_id.upper()),
    "both-with-a-space": lambda tool, other: tool.assertion(iss=tool.client_id + " ", sub=tool.client_id + " "),
    "both-with-a-nul": lambda tool, other: tool.assertion(iss=tool.client_id + "\0", sub=tool.client_id + "\0"),
    "both-a-wildcard": claimed(iss="%", sub="%"),
    "both-a-lone-surrogate": claimed(iss="\ud800", sub="\ud800"),
    "both-very-long": claimed(iss="a" * 5000, sub="a" * 5000),
    "both-unknown": claimed(iss="0f0e3c4e", sub="0f0e3c4e"),
    **{
        f"{name}-{kind}": claimed(**{name: value})
        for name in ("iss", "sub")
        for kind, value in {"missing": ABSENT, "null": None, "empty": "", "list": ["a"], "number": 1}.items()
    },
    "both-a-list": lambda tool, other: tool.assertion(iss=[tool.client_id], sub=[tool.client_id]),
    "both-true": claimed(iss=True, sub=True),
}

AUDIENCES: Final[dict[str, Forge]] = {
    **{
        f"aud-{kind}": claimed(aud=value)
        for kind, value in {
            "missing": ABSENT,
            "null": None,
            "empty": "",
            "empty-list": [],
            "number": 1,
            "true": True,
            "of-another-platform": "https://lms.example/api/lti_ags/v1/token",
        }.items()
    },
    "aud-with-a-slash": lambda tool, other: tool.assertion(aud=token_url() + "/"),
    "aud-cut-short": lambda tool, other: tool.assertion(aud=token_url()[:-1]),
    "aud-in-another-case": lambda tool, other: tool.assertion(aud=token_url().upper()),
    "aud-as-a-part": lambda tool, other: tool.assertion(aud=f"{token_url()} https://lms.example/token"),
    "aud-nested": lambda tool, other: tool.assertion(aud=[[token_url()]]),
    "aud-as-a-member": lambda tool, other: tool.assertion(aud={token_url(): True}),
    "aud-of-another-scheme": lambda tool, other: tool.assertion(aud=token_url().replace("http:", "ws:")),
    "aud-as-the-platform's-key-set": lambda tool, other: tool.assertion(aud=jwks_url()),
    "aud-as-the-site": lambda tool, other: tool.assertion(aud=settings.LMS_ROOT_URL),
    "aud-letter-by-letter": lambda tool, other: tool.assertion(aud=list(token_url())),
}

TIMES: Final[dict[str, Forge]] = {
    "expired": lambda tool, other: tool.assertion(iat=time.time() - 300, exp=time.time() - 61),
    "issued-in-the-future": lambda tool, other: tool.assertion(iat=time.time() + 70, exp=time.time() + 100),
    "issued-long-ago": lambda tool, other: tool.assertion(iat=time.time() - 670, exp=time.time() + 60),
    "lives-too-long": lambda tool, other: tool.assertion(exp=time.time() + 3700),
    "lives-for-ever": claimed(exp=9_999_999_999),
    "not-yet-valid": lambda tool, other: tool.assertion(nbf=time.time() + 70),
    "nbf-is-a-word": claimed(nbf="soon"),
    **{
        f"{name}-{kind}": claimed(**{name: value})
        for name in ("iat", "exp")
        for kind, value in {
            "missing": ABSENT,
            "null": None,
            "a-word": "tomorrow",
            "true": True,
            "negative": -1,
            "a-list": [NOW],
            "nan": float("nan"),
            "infinite": float("inf"),
            "arabic-digits": "".join(chr(0x660 + int(digit)) for digit in str(NOW)),
            "digits-with-a-sign": f"+{NOW}",
            "huge": 10**400,
            "milliseconds": NOW * 1000,
        }.items()
    },
    "exp-with-too-many-digits": raw_claim("exp", "9" * 5000),
    "exp-with-a-huge-exponent": raw_claim("exp", "1e999999999"),
}

TOKEN_IDS: Final[dict[str, Forge]] = {
    f"jti-{kind}": claimed(jti=value)
    for kind, value in {"missing": ABSENT, "null": None, "empty": "", "number": 7, "list": ["a"], "object": {}}.items()
}

DEPLOYMENTS: Final[dict[str, Forge]] = {
    "deployment-of-another-tool": lambda tool, other: tool.assertion(**{Claim.DEPLOYMENT_ID: other.tool.deployment_id}),
    "deployment-in-a-list": lambda tool, other: tool.assertion(**{Claim.DEPLOYMENT_ID: [tool.tool.deployment_id]}),
    "deployment-empty": claimed(**{Claim.DEPLOYMENT_ID: ""}),
    "deployment-in-another-case": lambda tool, other: tool.assertion(
        **{Claim.DEPLOYMENT_ID: tool.tool.deployment_id.upper()}
    ),
}

STRUCTURES: Final[dict[str, Forge]] = {
    "not-a-jwt": lambda tool, other: "let me in",
    "one-segment": lambda tool, other: tool.assertion().split(".")[0],
    "two-segments": lambda tool, other: tool.assertion().rpartition(".")[0],
    "four-segments": lambda tool, other: tool.assertion() + ".YQ",
    "encrypted": lambda tool, other: ".".join([b64('{"alg":"dir","enc":"A128GCM"}'), "", "YQ", "YQ", "YQ"]),
    "only-dots": lambda tool, other: "..",
    "header-empty": lambda tool, other: by_the_tool(tool, header=""),
    "header-is-an-array": lambda tool, other: by_the_tool(tool, header=[{"alg": "RS256"}]),
    "header-is-not-json": lambda tool, other: by_the_tool(tool, header="alg=RS256"),
    "header-is-deep": lambda tool, other: by_the_tool(tool, header=f'{{"alg":"RS256","a":{DEEP}}}'),
    "header-is-not-utf-8": lambda tool, other: by_the_tool(tool, header=b'{"alg":"RS256","a":"\xff"}'),
    "header-with-a-byte-order-mark": lambda tool, other: by_the_tool(tool, header=b'\xef\xbb\xbf{"alg":"RS256"}'),
    "header-says-alg-twice": lambda tool, other: by_the_tool(tool, header='{"alg":"none","alg":"RS256"}'),
    "claims-empty": payload(""),
    "claims-are-an-array": payload("[]"),
    "claims-are-a-string": payload('"me"'),
    "claims-are-null": payload("null"),
    "claims-are-deep": payload(f'{{"a":{DEEP}}}'),
    "claims-are-not-utf-8": payload(b'{"a":"\xff"}'),
    "claims-say-sub-twice": lambda tool, other: by_the_tool(
        tool, claims=f'{{"sub":"{other.client_id}",{json.dumps(tool.claims())[1:]}'
    ),
    "a-blank-before": lambda tool, other: " " + tool.assertion(),
    "a-line-break-within": lambda tool, other: tool.assertion().replace(".", ".\n", 1),
    "a-nul-within": lambda tool, other: tool.assertion().replace(".", "\0.", 1),
    "not-ascii": lambda tool, other: tool.assertion() + "é",
    "json-serialization": lambda tool, other: json.dumps({"payload": "e30", "signatures": []}),
    "a-quarter-of-a-megabyte": lambda tool, other: compact({"alg": "RS256"}, tool.claims(a="a" * 150_000)),
}

FORGERIES: Final = {
    **ALGORITHMS,
    **HEADERS,
    **SIGNATURES,
    **IDENTITIES,
    **AUDIENCES,
    **TIMES,
    **TOKEN_IDS,
    **DEPLOYMENTS,
    **STRUCTURES,
}


@pytest.mark.conformance("K-07", "K-09", "T-04", "T-05", "T-06", "T-07", "T-09", "T-10", "T-20")
@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES.keys())
def test_forged_assertion_gets_no_token_and_uses_nothing_up(forge: Forge, client: Client, tool: RegisteredTool) -> None:
    other = RegisteredTool.register("Other tool", key=rsa_key(1))
    assertion = forge(tool, other)
    used = UsedToken.objects.count()

    response = tool.request_token(client, [Scope.SCORE], client_assertion=assertion)

    answer = json.loads(response.content)
    assert response.status_code == 400
    assert answer["error"] in {"invalid_client", "invalid_request"}
    assert "access_token" not in answer
    assert UsedToken.objects.count() == used


LOOK_ALIKES: Final = (
    "signed-by-a-stranger",
    "signed-by-another-tool",
    "signature-of-zeros",
    "own-key-in-jwk",
    "alg-ES256-over-an-RS256-signature",
    "both-unknown",
    "both-of-another-tool",
    "both-in-another-case",
    "both-with-a-nul",
)


@pytest.mark.parametrize("name", LOOK_ALIKES)
def test_stranger_cannot_tell_which_clients_there_are(name: str, client: Client, tool: RegisteredTool) -> None:
    other = RegisteredTool.register("Other tool", key=rsa_key(1))
    known = tool.request_token(client, [Scope.SCORE], client_assertion=tool.assertion(key=attacker()))
    set_enabled([other.tool], is_enabled=False)
    disabled = other.request_token(client, [Scope.SCORE], client_assertion=other.assertion())

    response = tool.request_token(client, [Scope.SCORE], client_assertion=FORGERIES[name](tool, other))

    assert response.status_code == known.status_code == disabled.status_code == 400
    assert response.content == known.content == disabled.content
    assert response.headers == known.headers == disabled.headers


def test_refusal_does_not_repeat_what_was_sent(client: Client, tool: RegisteredTool) -> None:
    assertion = tool.assertion(iss="<script>alert(1)</script>", jti="a-secret-id")

    response = tool.request_token(client, [Scope.SCORE], client_assertion=assertion)

    body = response.content.decode()
    assert "alert" not in body
    assert "a-secret-id" not in body
    assert assertion.split(".")[1] not in body


def test_an_assertion_of_a_tool_is_no_access_token(client: Client, tool: RegisteredTool) -> None:
    response = client.get("/api/lti_ags/v1/line_items/1", HTTP_AUTHORIZATION=f"Bearer {tool.assertion()}")

    assert response.status_code == 401


def test_the_table_is_long() -> None:
    assert len(FORGERIES) >= 150
