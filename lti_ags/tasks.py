"""
The Celery tasks: shims over functions that tests and commands call directly.

A task works from the database and not from its message: it may run twice, late or out of order.
"""

from __future__ import annotations

from typing import Any, Final

from celery import Task, shared_task
from celery.exceptions import SoftTimeLimitExceeded
from celery.signals import task_postrun, worker_ready
from django.db import InterfaceError, OperationalError
from django.utils import timezone
from opaque_keys.edx.keys import CourseKey

from lti_ags import edx_platform
from lti_ags.conf import app_settings
from lti_ags.constants import PublishMode
from lti_ags.exceptions import TransientPlatformError
from lti_ags.services import bulk_work, publishing, sweeping
from lti_ags.services.broker import BULK_TASK, FOLLOW_TASK, PUBLISH_TASK, SWEEP_TASK, broker
from lti_ags.services.bulk_scheduling import enqueue_bulk_action, resume_bulk_actions
from lti_ags.services.bulk_work import Progress
from lti_ags.services.following import follow_course as follow
from lti_ags.services.scheduling import come_back_for, keep_sweeping, schedule_sweep
from lti_ags.services.transactions import drop_unfinished_transactions
from lti_ags.services.turns import is_our_turn

#: How many overdue grades of others a task takes along, so that nobody has to run a scheduler, and how often one of the
#: site's tasks looks for them: each of a thousand tasks a second would find what its neighbour has just found.
_TAKEN_ALONG: Final = 10
_ALONG_SECONDS: Final = 1.0
#: Of the lease, a sweep may use this much before it goes on in a new task.
_SHARE_OF_LEASE: Final = 0.3
#: A task that cannot reach its tables, or runs out of time, is tried again; the rows stay due whatever becomes of it.
_TRIED_AGAIN: Final = (OperationalError, InterfaceError, SoftTimeLimitExceeded)
_RETRIES: Final[dict[str, Any]] = {
    "autoretry_for": _TRIED_AGAIN,
    "retry_backoff": 2,
    "retry_backoff_max": 60,
    "max_retries": 20,
}


@shared_task(bind=True, name=PUBLISH_TASK, ignore_result=True, acks_late=True, reject_on_worker_lost=True, **_RETRIES)
def publish_grade(self: Task, configuration_id: int, subject_id: int) -> None:
    """Publish one grade, and now and then a few that are overdue; come back for this one when it is due again."""
    retry_at = publishing.publish_grade(configuration_id=configuration_id, subject_id=subject_id)
    if retry_at is not None and not self.request.is_eager:
        come_back_for(configuration_id=configuration_id, subject_id=subject_id, at=retry_at)
    if is_our_turn("taken_along", seconds=_ALONG_SECONDS):
        lease = app_settings.seconds("LTI_AGS_LEASE_SECONDS")
        sweeping.publish_overdue(limit=_TAKEN_ALONG, overdue_seconds=lease, longest_seconds=lease * _SHARE_OF_LEASE)


@shared_task(bind=True, name=SWEEP_TASK, ignore_result=True, acks_late=True, reject_on_worker_lost=True, **_RETRIES)
def publish_overdue(self: Task, configuration_id: int | None = None) -> None:
    """Publish a batch of overdue grades, of one block or of all, and go on in a new task while there are more."""
    resume_bulk_actions(now=timezone.now())
    is_more = _publish_batch(configuration_id)
    if self.request.is_eager:
        while is_more:
            is_more = _publish_batch(configuration_id)
    elif is_more:
        schedule_sweep(configuration_id=configuration_id)
    else:
        keep_sweeping()


@shared_task(bind=True, name=BULK_TASK, ignore_result=True, acks_late=True, reject_on_worker_lost=True, **_RETRIES)
def work_off_bulk_action(self: Task, bulk_id: int) -> None:
    """Do a batch of the learners of an action of staff, and go on in a new task while there are more."""
    longest = app_settings.seconds("LTI_AGS_LEASE_SECONDS") * _SHARE_OF_LEASE
    attempt = bulk_work.work_off(bulk_id, longest_seconds=longest)
    if self.request.is_eager:
        while attempt.progress is Progress.MORE:
            attempt = bulk_work.work_off(bulk_id, longest_seconds=longest)
    elif attempt.progress is not Progress.FINISHED:
        enqueue_bulk_action(bulk_id, at=attempt.retry_at)


@shared_task(
    name=FOLLOW_TASK,
    ignore_result=True,
    acks_late=True,
    **{**_RETRIES, "autoretry_for": (*_TRIED_AGAIN, TransientPlatformError)},
)
def follow_course(course_key: str) -> None:
    """Bring the configurations of a course up to date with its published blocks."""
    follow(CourseKey.from_string(course_key), now=timezone.now())


def _publish_batch(configuration_id: int | None) -> bool:
    """Publish some overdue grades, and tell whether there are more."""
    taken = sweeping.publish_overdue(
        limit=app_settings.integer("LTI_AGS_SWEEP_BATCH"),
        configuration_id=configuration_id,
        longest_seconds=app_settings.seconds("LTI_AGS_LEASE_SECONDS") * _SHARE_OF_LEASE,
    )
    return taken > 0 and sweeping.count_due(configuration_id=configuration_id) > 0


@worker_ready.connect(dispatch_uid="lti_ags.look_for_what_was_left")
def look_for_what_was_left(**_kwargs: Any) -> None:
    """A worker that starts may be the first one after an outage: have somebody look for overdue grades."""
    if edx_platform.is_lms() and app_settings.publish_mode is PublishMode.CELERY:
        broker.enqueue(SWEEP_TASK, (None,))


@task_postrun.connect(dispatch_uid="lti_ags.leave_connections_usable")
def leave_connections_usable(task: Task, **_kwargs: Any) -> None:
    """The time limits are ours, so that the process they strike has to be fit for the next task, whosever it is."""
    if task.name.startswith("lti_ags.") and not task.request.is_eager:
        drop_unfinished_transactions()
