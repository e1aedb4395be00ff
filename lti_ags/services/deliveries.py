"""Keeping what tools sent: the accepted messages with their scores, the refused ones on their own."""

from __future__ import annotations

import json
import logging
import uuid
from datetime import datetime
from typing import Any, Final

from lti_ags.data import Caller, LineItemRecord, ScoreData
from lti_ags.domain.timestamps import write_instant
from lti_ags.exceptions import LtiAgsError
from lti_ags.models import LtiAgsDelivery
from lti_ags.models.fields import digest_of
from lti_ags.models.prepared import PreparedInsert

logger = logging.getLogger(__name__)

#: Of a refused body, which may be anything, this much is enough to find the fault. An accepted one that is longer holds
#: members that nobody reads, or very long comments; it is kept as what it says of the score.
_KEPT_OF_BODY: Final = 16_384
_ACCEPTED: Final = 200
_NEW_DELIVERY: Final = PreparedInsert(LtiAgsDelivery)


def store_delivery(
    delivery_uuid: uuid.UUID, message: ScoreData, line_item: LineItemRecord, *, body: str, code: str, now: datetime
) -> None:
    """
    Store an accepted message, inside the transaction that stores its score.

    Arguments:
        body: the message as received; a long one is written anew with the members that are known.
        code: the outcome told.
    """
    _NEW_DELIVERY.write(
        LtiAgsDelivery(
            uuid=delivery_uuid,
            tool_id=line_item.tool_id,
            context_id=line_item.context_id,
            line_item_id=line_item.id,
            user_id=message.user_id,
            user_id_digest=digest_of(message.user_id),
            body=body if len(body) <= _KEPT_OF_BODY else _written_anew(message),
            status=_ACCEPTED,
            code=code,
            received_at=now,
        )
    )


def record_refusal(
    error: LtiAgsError,
    *,
    status: int,
    caller: Caller,
    line_item: LineItemRecord | None,
    body: str,
    user_id: str,
    now: datetime,
) -> str:
    """
    Store that a score message of a known tool was refused, and why.

    Arguments:
        status: the HTTP status of the answer.
        line_item: the item it was for, or None where the tool may not see it.
        body: the message as received; only its beginning is kept.
        user_id: the message's ``userId`` as far as it could be read, else an empty string.

    Returns:
        The delivery's id.
    """
    kept_user_id = _storable(user_id)[:255]
    delivery = LtiAgsDelivery.objects.create(
        tool_id=caller.tool_id,
        context_id=None if line_item is None else line_item.context_id,
        line_item_id=None if line_item is None else line_item.id,
        user_id=kept_user_id,
        user_id_digest=digest_of(user_id) if user_id else "",
        body=_storable(body)[:_KEPT_OF_BODY],
        status=status,
        code=error.code.value,
        message=_storable(error.message),
        received_at=now,
    )
    logger.info("Score refused: delivery %s, status %s, code %s", delivery.uuid, status, error.code.value)
    return str(delivery.uuid)


def read_members(body: str) -> dict[str, Any]:
    """
    Read a kept message as far as it can be read: what was refused may be anything. What is no object has no members.

    JSON can name halves of surrogate pairs, which no page can hold; they are replaced.
    """
    try:
        members = json.loads(_storable(json.dumps(json.loads(body), ensure_ascii=False)))
    except (ValueError, RecursionError):
        return {}
    return members if isinstance(members, dict) else {}


def _written_anew(message: ScoreData) -> str:
    """Write all that a message says of a score, each member within its limit: ids, points, times, the comment."""
    submission = {"startedAt": message.started_at, "submittedAt": message.submitted_at}
    members = {
        "userId": message.user_id,
        "timestamp": write_instant(message.timestamp),
        "activityProgress": message.activity_progress.value,
        "gradingProgress": message.grading_progress.value,
        "scoreGiven": message.score_given,
        "scoreMaximum": message.score_maximum,
        "comment": message.comment or None,
        "scoringUserId": message.scoring_user_id or None,
        "submission": {name: write_instant(at) for name, at in submission.items() if at is not None} or None,
    }
    return json.dumps({name: value for name, value in members.items() if value is not None}, ensure_ascii=False)


def _storable(text: str) -> str:
    """Replace what a database cannot hold: NUL, and halves of surrogate pairs."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
