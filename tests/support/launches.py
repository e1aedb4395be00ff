"""The browser and the tool of a launch: Django's test client in between, and a tool that checks what it is sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlsplit

import jwt
from django.http import HttpResponse
from django.test import Client
from jwt import PyJWK

from lti_ags.constants import Claim
from tests.support.tools import ABSENT, RegisteredTool

PREFIX: Final = "/api/lti_ags/v1"
AUTHORIZE: Final = f"{PREFIX}/launch/authorize"
REDIRECT_URI: Final = "https://tool.example/launch"


def start_path(usage_key: object) -> str:
    """The page of the LMS that starts the launch of a block."""
    return f"{PREFIX}/launch/start/{quote(str(usage_key), safe=':+@')}"


def signed_in(user: Any) -> Client:
    """A browser in which somebody is signed in. It checks CSRF as real ones are checked."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    return client


@dataclass
class PostedForm:
    """The form that an answer has the browser post."""

    action: str = ""
    method: str = ""
    fields: dict[str, str] = field(default_factory=dict)


class _FormParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.form = PostedForm()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form.action, self.form.method = values["action"], values["method"]
        elif tag == "input":
            self.form.fields[values["name"]] = values["value"]


def form_of(response: HttpResponse) -> PostedForm:
    """Read the form of a page, as a browser would."""
    parser = _FormParser()
    parser.feed(response.content.decode())
    return parser.form


def login_request(response: HttpResponse) -> dict[str, str]:
    """The parameters with which the browser arrives at the tool's login page."""
    assert response.status_code == 302, response.content.decode()
    return {name: values[0] for name, values in parse_qs(urlsplit(response["Location"]).query).items()}


@dataclass
class Launch:
    """One launch of a block by the browser of ``client`` into ``tool``."""

    client: Client
    tool: RegisteredTool
    usage_key: object
    nonce: str = "a-nonce-0123456789"
    state: str = "a state / with = signs & spaces"

    def begin(self) -> dict[str, str]:
        """Open the block, and return what the tool's login page gets."""
        return login_request(self.client.get(start_path(self.usage_key)))

    def request(self, login: dict[str, str], **changes: object) -> dict[str, Any]:
        """The authentication request that the tool makes of it; ``ABSENT`` leaves a parameter out."""
        parameters = {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "client_id": login["client_id"],
            "redirect_uri": REDIRECT_URI,
            "login_hint": login["login_hint"],
            "lti_message_hint": login["lti_message_hint"],
            "nonce": self.nonce,
            "state": self.state,
            **changes,
        }
        return {name: value for name, value in parameters.items() if value is not ABSENT}

    def answer(self, method: str = "get", **changes: object) -> HttpResponse:
        """Go the whole way, with changes to the authentication request, and return the platform's answer."""
        return self.authorize(self.request(self.begin(), **changes), method=method)

    def authorize(self, parameters: dict[str, Any], *, method: str = "get") -> HttpResponse:
        """Send an authentication request."""
        return getattr(self.client, method)(AUTHORIZE, parameters)

    def claims(self, method: str = "get", **changes: object) -> dict[str, Any]:
        """Go the whole way, and return the claims once the tool has checked the token."""
        form = form_of(self.answer(method, **changes))
        assert "id_token" in form.fields, form.fields
        return self.checked(form.fields["id_token"])

    def checked(self, id_token: str) -> dict[str, Any]:
        """Check an id_token as a tool does: signature by ``kid`` in the platform's key set, audience, times, nonce."""
        kid = jwt.get_unverified_header(id_token)["kid"]
        keys = Client().get(f"{PREFIX}/jwks").json()["keys"]
        key = next(PyJWK(key).key for key in keys if key["kid"] == kid)
        required = {"require": ["iss", "aud", "sub", "exp", "iat", "nonce"]}
        claims = jwt.decode(id_token, key, algorithms=["RS256"], audience=self.tool.client_id, options=required)
        assert claims["nonce"] == self.nonce
        return claims

    def refusal(self, method: str = "get", **changes: object) -> dict[str, str]:
        """Go the whole way, and return the error that the tool gets."""
        response = self.answer(method, **changes)
        form = form_of(response)
        assert response.status_code == 200
        assert form.action == REDIRECT_URI
        assert "id_token" not in form.fields
        return form.fields


def ags_claim(claims: dict[str, Any]) -> Any:
    """What the tool may do with grades."""
    return claims.get(str(Claim.AGS_ENDPOINT))
