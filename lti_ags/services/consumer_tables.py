"""
Reading the tables of ``lti_consumer``, the platform's other LTI component, where it is installed.

Named columns of rows are read, and nothing else of that app is used: its models run code when they are saved or asked
for a consumer. The columns are those of lti-consumer-xblock 11, which keeps client ids in passports.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from django.apps import apps
from django.db.models import Model, QuerySet
from opaque_keys.edx.keys import CourseKey, UsageKey

from lti_ags import edx_platform
from lti_ags.data.consumer import ConsumerBlock, ConsumerLineItem, ConsumerScore, ConsumerTool
from lti_ags.exceptions import BlockNotFound

_APP: Final = "lti_consumer"
_BLOCK_TYPE: Final = "lti_consumer"
_VERSION: Final = "lti_1p3"
_ON_BLOCK: Final = "CONFIG_ON_XBLOCK"
_IN_TABLE: Final = "CONFIG_ON_DB"
_CHUNK: Final = 500

_COLUMNS: Final = (
    "id",
    "location",
    "version",
    "config_store",
    "lti_1p3_oidc_url",
    "lti_1p3_launch_url",
    "lti_1p3_redirect_uris",
    "lti_advantage_deep_linking_launch_url",
    "lti_1p3_passport__name",
    "lti_1p3_passport__lti_1p3_client_id",
    "lti_1p3_passport__lti_1p3_tool_keyset_url",
    "lti_1p3_passport__lti_1p3_tool_public_key",
)


def is_readable() -> bool:
    """Tell whether the other component is installed here, in a release that has passports."""
    return apps.is_installed(_APP) and any(
        model.__name__ == "Lti1p3Passport" for model in apps.get_app_config(_APP).get_models()
    )


def blocks_of(course_key: CourseKey) -> list[ConsumerBlock]:
    """Return the blocks there that were ever launched or opened in Studio, in the order of their rows."""
    prefix = str(course_key.make_usage_key(_BLOCK_TYPE, "x")).removesuffix("x")
    rows = _rows("LtiConfiguration").filter(location__startswith=prefix).order_by("pk").values(*_COLUMNS)
    # Some databases compare without regard to case.
    return [_block(row) for row in rows if row["location"].course_key == course_key]


def line_items_of(block: ConsumerBlock) -> list[ConsumerLineItem]:
    """Return the line items of a block there, oldest first."""
    rows = _rows("LtiAgsLineItem").filter(lti_configuration_id=block.id).order_by("pk")
    return [_line_item(row) for row in rows.values()]


def scores_of(item: ConsumerLineItem) -> Iterator[ConsumerScore]:
    """Yield the scores of a line item there, oldest row first."""
    rows = _rows("LtiAgsScore").filter(line_item_id=item.id).order_by("pk").values()
    for row in rows.iterator(chunk_size=_CHUNK):
        yield ConsumerScore(
            user_id=row["user_id"],
            timestamp=row["timestamp"],
            activity_progress=row["activity_progress"],
            grading_progress=row["grading_progress"],
            score_given=row["score_given"],
            score_maximum=row["score_maximum"],
            comment=row["comment"] or "",
        )


def _rows(model: str) -> QuerySet[Model]:
    rows: QuerySet[Model] = apps.get_model(_APP, model)._default_manager.all()
    return rows


def _block(row: Mapping[str, Any]) -> ConsumerBlock:
    tool, problem = _in_table(row), ""
    if row["version"] != _VERSION:
        problem = "It is an LTI 1.1 block, which has no line items and cannot be taken over."
    elif not tool.client_id:
        problem = "It was never launched with LTI 1.3, so it has no client id."
    elif row["config_store"] == _ON_BLOCK:
        tool, problem = _on_block(row["location"], tool)
    elif row["config_store"] != _IN_TABLE:
        problem = (
            "Its settings come from another service, so register its tool by hand and name both blocks with --block."
        )
    return ConsumerBlock(id=row["id"], usage_key=str(row["location"]), tool=_with_one_key(tool), problem=problem)


def _in_table(row: Mapping[str, Any]) -> ConsumerTool:
    urls = (row["lti_1p3_launch_url"], row["lti_advantage_deep_linking_launch_url"])
    return ConsumerTool(
        name=row["lti_1p3_passport__name"] or "",
        client_id=row["lti_1p3_passport__lti_1p3_client_id"] or "",
        oidc_login_url=row["lti_1p3_oidc_url"],
        launch_url=row["lti_1p3_launch_url"],
        redirect_uris=tuple(uri for uri in row["lti_1p3_redirect_uris"] or urls if uri),
        jwks_url=row["lti_1p3_passport__lti_1p3_tool_keyset_url"] or "",
        public_key=row["lti_1p3_passport__lti_1p3_tool_public_key"] or "",
        key_holder="the passport holds",
    )


def _on_block(location: UsageKey, known: ConsumerTool) -> tuple[ConsumerTool, str]:
    try:
        tool = edx_platform.consumer_tool(location, client_id=known.client_id)
    except BlockNotFound:
        return known, "The published course has no such block any more, so its settings cannot be read."
    if known.jwks_url or known.public_key:
        # What an author writes into a block is not yet the key of a client id that other blocks have as well.
        tool = replace(tool, jwks_url=known.jwks_url, public_key=known.public_key, key_holder=known.key_holder)
    return tool, ""


def _with_one_key(tool: ConsumerTool) -> ConsumerTool:
    """Keep of two keys the one of the mode that the author chose; in a table, which has no mode, the key set."""
    if not (tool.jwks_url and tool.public_key):
        return tool
    return replace(tool, jwks_url="") if tool.key_mode == "public_key" else replace(tool, public_key="")


def _line_item(row: Mapping[str, Any]) -> ConsumerLineItem:
    linked = row["resource_link_id"]
    return ConsumerLineItem(
        id=row["id"],
        resource_link_id=None if linked is None else str(linked),
        resource_id=row["resource_id"],
        tag=row["tag"],
        label=row["label"],
        score_maximum=float(row["score_maximum"]),
        start_date_time=row["start_date_time"],
        end_date_time=row["end_date_time"],
    )
