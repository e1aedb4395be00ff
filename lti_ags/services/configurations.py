"""
The database's copy of what authors chose, and the line item that the platform makes from it.

``follow_block`` runs when a course is published and at launch. Receivers and staff need no more than saving a row:
``ensure_platform_item`` runs after every save.
"""

from __future__ import annotations

import logging
from datetime import datetime
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from opaque_keys.edx.keys import CourseKey, UsageKey

from lti_ags.constants import MAX_LABEL_LENGTH, GradingMode
from lti_ags.data import BlockChoices
from lti_ags.models import LtiAgsLineItem, LtiConfiguration, LtiContext, LtiTool
from lti_ags.models.fields import digest_of
from lti_ags.services.copies import copy_line_items
from lti_ags.services.grades import republish_configuration
from lti_ags.services.replacing import take_back_grades
from lti_ags.services.transactions import run_atomically

logger = logging.getLogger(__name__)

#: A change of one of these can change a grade that is published already.
_GRADING_FIELDS = frozenset(
    {
        "tool_id", "grading_mode", "is_graded", "merge_policy", "missing_items", "late_policy", "override_policy",
        "release_policy", "score_maximum", "end_date_time", "grace_seconds", "removed_at",
    }
)  # fmt: skip


def context_for(tool_id: int, *, course_key: CourseKey) -> LtiContext:
    """Return the tool's context in the course, made at first need, once also when two blocks are published at once."""
    found = LtiContext.objects.filter(tool_id=tool_id, course_key_digest=digest_of(course_key)).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return LtiContext.objects.create(tool_id=tool_id, course_key=course_key)
    except IntegrityError:
        return LtiContext.objects.get(tool_id=tool_id, course_key_digest=digest_of(course_key))


def find_configuration(location: UsageKey | str) -> LtiConfiguration | None:
    """Return the configuration of the block that has this usage key now, with its tool."""
    return LtiConfiguration.objects.filter(identity_digest=digest_of(location)).select_related("tool").first()


def has_platform_item(location: UsageKey | str) -> bool:
    """Tell whether the platform's line item of a block is there already."""
    items = LtiAgsLineItem.objects.filter(platform_item_of__identity_digest=digest_of(location), deleted_at=None)
    return items.exists()


def follow_block(choices: BlockChoices, *, now: datetime) -> LtiConfiguration | None:
    """
    Bring the configuration up to date with the published block, and its grades with the configuration.

    A block that names no known tool gets no configuration; one that had a tool keeps its row, without a tool, so that
    nothing a learner earned is lost.

    Returns:
        The configuration, or None where the block has and had no tool.
    """
    work = partial(_follow_block, choices, now)
    try:
        return run_atomically(work)
    except IntegrityError:
        # Two first launches at once: another process has made the row since this one looked for it.
        return run_atomically(work)


def mark_removed(location: UsageKey | str, *, now: datetime) -> None:
    """Note that the published course has no such block any more; its items, scores and grades stay."""
    configuration = find_configuration(location)
    if configuration is not None and configuration.removed_at is None:
        configuration.removed_at = now
        configuration.save(update_fields=["removed_at", "modified_at"])
        republish_configuration(configuration.pk, now=now)


def ensure_platform_item(configuration: LtiConfiguration) -> LtiAgsLineItem | None:
    """
    Make sure that the block's tool has its context, and a declarative block its one line item as the block has it.

    In programmatic mode the item is retired if it has no scores; with scores it stays like any other item.

    Returns:
        The live platform-made item, or None.
    """
    return run_atomically(lambda: _ensure_platform_item(configuration.pk))


def _follow_block(choices: BlockChoices, now: datetime) -> LtiConfiguration | None:
    usage_key = UsageKey.from_string(choices.usage_key)
    tool = LtiTool.objects.filter(uuid=choices.tool_uuid).first() if choices.tool_uuid else None
    configuration = LtiConfiguration.objects.select_for_update().filter(identity_digest=digest_of(usage_key)).first()
    if configuration is None and tool is None:
        return None
    wanted = _wanted_values(choices, tool)
    if configuration is None:
        return _create_configuration(usage_key, choices, wanted)
    if _is_another_block(configuration, choices, tool):
        _retire(configuration, now)
        return _replace_configuration(configuration, usage_key, choices, wanted) if tool is not None else None
    changed = {name for name, value in wanted.items() if getattr(configuration, name) != value}
    if changed:
        for name in changed:
            setattr(configuration, name, wanted[name])
        configuration.save()
        if changed & _GRADING_FIELDS:
            republish_configuration(configuration.pk, now=now)
    return configuration


def _wanted_values(choices: BlockChoices, tool: LtiTool | None) -> dict[str, Any]:
    """Return the columns as the block wants them; a maximum that cannot be used leaves the block ungraded."""
    has_maximum = choices.score_maximum is not None and choices.score_maximum > 0
    return {
        "tool_id": None if tool is None else tool.pk,
        "grading_mode": _mode_within_ceiling(choices.grading_mode, tool).value,
        "is_graded": choices.is_graded and has_maximum,
        "merge_policy": choices.merge_policy.value,
        "missing_items": choices.missing_items.value,
        "late_policy": choices.late_policy.value,
        "override_policy": choices.override_policy.value,
        "release_policy": choices.release_policy.value,
        "title": choices.title[:MAX_LABEL_LENGTH],
        "score_maximum": choices.score_maximum if has_maximum else 1.0,
        "start_date_time": choices.start_date_time,
        "end_date_time": choices.end_date_time,
        "grace_seconds": choices.grace_seconds,
        "origin_digest": digest_of(choices.origin) if choices.origin else "",
        "removed_at": None,
    }


