"""What others may use of the grades app. Importing it connects the receivers of its signals."""

from __future__ import annotations

from django.utils import timezone

from lms.djangoapps.grades import constants
from lms.djangoapps.grades.constants import GradeOverrideFeatureEnum, ScoreDatabaseTableEnum
from lms.djangoapps.grades.course_grade import CourseGradeFactory
from lms.djangoapps.grades.grade_utils import are_grades_frozen
from lms.djangoapps.grades.models import PersistentSubsectionGrade, PersistentSubsectionGradeOverride
from lms.djangoapps.grades.services import GradesUtilService
from lms.djangoapps.grades.signals import handlers, signals
from lms.djangoapps.grades.subsection_grade import SubsectionGradeFactory

__all__ = [
    "CourseGradeFactory",
    "GradeOverrideFeatureEnum",
    "GradesUtilService",
    "ScoreDatabaseTableEnum",
    "SubsectionGradeFactory",
    "are_grades_frozen",
    "constants",
    "get_subsection_grade",
    "get_subsection_grade_override",
    "get_subsection_grades",
    "handlers",
    "override_subsection_grade",
    "signals",
    "undo_override_subsection_grade",
]


def get_subsection_grade(user_id, course_key_or_id, usage_key_or_id):
    """
    Return the stored grade of a subsection.

    Raises:
        PersistentSubsectionGrade.DoesNotExist: nothing is stored.
    """
    return PersistentSubsectionGrade.read_grade(user_id, usage_key_or_id)


def get_subsection_grades(user_id, course_key_or_id):
    """Return ``{usage key: stored grade}`` of a learner's course."""
    rows = PersistentSubsectionGrade.objects.filter(user_id=user_id, course_id=course_key_or_id)
    return {row.usage_key: row for row in rows}


def get_subsection_grade_override(user_id, course_key_or_id, usage_key_or_id):
    """Return the override of a subsection's grade, or None."""
    return PersistentSubsectionGradeOverride.objects.filter(
        grade__user_id=user_id, grade__usage_key=usage_key_or_id
    ).first()


def override_subsection_grade(
    user_id,
    course_key_or_id,
    usage_key_or_id,
    overrider=None,
    earned_all=None,
    earned_graded=None,
    feature=GradeOverrideFeatureEnum.proctoring,
    comment=None,
):
    """
    Put a person's grade over the computed one. The computed one goes on being kept.

    Raises:
        PersistentSubsectionGrade.DoesNotExist: nothing is stored to override.
    """
    row = PersistentSubsectionGrade.read_grade(user_id, usage_key_or_id)
    PersistentSubsectionGradeOverride.objects.update_or_create(
        grade=row,
        defaults={
            "earned_all_override": earned_all,
            "earned_graded_override": earned_graded,
            "system": feature,
            "override_reason": comment,
        },
    )
    _tell_of_override(user_id, course_key_or_id, usage_key_or_id, deleted=False)


def undo_override_subsection_grade(
    user_id, course_key_or_id, usage_key_or_id, feature=GradeOverrideFeatureEnum.proctoring
):
    """Take the override away; the computed grade counts again."""
    override = get_subsection_grade_override(user_id, course_key_or_id, usage_key_or_id)
    if override is not None:
        override.delete()
        _tell_of_override(user_id, course_key_or_id, usage_key_or_id, deleted=True)


def _tell_of_override(user_id, course_key, usage_key, *, deleted: bool) -> None:
    signals.SUBSECTION_OVERRIDE_CHANGED.send(
        sender=None,
        user_id=user_id,
        course_id=str(course_key),
        usage_id=str(usage_key),
        only_if_higher=False,
        modified=timezone.now(),
        score_deleted=deleted,
        score_db_table=ScoreDatabaseTableEnum.overrides,
    )
