"""
The values that cross a layer: frozen, typed, free of Django and HTTP.

Points are finite floats. Datetimes are aware and in UTC. Absent is None, and zero is never absent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from lti_ags.constants import (
    ActivityProgress,
    GradeDecision,
    GradingMode,
    GradingProgress,
    LatePolicy,
    MergePolicy,
    MissingItems,
    OverridePolicy,
    ReleasePolicy,
    ScoreDecision,
)


@dataclass(frozen=True, slots=True)
class ScoreData:
    """
    One score message of a tool (AGS 3.4), well-formed.

    ``score_given``: points, >= 0, may exceed ``score_maximum``; None when absent or null. ``score_maximum``: > 0, there
    whenever ``score_given`` is. ``message_digest`` is the same for two messages that say the same.
    """

    user_id: str
    activity_progress: ActivityProgress
    grading_progress: GradingProgress
    timestamp: datetime
    message_digest: str
    score_given: float | None = None
    score_maximum: float | None = None
    comment: str = ""
    scoring_user_id: str = ""
    started_at: datetime | None = None
    submitted_at: datetime | None = None

    @property
    def is_final(self) -> bool:
        """Whether this is a grade: fully graded, with a score (zero included)."""
        return self.grading_progress is GradingProgress.FULLY_GRADED and self.score_given is not None

    @property
    def is_clear(self) -> bool:
        """Whether this takes the tool's earlier score back (ADR 0004): S-19."""
        if self.score_given is not None:
            return False
        return self.grading_progress is GradingProgress.FULLY_GRADED or (
            self.activity_progress is ActivityProgress.INITIALIZED
            and self.grading_progress is GradingProgress.NOT_READY
        )


@dataclass(frozen=True, slots=True)
class FinalScore:
    """The last final score of a learner on a line item: points as sent, and the tool's times."""

    given: float
    maximum: float
    timestamp: datetime
    submitted_at: datetime | None

    @property
    def uncapped_ratio(self) -> float:
        """Given divided by maximum, >= 0, above 1 for extra credit."""
        return self.given / self.maximum

    @property
    def ratio(self) -> float:
        """Given divided by maximum, capped to [0, 1] as the LMS's gradebook needs it."""
        return min(self.uncapped_ratio, 1.0)


@dataclass(frozen=True, slots=True)
class ScoreState:
    """What is on record for one learner on one line item; ``domain.scores`` says how a message changes it."""

    timestamp: datetime
    message_digest: str
    activity_progress: ActivityProgress
    grading_progress: GradingProgress
    score_given: float | None
    score_maximum: float | None
    comment: str
    scoring_user_id: str
    started_at: datetime | None
    submitted_at: datetime | None
    is_submitted_at_sent: bool
    final: FinalScore | None
    is_cleared: bool


@dataclass(frozen=True, slots=True)
class LineItemData:
    """
    A line item as a tool sends it (AGS 3.2), well-formed.

    ``score_maximum``: points, > 0. ``id`` and ``resource_link_id`` are None when the member was left out.
    ``extensions``: the members whose names are URLs.
    """

    label: str
    score_maximum: float
    resource_id: str = ""
    tag: str = ""
    start_date_time: datetime | None = None
    end_date_time: datetime | None = None
    grades_released: bool | None = None
    resource_link_id: str | None = None
    id: str | None = None
    extensions: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BlockChoices:
    """
    What a published block says about itself, as the configuration copies it.

    ``score_maximum``: the block's weight in points, > 0, or None when the block has none that can be used.
    ``origin``: the usage key of the block it was copied from, or an empty string.
    """

    usage_key: str
    course_key: str
    tool_uuid: str
    title: str
    score_maximum: float | None
    is_graded: bool
    grading_mode: GradingMode = GradingMode.DECLARATIVE
    merge_policy: MergePolicy = MergePolicy.LATEST
    missing_items: MissingItems = MissingItems.LEAVE_OUT
    late_policy: LatePolicy = LatePolicy.ACCEPT
    override_policy: OverridePolicy = OverridePolicy.KEEP
    release_policy: ReleasePolicy = ReleasePolicy.AT_ONCE
    start_date_time: datetime | None = None
    end_date_time: datetime | None = None
    grace_seconds: float = 0.0
    origin: str = ""


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
class BlockGrading:
    """What the published block says about grades. ``score_maximum``: points, or None when it cannot be used."""

    is_graded: bool
    score_maximum: float | None


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
    """One live line item linked to a block, with what is on record for one learner there."""

    line_item_id: int
    score_maximum: float
    is_platform_made: bool
    grades_released: bool | None
    final: FinalScore | None = None
    is_cleared: bool = False
    is_late_accepted: bool = False
    is_released: bool = False


@dataclass(frozen=True, slots=True)
class MergedGrade:
    """
    The merged ratio in [0, 1], or None when no score contributes, and the decision for each item with a score.

    ``is_withdrawn``: no score contributes, though a line item that counts has had one: the tool cleared it, or a policy
    holds it back. Without that, a published grade has lost its line items, and stays.
    """

    ratio: float | None
    decisions: Mapping[int, ScoreDecision]
    is_withdrawn: bool = False


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


@dataclass(frozen=True, slots=True)
class ScoreOutcome:
    """
    What became of a score message, as the answer tells it.

    ``outcome``: a ``ScoreDecision`` or ``GradeDecision`` value. ``is_retry``: the same message was on record already.
    """

    delivery_id: str
    outcome: str
    line_item_id: int
    user_id: str
    is_retry: bool = False


@dataclass(frozen=True, slots=True)
class ResultData:
    """
    One result (AGS 3.3.4). ``result_score``: points on the line item's scale, may exceed ``result_maximum``.

    ``position`` orders results within a line item and names where a page ends.
    """

    position: int
    user_id: str
    result_score: float | None
    result_maximum: float
    comment: str
    scoring_user_id: str
    decision: str


@dataclass(frozen=True, slots=True)
class ResultPage:
    """Results in a stable order; ``next_after`` is the position after which the next page starts, None on the last."""

    results: Sequence[ResultData]
    next_after: int | None


@dataclass(frozen=True, slots=True)
class Caller:
    """The tool behind an access token, and what the token opens. ``tool_id`` is the primary key of its ``LtiTool``."""

    tool_id: int
    client_id: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class ContextRecord:
    """A tool in a course. ``uuid`` names it in URLs; ``mode`` governs what is not linked to a block."""

    id: int
    uuid: str
    tool_id: int
    course_key: str
    mode: GradingMode


@dataclass(frozen=True, slots=True)
class LineItemRecord:
    """
    A stored line item that the asking tool may see, with what governs it.

    ``resource_link_id``: the usage key of the block it is linked to, None for an unlinked one. ``mode``: of that block,
    or of the context. ``configuration_id``: None for an unlinked item.
    """

    id: int
    context_id: int
    context_uuid: str
    tool_id: int
    course_key: str
    label: str
    score_maximum: float
    resource_id: str
    tag: str
    start_date_time: datetime | None
    end_date_time: datetime | None
    grades_released: bool | None
    resource_link_id: str | None
    extensions: Mapping[str, Any]
    is_platform_made: bool
    configuration_id: int | None
    mode: GradingMode
    release_policy: ReleasePolicy


@dataclass(frozen=True, slots=True)
class LineItemPage:
    """Line items in the order of their ids; ``next_after``: the id that the next page starts after, or None."""

    line_items: Sequence[LineItemRecord]
    next_after: int | None
