"""
Play a launch without a browser, and print what the tool is told about it.

Takes from the environment what the platform's operator told the tool: AUTH_LOGIN_URL, CLIENT_ID, ISSUER and JWKS_URL;
and what a learner's browser has: LAUNCH_START_URL, the page behind the component, and UA_COOKIE. REDIRECT_URI is the
tool's registered address; the sandbox makes one up for a tool without addresses. Needs the packages PyJWT, cryptography
and requests.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

import jwt
import requests

REDIRECT_URI = os.environ.get("REDIRECT_URI", "http://127.0.0.1:9/launch")


def answer_to_login(initiation: dict[str, str], *, state: str, nonce: str) -> dict[str, str]:
    """The tool, at its login initiation URL: what to send on to the authorization URL."""
    return {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": os.environ["CLIENT_ID"],
        "redirect_uri": REDIRECT_URI,
        "state": state,
        "nonce": nonce,
        "login_hint": initiation["login_hint"],
        "lti_message_hint": initiation["lti_message_hint"],
    }


def read_launch(form: dict[str, str], *, state: str, nonce: str) -> dict[str, object]:
    """The tool, at its redirect URI: check what came, and return the claims. Raises for everything that is not good."""
    if form.get("state") != state:
        raise ValueError("this is the answer to somebody else's request")
    if "error" in form:
        raise ValueError(f"{form['error']}: {form['error_description']}")
    key = jwt.PyJWKClient(os.environ["JWKS_URL"]).get_signing_key_from_jwt(form["id_token"])
    claims: dict[str, object] = jwt.decode(
        form["id_token"],
        key.key,
        algorithms=["RS256"],
        audience=os.environ["CLIENT_ID"],
        issuer=os.environ["ISSUER"],
        options={"require": ["exp", "iat", "nonce", "sub"]},
    )
    if claims["nonce"] != nonce:
        raise ValueError("this token was made for another request")
    return claims


class Form(HTMLParser):
    """The form with which the platform has the browser post to the tool."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.members: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the hidden members."""
        found = dict(attrs)
        if tag == "input":
            self.members[found["name"] or ""] = found["value"] or ""


def main() -> None:
    """Be the browser between platform and tool."""
    cookie = {"Cookie": os.environ["UA_COOKIE"]}
    opened = requests.get(os.environ["LAUNCH_START_URL"], headers=cookie, allow_redirects=False, timeout=30)
    if opened.status_code != 302:
        sys.exit(f"{opened.status_code} {opened.text}")
    initiation = dict(parse_qsl(urlsplit(opened.headers["Location"]).query))
    # A tool keeps both with the browser until the answer comes, and takes them once.
    state, nonce = secrets.token_urlsafe(), secrets.token_urlsafe()
    request = answer_to_login(initiation, state=state, nonce=nonce)
    answer = requests.get(os.environ["AUTH_LOGIN_URL"], params=request, headers=cookie, timeout=30)
    form = Form(answer.text).members
    print(json.dumps(read_launch(form, state=state, nonce=nonce), indent=2))


if __name__ == "__main__":
    main()
