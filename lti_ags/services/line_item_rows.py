"""
Between the rows of line items and the records that cross layers.

Rows are read as plain columns: a page of a thousand items parses no key and builds no model instance.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet

from lti_ags.constants import MAX_ID_LENGTH, GradingMode, ReleasePolicy
from lti_ags.data import ContextRecord, LineItemRecord
from lti_ags.models import LtiAgsLineItem, LtiConfiguration, LtiContext
from lti_ags.models.fields import digest_of
from lti_ags.models.prepared import PreparedQuery

#: A row of a query of ``values``: columns by name.
Row = Mapping[str, Any]

_COLUMNS: Final = (
    "id",
    "context_id",
    "label",
    "score_maximum",
    "resource_id",
    "tag",
    "start_date_time",
    "end_date_time",
    "grades_released",
    "extensions",
    "platform_item_of_id",
    "deleted_at",
)
#: What a row tells besides the members of a record.
_NOT_IN_RECORD: Final = frozenset({"platform_item_of_id", "deleted_at", "block_tool_id", "replaced_at"})


def visible_to(tool_id: int) -> QuerySet[LtiAgsLineItem]:
    """Return the live items of a tool, without what it left in blocks that are no longer its own."""
    return LtiAgsLineItem.objects.filter(_in_own_block(tool_id), context__tool_id=tool_id, deleted_at__isnull=True)


def visible_in(context: ContextRecord) -> QuerySet[LtiAgsLineItem]:
    """
    Return what ``visible_to`` does, of one context of the tool.

    Without a join of the context: a database that begins with it reads and sorts all of its items for each page.
    """
    return LtiAgsLineItem.objects.filter(_in_own_block(context.tool_id), context_id=context.id, deleted_at__isnull=True)


def count_live_items(context_id: int) -> int:
    """Return how many items a context holds, as ``LTI_AGS_MAX_LINE_ITEMS_PER_CONTEXT`` counts them: all live ones."""
    return LtiAgsLineItem.objects.filter(context_id=context_id, deleted_at__isnull=True).count()


def columns_of(items: QuerySet[LtiAgsLineItem]) -> QuerySet[LtiAgsLineItem, Any]:
    """Return the columns that make a record, in one statement."""
    rows: QuerySet[LtiAgsLineItem, Any] = items.values(*_COLUMNS, **_columns_of_context(), **_columns_of_block())
    return rows


def columns_without_context(items: QuerySet[LtiAgsLineItem]) -> QuerySet[LtiAgsLineItem, Any]:
    """Return the columns that make a record together with those of ``known_of``, in one statement."""
    rows: QuerySet[LtiAgsLineItem, Any] = items.values(*_COLUMNS, **_columns_of_block())
    return rows


def known_of(context: ContextRecord) -> Row:
    """Return the columns that are the same for all items of a context."""
    return {"tool_id": context.tool_id, "course_key": context.course_key}


def row_of(line_item_id: int) -> Row | None:
    """
    Return the row of an item, whoever's it is and whatever happened to it; ``is_visible_to`` tells that.

    Every score reads one, so the query's conditions are few and its SQL is written once.
    """
    return _ROW.first_columns(line_item_id)


def is_visible_to(tool_id: int, row: Row) -> bool:
    """Tell of a row of ``row_of`` what ``visible_to`` asks of a query."""
    if row["tool_id"] != tool_id or row["deleted_at"] is not None:
        return False
    return row["configuration_id"] is None or (row["block_tool_id"] == tool_id and row["replaced_at"] is None)


def record_of(row: Row, *, mode_of_unlinked: GradingMode) -> LineItemRecord:
    """Return a row as a record. ``mode_of_unlinked``: what governs an item that is linked to no block."""
    is_linked = row["configuration_id"] is not None
    columns = {name: value for name, value in row.items() if name not in _NOT_IN_RECORD}
    columns["mode"] = GradingMode(row["mode"]) if is_linked else mode_of_unlinked
    columns["release_policy"] = ReleasePolicy(row["release_policy"]) if is_linked else ReleasePolicy.AT_ONCE
    return LineItemRecord(**columns, is_platform_made=row["platform_item_of_id"] is not None)


def stored_record(line_item_id: int, *, mode_of_unlinked: GradingMode) -> LineItemRecord:
    """Return an item as the database holds it, which is what an answer has to tell."""
    row = row_of(line_item_id)
    if row is None:
        raise LtiAgsLineItem.DoesNotExist
    return record_of(row, mode_of_unlinked=mode_of_unlinked)


@cache
def all_contexts() -> QuerySet[LtiContext, Any]:
    """
    Return the query of every context, to be narrowed; it is built once and never run itself.

    ``is_programmatic``: whether the tool may manage line items in some block of the course.
    """
    blocks = _programmatic_blocks().filter(tool_id=OuterRef("tool_id"), course_key_digest=OuterRef("course_key_digest"))
    rows: QuerySet[LtiContext, Any] = LtiContext.objects.annotate(
        course=_as_text("course_key"), is_programmatic=Exists(blocks)
    ).values("id", "course", "is_programmatic")
    return rows


def is_programmatic_somewhere(tool_id: int, *, course_key: str) -> bool:
    """Tell whether the tool may manage line items in some block of the course."""
    return _programmatic_blocks().filter(tool_id=tool_id, course_key_digest=digest_of(course_key)).exists()


def mode_of_unlinked(*, is_programmatic: bool) -> GradingMode:
    """Return the mode that governs what is linked to no block."""
    return GradingMode.PROGRAMMATIC if is_programmatic else GradingMode.DECLARATIVE


def _programmatic_blocks() -> QuerySet[LtiConfiguration]:
    """Return the blocks that let their tools manage line items."""
    return LtiConfiguration.objects.filter(
        grading_mode=GradingMode.PROGRAMMATIC.value, removed_at__isnull=True, replaced_at__isnull=True
    )


def _as_text(column: str) -> ExpressionWrapper[Any]:
    """Return a key's column as the text it is, without parsing it."""
    return ExpressionWrapper(F(column), output_field=CharField(max_length=MAX_ID_LENGTH))


def _in_own_block(tool_id: int) -> Q:
    """Tell of an item that it is in no block, or in one that is the tool's."""
    own_block = Q(lti_configuration__tool_id=tool_id, lti_configuration__replaced_at__isnull=True)
    return Q(lti_configuration__isnull=True) | own_block


def _columns_of_context() -> dict[str, Any]:
    return {
        "tool_id": F("context__tool_id"),
        "course_key": _as_text("context__course_key"),
    }


def _columns_of_block() -> dict[str, Any]:
    return {
        "configuration_id": F("lti_configuration_id"),
        "resource_link_id": _as_text("lti_configuration__location"),
        "mode": F("lti_configuration__grading_mode"),
        "release_policy": F("lti_configuration__release_policy"),
        "block_tool_id": F("lti_configuration__tool_id"),
        "replaced_at": F("lti_configuration__replaced_at"),
    }


_ROW: Final = PreparedQuery(
    LtiAgsLineItem, lambda line_item_id: columns_of(LtiAgsLineItem.objects.filter(pk=line_item_id))
)
