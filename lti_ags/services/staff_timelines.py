"""One learner in one block, for staff: the scores, and what happened to the grade, newest first; read only."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lti_ags.constants import AFTER_RESTORE, EventKind, GradeDecision, ScoreDecision
from lti_ags.models import LtiAgsDelivery, LtiAgsEvent, LtiAgsGrade, LtiAgsScore, LtiConfiguration
from lti_ags.models.records import FIRST_REFUSED_STATUS
from lti_ags.services.deliveries import read_members
from lti_ags.services.score_rows import scores_in_block
from lti_ags.services.sentences import sentence_for_staff, sentence_for_staff_on_score
from lti_ags.services.staff_rows import names_of
from lti_ags.services.status_sentences import (
    number_of,
    points_words,
    sentence_for_event,
    words_for_activity,
    words_for_grading,
)

#: So many messages and so many entries of the history are shown.
LONGEST_TIMELINE: Final = 100
_KNOWN_CODES: Final = frozenset({*ScoreDecision, *GradeDecision})


@dataclass(frozen=True, slots=True)
class ItemScore:
    """
    What the tool said last on one line item, and whether it counts.

    ``given`` of ``maximum``: the last final score in points, both None without one. ``comment``: the tool's plain text.
    """

    label: str
    given: float | None
    maximum: float | None
    counts: bool
    decision: str
    reason: str
    progress: str
    comment: str
    submitted_at: datetime | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """
    One thing that happened: a message of the tool, accepted or refused, or an entry in the history of the grade.

    ``text`` is a whole sentence. ``actor``: who of the course's staff did it, empty for the tool and the platform.
    ``note``: what else there is to say, plain text of the tool or the LMS. ``delivery_id``: of a message.
    """

    happened_at: datetime
    text: str
    actor: str = ""
    note: str = ""
    comment: str = ""
    delivery_id: str = ""
    is_refusal: bool = False


def read_item_scores(configuration: LtiConfiguration, subject_id: int) -> list[ItemScore]:
    """Return the learner's scores on the block's line items, in the order in which those were made."""
    scores = scores_in_block(configuration).filter(subject=subject_id).select_related("line_item")
    return [_item_score(score) for score in scores.order_by("line_item_id")]


def read_timeline(configuration: LtiConfiguration, grade: LtiAgsGrade) -> tuple[list[TimelineEntry], bool]:
    """
    Read what happened to a learner's grade in a block, newest first.

    Returns:
        The entries, and whether older ones were left out.
    """
    deliveries = list(_deliveries(configuration, grade)[: LONGEST_TIMELINE + 1])
    events = list(grade.events.select_related("actor").order_by("-happened_at", "-pk")[: LONGEST_TIMELINE + 1])
    names = names_of(event.actor for event in events if event.actor is not None)
    entries = [delivery_entry(delivery) for delivery in deliveries]
    entries += [_event_entry(event, names) for event in events]
    entries.sort(key=lambda entry: entry.happened_at, reverse=True)
    return entries[:LONGEST_TIMELINE], len(entries) > LONGEST_TIMELINE


def find_delivery(text: str) -> LtiAgsDelivery | None:
    """Return the message that has this id, with the line item and its block, or None."""
    try:
        delivery_uuid = uuid.UUID(text.strip())
    except ValueError:
        return None
    rows = LtiAgsDelivery.objects.select_related("line_item__lti_configuration", "context")
    return rows.filter(uuid=delivery_uuid).first()


def grade_of_delivery(delivery: LtiAgsDelivery) -> LtiAgsGrade | None:
    """Return the grade of the learner and the block that a message was about, or None."""
    item = delivery.line_item
    if item is None or item.lti_configuration_id is None or not delivery.user_id_digest:
        return None
    return LtiAgsGrade.objects.filter(
        configuration=item.lti_configuration_id,
        subject__context=item.context_id,
        subject__subject_digest=delivery.user_id_digest,
    ).first()


def delivery_entry(delivery: LtiAgsDelivery) -> TimelineEntry:
    """Return a message as the timeline shows it."""
    message = read_members(delivery.body)
    is_refusal = delivery.status >= FIRST_REFUSED_STATUS
    said = _what_was_said(message)
    became = sentence_for_staff(delivery.code) if delivery.code in _KNOWN_CODES else ""
    refused = _("A message of the tool was refused (%(status)s, %(code)s).") % {
        "status": delivery.status,
        "code": delivery.code,
    }
    comment = message.get("comment")
    return TimelineEntry(
        happened_at=delivery.received_at,
        text=refused if is_refusal else said,
        note=delivery.message if is_refusal else became,
        comment=comment if isinstance(comment, str) else "",
        delivery_id=str(delivery.uuid),
        is_refusal=is_refusal,
    )


def _deliveries(configuration: LtiConfiguration, grade: LtiAgsGrade) -> QuerySet[LtiAgsDelivery]:
    found = LtiAgsDelivery.objects.filter(
        tool=configuration.tool_id,
        line_item__lti_configuration=configuration,
        user_id_digest=grade.subject.subject_digest,
    )
    return found.order_by("-received_at", "-pk")


def _event_entry(event: LtiAgsEvent, names: Mapping[int, str]) -> TimelineEntry:
    actor = event.actor
    by_staff = event.kind in {EventKind.STAFF_ACTION.value, EventKind.CHANGED_BY_STAFF.value}
    by_staff = by_staff and event.details.get("action") != AFTER_RESTORE
    name = "" if actor is None else names[actor.pk] or actor.get_username()
    return TimelineEntry(
        happened_at=event.happened_at,
        text=sentence_for_event(event.kind, event.details),
        # The gradebook's own pages do not tell a block who acts.
        actor=name or (_("the course team") if by_staff else ""),
        note=str(event.details.get("reason", "")),
    )


def _item_score(score: LtiAgsScore) -> ItemScore:
    return ItemScore(
        label=score.line_item.label,
        given=score.final_score_given,
        maximum=score.final_score_maximum,
        counts=score.decision == ScoreDecision.CONTRIBUTES.value,
        decision=score.decision,
        reason=sentence_for_staff_on_score(score.decision),
        progress=_progress_words(score.activity_progress, score.grading_progress),
        comment=score.comment,
        submitted_at=score.submitted_at,
        received_at=score.received_at,
    )


def _what_was_said(message: Mapping[str, Any]) -> str:
    points = points_words(number_of(message.get("scoreGiven")), number_of(message.get("scoreMaximum")))
    progress = _progress_words(message.get("activityProgress"), message.get("gradingProgress"))
    if points:
        return _("The tool sent %(points)s points (%(progress)s).") % {"points": points, "progress": progress}
    return _("The tool sent a message without a score (%(progress)s).") % {"progress": progress}


def _progress_words(activity: object, grading: object) -> str:
    return _("%(activity)s; %(grading)s") % {
        "activity": words_for_activity(str(activity or "")),
        "grading": words_for_grading(str(grading or "")),
    }
