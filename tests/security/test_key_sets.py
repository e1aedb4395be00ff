"""How the key set of a tool is kept (conformance items K-04 and K-08)."""

from __future__ import annotations

import importlib.util
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from types import ModuleType
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from lti_ags.constants import Scope
from lti_ags.security import key_sets
from lti_ags.security.key_fetching import KeySetUnavailable
from lti_ags.security.key_sets import key_of_url, refetch
from lti_ags.services.tools import set_enabled
from tests.support.caches import DOWN, DOWN_AND_QUIET, TROUBLES
from tests.support.forging import with_header, with_signature
from tests.support.key_server import KeyServer, key_server
from tests.support.tools import RegisteredTool, public_jwk, rsa_key


@pytest.fixture(autouse=True)
def _private_addresses(settings: Any) -> None:
    settings.LTI_AGS_ALLOW_PRIVATE_ADDRESSES = True


@pytest.fixture
def server() -> Iterator[KeyServer]:
    with key_server() as served:
        served.publish("a")
        yield served


@pytest.fixture
def tool(server: KeyServer, db: None) -> RegisteredTool:
    return RegisteredTool.register(jwks_url=server.url, kid="a")


def status(tool: RegisteredTool, client: Client | None = None, **assertion: Any) -> int:
    signed = tool.assertion(**assertion)
    return tool.request_token(client or Client(), [Scope.SCORE], client_assertion=signed).status_code


def second_copy_of(module: ModuleType) -> Any:
    """The module with a memory of its own, as another process has it; the cache is the same."""
    spec = importlib.util.spec_from_file_location(f"{module.__name__}_of_another_process", str(module.__file__))
    assert spec is not None
    assert spec.loader is not None
    copy = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = copy
    try:
        spec.loader.exec_module(copy)
    finally:
        del sys.modules[spec.name]
    return copy


def is_found(server: KeyServer, *, kid: str | None = "a", now: datetime | None = None) -> bool:
    return key_of_url(server.url, kid=kid, algorithm="RS256", now=now or timezone.now()) is not None


def test_key_set_is_fetched_once_for_many_tokens(server: KeyServer, tool: RegisteredTool) -> None:
    statuses = [status(tool) for _ in range(5)]

    assert statuses == [200] * 5
    assert server.count == 1
    path, headers = server.requests[0]
    assert path == "/jwks.json"
    assert "cookie" not in headers
    assert "authorization" not in headers


def test_another_process_finds_the_set_in_the_cache(server: KeyServer, tool: RegisteredTool) -> None:
    status(tool)
    other_process = second_copy_of(key_sets)

    key = other_process.key_of_url(server.url, kid="a", algorithm="RS256", now=timezone.now())

    assert key is not None
    assert server.count == 1


def test_set_survives_a_cache_that_forgets(server: KeyServer, tool: RegisteredTool) -> None:
    status(tool)
    cache.clear()

    assert status(tool) == 200
    assert server.count == 1


@pytest.mark.conformance("K-08")
def test_new_key_is_found_by_fetching_again(server: KeyServer, tool: RegisteredTool) -> None:
    before = timezone.now() - timedelta(seconds=31)
    assert is_found(server, now=before)
    server.publish("x", "b")
    rotated = RegisteredTool(tool.tool, rsa_key(1), "b")

    assert status(rotated) == 200
    assert server.count == 2


@pytest.mark.conformance("K-08")
def test_new_key_that_another_process_has_found_is_not_fetched_again(server: KeyServer) -> None:
    now = timezone.now()
    assert is_found(server, now=now)
    server.publish("x", "b")
    other_process = second_copy_of(key_sets)
    assert other_process.key_of_url(server.url, kid="b", algorithm="RS256", now=now + timedelta(seconds=31))

    assert is_found(server, kid="b", now=now + timedelta(seconds=32))

    assert server.count == 2


