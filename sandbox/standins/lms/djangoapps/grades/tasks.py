"""The task that makes a score count."""

from __future__ import annotations

import logging

from celery import shared_task
from django.contrib.auth import get_user_model
from opaque_keys.edx.keys import CourseKey, UsageKey

from lms.djangoapps.course_blocks.api import UsageKeyNotInBlockStructure, clear_course_from_cache, get_course_blocks
from lms.djangoapps.courseware.models import StudentModule
from lms.djangoapps.grades import faults
from lms.djangoapps.grades.constants import ScoreDatabaseTableEnum
from lms.djangoapps.grades.grade_utils import are_grades_frozen
from lms.djangoapps.grades.models import FailedTask
from lms.djangoapps.grades.signals.signals import SUBSECTION_SCORE_CHANGED
from lms.djangoapps.grades.subsection_grade import SubsectionGradeFactory
from xmodule.modulestore import ModuleStoreEnum
from xmodule.modulestore.django import modulestore

log = logging.getLogger(__name__)

RECALCULATE_GRADE_DELAY_SECONDS = 2
RETRY_DELAY_SECONDS = 40


class DatabaseNotReadyError(IOError):
    """The score that the task was asked to count is not in the database yet."""


@shared_task(
    bind=True,
    max_retries=2,
    default_retry_delay=RETRY_DELAY_SECONDS,
    name="lms.djangoapps.grades.tasks.recalculate_subsection_grade_v3",
)
def recalculate_subsection_grade_v3(self, **kwargs):
    """Recompute the subsections that hold a block, then the course. Retried; what gives up is kept as FailedTask."""
    try:
        _recalculate_subsection_grade(**kwargs)
    except (DatabaseNotReadyError, UsageKeyNotInBlockStructure) as error:
        clear_course_from_cache(CourseKey.from_string(kwargs["course_id"]))
        if self.request.is_eager or self.request.retries >= self.max_retries:
            FailedTask.objects.create(task_name=self.name, kwargs=kwargs, exc=type(error).__name__)
            log.warning("Grades: gave up on %s for user %s: %s", kwargs["usage_id"], kwargs["user_id"], error)
            return
        raise self.retry(exc=error) from error


def _recalculate_subsection_grade(
    *, user_id, course_id, usage_id, only_if_higher, expected_modified_time, score_deleted, score_db_table
):
    course_key = CourseKey.from_string(course_id)
    usage_key = UsageKey.from_string(usage_id).map_into_course(course_key)
    faults.strike("recalculate", user_id)
    if are_grades_frozen(course_key):
        return
    if score_db_table == ScoreDatabaseTableEnum.courseware_student_module:
        _require_score(user_id, usage_key, expected_modified_time, score_deleted)
    student = get_user_model().objects.get(id=user_id)
    store = modulestore()
    with store.branch_setting(ModuleStoreEnum.Branch.published_only, course_key):
        structure = get_course_blocks(student, store.make_course_usage_key(course_key))
        course = store.get_course(course_key)
    factory = SubsectionGradeFactory(student, course, structure)
    for subsection in structure.subsections_of(usage_key):
        grade = factory.update(structure[subsection], only_if_higher, score_deleted)
        SUBSECTION_SCORE_CHANGED.send(
            sender=None, course=course, course_structure=structure, user=student, subsection_grade=grade
        )


def _require_score(user_id, usage_key, expected_modified_time, score_deleted) -> None:
    """The stored score must be as new as the one the task is about, in whole seconds."""
    row = StudentModule.objects.filter(
        student_id=user_id, module_state_key=usage_key, course_id=usage_key.course_key
    ).first()
    if row is None:
        if not score_deleted:
            raise DatabaseNotReadyError(f"No score of user {user_id} in {usage_key}")
        return
    if int(row.modified.timestamp()) < int(expected_modified_time):
        raise DatabaseNotReadyError(f"The score of user {user_id} in {usage_key} is older than expected")
