"""
What a copy of a block, or of a course, takes along: the line items that the tool made, and where its tool may be used.

A copy is a block of its own, with a row and items of its own, and nothing that a learner earned. The items that the
platform makes for declarative blocks come from the block itself; what a tool manages is only in our tables, so it must
be known what the block is a copy of: from the event of a duplication, the platform's record of re-runs, the base of a
CCX, or the field that Studio writes when it pastes. Where none of them tells, the copy starts without, and Studio tells
the author.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import Final

from django.db import IntegrityError, transaction
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey, UsageKey

from lti_ags import edx_platform
from lti_ags.conf import app_settings
from lti_ags.models import LtiAgsLineItem, LtiConfiguration, LtiContext, LtiCopy, LtiToolAvailability
from lti_ags.models.fields import digest_of
from lti_ags.services.line_item_rows import count_live_items
from lti_ags.services.transactions import run_atomically

logger = logging.getLogger(__name__)

#: What a tool said about an item, and nothing that a learner earned.
_COPIED_COLUMNS: Final = (
    *("resource_id", "tag", "label", "score_maximum", "start_date_time", "end_date_time"),
    *("grades_released", "extensions"),
)
_ITEMS_AT_ONCE: Final = 500


def remember_duplicate(copied_key: UsageKey, *, source_key: UsageKey) -> None:
    """Note what a block was duplicated from: the draft of the copy may be published much later, and does not tell."""
    _remember(str(copied_key), source_key=str(source_key))


def take_over_rerun(course_key: CourseKey) -> None:
    """
    Let the tools of a course run be used in its re-run too: once, so that an operator may take that back.

    Nothing happens for a course that is not a re-run, or whose availability was taken over before.

    Raises:
        TransientPlatformError: the platform did not answer.
    """
    if _remembered_source(str(course_key)):
        return
    source = edx_platform.rerun_source(course_key)
    if source is not None:
        run_atomically(partial(_take_over_rerun, str(course_key), source))


def copy_line_items(configuration: LtiConfiguration, *, context: LtiContext, origin: str) -> int:
    """
    Give a new programmatic block the live items that its tool manages in the block that it is a copy of.

    An item that the platform made there while the block was declarative is among them, with the tag and resource id
    that the tool gave it. In the copy it is like any other: the copy was never declarative.

    Arguments:
        context: the tool in the course of the new block.
        origin: the key in the block's own fields that says where it was pasted from; may be empty.

    Returns:
        How many items were made: all, or none where the tool would then have more in the course than it may make there.
    """
    source = _source_of(configuration.location, origin=origin)
    if source is None or source.tool_id != configuration.tool_id:
        if origin:
            logger.info("Configuration %s starts without the line items of its origin", configuration.pk)
        return 0
    items = LtiAgsLineItem.objects.filter(lti_configuration=source, context__tool_id=source.tool_id, deleted_at=None)
    if source.is_declarative:
        items = items.filter(platform_item_of=None)
    limit, count = app_settings.integer("LTI_AGS_MAX_LINE_ITEMS_PER_CONTEXT"), items.count()
    if count and count_live_items(context.pk) + count > limit:
        logger.warning(
            "Configuration %s starts without the %s line items of configuration %s: "
            "the tool would have more than %s in the course",
            configuration.pk,
            count,
            source.pk,
            limit,
        )
        return 0
    made = [_copy_of(item, configuration=configuration, context=context) for item in items.order_by("pk")]
    LtiAgsLineItem.objects.bulk_create(made, batch_size=_ITEMS_AT_ONCE)
    logger.info("Configuration %s has %s line items of configuration %s", configuration.pk, len(made), source.pk)
    return len(made)


def has_known_source(location: UsageKey, *, origin: str) -> bool:
    """Tell whether line items for a copy can be found: it is known what the block is a copy of."""
    return _source_of(location, origin=origin) is not None


def has_line_items(location: UsageKey) -> bool:
    """Tell whether there is a live line item for the block."""
    return LtiAgsLineItem.objects.filter(
        lti_configuration__identity_digest=digest_of(location), deleted_at=None
    ).exists()


def _copy_of(item: LtiAgsLineItem, *, configuration: LtiConfiguration, context: LtiContext) -> LtiAgsLineItem:
    columns = {name: getattr(item, name) for name in _COPIED_COLUMNS}
    return LtiAgsLineItem(context=context, lti_configuration=configuration, **columns)


def _source_of(location: UsageKey, *, origin: str) -> LtiConfiguration | None:
    """
    Return the configuration that a block was copied from.

    The nearest copy counts: a duplicate carries the origin of the pasted block that it was made from, and so does every
    block of a re-run. A pasted block gets the first free number as its id, so a block of the same id in the course that
    was run before is the source only if both come from the same place.
    """
    duplicated = _remembered_source(str(location))
    if duplicated:
        return _configuration_at(duplicated)
    earlier_run = _remembered_source(str(location.course_key))
    if earlier_run:
        found = _configuration_at(str(location.map_into_course(CourseKey.from_string(earlier_run))))
        if found is not None and found.origin_digest == (digest_of(origin) if origin else ""):
            return found
    base = edx_platform.ccx_base(location)
    return _configuration_at(str(base) if base is not None else origin)


def _configuration_at(key: str) -> LtiConfiguration | None:
    """Return the configuration of the block that has this key now; None for what is no key of a block."""
    try:
        location = UsageKey.from_string(key)
    except InvalidKeyError:
        return None
    return LtiConfiguration.objects.filter(identity_digest=digest_of(location)).first()


def _take_over_rerun(course_key: str, source: str) -> None:
    if not _remember(course_key, source_key=source):
        return
    for row in LtiToolAvailability.objects.filter(place_digest=digest_of(f"course:{source}")):
        place = LtiToolAvailability(tool_id=row.tool_id, course_key=course_key)
        LtiToolAvailability.objects.get_or_create(
            tool_id=row.tool_id, place_digest=digest_of(place.place), defaults={"course_key": course_key}
        )
    logger.info("The tools of %s may be used in its re-run %s", source, course_key)


def _remember(copied_key: str, *, source_key: str) -> bool:
    """Write down a copy; False where it was known before."""
    if _remembered_source(copied_key):
        return False
    try:
        with transaction.atomic():
            LtiCopy.objects.create(copied_key=copied_key, source_key=source_key)
    except IntegrityError:
        return False
    return True


def _remembered_source(copied_key: str) -> str:
    """Return the key of the source as text; empty where no copy of that key was told of."""
    found = LtiCopy.objects.filter(copied_key_digest=digest_of(copied_key)).values_list("source_key", flat=True)
    return found.first() or ""
