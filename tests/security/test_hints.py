"""Hints carry what a launch must remember; only we can write them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from lti_ags.exceptions import InvalidToken
from lti_ags.security.access_tokens import issue_access_token, read_access_token
from lti_ags.security.hints import read_hint, sign_hint


def test_hint_says_what_was_signed_and_when_it_ends(settings: Any) -> None:
    settings.LTI_AGS_HINT_LIFETIME_SECONDS = 300
    now = timezone.now().replace(microsecond=0)

    claims = read_hint(sign_hint({"user": 7, "block": "é"}, purpose="login", now=now), purpose="login", now=now)

    assert claims == {"user": 7, "block": "é", "exp": int(now.timestamp()) + 300}


def test_hint_is_safe_in_a_url() -> None:
    hint = sign_hint({"block": "block-v1:Org+Course+Run+type@lti_ags+block@/?&=#é"}, purpose="a", now=timezone.now())

    assert re.fullmatch(r"[A-Za-z0-9_.-]+", hint)


def test_hint_of_another_purpose_is_refused() -> None:
    now = timezone.now()

    with pytest.raises(InvalidToken):
        read_hint(sign_hint({"user": 7}, purpose="login", now=now), purpose="message", now=now)


def test_expired_hint_is_refused() -> None:
    now = timezone.now()
    hint = sign_hint({"user": 7}, purpose="login", now=now)

    with pytest.raises(InvalidToken, match="expired"):
        read_hint(hint, purpose="login", now=now + timedelta(seconds=301))


@pytest.mark.parametrize("position", [0, 20, 100, 150, -1])
def test_hint_with_one_letter_changed_is_refused(position: int) -> None:
    now = timezone.now()
    hint = sign_hint({"user": 7, "padding": "a" * 100}, purpose="login", now=now)
    letter = "A" if hint[position] != "A" else "Q"
    changed = hint[:position] + letter + hint[position:][1:]

    with pytest.raises(InvalidToken):
        read_hint(changed, purpose="login", now=now)


@pytest.mark.parametrize("text", ["", ".", "..", "a.b.c", "é.é.é", "\ud800", "\0", "a" * 100_000, "a.b.c.d"])
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(InvalidToken):
        read_hint(text, purpose="login", now=timezone.now())


def test_access_token_is_no_hint_and_a_hint_is_no_access_token() -> None:
    now = timezone.now()

    with pytest.raises(InvalidToken):
        read_hint(issue_access_token(client_id="a", scopes=[], now=now), purpose="access", now=now)
    with pytest.raises(InvalidToken):
        read_access_token(sign_hint({"sub": "a", "scope": ""}, purpose="access", now=now), now=now)
