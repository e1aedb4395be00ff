"""An assertion is good for one token, whoever comes again with it."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from lti_ags.constants import Scope
from lti_ags.models import UsedToken
from lti_ags.security.used_tokens import prune
from tests.support.databases import failing_statements
from tests.support.tools import RegisteredTool, rsa_key

pytestmark = pytest.mark.conformance("T-09")


def test_second_use_is_refused(client: Client, tool: RegisteredTool) -> None:
    assertion = tool.assertion()
    first = tool.request_token(client, [Scope.SCORE], client_assertion=assertion)

    second = tool.request_token(client, [Scope.SCORE], client_assertion=assertion)

    assert first.status_code == 200
    assert (second.status_code, json.loads(second.content)["error"]) == (400, "invalid_client")


def test_second_use_is_refused_for_other_scopes_too(client: Client, tool: RegisteredTool) -> None:
    assertion = tool.assertion()
    tool.request_token(client, [Scope.SCORE], client_assertion=assertion)

    assert tool.request_token(client, [Scope.LINE_ITEM], client_assertion=assertion).status_code == 400


def test_new_assertion_with_an_old_jti_is_refused(client: Client, tool: RegisteredTool) -> None:
    tool.request_token(client, [Scope.SCORE], client_assertion=tool.assertion(jti="same"))

    again = tool.request_token(client, [Scope.SCORE], client_assertion=tool.assertion(jti="same"))
    in_another_case = tool.request_token(client, [Scope.SCORE], client_assertion=tool.assertion(jti="SAME"))

    assert (again.status_code, in_another_case.status_code) == (400, 200)


def test_two_tools_may_use_the_same_jti(client: Client, tool: RegisteredTool, other_tool: RegisteredTool) -> None:
    tool.request_token(client, [Scope.SCORE], client_assertion=tool.assertion(jti="same"))

    response = other_tool.request_token(client, [Scope.SCORE], client_assertion=other_tool.assertion(jti="same"))

    assert response.status_code == 200


def test_forged_assertion_does_not_use_up_the_true_one(client: Client, tool: RegisteredTool) -> None:
    forged = tool.request_token(client, [Scope.SCORE], client_assertion=tool.assertion(jti="same", key=rsa_key(9)))

    true = tool.request_token(client, [Scope.SCORE], client_assertion=tool.assertion(jti="same"))

    assert (forged.status_code, true.status_code) == (400, 200)


def test_assertion_refused_for_its_scope_is_used_up(client: Client, tool: RegisteredTool) -> None:
    assertion = tool.assertion()
    refused = tool.request_token(client, ["openid"], client_assertion=assertion)

    again = tool.request_token(client, [Scope.SCORE], client_assertion=assertion)

    assert json.loads(refused.content)["error"] == "invalid_scope"
    assert json.loads(again.content)["error"] == "invalid_client"


def test_replay_is_refused_when_the_cache_is_lost(client: Client, tool: RegisteredTool) -> None:
    assertion = tool.assertion()
    tool.request_token(client, [Scope.SCORE], client_assertion=assertion)
    cache.clear()

    assert tool.request_token(client, [Scope.SCORE], client_assertion=assertion).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_of_many_at_the_same_moment_one_gets_a_token() -> None:
    tool = RegisteredTool.register()
    assertion = tool.assertion()
    together = threading.Barrier(8)

    def ask(_: int) -> int:
        together.wait()
        try:
            return tool.request_token(Client(), [Scope.SCORE], client_assertion=assertion).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(ask, range(8)))

    assert statuses == [200] + [400] * 7
    assert UsedToken.objects.count() == 1


def test_rows_are_kept_while_the_assertion_could_come_again(client: Client, tool: RegisteredTool) -> None:
    tool.request_token(client, [Scope.SCORE])
    row = UsedToken.objects.get()

    prune(now=row.expires_at)
    kept = UsedToken.objects.count()
    prune(now=row.expires_at + timedelta(minutes=6))

    assert row.expires_at > timezone.now() + timedelta(seconds=60)
    assert (kept, UsedToken.objects.count()) == (1, 0)


def test_expired_rows_go_by_themselves(client: Client, tool: RegisteredTool) -> None:
    long_ago: Any = timezone.now() - timedelta(days=1)
    UsedToken.objects.create(digest="0" * 64, expires_at=long_ago)

    tool.request_token(client, [Scope.SCORE])

    assert not UsedToken.objects.filter(expires_at=long_ago).exists()


def test_expired_tokens_that_cannot_be_deleted_keep_no_token_away(client: Client, tool: RegisteredTool) -> None:
    UsedToken.objects.create(digest="0" * 64, expires_at=timezone.now() - timedelta(days=1))

    with failing_statements("DELETE FROM"):
        response = tool.request_token(client, [Scope.SCORE])

    assert response.status_code == 200
    assert UsedToken.objects.filter(digest="0" * 64).exists()
