"""From "a course was published" to somebody following it, in the way that the site has chosen."""

from __future__ import annotations

from typing import Final

from django.utils import timezone
from opaque_keys.edx.keys import CourseKey

from lti_ags.conf import app_settings
from lti_ags.constants import PublishMode
from lti_ags.services.after_commit import after_commit
from lti_ags.services.broker import FOLLOW_TASK, broker, runs_at_once
from lti_ags.services.following import follow_course
from lti_ags.services.turns import is_our_turn

_BURST_SECONDS: Final = 5.0


def schedule_following(course_key: CourseKey) -> None:
    """
    Have the configurations of a course brought up to date with its published blocks, once.

    Authors publish in bursts. With Celery the first of a burst sends a message that waits until the burst's time is
    over, and the others send none; each of them is seen by that one walk. Where tasks run at once nothing waits: each
    publication has a walk of its own, or the rest of a burst would be seen by none.
    """
    after_commit(_follow_or_enqueue, course_key)


def _follow_or_enqueue(course_key: CourseKey) -> None:
    if app_settings.publish_mode is not PublishMode.CELERY:
        follow_course(course_key, now=timezone.now())
    elif runs_at_once() or is_our_turn(f"following:{course_key}", seconds=_BURST_SECONDS):
        broker.enqueue(FOLLOW_TASK, (str(course_key),), countdown=_BURST_SECONDS, is_kept=True)
