"""What a teacher's task does to the state of one learner."""

from __future__ import annotations

import functools
import json
import logging

from django.db import transaction
from xblock.scorable import Score

from lms.djangoapps.courseware.block_render import get_block_for_descriptor
from lms.djangoapps.courseware.model_data import FieldDataCache
from lms.djangoapps.courseware.models import StudentModule
from xmodule.modulestore.django import modulestore

log = logging.getLogger(__name__)

UPDATE_STATUS_SUCCEEDED = "succeeded"
UPDATE_STATUS_FAILED = "failed"
UPDATE_STATUS_SKIPPED = "skipped"


class UpdateProblemModuleStateError(Exception):
    """The task cannot go on."""


def _get_block_instance_for_task(course_id, student, block):
    """Bind the block to the learner, all of its state read, without a request."""
    cache = FieldDataCache.cache_for_block_descendents(course_id, student, block)
    return get_block_for_descriptor(
        user=student,
        request=None,
        block=block,
        field_data_cache=cache,
        course_key=course_id,
        grade_bucket_type="task",
        track_function=lambda *args: None,
        request_token="",
    )


def _bound(student_module, block):
    instance = _get_block_instance_for_task(student_module.course_id, student_module.student, block)
    if instance is None:
        raise UpdateProblemModuleStateError(f"No block {block.location} for this learner: access denied?")
    return instance


def _in_bulk(update_fcn):
    """Let all reads of the course in one learner's turn be grouped: a block that is loaded twice is one object."""

    @functools.wraps(update_fcn)
    def grouped(module_block, student_module, task_input):
        with modulestore().bulk_operations(student_module.course_id):
            return update_fcn(module_block, student_module, task_input)

    return grouped


@transaction.atomic
@_in_bulk
def override_score_module_state(module_block, student_module, task_input):
    """Give the learner the score that the teacher typed, which is in points of the block."""
    instance = _bound(student_module, module_block)
    if not hasattr(instance, "set_score"):
        raise UpdateProblemModuleStateError("Scores cannot be overridden for this problem type.")
    score = float(task_input["score"])
    if not 0 <= score <= instance.max_score():
        raise UpdateProblemModuleStateError("Score must be between 0 and the maximum points available for the problem.")
    weight = 1 if instance.weight is None else instance.weight
    instance.set_score(Score(raw_earned=score / weight, raw_possible=instance.max_score() / weight))
    instance.publish_grade()
    instance.save()
    return UPDATE_STATUS_SUCCEEDED


@transaction.atomic
@_in_bulk
def rescore_problem_module_state(module_block, student_module, task_input):
    """Let the block compute the learner's score again."""
    instance = _bound(student_module, module_block)
    if not hasattr(instance, "rescore"):
        raise UpdateProblemModuleStateError("Specified module does not support rescoring.")
    if not instance.has_submitted_answer():
        return UPDATE_STATUS_SKIPPED
    instance.rescore(only_if_higher=task_input["only_if_higher"])
    instance.save()
    return UPDATE_STATUS_SUCCEEDED


@transaction.atomic
def reset_attempts_module_state(module_block, student_module, task_input):
    """Set the number of attempts back."""
    state = json.loads(student_module.state or "{}")
    if state.get("attempts", 0) > 0:
        student_module.state = json.dumps({**state, "attempts": 0})
        student_module.save()
        return UPDATE_STATUS_SUCCEEDED
    return UPDATE_STATUS_SKIPPED


@transaction.atomic
def delete_problem_module_state(module_block, student_module, task_input):
    """Delete the row, and nothing else: nobody is told, and stored grades stay as they are."""
    student_module.delete()
    return UPDATE_STATUS_SUCCEEDED


def perform_module_state_update(update_fcn, block, *, course_id, task_input, student=None):
    """
    Run a task for one learner, or for all who have state there, with one block object for all.

    Returns:
        How many succeeded, failed and were skipped.
    """
    rows = StudentModule.objects.filter(course_id=course_id, module_state_key=block.location).select_related("student")
    if student is not None:
        rows = rows.filter(student=student)
    progress = {UPDATE_STATUS_SUCCEEDED: 0, UPDATE_STATUS_FAILED: 0, UPDATE_STATUS_SKIPPED: 0, "attempted": 0}
    for row in rows.order_by("id"):
        progress["attempted"] += 1
        progress[update_fcn(block, row, task_input)] += 1
    return progress
