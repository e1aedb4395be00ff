"""
The LMS's gradebook: writing one learner's score in one block, and reading it back.

A score is published by the signal that the platform's own blocks end up with, which takes the learner by name. The
other way, through a block's runtime, grades whoever was bound last in the process. Our block is not of the platform's
scorable kind, so the signal needs no bound block, no request and no current user. It checks nothing: whether the
learner is enrolled, the block is graded or the grades are frozen is for the caller to ask first (``lms_state``).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping

from django.core.exceptions import ObjectDoesNotExist
from opaque_keys.edx.keys import CourseKey, UsageKey

from lti_ags.data import BlockGrading, LmsState, Points
from lti_ags.edx_platform.blocks import load_block
from lti_ags.edx_platform.choices import block_grading
from lti_ags.edx_platform.errors import platform_call
from lti_ags.edx_platform.keys import usage_key_of
from lti_ags.edx_platform.learners import enrolment, user_with_id
from lti_ags.edx_platform.processes import require_lms
from lti_ags.exceptions import BlockNotFound

log = logging.getLogger(__name__)


def publish_score(usage_key: UsageKey | str, *, user_id: int, points: Points) -> None:
    """
    Put a learner's score into the gradebook; zero is a score.

    The score is there when this returns. The grades of subsection and course follow within seconds, by a task of the
    LMS. Call it outside of any transaction of ours: the task is sent at once, and may run before a commit.

    Arguments:
        points: ``earned`` at most ``possible``; the LMS would show more than everything.

    Raises:
        BlockNotFound, PermanentPlatformError: no such block or user, or not the LMS.
        TransientPlatformError: the score may or may not have been written. Publishing it again does no harm.
    """
    _send_score(usage_key, user_id=user_id, earned=points.earned, possible=points.possible, is_deleted=False)


def clear_score(usage_key: UsageKey | str, *, user_id: int) -> None:
    """
    Take a learner's score out of the gradebook, as if there had never been one.

    Raises:
        As ``publish_score``.
    """
    # Without the mark of a deletion, the subsection and the course would keep the old grade.
    _send_score(usage_key, user_id=user_id, earned=None, possible=None, is_deleted=True)


def read_score(usage_key: UsageKey | str, *, user_id: int) -> Points | None:
    """
    Return the score that the gradebook holds for a learner in a block; None where it holds none.

    Raises:
        BlockNotFound, PermanentPlatformError: not the key of a block, or not the LMS.
        TransientPlatformError: the LMS cannot say.
    """
    action = "reading a score"
    require_lms(action)
    key = usage_key_of(usage_key)
    with platform_call(action):
        from lms.djangoapps.courseware.model_data import get_score

        row = get_score(user_id, key)
        return None if row is None else _points(row.grade, row.max_grade)


def read_scores(usage_key: UsageKey | str, *, user_ids: Iterable[int]) -> Mapping[int, Points]:
    """
    Return the scores that the gradebook holds for these learners in a block, by their ids, with one query.

    Who has none is not in it.

    Raises:
        As ``read_score``.
    """
    action = "reading scores"
    require_lms(action)
    key = usage_key_of(usage_key)
    with platform_call(action):
        from lms.djangoapps.courseware.models import StudentModule

        rows = StudentModule.objects.filter(
            module_state_key=key, course_id=key.course_key, student_id__in=list(user_ids)
        ).values_list("student_id", "grade", "max_grade")
        read = {user_id: _points(earned, possible) for user_id, earned, possible in rows}
    return {user_id: points for user_id, points in read.items() if points is not None}


def lms_state(usage_key: UsageKey | str, *, user_id: int) -> LmsState:
    """
    Return what decides about publishing a learner's score in a block, as the LMS has it now.

    A block that the published course does not have is told by ``block`` being None.

    Raises:
        PermanentPlatformError: not the LMS.
        TransientPlatformError: the LMS cannot say.
    """
    require_lms("reading the state of a learner in a block")
    key = usage_key_of(usage_key)
    return LmsState(
        block=_grading_of_block(key),
        enrolment=enrolment(key.course_key, user_id=user_id),
        are_grades_frozen=_are_grades_frozen(key.course_key),
        score=read_score(key, user_id=user_id),
    )


def _send_score(
    usage_key: UsageKey | str, *, user_id: int, earned: float | None, possible: float | None, is_deleted: bool
) -> None:
    """Send the signal. Nothing follows it here: what the receivers did is read back by who asks."""
    action = "clearing a score" if is_deleted else "publishing a score"
    require_lms(action)
    block = load_block(usage_key)
    user = user_with_id(user_id)
    with platform_call(action):
        from lms.djangoapps.grades.api import signals

        signals.SCORE_PUBLISHED.send(
            sender=None,
            block=block,
            user=user,
            raw_earned=earned,
            raw_possible=possible,
            only_if_higher=False,
            score_deleted=is_deleted,
            # A truthy value would keep the platform from marking the block as completed.
            grader_response=None,
        )


def _points(earned: float | None, possible: float | None) -> Points | None:
    """Return a stored score; an emptied one, or one out of nothing, is none."""
    return Points(earned=earned, possible=possible) if earned is not None and possible else None


def _grading_of_block(usage_key: UsageKey) -> BlockGrading | None:
    """Return what the published block says about grades; None where there is no such block."""
    try:
        block = load_block(usage_key)
    except BlockNotFound:
        return None
    with platform_call("reading a block"):
        return block_grading(block)


def _are_grades_frozen(course_key: CourseKey) -> bool:
    """Tell whether the LMS takes scores of this course without counting them any more."""
    with platform_call("asking whether grades are frozen"):
        from lms.djangoapps.grades.api import GradesUtilService

        try:
            return bool(GradesUtilService(course_id=course_key).are_grades_frozen())
        except ObjectDoesNotExist:
            # The answer is in the course's overview, which the LMS could not make.
            log.warning("%s has no overview; its grades are taken not to be frozen", course_key)
            return False
