"""What a tool may make of a line item, and what it is told otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from lti_ags.constants import ErrorCode, GradingMode, ReleasePolicy
from lti_ags.data import LineItemData, LineItemRecord
from lti_ags.domain.line_items import (
    changes_grades,
    require_deletable,
    require_linkable,
    require_unmoved,
    values_in_force,
)
from lti_ags.exceptions import Forbidden, MalformedRequest

NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)
URL = "https://lms.example/line_items/7"
BLOCK = "block-v1:DemoX+AGS+1+type@lti_ags+block@quiz"
ITEM = LineItemRecord(
    id=7,
    context_id=1,
    tool_id=1,
    course_key="course-v1:DemoX+AGS+1",
    label="Quiz",
    score_maximum=10.0,
    resource_id="r",
    tag="t",
    start_date_time=NOON,
    end_date_time=NOON,
    grades_released=True,
    resource_link_id=BLOCK,
    extensions={"https://tool.example/x": 1},
    is_platform_made=True,
    configuration_id=1,
    mode=GradingMode.PROGRAMMATIC,
    release_policy=ReleasePolicy.AT_ONCE,
)
SENT = LineItemData(label="Mine", score_maximum=20.0, resource_id="new", tag="new", resource_link_id=BLOCK, id=URL)


@pytest.mark.parametrize(
    "changes",
    [{}, {"id": None}, {"id": f"{URL}/"}, {"resource_link_id": None}],
    ids=["as it is", "no id", "slash", "no link"],
)
def test_replacement_may_leave_out_or_repeat_where_the_item_is(changes: dict[str, Any]) -> None:
    require_unmoved(replace(SENT, **changes), line_item=ITEM, url=URL)


@pytest.mark.parametrize("added", ["8", "X", "/scores"])
def test_replacement_with_another_id_is_refused(added: str) -> None:
    with pytest.raises(MalformedRequest) as refusal:
        require_unmoved(replace(SENT, id=f"{URL}{added}"), line_item=ITEM, url=URL)

    assert refusal.value.message == f"id must be left out or be the line item's own, {URL}."
    assert (refusal.value.code, refusal.value.pointer) == (ErrorCode.IMMUTABLE_MEMBER, "/id")


@pytest.mark.parametrize("linked", [BLOCK, None], ids=["linked", "unlinked"])
def test_replacement_with_another_link_is_refused(linked: str | None) -> None:
    with pytest.raises(MalformedRequest) as refusal:
        require_unmoved(
            replace(SENT, resource_link_id=f"{BLOCK}2"), line_item=replace(ITEM, resource_link_id=linked), url=URL
        )

    assert refusal.value.message == (
        "resourceLinkId cannot be changed once the line item is made; leave it out or send it as it is."
    )
    assert (refusal.value.code, refusal.value.pointer) == (ErrorCode.IMMUTABLE_MEMBER, "/resourceLinkId")


def test_tools_own_item_becomes_what_was_sent() -> None:
    assert values_in_force(SENT, line_item=replace(ITEM, is_platform_made=False)) is SENT


def test_platforms_item_follows_its_block_but_for_resource_id_and_tag() -> None:
    assert values_in_force(SENT, line_item=ITEM) == LineItemData(
        label="Quiz",
        score_maximum=10.0,
        resource_id="new",
        tag="new",
        start_date_time=NOON,
        end_date_time=NOON,
        grades_released=True,
        resource_link_id=BLOCK,
        id=URL,
        extensions={"https://tool.example/x": 1},
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"score_maximum": 10.0, "grades_released": True}, False),
        ({"score_maximum": 20.0, "grades_released": True}, True),
        ({"score_maximum": 10.0, "grades_released": None}, True),
    ],
    ids=["neither", "maximum", "release"],
)
def test_maximum_and_release_change_grades(changes: dict[str, Any], *, expected: bool) -> None:
    assert changes_grades(replace(SENT, **changes), line_item=ITEM) is expected


def test_only_what_the_platform_made_cannot_be_deleted() -> None:
    require_deletable(replace(ITEM, is_platform_made=False))

    with pytest.raises(Forbidden) as refusal:
        require_deletable(ITEM)

    assert refusal.value.code is ErrorCode.PLATFORM_ITEM
    assert refusal.value.message == (
        "The platform made this line item for its block and deletes it with the block; a tool cannot."
    )


def test_only_programmatic_blocks_can_be_linked() -> None:
    require_linkable(GradingMode.PROGRAMMATIC)

    with pytest.raises(Forbidden) as refusal:
        require_linkable(GradingMode.DECLARATIVE)

    assert refusal.value.pointer == "/resourceLinkId"
    assert refusal.value.message == (
        "resourceLinkId names a block whose Tool Grading Configuration is 'declarative': the platform makes its one "
        "line item. 'programmatic' would allow the tool to make some."
    )
