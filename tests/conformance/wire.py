"""A tool that speaks nothing but HTTP: it launches through a browser, takes tokens and calls the services."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from lti_ags.constants import CLIENT_ASSERTION_TYPE
from sandbox.browser import Browser, Page
from tests.conformance.scene import REDIRECT_URI

SCOPE: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/"
TIMEOUT: Final = 30


@dataclass(frozen=True)
class KeyPair:
    """A tool's key, as PEM."""

    private: str
    public: str

    @classmethod
    def make(cls) -> KeyPair:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return cls(private.decode(), public.decode())


@dataclass(frozen=True)
class Message:
    """A launch as the tool received it, not checked yet. ``login`` is what began it."""

    id_token: str
    state: str
    nonce: str
    login: Mapping[str, str]


@dataclass
class WireTool:
    """A registered tool. ``sheet``: what the platform's operator was told by the registration."""

    sheet: Mapping[str, Any]
    keys: KeyPair
    session: requests.Session = field(default_factory=requests.Session)

    def launch(self, browser: Browser, start_url: str) -> Message:
        """Be launched by a browser that is signed in, step by step (SEC 5.1.1)."""
        begun = browser.session.get(start_url, timeout=TIMEOUT, allow_redirects=False)
        assert begun.status_code == 302, begun.text
        login = {name: values[0] for name, values in parse_qs(urlsplit(begun.headers["Location"]).query).items()}
        nonce, state = uuid.uuid4().hex, uuid.uuid4().hex
        request = {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "client_id": self.sheet["client_id"],
            "redirect_uri": REDIRECT_URI,
            "login_hint": login["login_hint"],
            "lti_message_hint": login["lti_message_hint"],
            "nonce": nonce,
            "state": state,
        }
        page: Page = browser.open(requests.Request("GET", self.sheet["auth_login_url"], params=request).prepare().url)
        [form] = page.forms
        assert (form.action, form.method, form.values["state"]) == (REDIRECT_URI, "post", state)
        return Message(form.values["id_token"], state, nonce, login)

    def checked(self, message: Message) -> dict[str, Any]:
        """Check a message as a tool does: RS256, the key by ``kid`` from the platform's key set, times, nonce."""
        header = jwt.get_unverified_header(message.id_token)
        assert header["alg"] == "RS256"
        key_set = jwt.PyJWKSet.from_dict(self.session.get(self.sheet["jwks_url"], timeout=TIMEOUT).json())
        claims: dict[str, Any] = jwt.decode(
            message.id_token,
            key_set[header["kid"]].key,
            algorithms=["RS256"],
            audience=self.sheet["client_id"],
            issuer=self.sheet["issuer"],
            options={"require": ["iss", "aud", "sub", "exp", "iat", "nonce"]},
        )
        assert claims["nonce"] == message.nonce
        return claims

    def token(self, *scopes: str) -> dict[str, Any]:
        """Take a token for the scopes of these short names; the whole answer."""
        now = int(time.time())
        client_id = self.sheet["client_id"]
        assertion = jwt.encode(
            {
                "iss": client_id,
                "sub": client_id,
                "aud": self.sheet["token_url"],
                "iat": now,
                "exp": now + 60,
                "jti": uuid.uuid4().hex,
            },
            self.keys.private,
            algorithm="RS256",
        )
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": CLIENT_ASSERTION_TYPE,
            "client_assertion": assertion,
            "scope": " ".join(SCOPE + scope for scope in scopes),
        }
        answer = self.session.post(self.sheet["token_url"], data=form, timeout=TIMEOUT)
        assert answer.status_code == 200, answer.text
        members: dict[str, Any] = answer.json()
        return members

    def call(
        self, method: str, url: str, token: Mapping[str, Any], *, body: Any = None, kind: str = ""
    ) -> requests.Response:
        """Call a service with a token; ``kind`` is the vendor part of the body's media type."""
        headers = {"Authorization": f"Bearer {token['access_token']}", "Accept": "*/*"}
        if kind:
            headers["Content-Type"] = f"application/vnd.ims.lis.{kind}+json"
        return self.session.request(method, url, json=body, headers=headers, timeout=TIMEOUT)
