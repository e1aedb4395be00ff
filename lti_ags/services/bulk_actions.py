"""
What staff do to one or many grades of a block: counted first, written down once confirmed, and told how far it is.

The work itself is in ``bulk_work``.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from lti_ags.conf import app_settings
from lti_ags.constants import GradeDecision, PublishMode, StaffAction
from lti_ags.data import ActionOutlook, BulkProgress
from lti_ags.domain.staff_actions import reason_to_leave
from lti_ags.exceptions import NotFound
from lti_ags.models import LtiAgsBulkAction, LtiAgsGrade, LtiConfiguration
from lti_ags.services.bulk_scheduling import schedule_bulk_action
from lti_ags.services.bulk_work import unfinished
from lti_ags.services.grade_facts import read_facts

#: So many grades are read with one statement; every database takes that many parameters.
_CHUNK: Final = 500


def look_ahead(action: StaffAction, *, configuration: LtiConfiguration, grade_ids: Sequence[int]) -> ActionOutlook:
    """
    Say what an action would do to grades of a block as things stand now, and change nothing.

    Raises:
        PlatformError: the LMS cannot say what the gradebook holds.
    """
    changes, left_alone = 0, Counter[str]()
    for chunk in _chunks(grade_ids):
        for facts in read_facts(action, configuration=configuration, grade_ids=chunk).values():
            reason = reason_to_leave(action, facts)
            if reason is None:
                changes += 1
            else:
                left_alone[reason.value] += 1
    return ActionOutlook(total=len(grade_ids), changes=changes, left_alone=dict(left_alone))


def is_begun(action: StaffAction, *, token: uuid.UUID, configuration: LtiConfiguration, actor_id: int) -> bool:
    """
    Tell whether a form that staff confirmed was sent before.

    Raises:
        NotFound: its token is that of another block's, person's or kind of action.
    """
    row = LtiAgsBulkAction.objects.filter(uuid=token).first()
    if row is None:
        return False
    if (row.configuration_id, row.actor_id, row.action) != (configuration.pk, actor_id, action.value):
        raise NotFound(_("There is no such action."))
    return True


def begin_bulk_action(
    action: StaffAction,
    *,
    token: uuid.UUID,
    configuration: LtiConfiguration,
    grade_ids: Sequence[int],
    actor_id: int,
    now: datetime,
) -> None:
    """
    Write an action down that staff have confirmed, and have it worked off; at most once for each ``token``.

    Arguments:
        token: of the form that was confirmed; it names the action from now on.
        grade_ids: of this block; each once.

    Raises:
        NotFound: the token is that of another block's, person's or kind of action.
    """
    row, is_new = LtiAgsBulkAction.objects.get_or_create(
        uuid=token,
        defaults={
            "configuration": configuration,
            "actor_id": actor_id,
            "action": action.value,
            "grade_ids": list(grade_ids),
            "total": len(grade_ids),
            "created_at": now,
        },
    )
    if is_new:
        schedule_bulk_action(row.pk, total=row.total)
    else:
        is_begun(action, token=token, configuration=configuration, actor_id=actor_id)


def continue_bulk_action(token: uuid.UUID) -> None:
    """Have an action taken up again on which nobody works; a finished one stays as it is."""
    row = unfinished().filter(uuid=token).first()
    if row is not None:
        schedule_bulk_action(row.pk, total=row.total)


def find_bulk_action(token: uuid.UUID) -> LtiAgsBulkAction | None:
    """Return an action with its block, or None."""
    return LtiAgsBulkAction.objects.filter(uuid=token).select_related("configuration", "actor").first()


def latest_bulk_actions(configuration: LtiConfiguration, *, limit: int = 5) -> list[LtiAgsBulkAction]:
    """Return what staff did to a block's grades last, newest first, without the ids of the grades."""
    rows = LtiAgsBulkAction.objects.filter(configuration=configuration).order_by("-pk")
    return list(rows.select_related("actor").defer("grade_ids", "failed_ids")[:limit])


def progress_of(row: LtiAgsBulkAction, *, now: datetime, follows_up: bool = True) -> BulkProgress:
    """
    Return how far an action is.

    Arguments:
        follows_up: also count how far the gradebook has followed, which takes a statement for every 500 grades.
    """
    on_their_way, refused = _publications(row.grade_ids[: row.done]) if follows_up else (0, 0)
    return BulkProgress(
        uuid=str(row.uuid),
        action=row.action,
        total=row.total,
        done=row.done,
        changed=row.changed,
        left_alone=row.left_alone,
        failed=row.failed,
        is_finished=row.finished_at is not None,
        is_stalled=_is_stalled(row, now),
        on_their_way=on_their_way,
        refused=refused,
    )


def _is_stalled(row: LtiAgsBulkAction, now: datetime) -> bool:
    """Tell whether a person should have an action taken up again: a worker may still be on its way to it."""
    if row.finished_at is not None or (row.claim and row.claimed_until is not None and row.claimed_until > now):
        return False
    if app_settings.publish_mode is not PublishMode.CELERY:
        return True
    last = row.created_at if row.claimed_until is None else row.claimed_until
    return (now - last).total_seconds() > app_settings.seconds("LTI_AGS_LEASE_SECONDS")


def _publications(grade_ids: Sequence[int]) -> tuple[int, int]:
    """Count the grades that wait for the gradebook, and those that it refuses."""
    waiting = refused = 0
    for chunk in _chunks(grade_ids):
        counted: Mapping[str, int] = LtiAgsGrade.objects.filter(pk__in=chunk).aggregate(
            waiting=Count("next_attempt_at"),
            refused=Count("pk", filter=Q(decision=GradeDecision.FAILED.value)),
        )
        waiting, refused = waiting + counted["waiting"], refused + counted["refused"]
    return waiting, refused


def _chunks(grade_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(grade_ids), _CHUNK):
        yield grade_ids[start : start + _CHUNK]
