"""
The Celery tasks: shims over functions that tests and commands call directly.

A task works from the database and not from its message: it may run twice, late or out of order.
"""

from __future__ import annotations

from celery import Task, shared_task
from django.utils import timezone
from opaque_keys.edx.keys import CourseKey

from lti_ags.conf import app_settings
from lti_ags.services import publishing
from lti_ags.services.following import follow_course as follow
from lti_ags.services.scheduling import FOLLOW_TASK, PUBLISH_TASK, SWEEP_TASK, schedule_sweep

#: How many overdue grades of others each task takes along, so that nobody has to run a scheduler.
_TAKEN_ALONG = 3


@shared_task(bind=True, name=PUBLISH_TASK, ignore_result=True, acks_late=True, reject_on_worker_lost=True)
def publish_grade(self: Task, configuration_id: int, subject_id: int) -> None:
    """Publish one grade, and a few that are overdue; come back for this one when it is due again."""
    publication = publishing.publish_grade(configuration_id=configuration_id, subject_id=subject_id)
    if publication.retry_at is not None:
        self.apply_async(args=[configuration_id, subject_id], eta=publication.retry_at, retry=False)
    publishing.publish_overdue(limit=_TAKEN_ALONG, overdue_seconds=app_settings.seconds("LTI_AGS_LEASE_SECONDS"))


@shared_task(name=SWEEP_TASK, ignore_result=True, acks_late=True, reject_on_worker_lost=True)
def publish_overdue(configuration_id: int | None = None) -> None:
    """Publish a batch of overdue grades, of one block or of all, and go on in a new task while there are more."""
    batch = app_settings.integer("LTI_AGS_SWEEP_BATCH")
    if publishing.publish_overdue(limit=batch, configuration_id=configuration_id) >= batch:
        schedule_sweep(configuration_id=configuration_id)


@shared_task(name=FOLLOW_TASK, ignore_result=True, acks_late=True)
def follow_course(course_key: str) -> None:
    """Bring the configurations of a course up to date with its published blocks."""
    follow(CourseKey.from_string(course_key), now=timezone.now())
