"""
Taking a course over from ``lti_consumer``, the platform's other LTI component: tools, line items and scores.

The block there stays what it is. Its tool is registered here under the same client id; an author puts a block of ours
beside or in the place of the old one, and from then on its line items and scores can be taken over into that. Learners
keep their ``sub``: both components take it from the platform's external ids of type ``lti``.

Each block is one transaction. What was taken over before is found again, so an import may be repeated until nothing is
left to do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import NamedTuple

from django.db import transaction
from opaque_keys.edx.keys import CourseKey, UsageKey

from lti_ags import edx_platform
from lti_ags.data import BlockChoices
from lti_ags.data.consumer import ConsumerBlock, ImportedBlock
from lti_ags.exceptions import BlockNotFound, MalformedRequest
from lti_ags.models import LtiConfiguration, LtiContext, LtiTool
from lti_ags.services.addresses import line_item_url
from lti_ags.services.configurations import context_for, follow_block
from lti_ags.services.consumer_scores import place_for, record_of_item, take_over_scores
from lti_ags.services.consumer_tables import blocks_of, line_items_of
from lti_ags.services.consumer_tools import take_over_tool
from lti_ags.services.transactions import run_atomically


@dataclass(frozen=True, slots=True)
class Wishes:
    """
    How to take a course over.

    ``targets``: which block here takes the place of which one there; those not named are looked for under the same
    block id. ``tell`` is told how many scores of a line item were looked at, once in a while. ``may_extend_tools``: see
    ``take_over_tool``.
    """

    targets: Mapping[UsageKey, UsageKey]
    tell: Callable[[int], None]
    is_dry_run: bool = False
    may_extend_tools: bool = False


class _Here(NamedTuple):
    """The block that takes the place of one there: its configuration, and its tool in the course."""

    configuration: LtiConfiguration
    context: LtiContext


def import_course(course_key: CourseKey, *, wishes: Wishes, now: datetime) -> Iterator[ImportedBlock]:
    """
    Take a course over, and yield what became of each block there.

    Raises:
        TransientPlatformError: the platform cannot say something; the block at hand is left as it was.
    """
    for block in blocks_of(course_key):
        yield run_atomically(partial(_import_or_pretend, block, course_key, wishes, now))


def _import_or_pretend(block: ConsumerBlock, course_key: CourseKey, wishes: Wishes, now: datetime) -> ImportedBlock:
    told = _import_block(block, course_key, wishes, now)
    if wishes.is_dry_run:
        transaction.set_rollback(True)
    return told


def _import_block(block: ConsumerBlock, course_key: CourseKey, wishes: Wishes, now: datetime) -> ImportedBlock:
    told = ImportedBlock(usage_key=block.usage_key)
    mapped = wishes.targets.get(UsageKey.from_string(block.usage_key))
    tool = None
    if block.problem and mapped is None:
        return replace(told, notes=(block.problem,))
    if not block.problem:
        try:
            taken = take_over_tool(block.tool, course_key=course_key, may_extend=wishes.may_extend_tools)
        except MalformedRequest as error:
            return replace(told, notes=(f"Its tool cannot be registered: {error.field}: {error.message}",))
        tool = taken.tool
        told = replace(told, tool_uuid=str(tool.uuid), registered=taken.registered, notes=taken.notes)
    target = _target_of(block, mapped)
    return _import_into(block, told, target=target, tool=tool if mapped is None else None, wishes=wishes, now=now)


def _target_of(block: ConsumerBlock, mapped: UsageKey | None) -> UsageKey:
    there = UsageKey.from_string(block.usage_key)
    return mapped or there.course_key.make_usage_key(edx_platform.BLOCK_TYPE, there.block_id)


def _import_into(
    block: ConsumerBlock, told: ImportedBlock, *, target: UsageKey, tool: LtiTool | None, wishes: Wishes, now: datetime
) -> ImportedBlock:
    """
    Take line items and scores over into the block here.

    Arguments:
        tool: which the block here has to name; None where the operator has named the block, and so answers for it.
    """
    try:
        choices = edx_platform.block_choices(target)
    except BlockNotFound:
        note = f"There is no published block {target} yet: add one for the tool, or name another with --block."
        return _noted(told, note)
    told = replace(told, target=str(target))
    if tool is not None and choices.tool_uuid != str(tool.uuid):
        note = f"The block {target} does not name the tool {tool.name!r}: choose it there, and publish."
        return _noted(told, note)
    here = _followed(choices, now)
    if here is None:
        return _noted(told, f"The block {target} names no tool of this site: choose one, and publish.")
    return _take_over_items(block, here, told, wishes, now)


def _noted(told: ImportedBlock, *notes: str) -> ImportedBlock:
    return replace(told, notes=(*told.notes, *notes))


def _followed(choices: BlockChoices, now: datetime) -> _Here | None:
    configuration = follow_block(choices, now=now)
    if configuration is None or configuration.tool_id is None:
        return None
    return _Here(configuration, context_for(configuration.tool_id, course_key=configuration.course_key))


def _take_over_items(
    block: ConsumerBlock, here: _Here, told: ImportedBlock, wishes: Wishes, now: datetime
) -> ImportedBlock:
    notes, refused, addresses = [], Counter[str](), {}
    new_scores = known_scores = known_items = 0
    for item in line_items_of(block):
        place = place_for(item, usage_key=block.usage_key, configuration=here.configuration, context=here.context)
        if place.line_item_id is None:
            notes.append(place.problem)
            continue
        known_items += place.is_known
        addresses[item.id] = line_item_url(place.line_item_id)
        record = record_of_item(place.line_item_id, context=here.context)
        new, known, problems = take_over_scores(item, line_item=record, now=now, tell=wishes.tell)
        new_scores, known_scores = new_scores + new, known_scores + known
        refused += problems
    return replace(
        told,
        new_line_items=len(addresses) - known_items,
        known_line_items=known_items,
        new_scores=new_scores,
        known_scores=known_scores,
        refused=dict(refused),
        notes=(*told.notes, *notes),
        addresses=addresses,
    )