@pytest.mark.conformance("K-08")
def test_unknown_kids_cause_one_fetch_in_a_while(server: KeyServer, tool: RegisteredTool) -> None:
    now = timezone.now()
    assert is_found(server, now=now)

    for second in range(0, 60, 2):
        assert not is_found(server, kid=f"unknown-{second}", now=now + timedelta(seconds=second))

    assert server.count == 2


def test_unknown_kid_just_after_a_fetch_causes_none(server: KeyServer, tool: RegisteredTool) -> None:
    status(tool)

    assert status(tool, headers={"kid": "unknown"}) == 400
    assert server.count == 1


@pytest.mark.conformance("K-08")
def test_missing_kid_does_only_for_a_single_key(server: KeyServer, tool: RegisteredTool) -> None:
    nameless = RegisteredTool(tool.tool, tool.private_key)
    alone = status(nameless)
    server.publish("a", "b")
    refetch(server.url, now=timezone.now())

    assert alone == 200
    assert status(nameless) == 400


def test_keys_of_another_kind_do_not_make_a_missing_kid_ambiguous(server: KeyServer, tool: RegisteredTool) -> None:
    server.keys.append({"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "kid": "damaged"})
    server.keys.append({**public_jwk(rsa_key(1), kid="for-encryption"), "use": "enc"})
    server.keys.append({"kty": "oct", "k": "AAAA", "kid": "shared"})

    assert status(RegisteredTool(tool.tool, tool.private_key)) == 200


@pytest.mark.conformance("K-04")
@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 3600),
        ({"Cache-Control": "max-age=600"}, 600),
        ({"Cache-Control": "public, MAX-AGE=600"}, 600),
        ({"Cache-Control": "max-age=600", "Age": "100"}, 500),
        ({"Cache-Control": 'max-age="600"'}, 600),
        ({"Cache-Control": "max-age=0"}, 60),
        ({"Cache-Control": "no-store"}, 60),
        ({"Cache-Control": "no-cache, max-age=600"}, 60),
        ({"Cache-Control": "max-age=31536000"}, 86_400),
        ({"Cache-Control": "max-age=nonsense"}, 3600),
        ({"Cache-Control": "max-age=-5"}, 3600),
    ],
    ids=repr,
)
def test_set_is_kept_as_long_as_its_server_says_within_bounds(
    headers: dict[str, str], seconds: int, server: KeyServer
) -> None:
    server.headers = headers
    now = timezone.now()
    is_found(server, now=now)

    is_found(server, now=now + timedelta(seconds=seconds - 1))
    fresh = server.count
    is_found(server, now=now + timedelta(seconds=seconds + 1))

    assert (fresh, server.count) == (1, 2)


def test_withdrawn_key_is_refused_once_the_set_is_fetched_anew(server: KeyServer) -> None:
    now = timezone.now()
    is_found(server, now=now)
    server.publish("b")

    assert is_found(server, now=now + timedelta(seconds=3599))
    assert not is_found(server, now=now + timedelta(seconds=3601))


def test_old_keys_serve_for_a_while_when_the_server_is_down(server: KeyServer) -> None:
    now = timezone.now()
    is_found(server, now=now)
    server.status = 500

    assert is_found(server, now=now + timedelta(seconds=3600 + 10))
    assert is_found(server, now=now + timedelta(seconds=3600 + 86_400 - 10))
    assert not is_found(server, now=now + timedelta(seconds=3600 + 86_400 + 10))


