"""
What the author of a block chose, read from its published fields.

A field may hold anything: courses are imported from files that people edit. What cannot be used counts as the default,
and is logged with the block's key, so that no block can stop the others of its course from being followed.
"""

from __future__ import annotations

import logging
import math
import uuid
from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final, TypeVar

from opaque_keys.edx.keys import CourseKey, UsageKey
from xblock.core import XBlock
from xblock.fields import Scope
from xblock.runtime import KeyValueStore

from lti_ags.constants import (
    MAX_LABEL_LENGTH,
    GradingMode,
    LatePolicy,
    MergePolicy,
    MissingItems,
    OverridePolicy,
    ReleasePolicy,
)
from lti_ags.data import BlockChoices, BlockGrading
from lti_ags.edx_platform.blocks import load_block
from lti_ags.edx_platform.due_dates import in_utc
from lti_ags.edx_platform.errors import platform_call
from lti_ags.edx_platform.keys import course_key_of, usage_key_of
from lti_ags.edx_platform.modulestore import published_branch
from lti_ags.exceptions import BlockNotFound, PermanentPlatformError

log = logging.getLogger(__name__)

#: The name of our entry point of the group ``xblock.v1``.
BLOCK_TYPE: Final = "lti_ags"

#: Where Studio writes which block a pasted one, or one from a library, was copied from.
_ORIGIN_FIELDS: Final = ("copied_from_block", "upstream")

Choice = TypeVar("Choice", bound=StrEnum)


def block_choices(usage_key: UsageKey | str) -> BlockChoices:
    """
    Read what a published block of ours says about itself.

    Raises:
        BlockNotFound: there is none, or the block is of another type.
        PermanentPlatformError: this process does not know our block type.
    """
    key = usage_key_of(usage_key)
    if key.block_type != BLOCK_TYPE:
        raise BlockNotFound(f"{key} is not a block of type {BLOCK_TYPE}")
    with platform_call("reading a block"):
        return _choices(load_block(key))


def walk_blocks(course_key: CourseKey | str) -> Iterator[BlockChoices]:
    """
    Read every published block of ours in a course, in no promised order. The same in LMS and Studio.

    Raises:
        BlockNotFound: there is no such course. Nothing is yielded then.
        PermanentPlatformError: this process does not know our block type.
    """
    key = course_key_of(course_key)
    with platform_call("reading the blocks of a course"), published_branch(key) as store:
        # All at once: the branch is set for this thread, not for whoever asks for the next one.
        found = [_choices(block) for block in store.get_items(key, qualifiers={"category": BLOCK_TYPE})]
    return iter(found)


def block_grading(block: XBlock) -> BlockGrading:
    """Return what a block says about grades: whether it has any, and the points it is worth."""
    return BlockGrading(is_graded=bool(_field(block, "has_score", False)), score_maximum=_points(block))


def _choices(block: XBlock) -> BlockChoices:
    """Copy the fields of a block of ours."""
    if "lti_tool" not in block.fields:
        # The platform's placeholder for a class that cannot be loaded. It must not pass for a block without a tool.
        raise PermanentPlatformError(f"this process does not know the block type {BLOCK_TYPE}")
    key = usage_key_of(block.scope_ids.usage_id)
    grading = block_grading(block)
    return BlockChoices(
        usage_key=str(key),
        course_key=str(key.course_key),
        tool_uuid=_tool_uuid(block),
        title=_title(block),
        score_maximum=grading.score_maximum,
        is_graded=grading.is_graded,
        grading_mode=_choice(block, "grading_mode", GradingMode.DECLARATIVE),
        merge_policy=_choice(block, "merge_policy", MergePolicy.LATEST),
        missing_items=_choice(block, "missing_items", MissingItems.LEAVE_OUT),
        late_policy=_choice(block, "late_policy", LatePolicy.ACCEPT),
        override_policy=_choice(block, "override_policy", OverridePolicy.KEEP),
        release_policy=_choice(block, "release_policy", ReleasePolicy.AT_ONCE),
        start_date_time=in_utc(_start(block)),
        end_date_time=None if _field(block, "self_paced", False) else in_utc(_field(block, "due", None)),
        grace_seconds=_grace_seconds(block),
        origin=_origin(block),
    )


def _field(block: XBlock, name: str, default: Any) -> Any:
    """Return the value of a field, or the default where there is none or it holds what it cannot read."""
    try:
        return getattr(block, name, default)
    except (TypeError, ValueError):
        log.warning("%s: the field %s cannot be read", block.scope_ids.usage_id, name)
        return default


def _choice(block: XBlock, name: str, default: Choice) -> Choice:
    """Return a choice of the author; the default for a word that is not among the choices."""
    value = _field(block, name, default)
    try:
        return type(default)(value)
    except ValueError:
        log.warning("%s: the field %s is not one of its choices; %s counts", block.scope_ids.usage_id, name, default)
        return default


def _title(block: XBlock) -> str:
    """Return the block's title, as long as a label may be; never empty."""
    title = str(_field(block, "display_name", None) or "").strip()
    return (title or block.scope_ids.usage_id.block_id)[:MAX_LABEL_LENGTH]


def _tool_uuid(block: XBlock) -> str:
    """Return the UUID of the chosen tool in its usual form; empty where none is chosen."""
    text = str(_field(block, "lti_tool", None) or "").strip()
    if not text:
        return ""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        log.warning("%s: the field lti_tool is not a UUID", block.scope_ids.usage_id)
        return ""


def _points(block: XBlock) -> float | None:
    """Return the block's weight, finite and above zero; None for any other, with which no score can be scaled."""
    weight = _field(block, "weight", None)
    try:
        points = math.nan if weight is None else float(weight)
    except (TypeError, ValueError, OverflowError):
        points = math.nan
    return points if math.isfinite(points) and points > 0 else None


def _start(block: XBlock) -> Any:
    """Return when the block opens. The field's own default, years ahead, is how the platform writes "not set"."""
    start = _field(block, "start", None)
    field = block.fields.get("start")
    return None if field is None or start == field.default else start


def _grace_seconds(block: XBlock) -> float:
    """Return the grace period of the course in seconds, zero where there is none."""
    grace = _field(block, "graceperiod", None)
    return max(grace.total_seconds(), 0.0) if isinstance(grace, timedelta) else 0.0


def _origin(block: XBlock) -> str:
    """Return the key that Studio noted when the block was pasted or taken from a library."""
    store = _author_store(block)
    for name in _ORIGIN_FIELDS:
        # Not as a field: these belong to Studio's mixins, and in the LMS the same block would have no origin.
        key = KeyValueStore.Key(
            scope=Scope.settings, user_id=None, block_scope_id=block.scope_ids.usage_id, field_name=name
        )
        if store is not None and store.has(key) and (value := store.get(key)):
            return str(value)
    return ""


def _author_store(block: XBlock) -> KeyValueStore | None:
    """
    Return where the author's settings of a block are stored; None, and a line in the log, where it is out of reach.

    The LMS wraps the field data of every block of a self-paced course. The wrapper has no store, what it wraps has.
    """
    data = block.runtime.service(block, "field-data-unbound")
    while data is not None and not hasattr(data, "_kvs"):
        data = getattr(data, "fallback", None)
    if data is None:
        log.warning("%s: the store of its settings is out of reach, so no origin is known", block.scope_ids.usage_id)
        return None
    store: KeyValueStore = data._kvs
    return store
