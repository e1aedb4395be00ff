"""
A score as tools send it.

Spec: AGS 2.0 section 3.4; conformance items S-03 to S-13.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lti_ags.conf import app_settings
from lti_ags.constants import MAX_ID_LENGTH, ActivityProgress, ErrorCode, GradingProgress
from lti_ags.data import ScoreData
from lti_ags.exceptions import MalformedRequest
from lti_ags.rest_api.members import JsonObject


def read_score(body: JsonObject) -> ScoreData:
    """
    Read a score message. Members that are not known are ignored (J-03).

    Raises:
        MalformedRequest: names the member at fault.
    """
    score_given, score_maximum = _read_points(body)
    started_at, submitted_at = _read_submission(body)
    return ScoreData(
        user_id=body.required_text("userId", limit=MAX_ID_LENGTH),
        activity_progress=body.required_choice("activityProgress", ActivityProgress),
        grading_progress=body.required_choice("gradingProgress", GradingProgress),
        timestamp=body.required_instant("timestamp"),
        message_digest=digest_of_message(body.members),
        score_given=score_given,
        score_maximum=score_maximum,
        comment=body.text("comment", limit=app_settings.integer("LTI_AGS_MAX_COMMENT_LENGTH")) or "",
        scoring_user_id=body.text_if_sent("scoringUserId", limit=MAX_ID_LENGTH) or "",
        started_at=started_at,
        submitted_at=submitted_at,
    )


def digest_of_message(members: Mapping[str, Any]) -> str:
    """
    Return a digest that is the same for messages that say the same.

    A retry may have been written anew: the order of members, white space, escapes and ``60.0`` for ``60`` do not count.
    """
    text = json.dumps(_plain(members), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _read_points(body: JsonObject) -> tuple[float | None, float | None]:
    """Read ``scoreGiven`` and ``scoreMaximum``: the former needs the latter (S-05), and may exceed it (S-06)."""
    score_given = body.number_from_zero("scoreGiven")
    score_maximum = body.positive_number("scoreMaximum")
    if score_given is None:
        return None, score_maximum
    if score_maximum is None:
        raise MalformedRequest(
            "scoreMaximum is missing; a scoreGiven means nothing without it.",
            code=ErrorCode.MISSING_MEMBER,
            pointer=body.pointer_to("scoreMaximum"),
        )
    if not math.isfinite(score_given / score_maximum):
        raise MalformedRequest(
            "scoreMaximum is too small for this scoreGiven: their ratio is larger than a double can hold.",
            pointer=body.pointer_to("scoreMaximum"),
        )
    return score_given, score_maximum


def _read_submission(body: JsonObject) -> tuple[datetime | None, datetime | None]:
    """Read when the work was started and handed in (AGS 3.4.10)."""
    submission = body.nested("submission")
    if submission is None:
        return None, None
    started_at = submission.instant_if_sent("startedAt")
    submitted_at = submission.instant_if_sent("submittedAt")
    if started_at is not None and submitted_at is not None and submitted_at < started_at:
        raise MalformedRequest(
            "submittedAt must not be earlier than startedAt.", pointer=submission.pointer_to("submittedAt")
        )
    return started_at, submitted_at


def _plain(value: Any) -> Any:
    """Write whole numbers in one way, so that ``60.0`` and ``60`` are the same."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    return [_plain(element) for element in value] if isinstance(value, list) else value
