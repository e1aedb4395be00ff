"""
Configurations follow their course: every block that the published course has, and those that it has no more.

Authors publish often, and in bursts; each time the whole course is walked once, which costs one read of the course.
"""

from __future__ import annotations

import logging
from datetime import datetime
from functools import partial
from typing import Final

from django.db.models import F, Q
from opaque_keys.edx.keys import CourseKey, UsageKey

from lti_ags import edx_platform
from lti_ags.constants import GradeDecision
from lti_ags.data import BlockChoices
from lti_ags.exceptions import BlockNotFound
from lti_ags.models import LtiAgsGrade, LtiConfiguration
from lti_ags.models.fields import digest_of
from lti_ags.services.configurations import follow_block, mark_removed
from lti_ags.services.copies import take_over_rerun
from lti_ags.services.grades import raise_version
from lti_ags.services.scheduling import schedule_sweep
from lti_ags.services.transactions import run_atomically

logger = logging.getLogger(__name__)

#: What an author may have mended by publishing: the course's end, or whatever a permanent failure was about.
_STOPPED: Final = (GradeDecision.GRADES_FROZEN.value, GradeDecision.FAILED.value)
#: What the LMS said about a block that was taken back for a while, of which nobody is told, and is there again.
_ABSENT: Final = (GradeDecision.BLOCK_MISSING.value, GradeDecision.BLOCK_NOT_GRADED.value)


def follow_course(course_key: CourseKey, *, now: datetime) -> int:
    """
    Bring every configuration of a course up to date with its published blocks.

    Returns:
        How many blocks the course has.

    Raises:
        PlatformError: the course cannot be read; nothing has changed.
    """
    blocks = _published_blocks(course_key)
    take_over_rerun(course_key)
    for choices in blocks.values():
        follow_block(choices, now=now)
    known = LtiConfiguration.objects.filter(
        course_key_digest=digest_of(course_key), replaced_at=None, removed_at=None
    ).values_list("location", flat=True)
    for location in known:
        if location is not None and str(location) not in blocks:
            mark_removed(location, now=now)
    run_atomically(partial(_try_stopped_grades, course_key, now))
    logger.info("Followed %s: %s blocks", course_key, len(blocks))
    return len(blocks)


def follow_one(location: UsageKey, *, now: datetime) -> LtiConfiguration | None:
    """
    Bring the configuration of one block up to date, as a launch does.

    Returns:
        The configuration; None where the published course has no such block, or the block no tool.
    """
    try:
        choices = edx_platform.block_choices(location)
    except BlockNotFound:
        mark_removed(location, now=now)
        return None
    return follow_block(choices, now=now)


def _try_stopped_grades(course_key: CourseKey, now: datetime) -> None:
    """Have grades worked out again that something about the course had stopped."""
    # Not what the block's former tool left: to that the block stays gone.
    is_there = Q(
        configuration__removed_at=None,
        configuration__is_graded=True,
        subject__context__tool_id=F("configuration__tool_id"),
        decision__in=_ABSENT,
    )
    stopped = LtiAgsGrade.objects.filter(
        is_there | Q(decision__in=_STOPPED),
        configuration__course_key_digest=digest_of(course_key),
        configuration__replaced_at=None,
    )
    # By keys, since not every database updates what it joins.
    if raise_version(LtiAgsGrade.objects.filter(pk__in=list(stopped.values_list("pk", flat=True))), now=now):
        schedule_sweep()


def _published_blocks(course_key: CourseKey) -> dict[str, BlockChoices]:
    """Return the course's blocks by their keys; a course that is gone has none."""
    try:
        return {choices.usage_key: choices for choices in edx_platform.walk_blocks(course_key)}
    except BlockNotFound:
        return {}
