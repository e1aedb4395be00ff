"""What the operator of the site does from the admin: deleted line items come back, and whole blocks are replayed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Final

from django.utils.translation import gettext as _

from lti_ags.constants import EventKind, StaffAction
from lti_ags.exceptions import Forbidden
from lti_ags.models import LtiAgsEvent, LtiAgsGrade, LtiAgsLineItem
from lti_ags.services.grades import raise_version, republish_configuration
from lti_ags.services.scheduling import schedule_sweep
from lti_ags.services.transactions import run_atomically

_BATCH: Final = 500


def restore_line_item(line_item_id: int, *, now: datetime) -> None:
    """
    Bring a deleted line item back, with its scores, and have the grades of its block worked out again.

    Raises:
        Forbidden: there is nothing to bring back, or nobody to whom it could come back; the message says which.
    """
    run_atomically(partial(_restore_line_item, line_item_id, now))


def replay_block(configuration_id: int, *, actor_id: int | None, now: datetime) -> int:
    """
    Have every grade of a block worked out and published again in the background, and write down who asked for it.

    Returns:
        How many learners are concerned.
    """
    keys = list(
        LtiAgsGrade.objects.filter(configuration_id=configuration_id).order_by("pk").values_list("pk", flat=True)
    )
    count = sum(run_atomically(partial(_replay, batch, actor_id, now)) for batch in _batches(keys))
    if count:
        schedule_sweep(configuration_id=configuration_id)
    return count


def _batches(keys: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(keys), _BATCH):
        yield keys[start : start + _BATCH]


def _replay(keys: list[int], actor_id: int | None, now: datetime) -> int:
    grades = LtiAgsGrade.objects.filter(pk__in=keys)
    # First, for it locks the rows: a learner may be erased at this moment, and nothing is told of grades that are gone.
    count = raise_version(grades, now=now)
    LtiAgsEvent.objects.bulk_create(
        LtiAgsEvent(
            grade_id=key,
            kind=EventKind.STAFF_ACTION.value,
            actor_id=actor_id,
            details={"action": StaffAction.PUBLISH_AGAIN.value},
            happened_at=now,
        )
        for key in grades.values_list("pk", flat=True)
    )
    return count


def _restore_line_item(line_item_id: int, now: datetime) -> None:
    item = LtiAgsLineItem.objects.select_for_update().get(pk=line_item_id)
    _require_restorable(item)
    item.deleted_at = None
    item.save(update_fields=["deleted_at", "modified_at"])
    if item.lti_configuration_id is not None:
        republish_configuration(item.lti_configuration_id, now=now)


def _require_restorable(item: LtiAgsLineItem) -> None:
    block = item.lti_configuration
    if item.deleted_at is None:
        raise Forbidden(_("Line item %(number)d is not deleted.") % {"number": item.pk})
    if item.is_platform_made:
        raise Forbidden(
            _("Line item %(number)d was made by the platform, and comes back when its block lets tools push one grade.")
            % {"number": item.pk}
        )
    if block is not None and (block.tool_id != item.context.tool_id or block.replaced_at is not None):
        raise Forbidden(
            _("Line item %(number)d belongs to a block that has another tool now, so nobody could use it.")
            % {"number": item.pk}
        )
