"""Starting a teacher's tasks. In the sandbox they run at once, and a failure is only written down."""

from __future__ import annotations

import hashlib
import json
import logging

from django.db import transaction

from lms.djangoapps.courseware.models import StudentModule
from lms.djangoapps.instructor_task.api_helper import check_arguments_for_overriding, check_arguments_for_rescoring
from lms.djangoapps.instructor_task.models import InstructorTask
from lms.djangoapps.instructor_task.tasks_helper import module_state
from xmodule.modulestore.django import modulestore

log = logging.getLogger(__name__)


def submit_override_score(request, usage_key, student, score):
    """Override the score of one learner, who may have no state yet."""
    block = check_arguments_for_overriding(usage_key, score)
    task_input = {"problem_url": str(usage_key), "student": student.username, "score": score}
    with transaction.atomic():
        StudentModule.objects.get_or_create(
            course_id=usage_key.course_key,
            student=student,
            module_state_key=usage_key,
            defaults={"state": "{}", "module_type": usage_key.block_type},
        )
    return _run(request, "override_problem_score", module_state.override_score_module_state, block, task_input, student)


def submit_rescore_problem_for_student(request, usage_key, student, only_if_higher=False):
    """Rescore one learner."""
    block = check_arguments_for_rescoring(usage_key)
    task_input = {"problem_url": str(usage_key), "student": student.username, "only_if_higher": only_if_higher}
    task_type = "rescore_problem_if_higher" if only_if_higher else "rescore_problem"
    return _run(request, task_type, module_state.rescore_problem_module_state, block, task_input, student)


def submit_rescore_problem_for_all_students(request, usage_key, only_if_higher=False):
    """Rescore everybody who has state in the block."""
    block = check_arguments_for_rescoring(usage_key)
    task_input = {"problem_url": str(usage_key), "only_if_higher": only_if_higher}
    task_type = "rescore_problem_if_higher" if only_if_higher else "rescore_problem"
    return _run(request, task_type, module_state.rescore_problem_module_state, block, task_input)


def submit_reset_problem_attempts_for_all_students(request, usage_key):
    """Set everybody's attempts back."""
    block = modulestore().get_item(usage_key)
    task_input = {"problem_url": str(usage_key)}
    return _run(request, "reset_problem_attempts", module_state.reset_attempts_module_state, block, task_input)


def submit_delete_problem_state_for_all_students(request, usage_key):
    """Delete everybody's state."""
    block = modulestore().get_item(usage_key)
    task_input = {"problem_url": str(usage_key)}
    return _run(request, "delete_problem_state", module_state.delete_problem_module_state, block, task_input)


def _run(request, task_type, update_fcn, block, task_input, student=None):
    """Write the task down, run it, and write its end down."""
    course_id = block.location.course_key
    text = json.dumps(task_input)
    task = InstructorTask.objects.create(
        task_type=task_type,
        course_id=course_id,
        task_key=hashlib.md5(text.encode(), usedforsecurity=False).hexdigest(),
        task_input=text,
        task_state="PROGRESS",
        requester=request.user,
    )
    try:
        progress = module_state.perform_module_state_update(
            update_fcn, block, course_id=course_id, task_input=task_input, student=student
        )
    except Exception as error:  # noqa: BLE001 - whatever a block raises is a failed task, not a failed request
        log.info("Task %s failed: %s", task_type, type(error).__name__)
        task.task_state = "FAILURE"
        task.task_output = json.dumps({"exception": type(error).__name__, "message": str(error)[:200]})
    else:
        task.task_state = "SUCCESS"
        task.task_output = json.dumps(progress)
    task.save()
    return task
