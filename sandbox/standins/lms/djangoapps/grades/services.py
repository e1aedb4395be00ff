"""Services that blocks may ask for."""

from __future__ import annotations

from lms.djangoapps.grades.grade_utils import are_grades_frozen


class GradesUtilService:
    """Tells whether grades are frozen."""

    def __init__(self, **kwargs):
        self.course_id = kwargs.get("course_id")

    def are_grades_frozen(self):
        return are_grades_frozen(self.course_id)
