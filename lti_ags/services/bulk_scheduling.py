"""
From "staff confirmed this action" to somebody working it off.

As with publications, the row is the message. With Celery a task works on it in short batches; otherwise the process at
hand does, for as long as a person may be kept waiting, and the person has it go on.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.utils import timezone

from lti_ags.conf import app_settings
from lti_ags.constants import PublishMode
from lti_ags.services.after_commit import after_commit
from lti_ags.services.broker import BULK_TASK, broker
from lti_ags.services.bulk_work import Progress, unfinished, work_off
from lti_ags.services.turns import is_our_turn

#: So many learners are done before the page is shown: their teacher sees the outcome at once.
_AT_ONCE: Final = 5
#: How long a person may be kept waiting for more of them, where there is no worker.
_LONGEST_SECONDS: Final = 20.0


def schedule_bulk_action(bulk_id: int, *, total: int) -> None:
    """Have an action worked off once the transaction at hand has committed, in the way that the site has chosen."""
    after_commit(_work_off_or_enqueue, bulk_id, total)


def enqueue_bulk_action(bulk_id: int, *, at: datetime | None = None) -> None:
    """Have a worker take the action up, at the given time or at once."""
    seconds = None if at is None else max((at - timezone.now()).total_seconds(), 0.0)
    broker.enqueue(BULK_TASK, (bulk_id,), countdown=seconds)


def resume_bulk_actions(*, now: datetime) -> None:
    """From a sweep: see to it that workers come to every unfinished action, as soon as nobody holds it."""
    lease = app_settings.seconds("LTI_AGS_LEASE_SECONDS")
    for bulk_id, claimed_until in unfinished().order_by("pk").values_list("pk", "claimed_until"):
        # Once for each lease: sweeps are frequent, and the task comes back by itself.
        if is_our_turn(f"bulk_action:{bulk_id}", seconds=lease):
            enqueue_bulk_action(bulk_id, at=None if claimed_until is None else max(claimed_until, now))


def _work_off_or_enqueue(bulk_id: int, total: int) -> None:
    has_workers = app_settings.publish_mode is PublishMode.CELERY
    if total <= _AT_ONCE or not has_workers:
        attempt = work_off(bulk_id, longest_seconds=_LONGEST_SECONDS)
        has_more = attempt.progress is Progress.MORE
    else:
        has_more = True
    if has_more and has_workers:
        enqueue_bulk_action(bulk_id)
