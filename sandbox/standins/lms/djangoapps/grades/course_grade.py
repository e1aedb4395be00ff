"""The grade of one learner in one course."""

from __future__ import annotations

import math
from collections import OrderedDict

from lms.djangoapps.course_blocks.api import get_course_blocks
from lms.djangoapps.grades import faults
from lms.djangoapps.grades.models import PersistentCourseGrade
from lms.djangoapps.grades.subsection_grade import SubsectionGradeFactory
from xmodule.modulestore import ModuleStoreEnum
from xmodule.modulestore.django import modulestore


class CourseGrade:
    """Percent, letter, and the grades below them."""

    def __init__(self, user, course, structure):
        self.user = user
        self.course = course
        self.course_structure = structure
        self.percent = 0.0
        self.letter_grade = None
        self.passed = False
        self._factory = SubsectionGradeFactory(user, course, structure)
        self._subsection_grades: OrderedDict | None = None

    @property
    def subsection_grades(self) -> OrderedDict:
        """Return ``{usage key: SubsectionGrade}`` of every subsection the learner sees."""
        if self._subsection_grades is None:
            self._subsection_grades = OrderedDict(
                (key, self._factory.create(self.course_structure[key])) for key in self.course_structure.subsections()
            )
        return self._subsection_grades

    @property
    def problem_scores(self) -> dict:
        """Return ``{usage key: ProblemScore}`` of the whole course."""
        return {key: score for grade in self.subsection_grades.values() for key, score in grade.problem_scores.items()}

    def compute(self, *, force_update_subsections=False):
        """Add up the subsections by the grading policy."""
        if force_update_subsections:
            for key in self.course_structure.subsections():
                self._factory.update(self.course_structure[key], force_update_subsections=True)
            self._subsection_grades = None
        policy = self.course.grading_policy
        total = sum(_assignment_percent(one, self.subsection_grades.values()) for one in policy["GRADER"])
        # Whole percents, halves upwards: as on the platform.
        self.percent = math.floor(total * 100 + 0.05 + 0.5) / 100
        passed = [
            (cutoff, name) for name, cutoff in policy["GRADE_CUTOFFS"].items() if cutoff and self.percent >= cutoff
        ]
        self.letter_grade = max(passed)[1] if passed else None
        self.passed = bool(passed)
        return self


def _assignment_percent(rule, subsection_grades) -> float:
    """Return what one assignment type adds: the mean of its subsections, at least ``min_count``, lowest dropped."""
    earned = [
        grade.percent_graded
        for grade in subsection_grades
        if grade.graded and grade.format == rule["type"] and grade.graded_total.possible > 0
    ]
    earned += [0.0] * (rule.get("min_count", 0) - len(earned))
    kept = sorted(earned, reverse=True)[: max(len(earned) - rule.get("drop_count", 0), 0)]
    return rule["weight"] * sum(kept) / len(kept) if kept else 0.0


class CourseGradeFactory:
    """Reads and updates course grades."""

    def read(
        self,
        user,
        course=None,
        collected_block_structure=None,
        course_structure=None,
        course_key=None,
        create_if_needed=True,
    ):
        """Return the stored grade; one that was never stored is zero and everything in it is assumed so."""
        faults.strike("read_grades", user.id)
        grade = self._course_grade(user, course, course_structure, course_key)
        stored = PersistentCourseGrade.objects.filter(
            user_id=user.id, course_id=grade.course_structure.root.course_key
        ).first()
        if stored is not None:
            grade.percent = stored.percent_grade
            grade.letter_grade = stored.letter_grade or None
            grade.passed = bool(stored.letter_grade)
            return grade
        return grade if create_if_needed else None

    def update(
        self,
        user,
        course=None,
        collected_block_structure=None,
        course_structure=None,
        course_key=None,
        force_update_subsections=False,
    ):
        """Compute the course's grade anew and store it."""
        from lms.djangoapps.grades.signals.signals import COURSE_GRADE_CHANGED

        grade = self._course_grade(user, course, course_structure, course_key)
        grade.compute(force_update_subsections=force_update_subsections)
        course_key = grade.course_structure.root.course_key
        PersistentCourseGrade.objects.update_or_create(
            user_id=user.id,
            course_id=course_key,
            defaults={"percent_grade": grade.percent, "letter_grade": grade.letter_grade or ""},
        )
        COURSE_GRADE_CHANGED.send(sender=None, user=user, course_grade=grade, course_key=course_key, deadline=None)
        return grade

    def iter(self, users, course=None, collected_block_structure=None, course_key=None, force_update=False):
        """Yield ``(user, grade or None, error or None)``."""
        for user in users:
            yield user, self.read(user, course=course, course_key=course_key), None

    @staticmethod
    def _course_grade(user, course, course_structure, course_key):
        store = modulestore()
        key = course_key or (course.id if course is not None else course_structure.root.course_key)
        with store.branch_setting(ModuleStoreEnum.Branch.published_only, key):
            course = course or store.get_course(key)
            structure = course_structure or get_course_blocks(user, store.make_course_usage_key(key))
        return CourseGrade(user, course, structure)
