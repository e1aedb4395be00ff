"""What the course's staff read of each learner's grade in a block, one row for each; read only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.contrib.auth.models import AbstractUser
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lti_ags import edx_platform
from lti_ags.constants import GradingProgress, ScoreDecision
from lti_ags.data import Points
from lti_ags.exceptions import PlatformError
from lti_ags.models import LtiAgsGrade, LtiAgsScore, LtiConfiguration
from lti_ags.services.grade_rows import points_in_force
from lti_ags.services.score_rows import scores_in_block
from lti_ags.services.sentences import sentence_for_staff
from lti_ags.services.staff_tables import HINDRANCES, PROBLEMS, GradeStatus, grades_of_block, standing_of

_CHUNK: Final = 500
#: The columns that a row is made of; to read and convert the others takes as long again.
_OF_GRADE: Final = (
    *("decision", "ratio", "published_earned", "published_possible", "override_earned", "override_possible"),
    *("needs_attention", "last_error"),
    *("subject__user__username", "subject__user__first_name", "subject__user__last_name", "subject__user__email"),
)
_OF_SCORE: Final = (
    *("subject_id", "line_item_id", "final_score_given", "final_score_maximum", "grading_progress", "cleared_at"),
    *("submitted_at", "received_at"),
)


@dataclass(frozen=True, slots=True)
class LearnerRow:
    """
    Where one learner's grade stands.

    ``name`` may be empty, ``username`` never is. ``scores``: how many final scores the tool sent; with one, ``given``
    of ``maximum`` are its points, with several, they are None. ``ratio``: the scores that count, merged, in [0, 1].
    ``recorded``: what the gradebook holds as far as we know. ``waiting_since``: since when the tool has been grading,
    None unless it is. ``reason`` is a whole sentence, ``error`` what the LMS answered, both may be empty.
    """

    grade_id: int
    username: str
    name: str
    email: str
    status: GradeStatus
    scores: int
    given: float | None
    maximum: float | None
    ratio: float | None
    recorded: Points | None
    submitted_at: datetime | None
    received_at: datetime | None
    waiting_since: datetime | None
    reason: str
    error: str


def read_rows(configuration: LtiConfiguration, grade_ids: Sequence[int]) -> list[LearnerRow]:
    """Read the rows of grades of a block, a few hundred at most, in the given order: three statements."""
    # Read by their keys: of a sorted list, databases work the standing of each grade out before they take a page.
    rows = grades_of_block(configuration).filter(pk__in=grade_ids)
    found = {grade.pk: grade for grade in rows.select_related("subject__user").only(*_OF_GRADE)}
    grades = [found[grade_id] for grade_id in grade_ids if grade_id in found]
    scores = _scores_by_subject(configuration, [grade.subject_id for grade in grades])
    names = names_of(grade.subject.user for grade in grades)
    return [_row(grade, scores[grade.subject_id], names[grade.subject.user_id]) for grade in grades]


def read_all_rows(configuration: LtiConfiguration, grades: QuerySet[LtiAgsGrade]) -> Iterator[LearnerRow]:
    """Yield the rows of any number of grades in the order in which they came to be, a few hundred at a time."""
    keys = list(grades.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), _CHUNK):
        yield from read_rows(configuration, keys[start : start + _CHUNK])


def names_of(users: Iterable[AbstractUser]) -> dict[int, str]:
    """Return users' names by their ids: of the profile, where the LMS can tell, else of the account; or empty."""
    found = {user.pk: user for user in users}
    try:
        names = edx_platform.full_names(list(found))
    except PlatformError:
        names = {}
    return {pk: names.get(pk, "") or user.get_full_name() for pk, user in found.items()}


def reason_of(grade: LtiAgsGrade) -> str:
    """Say why a grade stands where it does, in the active language."""
    if grade.needs_attention:
        return _("The line item whose score counted is deleted. The grade stays as it was; keep it, or clear it.")
    sentences = {
        GradeStatus.LATE: ScoreDecision.LATE_HELD.value,
        GradeStatus.UNRELEASED: ScoreDecision.NOT_RELEASED.value,
        GradeStatus.BEING_GRADED: ScoreDecision.NOT_FINAL.value,
    }
    status = standing_of(grade)
    if status in sentences:
        return sentence_for_staff(sentences[status])
    if status is GradeStatus.PROBLEM and grade.decision not in PROBLEMS:
        return _("The tool says that it could not grade this work.")
    if status is GradeStatus.NOT_COUNTED and grade.decision not in HINDRANCES:
        return sentence_for_staff(ScoreDecision.LATE_REFUSED.value)
    return sentence_for_staff(grade.decision)


def _scores_by_subject(configuration: LtiConfiguration, subject_ids: Sequence[int]) -> dict[int, list[LtiAgsScore]]:
    found: dict[int, list[LtiAgsScore]] = defaultdict(list)
    rows = scores_in_block(configuration).filter(subject__in=subject_ids)
    for score in rows.only(*_OF_SCORE).order_by("line_item_id"):
        found[score.subject_id].append(score)
    return found


def _row(grade: LtiAgsGrade, scores: Sequence[LtiAgsScore], name: str) -> LearnerRow:
    user = grade.subject.user
    status = standing_of(grade)
    final = [score for score in scores if score.final_score_given is not None]
    only = final[0] if len(final) == 1 else None
    return LearnerRow(
        grade_id=grade.pk,
        username=user.get_username(),
        name=name,
        email=user.email,
        status=status,
        scores=len(final),
        given=None if only is None else only.final_score_given,
        maximum=None if only is None else only.final_score_maximum,
        ratio=grade.ratio,
        recorded=points_in_force(grade),
        submitted_at=_latest(score.submitted_at for score in scores),
        received_at=_latest(score.received_at for score in scores),
        waiting_since=_waiting_since(scores) if status is GradeStatus.BEING_GRADED else None,
        reason=reason_of(grade),
        error=grade.last_error,
    )


def _waiting_since(scores: Iterable[LtiAgsScore]) -> datetime | None:
    """Return when the oldest work was handed in that the tool has not graded yet."""
    waiting = (
        score.submitted_at or score.received_at
        for score in scores
        if score.final_score_given is None
        and score.cleared_at is None
        and score.grading_progress not in {GradingProgress.FULLY_GRADED.value, GradingProgress.FAILED.value}
    )
    return min(waiting, default=None)


def _latest(times: Iterable[datetime | None]) -> datetime | None:
    return max((time for time in times if time is not None), default=None)
