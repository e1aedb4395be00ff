"""Limits hold a careless tool, are settings, and stay out of the way of tools that behave."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest
from opaque_keys.edx.keys import UsageKey

from lti_ags.conf import DEFAULTS
from lti_ags.constants import Scope
from lti_ags.models import LtiAgsDelivery, LtiAgsLineItem, LtiAgsScore, LtiContext, LtiSubject
from tests.support.ags import Ags, score_body
from tests.support.courses import external_id
from tests.support.tools import RegisteredTool

#: The limit, and what clients that were seen at work need at least: one that asks for a token on each call of a
#: course's export, comments as long as an essay's feedback, a course with some line items for each learner.
LEAST: Final = {
    "LTI_AGS_MAX_BODY_BYTES": 64 * 1024,
    "LTI_AGS_MAX_JSON_DEPTH": 10,
    "LTI_AGS_MAX_COMMENT_LENGTH": 5_000,
    "LTI_AGS_MAX_EXTENSIONS_LENGTH": 5_000,
    "LTI_AGS_MAX_LINE_ITEMS_PER_CONTEXT": 10_000,
    "LTI_AGS_LINE_ITEMS_PAGE_SIZE": 100,
    "LTI_AGS_MAX_PAGE_SIZE": 1_000,
}


@pytest.mark.parametrize(("name", "least"), LEAST.items(), ids=LEAST.keys())
def test_default_bears_what_clients_do(name: str, least: int) -> None:
    assert DEFAULTS[name] >= least


@pytest.mark.parametrize(("name", "least"), [("LTI_AGS_TOKEN_RATE", 300), ("LTI_AGS_TOOL_RATE", 3000)])
def test_default_rate_bears_a_client_that_asks_for_a_token_on_each_call(name: str, least: int) -> None:
    number = re.fullmatch("([0-9]+)/min", DEFAULTS[name])

    assert number is not None
    assert int(number[1]) >= least


def test_every_limit_is_a_setting_with_a_default() -> None:
    package = Path(__file__).resolve().parents[2] / "lti_ags"
    code = "\n".join(path.read_text(encoding="utf-8") for path in package.rglob("*.py"))

    used = set(re.findall(r'"(LTI_AGS_(?:MAX_\w+|\w+_RATE))"', code))

    assert used == {name for name in DEFAULTS if "MAX_" in name.partition("AGS_")[2][:4] or name.endswith("_RATE")}


def test_comment_may_be_as_long_as_the_setting_says_and_no_longer(
    ags: Ags, line_item: int, user_id: str, settings: Any
) -> None:
    settings.LTI_AGS_MAX_COMMENT_LENGTH = 50

    refused = ags.post_score(line_item, score_body(user_id, comment="é" * 51))
    assert (refused.status_code, refused.json()["pointer"]) == (400, "/comment")
    assert not LtiAgsScore.objects.exists()

    assert ags.post_score(line_item, score_body(user_id, comment="é" * 50)).status_code == 200
    assert LtiAgsScore.objects.get().comment == "é" * 50


def test_longest_message_that_a_tool_may_send_is_kept_whole(ags: Ags, line_item: int, user_id: str) -> None:
    comment = "\u0001" + "\U0001f600" * (DEFAULTS["LTI_AGS_MAX_COMMENT_LENGTH"] - 1)
    message = score_body(
        user_id,
        comment=comment,
        timestamp="2026-03-01T09:30:00Z",
        scoringUserId="teacher-7",
        submission={"startedAt": "2026-02-28T09:00:00Z", "submittedAt": "2026-02-28T10:00:00Z"},
    )
    assert len(json.dumps(message)) > 100_000

    assert ags.post_score(line_item, message).status_code == 200

    assert json.loads(LtiAgsDelivery.objects.get().body) == message


def test_of_a_large_message_only_what_it_says_of_the_score_is_kept(ags: Ags, line_item: int, user_id: str) -> None:
    junk = {"https://tool.example/junk": "x" * 100_000}
    timestamp = f"2026-03-01T09:30:00.{'5' * 10_000}Z"

    answer = ags.post_score(line_item, score_body(user_id, timestamp=timestamp, submission=junk, **junk))

    assert answer.status_code == 200
    members = json.loads(LtiAgsDelivery.objects.get().body)
    assert members == score_body(user_id, timestamp="2026-03-01T09:30:00.555555Z")


def test_extensions_may_be_as_long_as_the_setting_says_and_no_longer(
    ags: Ags, context: LtiContext, programmatic_block: UsageKey, settings: Any
) -> None:
    settings.LTI_AGS_MAX_EXTENSIONS_LENGTH = 100
    name = "https://tool.example/ext"

    refused = ags.create_item(context, **{name: "x" * 100})
    assert refused.status_code == 400
    assert not LtiAgsLineItem.objects.exists()

    assert ags.create_item(context, **{name: "x" * 50}).status_code == 201


def test_context_that_is_full_refuses_items_and_takes_scores(
    ags: Ags, context: LtiContext, programmatic_block: UsageKey, line_item: int, user_id: str, settings: Any
) -> None:
    settings.LTI_AGS_MAX_LINE_ITEMS_PER_CONTEXT = 2
    made = ags.made_item(context)

    refused = ags.create_item(context)

    assert refused.status_code == 403
    assert LtiAgsLineItem.objects.count() == 2
    assert ags.post_score(line_item, score_body(user_id)).status_code == 200
    assert ags.delete_item(made).status_code == 204
    assert ags.create_item(context).status_code == 201


def test_page_is_never_larger_than_the_setting_says(
    ags: Ags, context: LtiContext, programmatic_block: UsageKey, settings: Any
) -> None:
    settings.LTI_AGS_MAX_PAGE_SIZE = 2
    for _ in range(3):
        ags.made_item(context)

    assert len(ags.list_items(context, limit=1_000_000).json()) == 2


def test_rate_of_one_tool_is_not_the_rate_of_another(
    clock: Any,
    ags: Ags,
    other_tool: RegisteredTool,
    context: LtiContext,
    programmatic_block: UsageKey,
    settings: Any,
) -> None:
    other = Ags(other_tool)
    assert ags.headers
    assert other.headers
    settings.LTI_AGS_TOOL_RATE = "2/day"

    flood = [ags.list_items(context) for _ in range(10)]

    assert [answer.status_code for answer in flood] == [200, 200] + [429] * 8
    assert {answer["Retry-After"] for answer in flood[2:]} == {"43200"}
    assert other.list_items(context).status_code == 404


def test_tokens_and_courses_of_a_tool_share_its_rate(
    clock: Any, tool: RegisteredTool, context: LtiContext, programmatic_block: UsageKey, settings: Any
) -> None:
    clients = [Ags(tool), Ags(tool, (Scope.LINE_ITEM_READONLY,)), Ags(tool)]
    assert all(ags.headers for ags in clients)
    settings.LTI_AGS_TOOL_RATE = "2/day"

    assert [ags.list_items(context).status_code for ags in clients] == [200, 200, 429]


def test_request_beyond_the_rate_costs_one_query(
    clock: Any,
    ags: Ags,
    context: LtiContext,
    programmatic_block: UsageKey,
    settings: Any,
    django_assert_max_num_queries: Any,
) -> None:
    assert ags.headers
    settings.LTI_AGS_TOOL_RATE = "1/day"
    assert ags.list_items(context).status_code == 200

    with django_assert_max_num_queries(1):
        assert ags.list_items(context).status_code == 429


def test_strangers_without_a_token_cost_a_tool_nothing(
    clock: Any, ags: Ags, context: LtiContext, programmatic_block: UsageKey, settings: Any, client: Any
) -> None:
    assert ags.headers
    settings.LTI_AGS_TOOL_RATE = "1/day"

    forged = [client.get(ags.container(context), HTTP_AUTHORIZATION="Bearer a.b.c").status_code for _ in range(5)]

    assert forged == [401] * 5
    assert ags.list_items(context).status_code == 200


def test_scores_for_people_who_are_not_known_leave_no_learners_behind(ags: Ags, line_item: int, learner: Any) -> None:
    known = external_id(learner)

    for number in range(5):
        assert ags.post_score(line_item, score_body(f"made-up-{number}")).status_code == 403

    assert not LtiSubject.objects.exists()
    assert ags.post_score(line_item, score_body(known)).status_code == 200
