"""What other apps are told about blocks, grades, scores and tools: the values of ``lti_ags.api``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lti_ags.constants import ActivityProgress, GradeDecision, GradingMode, GradingProgress, ScoreDecision
from lti_ags.data.grades import Points


@dataclass(frozen=True, slots=True)
class BlockSummary:
    """
    A block that launches a tool, as it was published last.

    ``tool_uuid``: None where the block names no tool of the site now. ``score_maximum``: the block's weight, points.
    ``is_removed``: the published course has no such block now. ``waiting_grades`` of ``total_grades`` are not settled
    yet.
    """

    usage_key: str
    course_key: str
    title: str
    tool_uuid: str | None
    grading_mode: GradingMode
    is_graded: bool
    is_removed: bool
    score_maximum: float
    total_grades: int
    waiting_grades: int


@dataclass(frozen=True, slots=True)
class GradeSummary:
    """
    The one grade of a learner in a block, and what became of it.

    ``points``: what the gradebook holds as far as we know, on the block's scale; None while it holds nothing.
    ``ratio``: the tool's scores merged, in [0, 1]; None when none counts. ``decision`` is a stable code and ``reason``
    the plain words for staff, in the active language. ``is_settled``: nothing is left to be published.
    ``published_at``: aware UTC, None before the first publication. ``last_error``: why the LMS refused it, or empty.
    """

    usage_key: str
    user_id: int
    points: Points | None
    ratio: float | None
    decision: GradeDecision
    reason: str
    is_settled: bool
    published_at: datetime | None
    last_error: str


@dataclass(frozen=True, slots=True)
class ScoreSummary:
    """
    What the tool said last about a learner on one line item.

    ``given`` of ``maximum``: the last final score, in points as the tool sent them; ``given`` is finite, >= 0 and may
    exceed ``maximum``. Both None when there is no final score: zero is one. ``decision``: None before the score was
    judged; ``reason`` are its plain words for staff, in the active language, empty without a decision. ``comment`` is
    plain text of the tool, never markup. ``timestamp`` is the tool's clock, ``received_at`` the platform's; aware UTC.
    """

    line_item_id: int
    label: str
    user_id: int
    given: float | None
    maximum: float | None
    activity_progress: ActivityProgress
    grading_progress: GradingProgress
    comment: str
    decision: ScoreDecision | None
    reason: str
    timestamp: datetime
    received_at: datetime


@dataclass(frozen=True, slots=True)
class ToolSummary:
    """A registered tool. ``tool_uuid`` is how a block names it; ``ceiling``: the most that authors may let it do."""

    tool_uuid: str
    name: str
    client_id: str
    deployment_id: str
    ceiling: GradingMode
    is_enabled: bool
