"""What tools say about learners, and what is on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lti_ags.constants import ActivityProgress, GradingProgress


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
        return _takes_back(self.activity_progress, self.grading_progress, self.score_given)


@dataclass(frozen=True, slots=True)
class FinalScore:
    """
    A final score of a learner on a line item: points as sent, and the tool's times.

    ``received_at``: by the platform's clock; None before it is stored, and where it was stored without.
    """

    given: float
    maximum: float
    timestamp: datetime
    submitted_at: datetime | None
    received_at: datetime | None = None

    @property
    def handed_in_at(self) -> datetime:
        """When the work was handed in as far as we know: at the latest when it was scored."""
        return self.timestamp if self.submitted_at is None else self.submitted_at

    @property
    def ratio(self) -> float:
        """Given divided by maximum, capped to [0, 1] as the LMS's gradebook needs it."""
        return min(self.given / self.maximum, 1.0)


@dataclass(frozen=True, slots=True)
class ScoreState:
    """
    What is on record for one learner on one line item; ``domain.scores`` says how a message changes it.

    ``earlier``: final scores for works that were handed in before that of ``final``, in the order of their times.
    """

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
    final: FinalScore | None
    is_cleared: bool
    earlier: tuple[FinalScore, ...] = ()

    @property
    def is_clear(self) -> bool:
        """Whether the last message itself took the score back."""
        return _takes_back(self.activity_progress, self.grading_progress, self.score_given)


@dataclass(frozen=True, slots=True)
class ScoreOutcome:
    """
    What became of a score message, as the answer tells it.

    ``outcome``: a ``ScoreDecision`` or ``GradeDecision`` value.
    """

    delivery_id: str
    outcome: str
    line_item_id: int
    user_id: str


def _takes_back(activity: ActivityProgress, grading: GradingProgress, given: float | None) -> bool:
    """Tell whether a message without a score is a clear, and no report of progress."""
    if given is not None:
        return False
    is_back_at_start = activity is ActivityProgress.INITIALIZED and grading is GradingProgress.NOT_READY
    return is_back_at_start or grading is GradingProgress.FULLY_GRADED
