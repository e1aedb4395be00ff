"""Line items and who asks for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lti_ags.constants import GradingMode, ReleasePolicy


@dataclass(frozen=True, slots=True)
class Caller:
    """The tool behind an access token, and what the token opens. ``tool_id`` is the primary key of its ``LtiTool``."""

    tool_id: int
    client_id: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class ContextRecord:
    """A tool in a course. ``uuid`` names it in URLs; ``mode`` governs what is not linked to a block."""

    id: int
    uuid: str
    tool_id: int
    course_key: str
    mode: GradingMode


@dataclass(frozen=True, slots=True)
class LineItemData:
    """
    A line item as a tool sends it (AGS 3.2), well-formed.

    ``score_maximum``: points, > 0. ``id`` and ``resource_link_id`` are None when the member was left out.
    ``extensions``: the members whose names are URLs.
    """

    label: str
    score_maximum: float
    resource_id: str = ""
    tag: str = ""
    start_date_time: datetime | None = None
    end_date_time: datetime | None = None
    grades_released: bool | None = None
    resource_link_id: str | None = None
    id: str | None = None
    extensions: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LineItemRecord:
    """
    A stored line item that the asking tool may see, with what governs it.

    ``resource_link_id``: the usage key of the block it is linked to, None for an unlinked one. ``mode``: of that block,
    or of the context. ``configuration_id``: None for an unlinked item.
    """

    id: int
    context_id: int
    tool_id: int
    course_key: str
    label: str
    score_maximum: float
    resource_id: str
    tag: str
    start_date_time: datetime | None
    end_date_time: datetime | None
    grades_released: bool | None
    resource_link_id: str | None
    extensions: Mapping[str, Any]
    is_platform_made: bool
    configuration_id: int | None
    mode: GradingMode
    release_policy: ReleasePolicy


@dataclass(frozen=True, slots=True)
class LineItemPage:
    """Line items in the order of their ids; ``next_after``: the id that the next page starts after, or None."""

    line_items: Sequence[LineItemRecord]
    next_after: int | None