@pytest.mark.parametrize(
    ("status_code", "body"),
    [
        (500, None),
        (404, None),
        (204, b""),
        (200, b""),
        (200, b"<html>"),
        (200, b"[]"),
        (200, b"{}"),
        (200, b'{"keys": {}}'),
        (200, b"[" * 100_000),
        (200, b'{"keys": ' + b"9" * 5000),
        (200, b"\xff\xfe"),
        (200, b'{"keys": []}' + b" " * 300_000),
    ],
    ids=["500", "404", "204", "empty", "html", "list", "no-keys", "keys-no-list", "deep", "digits", "binary", "large"],
)
def test_answer_that_is_no_key_set_is_a_failure_and_asked_for_again_later(
    status_code: int, body: bytes | None, server: KeyServer
) -> None:
    now = timezone.now()
    server.status, server.body = status_code, body

    assert not is_found(server, now=now)
    assert not is_found(server, now=now + timedelta(seconds=29))
    assert server.count == 1

    server.status, server.body = 200, None
    assert is_found(server, now=now + timedelta(seconds=31))


def test_failures_of_many_servers_are_not_remembered_for_ever(server: KeyServer, settings: Any) -> None:
    settings.CACHES = DOWN_AND_QUIET
    process = second_copy_of(key_sets)
    now = timezone.now()
    server.status = 500

    def ask(url: str) -> None:
        assert process.key_of_url(url, kid="a", algorithm="RS256", now=now) is None

    ask(server.url)
    ask(server.url)
    remembered = server.count
    for number in range(512):
        ask(f"no-address-{number}")
    ask(server.url)

    assert (remembered, server.count) == (1, 2)


@pytest.mark.parametrize(
    "keys",
    [
        [],
        [None, 7, "a", [], {}],
        [{"kty": "RSA", "kid": "a"}],
        [{"kty": "RSA", "n": "AA", "e": "AQAB", "kid": "a"}],
        [{"kty": "RSA", "n": "!", "e": "!", "kid": "a"}],
        [{"kty": "RSA", "n": 7, "e": [], "kid": "a"}],
        [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "kid": "a"}],
        [{"kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA", "kid": "a"}],
        [{"kty": ["RSA"], "kid": "a"}],
    ],
    ids=["none", "no-objects", "no-members", "tiny", "no-base64", "no-strings", "no-point", "no-curve", "no-kty"],
)
def test_set_without_a_usable_key_is_kept_and_opens_nothing(keys: list[Any], server: KeyServer) -> None:
    now = timezone.now()
    server.keys = keys

    assert not is_found(server, now=now)
    assert not is_found(server, kid=None, now=now + timedelta(seconds=29))
    assert server.count == 1


@pytest.mark.parametrize(
    "members",
    [
        {"use": "enc"},
        {"key_ops": ["encrypt"]},
        {"key_ops": "verify"},
        {"alg": "RS512"},
        {"alg": "HS256"},
        {"alg": ["RS256"]},
        {"kid": 7},
        {"d": "AQAB"},
        {"kty": "oct"},
    ],
    ids=repr,
)
def test_key_that_is_not_for_such_signatures_is_passed_over(members: dict[str, Any], server: KeyServer) -> None:
    server.keys = [{**public_jwk(rsa_key(), kid="a"), **members}, public_jwk(rsa_key(1), kid="other")]

    assert not is_found(server)
    assert is_found(server, kid="other")


@pytest.mark.parametrize(
    "garbage",
    [
        lambda tool: "garbage",
        lambda tool: tool.assertion(algorithm="HS256", key="k" * 32),
        lambda tool: tool.assertion(aud="https://lms.example"),
        lambda tool: tool.assertion(exp=time.time() - 100),
        lambda tool: tool.assertion(iss="somebody"),
        lambda tool: tool.assertion(iss="somebody", sub="somebody"),
        lambda tool: tool.assertion(iss=tool.client_id.upper(), sub=tool.client_id.upper()),
        lambda tool: with_header(tool, kid=7),
        lambda tool: tool.assertion(jti=7),
    ],
    ids=["unparsable", "alg", "aud", "exp", "iss", "client", "client-in-another-case", "kid", "jti"],
)
def test_garbage_causes_no_fetch(garbage: Any, server: KeyServer, tool: RegisteredTool) -> None:
    response = tool.request_token(Client(), [Scope.SCORE], client_assertion=garbage(tool))

    assert response.status_code == 400
    assert server.count == 0


