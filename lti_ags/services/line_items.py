"""
The line items of tools: found by their owners only, made, replaced, deleted.

Whatever belongs to another tool, or stands in a block that now belongs to another tool, does not exist for the asking
one: it is told so in the same words as about something that never was.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from lti_ags.conf import app_settings
from lti_ags.constants import ErrorCode, GradingMode, MissingItems
from lti_ags.data import Caller, ContextRecord, LineItemData, LineItemPage, LineItemRecord
from lti_ags.domain.line_items import (
    changes_grades,
    require_deletable,
    require_linkable,
    require_unmoved,
    values_in_force,
)
from lti_ags.exceptions import LimitExceeded, NotFound
from lti_ags.models import LtiAgsLineItem, LtiConfiguration
from lti_ags.models.fields import digest_of
from lti_ags.services.addresses import line_item_url
from lti_ags.services.grades import republish_configuration
from lti_ags.services.line_item_rows import (
    all_contexts,
    columns_without_context,
    count_live_items,
    is_programmatic_somewhere,
    is_visible_to,
    known_of,
    mode_of_unlinked,
    record_of,
    row_of,
    stored_record,
    visible_in,
    visible_to,
)
from lti_ags.services.transactions import run_atomically

_NO_CONTEXT: Final = "There is no such line item container for this tool."
_NO_LINE_ITEM: Final = "There is no such line item for this tool."


def find_context(uuid: str, *, caller: Caller) -> ContextRecord:
    """
    Return the context that the calling tool has under this UUID.

    Raises:
        NotFound: no such context, or another tool's.
    """
    row = all_contexts().filter(uuid=_canonical_uuid(uuid), tool_id=caller.tool_id).first()
    if row is None:
        raise NotFound(_NO_CONTEXT)
    return ContextRecord(
        id=row["id"],
        uuid=uuid,
        tool_id=caller.tool_id,
        course_key=row["course"],
        mode=mode_of_unlinked(is_programmatic=row["is_programmatic"]),
    )


def find_line_item(line_item_id: int, *, caller: Caller) -> LineItemRecord:
    """
    Return a live line item that the calling tool may see.

    Raises:
        NotFound: unknown, deleted, another tool's, or linked to a block that now belongs to another tool or was
            replaced by another block.
    """
    row = row_of(line_item_id)
    if row is None or not is_visible_to(caller.tool_id, row):
        raise NotFound(_NO_LINE_ITEM)
    # Asked only where it matters: most scores are for linked items, and each statement counts there.
    is_programmatic = row["configuration_id"] is None and is_programmatic_somewhere(
        caller.tool_id, course_key=row["course_key"]
    )
    return record_of(row, mode_of_unlinked=mode_of_unlinked(is_programmatic=is_programmatic))


def list_line_items(
    context: ContextRecord,
    *,
    resource_link_id: str | None = None,
    resource_id: str | None = None,
    tag: str | None = None,
    limit: int,
    after: int | None = None,
) -> LineItemPage:
    """
    Return a page of the context's live line items, in the order of their ids.

    Arguments:
        resource_link_id, resource_id, tag: exact values to keep to, or None; together they intersect (LI-04).
        limit: at most so many.
        after: the id after which the page starts.
    """
    if resource_link_id is None:
        items = visible_in(context)
    else:
        items = visible_to(context.tool_id).filter(**_links_to(resource_link_id, context))
    if resource_id is not None:
        items = items.filter(resource_id_digest=digest_of(resource_id))
    if tag is not None:
        items = items.filter(tag_digest=digest_of(tag))
    if after is not None:
        items = items.filter(pk__gt=after)
    rows = list(columns_without_context(items).order_by("id")[: limit + 1])
    known = known_of(context)
    page = [record_of({**row, **known}, mode_of_unlinked=context.mode) for row in rows[:limit]]
    return LineItemPage(line_items=page, next_after=page[-1].id if len(rows) > limit else None)


def create_line_item(data: LineItemData, *, context: ContextRecord, now: datetime) -> LineItemRecord:
    """
    Make a line item of the tool; two that are alike are two (LI-14).

    Raises:
        NotFound: ``resourceLinkId`` names no block of this tool in this course.
        Forbidden: it names a block in declarative mode.
        LimitExceeded: the context holds as many items as the site allows.
    """
    return run_atomically(partial(_create, data, context, now))


def replace_line_item(data: LineItemData, *, line_item: LineItemRecord, now: datetime) -> LineItemRecord:
    """
    Replace a line item's definition, and return the one in force.

    Raises:
        MalformedRequest: another ``id`` or ``resourceLinkId``.
        NotFound: it was deleted meanwhile.
    """
    require_unmoved(data, line_item=line_item, url=line_item_url(line_item.id))
    return run_atomically(partial(_replace, data, line_item, now))


def delete_line_item(line_item: LineItemRecord, *, now: datetime) -> None:
    """
    Delete a tool's line item: gone for the tool, while the row, its scores and what they earned stay.

    Raises:
        Forbidden: the platform made it.
        NotFound: it was deleted meanwhile.
    """
    require_deletable(line_item)
    run_atomically(partial(_delete, line_item, now))


def _create(data: LineItemData, context: ContextRecord, now: datetime) -> LineItemRecord:
    configuration = None if data.resource_link_id is None else _linkable_block(data.resource_link_id, context)
    _require_room(context)
    item = LtiAgsLineItem.objects.create(context_id=context.id, lti_configuration=configuration, **_definition(data))
    if configuration is not None and configuration.missing_items == MissingItems.COUNT_AS_ZERO.value:
        # The new item counts as zero for everyone who has a score already.
        republish_configuration(configuration.pk, now=now)
    return stored_record(item.pk, mode_of_unlinked=context.mode)


def _replace(data: LineItemData, line_item: LineItemRecord, now: datetime) -> LineItemRecord:
    item = _locked(line_item)
    # Read again under the lock: since the request was allowed, an author or another request may have changed the item.
    current = stored_record(item.pk, mode_of_unlinked=line_item.mode)
    values = values_in_force(data, line_item=current)
    for name, value in _definition(values).items():
        setattr(item, name, value)
    item.save()
    if current.configuration_id is not None and changes_grades(values, line_item=current):
        republish_configuration(current.configuration_id, now=now)
    return stored_record(item.pk, mode_of_unlinked=line_item.mode)


def _delete(line_item: LineItemRecord, now: datetime) -> None:
    item = _locked(line_item)
    item.deleted_at = now
    item.save(update_fields=["deleted_at", "modified_at"])
    if line_item.configuration_id is not None:
        republish_configuration(line_item.configuration_id, now=now)


def _links_to(resource_link_id: str, context: ContextRecord) -> dict[str, str]:
    """
    Return the conditions on items that are linked to a block of the context's course.

    The block's course and the tool make the context. Naming the context as well would lead a database to read all of
    its items.
    """
    # A plus sign in a query is a space to most decoders, and no usage key has a space in it.
    location = resource_link_id.replace(" ", "+")
    return {
        "lti_configuration__identity_digest": digest_of(location),
        "lti_configuration__course_key_digest": digest_of(context.course_key),
    }


def _locked(line_item: LineItemRecord) -> LtiAgsLineItem:
    """Lock the row, if it is still live."""
    item = LtiAgsLineItem.objects.select_for_update().filter(pk=line_item.id, deleted_at__isnull=True).first()
    if item is None:
        raise NotFound(_NO_LINE_ITEM)
    return item


def _definition(data: LineItemData) -> dict[str, Any]:
    """Return the columns that hold what the tool says about an item."""
    return {
        "label": data.label,
        "score_maximum": data.score_maximum,
        "resource_id": data.resource_id,
        "tag": data.tag,
        "start_date_time": data.start_date_time,
        "end_date_time": data.end_date_time,
        "grades_released": data.grades_released,
        "extensions": dict(data.extensions),
    }


def _linkable_block(resource_link_id: str, context: ContextRecord) -> LtiConfiguration:
    """Return the configuration of the tool's own programmatic block in this course."""
    configuration = LtiConfiguration.objects.filter(
        identity_digest=digest_of(resource_link_id),
        tool_id=context.tool_id,
        course_key_digest=digest_of(context.course_key),
        replaced_at__isnull=True,
        removed_at__isnull=True,
    ).first()
    if configuration is None:
        raise NotFound(
            "resourceLinkId is not the id of a resource link of this tool in this context.",
            code=ErrorCode.RESOURCE_LINK_NOT_FOUND,
            pointer="/resourceLinkId",
        )
    require_linkable(GradingMode(configuration.grading_mode))
    return configuration


def _require_room(context: ContextRecord) -> None:
    """Refuse one item more than the site allows. Requests at the same moment may pass it by one; nothing breaks."""
    limit = app_settings.integer("LTI_AGS_MAX_LINE_ITEMS_PER_CONTEXT")
    if count_live_items(context.id) >= limit:
        raise LimitExceeded(
            f"This context holds {limit} line items, which is as many as this site allows; delete some first.",
            details={"limit": limit},
        )


def _canonical_uuid(text: str) -> UUID:
    """Return the UUID that ``text`` spells in the one way in which we spell it."""
    try:
        found = UUID(text)
    except ValueError as error:
        raise NotFound(_NO_CONTEXT) from error
    if str(found) != text:
        raise NotFound(_NO_CONTEXT)
    return found
