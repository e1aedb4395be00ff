"""
Receivers of what Open edX announces. They run inside somebody else's operation, so they schedule and return.

A learner's retirement is the exception: the platform asks for it to be done when the receiver returns.
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from opaque_keys.edx.keys import CourseKey

from lti_ags.edx_platform import BLOCK_TYPE
from lti_ags.edx_platform import signals as platform
from lti_ags.services.copies import remember_duplicate
from lti_ags.services.enrolments import republish_for_learner
from lti_ags.services.follow_scheduling import schedule_following
from lti_ags.services.retention import erase_user


def connect() -> None:
    """Connect to whatever of these this release and this process has."""
    platform.connect_course_published(follow_published_course, dispatch_uid="lti_ags.course_published")
    platform.connect_course_deleted(follow_published_course, dispatch_uid="lti_ags.course_deleted")
    # Not every release announces a re-run or an import as a publication too.
    platform.connect_course_rerun_completed(follow_copied_course, dispatch_uid="lti_ags.course_rerun")
    platform.connect_course_import_completed(follow_copied_course, dispatch_uid="lti_ags.course_import")
    platform.connect_block_duplicated(remember_duplicated_block, dispatch_uid="lti_ags.block_duplicated")
    platform.connect_enrolment_changed(publish_for_enrolled_learner, dispatch_uid="lti_ags.enrolment_changed")
    platform.connect_user_retired(erase_retired_user, dispatch_uid="lti_ags.user_retired")


def follow_published_course(course_key: CourseKey, **_kwargs: Any) -> None:
    """The published course changed: its configurations follow."""
    schedule_following(course_key)


def follow_copied_course(course: Any, **_kwargs: Any) -> None:
    """A course was re-run or imported: its configurations follow."""
    schedule_following(course.course_key)


def remember_duplicated_block(xblock_info: Any, **_kwargs: Any) -> None:
    """An author duplicated a block: when the copy is published, it gets line items like the original's."""
    if xblock_info.block_type == BLOCK_TYPE:
        remember_duplicate(xblock_info.usage_key, source_key=xblock_info.source_usage_key)


def publish_for_enrolled_learner(enrollment: Any, **_kwargs: Any) -> None:
    """A learner enrolled or came back: what the tools scored meanwhile becomes grades."""
    if enrollment.is_active:
        republish_for_learner(enrollment.user.id, course_key=enrollment.course.course_key, now=timezone.now())


def erase_retired_user(user: Any, **_kwargs: Any) -> None:
    """The site forgets a user, and so do we. May be repeated."""
    erase_user(user.pk)
