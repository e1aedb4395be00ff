"""How a tool does, as its page and the list of tools tell, and what telling it costs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from lti_ags.models import LtiAgsDelivery, LtiAgsLineItem, LtiTool
from lti_ags.services.tool_health import COUNTED, health_of
from tests.admin.conftest import ADMIN, Send
from tests.support.ags import Ags, StatementCount
from tests.support.caches import DOWN
from tests.support.key_server import key_server
from tests.support.tools import RegisteredTool

pytestmark = pytest.mark.django_db

LIST = f"{ADMIN}/ltitool/"


def page_of(client: Client, tool: LtiTool) -> str:
    return str(client.get(f"{LIST}{tool.pk}/change/").content.decode())


def add_deliveries(tool: LtiTool, number: int, *, status: int = 200, code: str = "queued") -> None:
    now = timezone.now()
    LtiAgsDelivery.objects.bulk_create(
        LtiAgsDelivery(tool=tool, status=status, code=code, received_at=now - timedelta(seconds=offset))
        for offset in range(number)
    )


def test_tool_that_never_came_is_told_as_such(admin_client: Client, tool: RegisteredTool) -> None:
    assert "Has not been heard of" in admin_client.get(LIST).content.decode()
    assert "not known" in page_of(admin_client, tool.tool)


def test_health_tells_the_last_token_the_last_score_and_what_was_refused(
    admin_client: Client, tool: RegisteredTool, send: Send, item: LtiAgsLineItem, user_id: str
) -> None:
    send(item.pk, user_id)
    send(item.pk, "nobody")

    health = health_of(tool.tool.pk)
    refused = LtiAgsDelivery.objects.get(status=403)
    page = page_of(admin_client, tool.tool)

    assert health.token_at is not None
    assert health.score_at == LtiAgsDelivery.objects.get(status=200).received_at
    assert (health.accepted, health.refused) == (1, 1)
    assert health.last_refusal is not None
    assert health.last_refusal.delivery_uuid == str(refused.uuid)
    assert "1 of the last 2 messages" in page
    assert f"?q={refused.uuid}" in page
    assert "<code>unknown_user</code>" in page
    assert "Refused: 1 of the last 2 messages" in admin_client.get(LIST).content.decode()


def test_health_is_of_one_tool_alone(tool: RegisteredTool, other_tool: RegisteredTool) -> None:
    add_deliveries(tool.tool, 3)

    assert health_of(other_tool.tool.pk).accepted == 0


def test_only_the_latest_messages_are_counted(tool: RegisteredTool) -> None:
    add_deliveries(tool.tool, COUNTED + 50)

    with StatementCount() as counted:
        health = health_of(tool.tool.pk)

    assert health.accepted == COUNTED
    assert len(counted) == 1
    assert f"LIMIT {COUNTED}" in counted.statements[0]


def test_list_of_tools_costs_one_statement_for_each_tool_on_the_page_and_no_more(
    admin_client: Client, tool: RegisteredTool
) -> None:
    def cost() -> int:
        with StatementCount() as counted:
            admin_client.get(LIST)
        return len(counted)

    one = cost()
    for number in range(40):
        add_deliveries(RegisteredTool.register(f"Tool {number}").tool, 5)

    assert cost() == one + 24


def test_looking_asks_no_key_server_and_the_action_does(admin_client: Client, settings: Any, client: Client) -> None:
    settings.LTI_AGS_ALLOW_PRIVATE_ADDRESSES = True
    with key_server() as server:
        server.publish("a")
        good = RegisteredTool.register("Good", jwks_url=server.url).tool
        before = page_of(admin_client, good)
        admin_client.get(LIST)
        asked_by_looking = server.count
        admin_client.post(LIST, {"action": "check_key_sets", "_selected_action": [good.pk]})
        after = page_of(admin_client, good)

        assert asked_by_looking == 0
        assert server.count == 1
    assert "Not fetched lately" in before
    assert "1 usable key, fetched" in after


def test_key_set_that_was_not_reached_is_told_on_the_page(admin_client: Client, settings: Any) -> None:
    settings.LTI_AGS_ALLOW_PRIVATE_ADDRESSES = True
    with key_server() as server:
        bad = RegisteredTool.register("Bad", jwks_url=f"{server.origin.rpartition(':')[0]}:1/jwks", kid="a")
    assert bad.request_token(Client(), ["nonsense"]).status_code == 400

    assert "Could not be reached at" in page_of(admin_client, bad.tool)


def test_pages_and_tokens_do_without_the_cache(
    admin_client: Client, tool: RegisteredTool, settings: Any, ags: Ags
) -> None:
    settings.CACHES = DOWN

    assert tool.token(Client())
    assert health_of(tool.tool.pk).token_at is None
    assert admin_client.get(LIST).status_code == 200
    assert "not known" in page_of(admin_client, tool.tool)


def test_token_is_remembered_until_the_cache_forgets(tool: RegisteredTool) -> None:
    assert tool.token(Client())
    known = health_of(tool.tool.pk).token_at
    cache.clear()

    assert known is not None
    assert health_of(tool.tool.pk).token_at is None
