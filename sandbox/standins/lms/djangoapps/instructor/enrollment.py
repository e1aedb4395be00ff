"""Resetting and deleting a learner's state of a block."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

from common.djangoapps.student.models import anonymous_id_for_user
from lms.djangoapps.courseware.models import StudentModule
from lms.djangoapps.grades.constants import ScoreDatabaseTableEnum
from lms.djangoapps.grades.signals.signals import PROBLEM_RAW_SCORE_CHANGED
from xmodule.modulestore.django import modulestore
from xmodule.modulestore.exceptions import ItemNotFoundError

log = logging.getLogger(__name__)


def reset_student_attempts(course_id, student, module_state_key, requesting_user, delete_module=False):
    """
    Reset a learner's attempts at a block, or delete the whole state with the score.

    A block with ``clear_student_state`` is told before the row is looked up; the platform then sends no signal.

    Raises:
        StudentModule.DoesNotExist: the learner has no state there. The block has been told nevertheless.
    """
    told = False
    try:
        block = modulestore().get_item(module_state_key)
        _reset_children(block, course_id, student, requesting_user, delete_module)
        clear_student_state = getattr(block, "clear_student_state", None)
        if delete_module and callable(clear_student_state):
            clear_student_state(
                user_id=anonymous_id_for_user(student, course_id),
                course_id=str(course_id),
                item_id=str(module_state_key),
                requesting_user_id=anonymous_id_for_user(requesting_user, course_id),
            )
            told = True
    except ItemNotFoundError:
        block = None
        log.warning("Could not find %s in the modulestore when resetting its state", module_state_key)
    row = StudentModule.objects.get(student_id=student.id, course_id=course_id, module_state_key=module_state_key)
    if not delete_module:
        _reset_attempts(row)
        return
    row.delete()
    if not told:
        _fire_score_changed_for_block(course_id, student, block, module_state_key)


def _reset_children(block, course_id, student, requesting_user, delete_module) -> None:
    for child in block.children if block.has_children else ():
        try:
            reset_student_attempts(course_id, student, child, requesting_user, delete_module=delete_module)
        except StudentModule.DoesNotExist:
            continue


def _reset_attempts(row) -> None:
    state = json.loads(row.state or "{}")
    state |= {"attempts": 0, "score_history": [], "correct_map_history": [], "student_answers_history": []}
    row.state = json.dumps(state)
    row.save()


def _fire_score_changed_for_block(course_id, student, block, module_state_key) -> None:
    """Tell that the score is gone: 0 of the maximum, deleted."""
    if block is None or not block.has_score:
        return
    max_score = block.max_score()
    if max_score is None:
        return
    PROBLEM_RAW_SCORE_CHANGED.send(
        sender=None,
        raw_earned=0,
        raw_possible=max_score,
        weight=getattr(block, "weight", None),
        user_id=student.id,
        course_id=str(course_id),
        usage_id=str(module_state_key),
        score_deleted=True,
        only_if_higher=False,
        modified=datetime.now(UTC),
        score_db_table=ScoreDatabaseTableEnum.courseware_student_module,
    )
