"""
The grades of a block as the course's staff look at them: where each stands, searched, filtered, sorted and counted.

All of it is done by the database, in statements whose number does not grow with the learners. Where a grade stands is
worked out from its row and the scores behind it in one place, ``_STANDINGS``; its order is that of the table, problems
first.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    FloatField,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Floor, Least
from opaque_keys.edx.keys import CourseKey

from lti_ags import edx_platform
from lti_ags.constants import ActivityProgress, GradeDecision, GradingProgress, ScoreDecision
from lti_ags.models import LtiAgsDelivery, LtiAgsGrade, LtiAgsScore, LtiConfiguration
from lti_ags.models.fields import digest_of


class GradeStatus(StrEnum):
    """Where a grade stands, for staff; in the order of the table."""

    PROBLEM = "problem"
    LATE = "late"
    UNRELEASED = "unreleased"
    BEING_GRADED = "being_graded"
    ON_ITS_WAY = "on_its_way"
    BY_HAND = "by_hand"
    NOT_COUNTED = "not_counted"
    GRADED = "graded"
    NO_GRADE = "no_grade"


class HeldScore(StrEnum):
    """What may keep a score from counting, to filter by."""

    LATE = "late"
    REFUSED = "refused"
    UNRELEASED = "unreleased"


class TableOrder(StrEnum):
    """By what the table is sorted."""

    PROBLEMS = "problems"
    LEARNER = "learner"
    SCORE = "score"
    GRADE = "grade"
    SUBMITTED = "submitted"
    RECEIVED = "received"


@dataclass(frozen=True, slots=True)
class TableFilters:
    """
    Which grades of a block are meant, and in which order.

    ``search``: part of a user name, a name or an e-mail address, or the whole id of a delivery; empty for everybody.
    ``status`` and ``held``: None for any.
    """

    search: str = ""
    status: GradeStatus | None = None
    held: HeldScore | None = None
    order: TableOrder = TableOrder.PROBLEMS
    is_descending: bool = False


_DECISION_OF_HELD: Final[Mapping[HeldScore, ScoreDecision]] = {
    HeldScore.LATE: ScoreDecision.LATE_HELD,
    HeldScore.REFUSED: ScoreDecision.LATE_REFUSED,
    HeldScore.UNRELEASED: ScoreDecision.NOT_RELEASED,
}

#: What stands in the way of a grade, for somebody to mend or to wait for.
PROBLEMS: Final = (GradeDecision.FAILED, GradeDecision.RETRYING, GradeDecision.BLOCK_MISSING)
#: Why a learner gets no grade here at all.
HINDRANCES: Final = (
    GradeDecision.NOT_ENROLLED,
    GradeDecision.STAFF_TRIAL,
    GradeDecision.BLOCK_NOT_GRADED,
    GradeDecision.GRADES_FROZEN,
)

#: A learner's grade drifts by this much on its way through the columns of the LMS.
_TOLERANCE: Final = 1e-6

#: What the gradebook holds, in [0, 1]: the course team's value where it stands, else ours.
RECORDED_RATIO: Final = Case(
    When(
        decision=GradeDecision.OVERRIDE_KEPT.value,
        override_possible__gt=0,
        then=F("override_earned") / F("override_possible"),
    ),
    When(published_possible__gt=0, then=F("published_earned") / F("published_possible")),
    default=None,
    output_field=FloatField(),
)

#: A score that is not final, from the tool's last message; one that was taken back is no work in progress.
_UNGRADED: Final = Q(final_score_given=None, cleared_at=None)
_HANDED_IN: Final = (ActivityProgress.SUBMITTED.value, ActivityProgress.COMPLETED.value)
#: "NotReady" is also what tools say of an attempt that has only begun.
BEING_GRADED: Final = _UNGRADED & (
    Q(grading_progress__in=[GradingProgress.PENDING.value, GradingProgress.PENDING_MANUAL.value])
    | Q(grading_progress=GradingProgress.NOT_READY.value, activity_progress__in=_HANDED_IN)
)
_FAILED: Final = _UNGRADED & Q(grading_progress=GradingProgress.FAILED.value)

_LATE: Final = Q(decision=ScoreDecision.LATE_HELD.value)
_UNRELEASED: Final = Q(decision=ScoreDecision.NOT_RELEASED.value)


def blocks_of_course(course_key: CourseKey) -> list[LtiConfiguration]:
    """Return the blocks of a course that have or had a tool, with it; without those that others have replaced."""
    rows = LtiConfiguration.objects.filter(course_key_digest=digest_of(course_key), replaced_at=None)
    return list(rows.select_related("tool"))


def grades_matching(configuration: LtiConfiguration, filters: TableFilters) -> QuerySet[LtiAgsGrade]:
    """Return the grades of a block, under the tool that it has now, that the filters leave; not sorted."""
    grades = grades_of_block(configuration)
    if filters.search:
        grades = grades.filter(_found(configuration, filters.search))
    if filters.held is not None:
        grades = grades.filter(_has_score(Q(decision=_DECISION_OF_HELD[filters.held].value)))
    if filters.status is not None:
        grades = grades.filter(Q(("standing", _RANKS[filters.status])))
    return grades


def grades_of_block(configuration: LtiConfiguration) -> QuerySet[LtiAgsGrade]:
    """Return every grade of a block under the tool that it has now; ``standing`` is its place in ``GradeStatus``."""
    return _with_standing(LtiAgsGrade.objects.filter(configuration=configuration))


def sorted_grades(grades: QuerySet[LtiAgsGrade], filters: TableFilters) -> QuerySet[LtiAgsGrade]:
    """Sort by what the filters say, what is missing last; then by the age of the row, so that pages do not overlap."""
    expression = _SORTED_BY[filters.order]
    wanted = expression.desc(nulls_last=True) if filters.is_descending else expression.asc(nulls_last=True)
    return grades.order_by(wanted, "pk")


def standing_of(grade: LtiAgsGrade) -> GradeStatus:
    """Return where a grade stands that was read by one of the functions here."""
    rank: int = vars(grade)["standing"]
    return list(GradeStatus)[rank]


def count_standings(grades: QuerySet[LtiAgsGrade]) -> dict[GradeStatus, int]:
    """Count grades by where they stand, in the order of ``GradeStatus``, zeros included: one statement."""
    counted = dict(grades.order_by().values_list(F("standing")).annotate(Count("pk")))
    return {status: counted.get(rank, 0) for status, rank in _RANKS.items()}


def count_standings_of_course(configurations: Sequence[LtiConfiguration]) -> dict[int, dict[GradeStatus, int]]:
    """Count the grades of several blocks by where they stand, by the blocks' primary keys: one statement."""
    grades = _with_standing(LtiAgsGrade.objects.filter(configuration__in=configurations))
    counts = {configuration.pk: dict.fromkeys(GradeStatus, 0) for configuration in configurations}
    statuses = list(GradeStatus)
    for key, rank, number in grades.order_by().values_list("configuration", F("standing")).annotate(Count("pk")):
        counts[key][statuses[rank]] = number
    return counts


