"""The view."""

from __future__ import annotations

import hmac
import json
import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from lti_ags.models import LtiAgsDelivery, LtiAgsGrade, LtiAgsScore, LtiSubject, LtiTool
from lti_ags.models.fields import digest_of
from lti_ags.models.prepared import PreparedInsert, PreparedQuery
from lti_ags.services.line_item_rows import row_of

_TOOL = PreparedQuery(
    LtiTool, lambda client_id: LtiTool.objects.only("client_id", "is_enabled").filter(client_id=client_id)
)
_SUBJECT = PreparedQuery(
    LtiSubject,
    lambda context_id, digest: LtiSubject.objects.select_for_update().filter(
        context_id=context_id, subject_digest=digest
    ),
)
_SCORE = PreparedQuery(
    LtiAgsScore, lambda item_id, subject_id: LtiAgsScore.objects.filter(line_item_id=item_id, subject_id=subject_id)
)
_NEW_DELIVERY = PreparedInsert(LtiAgsDelivery)
_NEW_GRADE = PreparedInsert(LtiAgsGrade)


def signature_of(client_id: str) -> str:
    """Return what follows the client's name in a token."""
    return hmac.new(settings.SECRET_KEY.encode(), client_id.encode(), "sha256").hexdigest()


@csrf_exempt
@transaction.non_atomic_requests
def post_score(request: HttpRequest, line_item_id: int) -> HttpResponse:
    """Store a score."""
    client_id, _, signature = request.headers["Authorization"].removeprefix("Bearer ").partition(".")
    if not hmac.compare_digest(signature, signature_of(client_id)):
        return HttpResponse(status=401)
    tool = _TOOL.first(client_id)
    item = row_of(line_item_id)
    assert tool is not None
    message = json.loads(request.body)
    with transaction.atomic():
        delivery = _store(message, tool, item, request.body.decode(), timezone.now())
    return JsonResponse({"deliveryId": str(delivery), "outcome": "queued"})


def _store(message: dict[str, Any], tool: LtiTool, item: Any, body: str, now: datetime) -> uuid.UUID:
    delivery_uuid = uuid.uuid4()
    subject = _SUBJECT.first(item["context_id"], digest_of(message["userId"]))
    assert subject is not None
    score = _SCORE.first(item["id"], subject.pk)
    is_new = score is None
    read = {} if score is None else dict(vars(score))
    if score is None:
        score = LtiAgsScore(line_item_id=item["id"], subject=subject)
    score.timestamp = score.final_timestamp = datetime.fromisoformat(message["timestamp"])
    score.activity_progress, score.grading_progress = message["activityProgress"], message["gradingProgress"]
    score.score_given = score.final_score_given = message["scoreGiven"]
    score.score_maximum = score.final_score_maximum = message["scoreMaximum"]
    score.comment, score.decision = message["comment"], "contributes"
    score.message_digest = digest_of(body)
    score.delivery_uuid, score.received_at, score.final_received_at = delivery_uuid, now, now
    score.save(update_fields=[name for name, value in read.items() if getattr(score, name) != value] or None)
    _ask_for_grade(item["configuration_id"], subject, now, is_new=is_new)
    _NEW_DELIVERY.write(
        LtiAgsDelivery(
            uuid=delivery_uuid,
            tool_id=tool.pk,
            context_id=item["context_id"],
            line_item_id=item["id"],
            user_id=message["userId"],
            user_id_digest=digest_of(message["userId"]),
            body=body,
            status=200,
            code="queued",
            received_at=now,
        )
    )
    return delivery_uuid


def _ask_for_grade(configuration_id: int, subject: LtiSubject, now: datetime, *, is_new: bool) -> None:
    if not is_new:
        LtiAgsGrade.objects.filter(configuration_id=configuration_id, subject_id=subject.pk).update(
            wanted_version=F("wanted_version") + 1,
            revision=F("revision") + 1,
            next_attempt_at=now,
            attempts=0,
            decision="queued",
        )
        return
    with transaction.atomic():
        _NEW_GRADE.write(
            LtiAgsGrade(
                configuration_id=configuration_id,
                subject_id=subject.pk,
                decision="queued",
                wanted_version=1,
                next_attempt_at=now,
            )
        )
