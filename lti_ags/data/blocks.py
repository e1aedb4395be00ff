"""What a published block says about itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lti_ags.constants import GradingMode, LatePolicy, MergePolicy, MissingItems, OverridePolicy, ReleasePolicy


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
class BlockGrading:
    """What the published block says about grades. ``score_maximum``: points, or None when it cannot be used."""

    is_graded: bool
    score_maximum: float | None
