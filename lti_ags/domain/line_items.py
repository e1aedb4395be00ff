"""
What a tool may make of a line item.

Spec: AGS 2.0 section 3.2, https://www.imsglobal.org/spec/lti-ags/v2p0#line-item-service-scope-and-allowed-http-methods
"""

from __future__ import annotations

from dataclasses import replace

from lti_ags.constants import ErrorCode, GradingMode
from lti_ags.data import LineItemData, LineItemRecord
from lti_ags.exceptions import Forbidden, MalformedRequest


def require_unmoved(data: LineItemData, *, line_item: LineItemRecord, url: str) -> None:
    """
    Refuse a replacement that names another item or another resource link (LI-24).

    Arguments:
        url: the line item's ``id``. Both ``id`` and ``resourceLinkId`` may be left out.

    Raises:
        MalformedRequest: with the code ``immutable_member``.
    """
    if data.id is not None and data.id.rstrip("/") != url:
        raise MalformedRequest(
            f"id must be left out or be the line item's own, {url}.", code=ErrorCode.IMMUTABLE_MEMBER, pointer="/id"
        )
    if data.resource_link_id is not None and data.resource_link_id != line_item.resource_link_id:
        raise MalformedRequest(
            "resourceLinkId cannot be changed once the line item is made; leave it out or send it as it is.",
            code=ErrorCode.IMMUTABLE_MEMBER,
            pointer="/resourceLinkId",
        )


def values_in_force(data: LineItemData, *, line_item: LineItemRecord) -> LineItemData:
    """
    Return what a replacement makes of the item (LI-22, LI-25).

    Everything is as sent, and what was left out is cleared. An item of the platform follows its block: of it only
    ``resourceId`` and ``tag`` are the tool's (LI-28).
    """
    if not line_item.is_platform_made:
        return data
    return replace(
        data,
        label=line_item.label,
        score_maximum=line_item.score_maximum,
        start_date_time=line_item.start_date_time,
        end_date_time=line_item.end_date_time,
        grades_released=line_item.grades_released,
        extensions=line_item.extensions,
    )


def changes_grades(data: LineItemData, *, line_item: LineItemRecord) -> bool:
    """Tell whether a replacement can change a grade: by the item's weight in a total, or by its release."""
    return data.score_maximum != line_item.score_maximum or data.grades_released != line_item.grades_released


def require_deletable(line_item: LineItemRecord) -> None:
    """
    Refuse to delete what the platform made (LI-28).

    Raises:
        Forbidden: with the code ``platform_line_item``.
    """
    if line_item.is_platform_made:
        raise Forbidden(
            "The platform made this line item for its block and deletes it with the block; a tool cannot.",
            code=ErrorCode.PLATFORM_ITEM,
        )


def require_linkable(mode: GradingMode) -> None:
    """
    Refuse to link a new item to a block whose line item the platform makes (LI-13).

    Raises:
        Forbidden: says which choice of the course's author would allow it.
    """
    if mode is not GradingMode.PROGRAMMATIC:
        raise Forbidden(
            f"resourceLinkId names a block whose Tool Grading Configuration is '{mode.value}': the platform makes its "
            f"one line item. '{GradingMode.PROGRAMMATIC.value}' would allow the tool to make some.",
            pointer="/resourceLinkId",
        )