def count_by_tenths(grades: QuerySet[LtiAgsGrade]) -> list[int]:
    """Count the recorded grades in ten steps, the full score in the last one: one statement."""
    # The LMS may give back 69.999… of 100 points for 70.
    tenth = Least(Floor(RECORDED_RATIO * 10 + _TOLERANCE), 9, output_field=IntegerField())
    # Asked of the ratio: the least of nothing and 9 is 9 for PostgreSQL.
    recorded = grades.annotate(recorded=RECORDED_RATIO, tenth=tenth).exclude(recorded=None).order_by()
    counted = dict(recorded.values_list("tenth").annotate(Count("pk")))
    return [counted.get(number, 0) for number in range(10)]


def _with_standing(grades: QuerySet[LtiAgsGrade]) -> QuerySet[LtiAgsGrade]:
    """Leave out what learners earned under a tool that the block had before, and work out where each grade stands."""
    return grades.filter(subject__context__tool=F("configuration__tool")).annotate(standing=_STANDING)


def _found(configuration: LtiConfiguration, search: str) -> Q:
    """Return what is found by a search: the learner of a delivery, or learners by what they are called."""
    try:
        delivery_uuid = uuid.UUID(search)
    except ValueError:
        return edx_platform.user_search(search, path="subject__user")
    deliveries = LtiAgsDelivery.objects.filter(uuid=delivery_uuid, line_item__lti_configuration=configuration)
    return Q(subject__subject_digest__in=deliveries.exclude(user_id_digest="").values("user_id_digest"))


def _has_score(condition: Q) -> Exists:
    """Tell whether the learner has such a score on a live line item of the block."""
    scores = LtiAgsScore.objects.filter(
        condition,
        subject=OuterRef("subject"),
        line_item__lti_configuration=OuterRef("configuration"),
        line_item__deleted_at=None,
    )
    return Exists(scores)


def _newest(column: str) -> Subquery:
    """Return the latest time in a column of the learner's scores in the block."""
    scores = LtiAgsScore.objects.filter(
        subject=OuterRef("subject"), line_item__lti_configuration=OuterRef("configuration"), line_item__deleted_at=None
    )
    return Subquery(scores.order_by(F(column).desc(nulls_last=True)).values(column)[:1])


def _decided(*decisions: GradeDecision) -> Q:
    return Q(decision__in=[decision.value for decision in decisions])


_RANKS: Final = {status: rank for rank, status in enumerate(GradeStatus)}

#: The first condition that holds says where a grade stands; what the row itself says comes before its scores.
_STANDINGS: Final = (
    (GradeStatus.PROBLEM, Q(needs_attention=True) | _decided(*PROBLEMS)),
    (GradeStatus.ON_ITS_WAY, _decided(GradeDecision.QUEUED)),
    (GradeStatus.NOT_COUNTED, _decided(*HINDRANCES)),
    (GradeStatus.BY_HAND, _decided(GradeDecision.OVERRIDE_KEPT)),
    # Most grades: one look at their scores, in the place of four.
    (
        GradeStatus.GRADED,
        _decided(GradeDecision.PUBLISHED) & ~Q(_has_score(_LATE | _UNRELEASED | _FAILED | BEING_GRADED)),
    ),
    (GradeStatus.LATE, _has_score(_LATE)),
    (GradeStatus.UNRELEASED, _has_score(_UNRELEASED)),
    (GradeStatus.PROBLEM, _has_score(_FAILED)),
    (GradeStatus.BEING_GRADED, _has_score(BEING_GRADED)),
    (GradeStatus.NOT_COUNTED, _has_score(Q(decision=ScoreDecision.LATE_REFUSED.value))),
)
_STANDING: Final = Case(
    *(When(condition, then=Value(_RANKS[status])) for status, condition in _STANDINGS),
    default=Value(_RANKS[GradeStatus.NO_GRADE]),
    output_field=IntegerField(),
)
_SORTED_BY: Final[Mapping[TableOrder, F | Case | Subquery]] = {
    TableOrder.PROBLEMS: F("standing"),
    TableOrder.LEARNER: F("subject__user__username"),
    TableOrder.SCORE: F("ratio"),
    TableOrder.GRADE: RECORDED_RATIO,
    TableOrder.SUBMITTED: _newest("submitted_at"),
    TableOrder.RECEIVED: _newest("received_at"),
}
