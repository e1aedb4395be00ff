"""
The values that cross a layer: frozen, typed, free of Django and HTTP.

Points are finite floats. Datetimes are aware and in UTC. Absent is None, and zero is never absent.
"""

from __future__ import annotations

from lti_ags.data.blocks import BlockChoices, BlockGrading
from lti_ags.data.grades import (
    Enrolment,
    LinkedItem,
    LmsState,
    MergedGrade,
    Points,
    Policies,
    PublicationPlan,
    PublishAction,
)
from lti_ags.data.line_items import Caller, ContextRecord, LineItemData, LineItemPage, LineItemRecord
from lti_ags.data.results import ResultData, ResultPage
from lti_ags.data.scores import FinalScore, ScoreData, ScoreOutcome, ScoreState
from lti_ags.data.staff_actions import ActionOutlook, BulkProgress, GradeFacts
from lti_ags.data.summaries import BlockSummary, GradeSummary, ScoreSummary, ToolSummary

__all__ = [
    "ActionOutlook",
    "BlockChoices",
    "BlockGrading",
    "BlockSummary",
    "BulkProgress",
    "Caller",
    "ContextRecord",
    "Enrolment",
    "FinalScore",
    "GradeFacts",
    "GradeSummary",
    "LineItemData",
    "LineItemPage",
    "LineItemRecord",
    "LinkedItem",
    "LmsState",
    "MergedGrade",
    "Points",
    "Policies",
    "PublicationPlan",
    "PublishAction",
    "ResultData",
    "ResultPage",
    "ScoreData",
    "ScoreOutcome",
    "ScoreState",
    "ScoreSummary",
    "ToolSummary",
]
