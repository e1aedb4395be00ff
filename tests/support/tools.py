"""A tool as its operator registered it, with the key that only the tool has."""

from __future__ import annotations

import functools
import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.http import HttpResponse
from django.test import Client
from jwt.algorithms import RSAAlgorithm

from lti_ags.constants import CLIENT_ASSERTION_TYPE, Scope
from lti_ags.models import LtiTool
from lti_ags.services.addresses import token_url
from lti_ags.services.registrations import Registration
from lti_ags.services.tools import checked_places, register_tool

TOKEN_PATH: Final = "/api/lti_ags/v1/token"
FORM_TYPE: Final = "application/x-www-form-urlencoded"


class _Absent:
    """Stands for something left out; its name is the same in every process, as test ids must be."""

    def __repr__(self) -> str:
        return "absent"


#: Given for a claim, a header or a parameter, it leaves that out.
ABSENT: Final = _Absent()


def rsa_key(number: int = 0) -> rsa.RSAPrivateKey:
    """A key for this run of the tests; making one takes a while, so tests share them by number."""
    return _made_key(number)


@functools.cache
def _made_key(number: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_pem(key: rsa.RSAPrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def public_jwk(key: rsa.RSAPrivateKey, *, kid: str | None = None, **members: object) -> dict[str, Any]:
    jwk: dict[str, Any] = {**json.loads(RSAAlgorithm.to_jwk(key.public_key())), "use": "sig", "alg": "RS256"}
    jwk.pop("key_ops", None)
    return {**jwk, **({} if kid is None else {"kid": kid}), **members}


def register(*, client_id: str = "", deployment_id: str = "", **given: Any) -> LtiTool:
    """Register a tool by the fields of ``Registration``, and where ``everywhere``, ``orgs`` and ``courses`` say."""
    places = {name: given.pop(name) for name in ("everywhere", "orgs", "courses") if name in given}
    return register_tool(
        Registration(**given), places=checked_places(**places), client_id=client_id, deployment_id=deployment_id
    )


@dataclass(frozen=True)
class RegisteredTool:
    """
    An ``LtiTool`` and its private key; whatever it does goes through the real endpoints.

    Registered with its public key as PEM unless a ``jwks_url`` is given.
    """

    tool: LtiTool
    private_key: rsa.RSAPrivateKey
    kid: str | None = None

    @classmethod
    def register(
        cls, name: str = "Quiz tool", *, key: rsa.RSAPrivateKey | None = None, kid: str | None = None, **options: Any
    ) -> RegisteredTool:
        """Register as an operator would, with ``options`` of ``register``. The site may use it unless they say."""
        key = key if key is not None else rsa_key()
        places = {} if {"everywhere", "orgs", "courses"} & options.keys() else {"everywhere": True}
        source = {} if {"jwks_url", "public_key"} & options.keys() else {"public_key": public_pem(key)}
        given: dict[str, Any] = {
            "oidc_login_url": "https://tool.example/login",
            "launch_url": "https://tool.example/launch",
            **places,
            **source,
            **options,
        }
        return cls(register(name=name, **given), key, kid)

    @property
    def client_id(self) -> str:
        return self.tool.client_id

    def claims(self, **overrides: object) -> dict[str, Any]:
        """What PyLTI1p3 puts into an assertion, with changes; ``ABSENT`` leaves a claim out."""
        now = int(time.time())
        claims: dict[str, object] = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": token_url(),
            "iat": now - 5,
            "exp": now + 60,
            "jti": f"lti-service-token-{uuid.uuid4()}",
            **overrides,
        }
        return {name: value for name, value in claims.items() if value is not ABSENT}

    def assertion(
        self,
        *,
        key: Any = None,
        algorithm: str = "RS256",
        headers: Mapping[str, object] | None = None,
        **overrides: object,
    ) -> str:
        """A signed assertion; ``overrides`` are claims, ``headers`` are added to the header."""
        named = {} if self.kid is None else {"kid": self.kid}
        merged = {name: value for name, value in {**named, **(headers or {})}.items() if value is not ABSENT}
        signing_key = self.private_key if key is None else key
        # Claims go in as bytes, so that the library does not mend what a test makes wrong on purpose.
        payload = json.dumps(self.claims(**overrides)).encode()
        return jwt.PyJWS().encode(payload, signing_key, algorithm=algorithm, headers=merged)

    def form(self, *scopes: str, **overrides: object) -> dict[str, Any]:
        """The parameters of a token request, with changes; ``ABSENT`` leaves one out."""
        parameters: dict[str, object] = {
            "grant_type": "client_credentials",
            "client_assertion_type": CLIENT_ASSERTION_TYPE,
            "client_assertion": "",
            "scope": " ".join(scopes),
            **overrides,
        }
        if not parameters["client_assertion"]:
            parameters["client_assertion"] = self.assertion()
        return {name: value for name, value in parameters.items() if value is not ABSENT}

    def request_token(self, client: Client, scopes: tuple[str, ...] | list[str], **overrides: object) -> HttpResponse:
        """Ask the token endpoint; ``overrides`` are form parameters."""
        body = urlencode(self.form(*scopes, **overrides), doseq=True)
        return client.post(TOKEN_PATH, body, content_type=FORM_TYPE)

    def token(self, client: Client, *scopes: str) -> str:
        """An access token for ``scopes``, or for every scope of the tool."""
        response = self.request_token(client, scopes or tuple(Scope))
        assert response.status_code == 200, response.content
        token: str = json.loads(response.content)["access_token"]
        return token

    def auth(self, client: Client, *scopes: str) -> dict[str, str]:
        """Arguments for Django's test client that carry an access token."""
        return {"HTTP_AUTHORIZATION": f"Bearer {self.token(client, *scopes)}"}
