"""The gradebook of a course, as the platform's own would show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Column:
    """One problem of the course."""

    usage_key: Any
    title: str
    subsection: str


@dataclass(frozen=True)
class Cell:
    """
    What one learner has in one problem; without points the problem does not count for this learner.

    As long as a learner has not attempted a problem, the platform counts 0 points for it.
    """

    earned: float | None
    possible: float | None
    is_attempted: bool = True

    @property
    def text(self) -> str:
        """The points as people write them."""
        if self.earned is None:
            return ""
        return f"{self.earned:.4g} / {self.possible:.4g}" if self.is_attempted else "Not attempted"


@dataclass(frozen=True)
class Row:
    """One learner."""

    user: Any
    cells: tuple[Cell, ...]
    percent: float


@dataclass(frozen=True)
class Gradebook:
    """All learners of a course."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def cell(self, username: str, usage_key: Any) -> Cell:
        """Return what a learner has in a problem."""
        at = [column.usage_key for column in self.columns].index(usage_key)
        return next(row for row in self.rows if row.user.username == username).cells[at]


def gradebook(course_key: Any) -> Gradebook:
    """Read the grades of everybody who is enrolled, by user name."""
    from common.djangoapps.student.models import CourseEnrollment
    from lms.djangoapps.grades.api import CourseGradeFactory

    enrolled = CourseEnrollment.objects.filter(course_id=course_key, is_active=True).select_related("user")
    users = sorted((enrollment.user for enrollment in enrolled), key=lambda user: user.username)
    grades = [(user, CourseGradeFactory().read(user, course_key=course_key)) for user in users]
    columns: dict[Any, Column] = {}
    for _user, grade in grades:
        for subsection in grade.subsection_grades.values():
            for key in subsection.problem_scores:
                title = grade.course_structure[key].display_name
                columns.setdefault(key, Column(key, title, subsection.display_name))
    rows = []
    for user, grade in grades:
        scores = grade.problem_scores
        cells = tuple(
            Cell(scores[key].earned, scores[key].possible, scores[key].attempted) if key in scores else Cell(None, None)
            for key in columns
        )
        rows.append(Row(user, cells, grade.percent))
    return Gradebook(tuple(columns.values()), tuple(rows))