def _mode_within_ceiling(mode: GradingMode, tool: LtiTool | None) -> GradingMode:
    """Return the author's mode, or declarative where the operator lets this tool have no more."""
    if tool is not None and tool.grading_mode_ceiling == GradingMode.DECLARATIVE.value:
        return GradingMode.DECLARATIVE
    return mode


def _is_another_block(configuration: LtiConfiguration, choices: BlockChoices, tool: LtiTool | None) -> bool:
    """
    Tell whether the key came back as a new block.

    Studio gives a pasted block the first free number, so the key of a deleted block is used again. It is taken for a
    new one when the old one had left the published course and the new one has another tool or another source.
    """
    if configuration.removed_at is None:
        return False
    origin = digest_of(choices.origin) if choices.origin else ""
    return origin != configuration.origin_digest or (tool is not None and configuration.tool_id != tool.pk)


def _retire(configuration: LtiConfiguration, now: datetime) -> None:
    """Take the key away from the old block's row: the new ``identity`` frees it for the new block."""
    configuration.replaced_at = now
    configuration.save()
    logger.info("Configuration %s was replaced by another block under the same key", configuration.pk)


def _create_configuration(usage_key: UsageKey, choices: BlockChoices, wanted: dict[str, Any]) -> LtiConfiguration:
    """Insert the row; its ``post_save`` makes the platform's line item. A copy brings along the items of its tool."""
    course_key = CourseKey.from_string(choices.course_key)
    configuration = LtiConfiguration.objects.create(location=usage_key, course_key=course_key, **wanted)
    if configuration.tool_id is not None and not configuration.is_declarative:
        context = context_for(configuration.tool_id, course_key=course_key)
        copy_line_items(configuration, context=context, origin=choices.origin)
    return configuration


def _replace_configuration(
    former: LtiConfiguration, usage_key: UsageKey, choices: BlockChoices, wanted: dict[str, Any]
) -> LtiConfiguration:
    """Make the new block's row, and have the gradebook let go of what was earned in the old one."""
    configuration = _create_configuration(usage_key, choices, wanted)
    context = context_for(wanted["tool_id"], course_key=configuration.course_key)
    take_back_grades(former, successor=configuration, context=context)
    return configuration


def _ensure_platform_item(configuration_pk: int) -> LtiAgsLineItem | None:
    # The lock makes two concurrent saves take turns; the unique column would refuse a second item in any case.
    configuration = LtiConfiguration.objects.select_for_update().get(pk=configuration_pk)
    if configuration.tool_id is None or configuration.replaced_at is not None:
        return None
    context = context_for(configuration.tool_id, course_key=configuration.course_key)
    item = _own_platform_item(configuration, context)
    if not configuration.is_declarative:
        return _leave_declarative(item, configuration)
    wanted = _platform_item_values(configuration, context)
    if item is None:
        return LtiAgsLineItem.objects.create(platform_item_of=configuration, **wanted)
    return _brought_up_to_date(item, wanted)


def _own_platform_item(configuration: LtiConfiguration, context: LtiContext) -> LtiAgsLineItem | None:
    """Return the item made for the block's tool of today, if there is one; a former tool's makes room for it."""
    # Locked, since a tool may be writing its tag and resource id, and all columns are saved.
    items = LtiAgsLineItem.objects.select_for_update()
    item = items.filter(platform_item_of=configuration).first()
    if item is not None and item.context_id != context.pk:
        _put_aside(item)
        item = None
    if item is None:
        item = items.filter(former_platform_item_of=configuration, context=context).first()
        if item is not None:
            _take_back(item)
    return item


def _put_aside(item: LtiAgsLineItem) -> None:
    """Leave the item of the block's former tool, with its scores, to the records."""
    item.former_platform_item_of, item.platform_item_of = item.platform_item_of, None
    item.deleted_at = item.deleted_at or timezone.now()
    item.save()


def _take_back(item: LtiAgsLineItem) -> None:
    """Undo ``_put_aside``; whether the item stays is for the block's mode to say, as with any."""
    item.platform_item_of, item.former_platform_item_of = item.former_platform_item_of, None
    item.deleted_at = None
    item.save()


def _brought_up_to_date(item: LtiAgsLineItem, wanted: dict[str, Any]) -> LtiAgsLineItem:
    """Write the columns that differ; nothing is written where nothing does."""
    changed = [name for name, value in wanted.items() if getattr(item, name) != value]
    for name in changed:
        setattr(item, name, wanted[name])
    if changed:
        item.save()
    return item


def _platform_item_values(configuration: LtiConfiguration, context: LtiContext) -> dict[str, Any]:
    """Return the columns of a declarative line item: the block's own facts and nothing of a tool's."""
    return {
        "context": context,
        "lti_configuration": configuration,
        "resource_id": "",
        "tag": "",
        "deleted_at": None,
        **_block_facts(configuration),
    }


def _block_facts(configuration: LtiConfiguration) -> dict[str, Any]:
    """Return the columns that follow the block. A label may not be blank, so a block without a title gives its id."""
    return {
        "label": configuration.title.strip() or configuration.location.block_id,
        "score_maximum": configuration.score_maximum,
        "start_date_time": configuration.start_date_time,
        "end_date_time": configuration.end_date_time,
    }


def _leave_declarative(item: LtiAgsLineItem | None, configuration: LtiConfiguration) -> LtiAgsLineItem | None:
    """Retire the item if it has no scores; otherwise it stays, counts like any other, and still follows its block."""
    if item is None or item.deleted_at is not None:
        return None
    if item.scores.exists():
        return _brought_up_to_date(item, _block_facts(configuration))
    item.deleted_at = timezone.now()
    item.save(update_fields=["deleted_at", "modified_at"])
    return None
