"""From scores to the one grade that the LMS holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from lti_ags.constants import (
    GradeDecision,
    GradingMode,
    LatePolicy,
    MergePolicy,
    MissingItems,
    OverridePolicy,
    ReleasePolicy,
    ScoreDecision,
)
from lti_ags.data.blocks import BlockGrading
from lti_ags.data.scores import FinalScore


@dataclass(frozen=True, slots=True)
class Points:
    """A score as the LMS holds it: ``earned`` >= 0 of ``possible`` > 0, in points."""

    earned: float
    possible: float

    @property
    def ratio(self) -> float:
        """Earned divided by possible."""
        return self.earned / self.possible


class Enrolment(StrEnum):
    """How a user stands to a course. ``STAFF``: of the course's staff and not enrolled. ``LEFT``: was enrolled once."""

    ENROLLED = "enrolled"
    LEFT = "left"
    STAFF = "staff"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class LmsState:
    """
    What the LMS says about one learner in one block at the moment of publication.

    ``block``: None when the published course has no such block. ``score``: None when the gradebook holds none.
    """

    block: BlockGrading | None
    enrolment: Enrolment
    are_grades_frozen: bool
    score: Points | None


@dataclass(frozen=True, slots=True)
class Policies:
    """The author's choices about grades of one block (ADR 0001)."""

    grading_mode: GradingMode = GradingMode.DECLARATIVE
    merge: MergePolicy = MergePolicy.LATEST
    missing_items: MissingItems = MissingItems.LEAVE_OUT
    late: LatePolicy = LatePolicy.ACCEPT
    override: OverridePolicy = OverridePolicy.KEEP
    release: ReleasePolicy = ReleasePolicy.AT_ONCE


@dataclass(frozen=True, slots=True)
class LinkedItem:
    """
    One live line item linked to a block, with what is on record for one learner there.

    ``earlier``: final scores for works that were handed in before that of ``final``, in the order of their times.
    """

    line_item_id: int
    score_maximum: float
    is_platform_made: bool
    grades_released: bool | None
    final: FinalScore | None = None
    earlier: tuple[FinalScore, ...] = ()
    is_cleared: bool = False
    is_late_accepted: bool = False
    is_released: bool = False


@dataclass(frozen=True, slots=True)
class MergedGrade:
    """
    The merged ratio in [0, 1], or None when no score contributes, and the decision for each item with a score.

    ``counting``: the scores that contribute, by line item; of one whose last score is late, it is an earlier one.
    ``is_withdrawn``: no score contributes, though a line item that counts has had one: the tool cleared it, or a policy
    holds it back. Without that, or where the deletion of a line item or late work came last, a published grade stays.
    """

    ratio: float | None
    decisions: Mapping[int, ScoreDecision]
    counting: Mapping[int, FinalScore] = field(default_factory=dict)
    is_withdrawn: bool = False

    @property
    def newest_received_at(self) -> datetime | None:
        """When the youngest of the scores that contribute was received; None where none does, or nobody knows."""
        return max((final.received_at for final in self.counting.values() if final.received_at), default=None)


class PublishAction(StrEnum):
    """What the publisher does to the LMS."""

    SET = "set"
    CLEAR = "clear"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class PublicationPlan:
    """What to do to the LMS and why. ``points`` only with ``SET``. ``is_foreign``: somebody else changed the score."""

    action: PublishAction
    decision: GradeDecision
    points: Points | None = None
    is_foreign: bool = False
