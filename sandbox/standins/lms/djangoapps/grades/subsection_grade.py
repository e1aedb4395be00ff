"""The grade of one subsection: read, assumed zero, or computed."""

from __future__ import annotations

from collections import OrderedDict

from lms.djangoapps.courseware.models import StudentModule
from lms.djangoapps.grades.grade_utils import is_score_higher_or_equal
from lms.djangoapps.grades.models import PersistentSubsectionGrade
from lms.djangoapps.grades.scores import AggregatedScore, aggregate_scores, get_score


class SubsectionGrade:
    """A subsection's points for one learner, and those of its problems."""

    def __init__(self, subsection, all_total, graded_total, problem_scores, override=None):
        self.location = subsection.location
        self.display_name = subsection.display_name
        self.format = subsection.format or ""
        self.graded = subsection.graded
        self.all_total = _overridden(all_total, override, "all")
        self.graded_total = _overridden(graded_total, override, "graded")
        self.override = override
        self._problem_scores = problem_scores

    @property
    def problem_scores(self):
        """Return ``{usage key: ProblemScore}``, made when first read."""
        if callable(self._problem_scores):
            self._problem_scores = self._problem_scores()
        return self._problem_scores

    @property
    def percent_graded(self) -> float:
        total = self.graded_total
        return round(total.earned / total.possible, 4) if total.possible > 0 else 0.0

    @property
    def attempted_graded(self) -> bool:
        return self.graded_total.first_attempted is not None


def _overridden(total: AggregatedScore, override, kind: str) -> AggregatedScore:
    if override is None:
        return total
    earned = getattr(override, f"earned_{kind}_override")
    possible = getattr(override, f"possible_{kind}_override")
    return AggregatedScore(
        earned=total.earned if earned is None else earned,
        possible=total.possible if possible is None else possible,
        graded=total.graded,
        first_attempted=total.first_attempted,
    )


class SubsectionGradeFactory:
    """Makes the subsection grades of one learner in one course."""

    def __init__(self, student, course=None, course_structure=None, course_data=None):
        self.student = student
        self.structure = course_structure
        self.course_key = course_structure.root.course_key
        self._csm: dict | None = None
        self._stored: dict | None = None

    @property
    def csm_scores(self) -> dict:
        if self._csm is None:
            rows = StudentModule.objects.filter(student_id=self.student.id, course_id=self.course_key)
            self._csm = {row.module_state_key.map_into_course(self.course_key): row for row in rows}
        return self._csm

    @property
    def stored(self) -> dict:
        if self._stored is None:
            rows = PersistentSubsectionGrade.objects.select_related("override").filter(
                user_id=self.student.id, course_id=self.course_key
            )
            self._stored = {row.usage_key.map_into_course(self.course_key): row for row in rows}
        return self._stored

    def create(self, subsection, read_only=False):
        """Return the stored grade; a learner without one has zero of everything there is now."""
        row = self.stored.get(subsection.location)
        if row is not None:
            return self._read(subsection, row)
        scores = self._scores(subsection, csm_scores={})
        all_total, graded_total = aggregate_scores(scores.values())
        return SubsectionGrade(subsection, all_total, graded_total, scores)

    def update(self, subsection, only_if_higher=None, score_deleted=False, force_update_subsections=False):
        """Compute the grade from what is stored of each problem, and keep it."""
        scores = self._scores(subsection, csm_scores=self.csm_scores)
        all_total, graded_total = aggregate_scores(scores.values())
        computed = SubsectionGrade(subsection, all_total, graded_total, scores)
        row = self.stored.get(subsection.location)
        if only_if_higher and row is not None:
            before = self._read(subsection, row).graded_total
            if not is_score_higher_or_equal(
                before.earned, before.possible, graded_total.earned, graded_total.possible, True
            ):
                return self._read(subsection, row)
        if all_total.first_attempted is not None or score_deleted or force_update_subsections:
            self._store(subsection, computed)
        return computed

    def _read(self, subsection, row):
        all_total = AggregatedScore(row.earned_all, row.possible_all, False, row.first_attempted)
        graded_total = AggregatedScore(row.earned_graded, row.possible_graded, True, row.first_attempted)

        def problem_scores():
            found = OrderedDict()
            for record in row.blocks:
                block = self.structure.blocks.get(record.locator.map_into_course(self.course_key))
                if block is not None and block.has_score:
                    score = get_score(self.csm_scores, record, block)
                    if score is not None:
                        found[block.location] = score
            return found

        return SubsectionGrade(subsection, all_total, graded_total, problem_scores, getattr(row, "override", None))

    def _scores(self, subsection, csm_scores):
        found = OrderedDict()
        for key in self.structure.below(subsection.location):
            block = self.structure[key]
            if block.has_score:
                score = get_score(csm_scores, None, block)
                if score is not None:
                    found[key] = score
        return found

    def _store(self, subsection, grade) -> None:
        records = [
            {
                "locator": str(key),
                "weight": score.weight,
                "raw_possible": score.raw_possible,
                "graded": score.graded,
            }
            for key, score in grade.problem_scores.items()
        ]
        PersistentSubsectionGrade.objects.update_or_create(
            user_id=self.student.id,
            usage_key=subsection.location,
            defaults={
                "course_id": self.course_key,
                "earned_all": grade.all_total.earned,
                "possible_all": grade.all_total.possible,
                "earned_graded": grade.graded_total.earned,
                "possible_graded": grade.graded_total.possible,
                "first_attempted": grade.all_total.first_attempted,
                "visible_blocks": records,
            },
        )
        self._stored = None
