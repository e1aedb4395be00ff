"""From a published score to a recalculation. Importing this module connects the receivers."""

from __future__ import annotations

import logging

from django.apps import apps
from django.dispatch import receiver
from opaque_keys.edx.keys import LearningContextKey
from xblock.scorable import ScorableXBlockMixin, Score

from lms.djangoapps.courseware.model_data import get_score, set_score
from lms.djangoapps.grades import faults
from lms.djangoapps.grades.constants import ScoreDatabaseTableEnum
from lms.djangoapps.grades.course_grade import CourseGradeFactory
from lms.djangoapps.grades.grade_utils import is_score_higher_or_equal
from lms.djangoapps.grades.scores import weighted_score
from lms.djangoapps.grades.signals.signals import (
    PROBLEM_RAW_SCORE_CHANGED,
    PROBLEM_WEIGHTED_SCORE_CHANGED,
    SCORE_PUBLISHED,
    SUBSECTION_OVERRIDE_CHANGED,
    SUBSECTION_SCORE_CHANGED,
)
from lms.djangoapps.grades.tasks import RECALCULATE_GRADE_DELAY_SECONDS, recalculate_subsection_grade_v3

log = logging.getLogger(__name__)


@receiver(SCORE_PUBLISHED)
def score_published_handler(sender, block, user, raw_earned, raw_possible, only_if_higher, **kwargs):
    """Store a score and tell of it; False when ``only_if_higher`` kept the old one. Checks nothing else."""
    if not apps.is_installed("lms.djangoapps.grades"):
        raise RuntimeError("Scores are published from the LMS: this service has no grades app")
    if raw_earned is not None and raw_possible is not None and raw_earned > raw_possible:
        raise ValueError(f"The sandbox refuses {raw_earned} of {raw_possible}; the platform would show more than 100 %")
    faults.strike("publish", user.id)
    if only_if_higher:
        previous = get_score(user.id, block.location)
        if previous is not None and not is_score_higher_or_equal(
            previous.grade, previous.max_grade, raw_earned, raw_possible
        ):
            log.warning("Grades: rejected a lower score of user %s in %s", user.id, block.location)
            return False
    modified = set_score(user.id, block.location, raw_earned, raw_possible)
    if isinstance(block, ScorableXBlockMixin):
        block.set_score(Score(raw_earned=raw_earned, raw_possible=raw_possible))
    faults.strike("half", user.id)
    PROBLEM_RAW_SCORE_CHANGED.send(
        sender=None,
        raw_earned=raw_earned,
        raw_possible=raw_possible,
        weight=getattr(block, "weight", None),
        user_id=user.id,
        course_id=str(block.location.course_key),
        usage_id=str(block.location),
        only_if_higher=only_if_higher,
        modified=modified,
        score_db_table=ScoreDatabaseTableEnum.courseware_student_module,
        score_deleted=kwargs.get("score_deleted", False),
        grader_response=kwargs.get("grader_response", False),
    )
    faults.strike("published", user.id)
    return True


@receiver(PROBLEM_RAW_SCORE_CHANGED)
def problem_raw_score_changed_handler(sender, **kwargs):
    """Weigh a raw score and tell of it."""
    if kwargs["raw_possible"] is not None:
        earned, possible = weighted_score(kwargs["raw_earned"], kwargs["raw_possible"], kwargs["weight"])
    else:
        earned, possible = None, None
    passed_on = {k: v for k, v in kwargs.items() if k not in ("raw_earned", "raw_possible", "weight", "signal")}
    PROBLEM_WEIGHTED_SCORE_CHANGED.send(sender=None, weighted_earned=earned, weighted_possible=possible, **passed_on)


@receiver(PROBLEM_WEIGHTED_SCORE_CHANGED)
@receiver(SUBSECTION_OVERRIDE_CHANGED)
def enqueue_subsection_update(sender, **kwargs):
    """Ask for the recalculation, inside whatever transaction is open."""
    if not LearningContextKey.from_string(kwargs["course_id"]).is_course:
        return
    recalculate_subsection_grade_v3.apply_async(
        kwargs={
            "user_id": kwargs["user_id"],
            "course_id": kwargs["course_id"],
            "usage_id": kwargs["usage_id"],
            "only_if_higher": kwargs["only_if_higher"],
            "expected_modified_time": int(kwargs["modified"].timestamp()),
            "score_deleted": bool(kwargs["score_deleted"]),
            "score_db_table": kwargs["score_db_table"],
        },
        countdown=RECALCULATE_GRADE_DELAY_SECONDS,
    )


@receiver(SUBSECTION_SCORE_CHANGED)
def recalculate_course_grade(sender, course, course_structure, user, **kwargs):
    """Add the subsections up."""
    CourseGradeFactory().update(user, course=course, course_structure=course_structure)
