"""Taking over line items and scores of ``lti_consumer``, each once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, NamedTuple

from lti_ags.constants import ActivityProgress, GradingProgress
from lti_ags.data import LineItemRecord, ScoreData
from lti_ags.data.consumer import ConsumerLineItem, ConsumerScore
from lti_ags.domain.timestamps import write_instant
from lti_ags.exceptions import Forbidden, ScoreRejected, UnknownUser
from lti_ags.models import LtiAgsLineItem, LtiAgsScore, LtiConfiguration, LtiContext, LtiImportedLineItem
from lti_ags.models.fields import digest_of
from lti_ags.services.consumer_tables import scores_of
from lti_ags.services.line_item_rows import is_programmatic_somewhere, mode_of_unlinked, stored_record
from lti_ags.services.scores import record_score

_PROGRESS_EVERY: Final = 500

NOT_THERE: Final = "their learners are not, and never were, in this course"
UNUSABLE: Final = "no grade can be made of their points"
REFUSED: Final = "they are refused"


class Place(NamedTuple):
    """The line item here; None with a sentence that says why there is none. ``is_known``: from an earlier import."""

    line_item_id: int | None
    problem: str = ""
    is_known: bool = False


def place_for(item: ConsumerLineItem, *, usage_key: str, configuration: LtiConfiguration, context: LtiContext) -> Place:
    """
    Find or make the line item here that one there becomes.

    Arguments:
        usage_key: of the block there that owns it.
        configuration: of the block here.
        context: of its tool.
    """
    known = LtiImportedLineItem.objects.filter(source_id=item.id).values_list("line_item_id", flat=True).first()
    if known is not None:
        return Place(known, is_known=True)
    if item.resource_link_id not in {None, usage_key}:
        return Place(None, f"Line item {item.id} is linked to {item.resource_link_id}, whose grade it never reached.")
    if item.score_maximum <= 0:
        return Place(None, f"Line item {item.id} has a maximum of {item.score_maximum:g}, to which nothing is scaled.")
    if configuration.is_declarative and item.resource_link_id is not None:
        return _platform_item(item, configuration)
    made = _make(item, configuration, context)
    LtiImportedLineItem.objects.create(source_id=item.id, line_item=made)
    return Place(made.pk)


def record_of_item(line_item_id: int, *, context: LtiContext) -> LineItemRecord:
    """Return a line item here as scores are recorded on it."""
    is_programmatic = is_programmatic_somewhere(context.tool_id, course_key=str(context.course_key))
    return stored_record(line_item_id, mode_of_unlinked=mode_of_unlinked(is_programmatic=is_programmatic))


def take_over_scores(
    item: ConsumerLineItem, *, line_item: LineItemRecord, now: datetime, tell: Callable[[int], None]
) -> tuple[int, int, Counter[str]]:
    """
    Record the scores of a line item there as the tool's own messages: the same rules hold, the same things follow.

    A learner of whom an equally new or newer score is on record here is passed over.

    Arguments:
        tell: is told, once in a while, how many scores were looked at.

    Returns:
        How many were new, how many were known, and those that could not be taken by the reason.
    """
    on_record = dict(
        LtiAgsScore.objects.filter(line_item_id=line_item.id).values_list("subject__subject", "timestamp").iterator()
    )
    new = known = 0
    refused: Counter[str] = Counter()
    for number, score in enumerate(scores_of(item), start=1):
        latest = on_record.get(score.user_id)
        if latest is not None and latest >= score.timestamp:
            known += 1
        else:
            problem = _record(score, line_item, now)
            new += not problem
            refused.update([problem] if problem else [])
        if number % _PROGRESS_EVERY == 0:
            tell(number)
    return new, known, refused


def _record(score: ConsumerScore, line_item: LineItemRecord, now: datetime) -> str:
    """Record one score; return why it cannot be, or an empty text."""
    if score.score_given is not None and (score.score_given < 0 or not (score.score_maximum or 0) > 0):
        return UNUSABLE
    try:
        record_score(_message(score), line_item=line_item, body=_body(score), now=now)
    except UnknownUser:
        return NOT_THERE
    except (Forbidden, ScoreRejected) as error:
        return f"{REFUSED} ({error.code.value})"
    return ""


def _message(score: ConsumerScore) -> ScoreData:
    return ScoreData(
        user_id=score.user_id,
        activity_progress=ActivityProgress(score.activity_progress),
        grading_progress=GradingProgress(score.grading_progress),
        timestamp=score.timestamp.astimezone(UTC),
        message_digest=digest_of("lti_consumer", _body(score)),
        score_given=score.score_given,
        score_maximum=score.score_maximum or None,
        comment=score.comment,
    )


def _body(score: ConsumerScore) -> str:
    """Return the message as it may have been sent, for whoever looks at the delivery."""
    members = {
        "userId": score.user_id,
        "timestamp": write_instant(score.timestamp.astimezone(UTC)),
        "activityProgress": score.activity_progress,
        "gradingProgress": score.grading_progress,
        "scoreGiven": score.score_given,
        "scoreMaximum": score.score_maximum,
        "comment": score.comment or None,
    }
    return json.dumps({name: value for name, value in members.items() if value is not None})


def _platform_item(item: ConsumerLineItem, configuration: LtiConfiguration) -> Place:
    """Return the one item of a declarative block, for the first line item there that asks."""
    platform_item = LtiAgsLineItem.objects.get(platform_item_of=configuration)
    if LtiImportedLineItem.objects.filter(line_item=platform_item).exists():
        return Place(
            None,
            f"Line item {item.id} is left out, as the block here lets tools push a single grade: let tools manage "
            "their own grades in it, and run this again.",
        )
    LtiImportedLineItem.objects.create(source_id=item.id, line_item=platform_item)
    return Place(platform_item.pk)


def _make(item: ConsumerLineItem, configuration: LtiConfiguration, context: LtiContext) -> LtiAgsLineItem:
    return LtiAgsLineItem.objects.create(
        context=context,
        lti_configuration=None if item.resource_link_id is None else configuration,
        resource_id=item.resource_id,
        tag=item.tag,
        label=item.label.strip() or configuration.location.block_id,
        score_maximum=item.score_maximum,
        start_date_time=item.start_date_time,
        end_date_time=item.end_date_time,
    )
