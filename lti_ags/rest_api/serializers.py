"""
What we answer, as AGS spells it.

Empty members are left out: one client refuses ``null``, and none misses them. Whole numbers are written without a
fraction.

Spec: AGS 2.0 sections 3.2, 3.3.4 and 3.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from lti_ags.constants import EXTENSION_DECISION
from lti_ags.data import LineItemRecord, ResultData, ScoreOutcome
from lti_ags.domain.timestamps import write_instant
from lti_ags.services.addresses import line_item_url, results_url
from lti_ags.services.sentences import sentence_for_tool

#: Up to here, a double holds every whole number.
_LARGEST_EXACT: Final = 2.0**53


def line_item_json(line_item: LineItemRecord) -> dict[str, Any]:
    """Return a line item; the tool's own members are as it sent them."""
    members = {
        "id": line_item_url(line_item.id),
        "label": line_item.label,
        "scoreMaximum": _number(line_item.score_maximum),
        "resourceId": line_item.resource_id or None,
        "tag": line_item.tag or None,
        "resourceLinkId": line_item.resource_link_id,
        "startDateTime": _instant(line_item.start_date_time),
        "endDateTime": _instant(line_item.end_date_time),
        "gradesReleased": line_item.grades_released,
    }
    return {**line_item.extensions, **_without_empty(members)}


def results_json(results: Sequence[ResultData], *, line_item_id: int) -> list[dict[str, Any]]:
    """Return results, each with the decision on the learner's score as a member of our own."""
    address, score_of = results_url(line_item_id), line_item_url(line_item_id)
    # A page has a thousand results and a handful of decisions.
    decisions = {code: {"code": code, "reason": sentence_for_tool(code)} for code in {one.decision for one in results}}
    return [
        _without_empty(
            {
                "id": f"{address}/{result.position}",
                "scoreOf": score_of,
                "userId": result.user_id,
                "resultScore": None if result.result_score is None else _number(result.result_score),
                "resultMaximum": _number(result.result_maximum),
                "comment": result.comment or None,
                "scoringUserId": result.scoring_user_id or None,
                EXTENSION_DECISION: decisions[result.decision],
            }
        )
        for result in results
    ]


def score_answer_json(outcome: ScoreOutcome) -> dict[str, Any]:
    """Return the answer to an accepted score: where its result is, and what became of it so far."""
    return {
        "resultUrl": f"{results_url(outcome.line_item_id)}?user_id={quote(outcome.user_id, safe='')}",
        "deliveryId": outcome.delivery_id,
        "outcome": outcome.outcome,
        "reason": sentence_for_tool(outcome.outcome),
    }


def _without_empty(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def _number(value: float) -> float | int:
    """Write 60.0 as 60 (J-01)."""
    return int(value) if abs(value) <= _LARGEST_EXACT and value.is_integer() else value


def _instant(value: datetime | None) -> str | None:
    return None if value is None else write_instant(value)