def test_disabled_tool_causes_no_fetch(server: KeyServer, tool: RegisteredTool) -> None:
    set_enabled([tool.tool], is_enabled=False)

    assert status(tool) == 400
    assert server.count == 0


@pytest.mark.conformance("K-07")
def test_url_in_a_header_is_never_asked(server: KeyServer, tool: RegisteredTool) -> None:
    with key_server() as attacker:
        attacker.publish("evil")
        headers = {"kid": "evil", "jku": attacker.url, "x5u": attacker.url}

        assert status(tool, headers=headers, key=rsa_key(0)) == 400
        assert attacker.count == 0


def test_bad_signature_with_a_known_kid_causes_no_further_fetch(server: KeyServer, tool: RegisteredTool) -> None:
    status(tool)

    refused = tool.request_token(Client(), [Scope.SCORE], client_assertion=with_signature(tool.assertion(), bytes(256)))

    assert refused.status_code == 400
    assert server.count == 1


@pytest.mark.django_db(transaction=True)
def test_slow_key_server_holds_two_workers_and_no_more(server: KeyServer) -> None:
    tool = RegisteredTool.register(jwks_url=server.url, kid="a")
    go_on, both_wait = threading.Event(), threading.Semaphore(0)

    def wait(handler: BaseHTTPRequestHandler) -> None:
        both_wait.release()
        go_on.wait(10)
        server.respond = None
        server.requests.pop()
        server.answer(handler)

    server.respond = wait

    def ask(_: int) -> int:
        try:
            return status(tool)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        held = [pool.submit(ask, number) for number in range(2)]
        assert both_wait.acquire(timeout=5)
        assert both_wait.acquire(timeout=5)
        others = [pool.submit(ask, number).result(timeout=5) for number in range(6)]
        still_held = [not future.done() for future in held]
        go_on.set()
        answers = [future.result(timeout=10) for future in held]

    assert others == [400] * 6
    assert still_held == [True, True]
    assert answers == [200, 200]
    assert status(tool) == 200
    assert server.count == 2


def test_person_who_asks_for_a_key_set_waits_for_a_turn_like_everybody(server: KeyServer, settings: Any) -> None:
    settings.LTI_AGS_TOOL_KEYS_MAX_CONCURRENT_FETCHES = 0

    with pytest.raises(KeySetUnavailable, match="too many requests to its server are under way"):
        refetch(server.url, now=timezone.now())

    assert server.count == 0


def test_stale_keys_serve_while_others_fetch(server: KeyServer, settings: Any) -> None:
    now = timezone.now()
    is_found(server, now=now)
    settings.LTI_AGS_TOOL_KEYS_MAX_CONCURRENT_FETCHES = 0

    assert is_found(server, now=now + timedelta(seconds=4000))
    assert server.count == 1


def test_operator_can_have_a_set_fetched_at_once(server: KeyServer) -> None:
    is_found(server)
    server.publish("b", "c")

    assert refetch(server.url, now=timezone.now()) == 2
    assert is_found(server, kid="c")


@pytest.mark.parametrize("caches", TROUBLES.values(), ids=TROUBLES)
def test_cache_that_is_down_keeps_no_tool_away(
    caches: dict[str, Any], server: KeyServer, tool: RegisteredTool, settings: Any
) -> None:
    settings.CACHES = caches

    statuses = [status(tool) for _ in range(3)]

    assert statuses == [200] * 3
    assert server.count == 1


def test_failure_is_remembered_while_the_cache_is_down(server: KeyServer, settings: Any) -> None:
    settings.CACHES = DOWN
    server.status = 500
    now = timezone.now()

    assert not any(is_found(server, now=now + timedelta(seconds=seconds)) for seconds in (0, 1, 29))
    assert server.count == 1
    server.status = 200
    assert is_found(server, now=now + timedelta(seconds=31))
