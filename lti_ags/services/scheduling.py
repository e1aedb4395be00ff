"""
From "this grade is wanted" to somebody publishing it.

The database row is the message; what is sent here only says "look now". It may be lost, doubled or late without harm,
for nobody has to run a scheduler: now and then a task takes overdue grades along, and a stored score leaves behind,
once in a while, a sweep that looks for what was left and comes back as long as there is something.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final

from django.utils import timezone

from lti_ags.conf import app_settings
from lti_ags.constants import PublishMode
from lti_ags.services import publishing, sweeping
from lti_ags.services.after_commit import after_commit
from lti_ags.services.broker import PUBLISH_TASK, SWEEP_TASK, broker
from lti_ags.services.turns import is_our_turn

logger = logging.getLogger(__name__)

#: A tool waits for its answer while its own grade is published inline, and others' along with it.
_MOST_ALONG_INLINE: Final = 10
#: No message should lie in the broker for longer: some brokers deliver one again that is not done within the hour.
_LONGEST_COUNTDOWN: Final = 900.0


def schedule_publication(*, configuration_id: int, subject_id: int) -> None:
    """Have the grade published once the transaction at hand has committed, in the way that the site has chosen."""
    after_commit(_publish_or_enqueue, configuration_id, subject_id)


def schedule_sweep(*, configuration_id: int | None = None) -> None:
    """Have overdue grades published, of one block or of all, once the transaction at hand has committed."""
    after_commit(_sweep_or_enqueue, configuration_id)


def come_back_for(*, configuration_id: int, subject_id: int, at: datetime) -> None:
    """From a task: have a grade that was not settled taken up again when it is due."""
    seconds = max((at - timezone.now()).total_seconds(), 0.0)
    if seconds <= app_settings.seconds("LTI_AGS_SWEEP_INTERVAL_SECONDS"):
        broker.enqueue(PUBLISH_TASK, (configuration_id, subject_id), countdown=seconds)
    else:
        keep_sweeping()


def keep_sweeping() -> None:
    """From a task: sweep again later, as long as there is a grade that is not settled."""
    due_at = sweeping.next_attempt()
    if due_at is None:
        return
    interval = app_settings.seconds("LTI_AGS_SWEEP_INTERVAL_SECONDS")
    seconds = min(max((due_at - timezone.now()).total_seconds(), interval), _LONGEST_COUNTDOWN)
    if is_our_turn("sweep_again", seconds=seconds):
        broker.enqueue(SWEEP_TASK, (None,), countdown=seconds)


def _publish_or_enqueue(configuration_id: int, subject_id: int) -> None:
    mode = app_settings.publish_mode
    if mode is PublishMode.INLINE:
        publishing.publish_grade(configuration_id=configuration_id, subject_id=subject_id)
        if _is_time_to_sweep():
            limit = min(app_settings.integer("LTI_AGS_SWEEP_BATCH"), _MOST_ALONG_INLINE)
            sweeping.publish_overdue(limit=limit)
    elif mode is PublishMode.CELERY:
        broker.enqueue(PUBLISH_TASK, (configuration_id, subject_id))
        if _is_time_to_sweep():
            interval = app_settings.seconds("LTI_AGS_SWEEP_INTERVAL_SECONDS")
            broker.enqueue(SWEEP_TASK, (None,), countdown=interval)


def _is_time_to_sweep() -> bool:
    """Tell, once in each interval, all processes of the site together, that somebody should look around."""
    interval = app_settings.seconds("LTI_AGS_SWEEP_INTERVAL_SECONDS")
    return interval > 0 and is_our_turn("sweep", seconds=interval)


def _sweep_or_enqueue(configuration_id: int | None) -> None:
    mode = app_settings.publish_mode
    if mode is PublishMode.INLINE:
        while sweeping.publish_overdue(configuration_id=configuration_id):
            logger.debug("Some overdue grades were published; there may be more")
    elif mode is PublishMode.CELERY:
        broker.enqueue(SWEEP_TASK, (configuration_id,))
