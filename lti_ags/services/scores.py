"""
Taking a tool's score: stored with its delivery in one transaction, whatever the LMS is doing (ADR 0003).

The learner's row is locked first, so that two messages about one learner take turns whichever server gets them.
"""

from __future__ import annotations

import logging
import uuid
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from lti_ags.conf import app_settings
from lti_ags.constants import ErrorCode, GradeDecision, ScoreDecision
from lti_ags.data import LineItemRecord, LinkedItem, Policies, ScoreData, ScoreOutcome, ScoreState
from lti_ags.domain.merging import decide_score, is_superseded
from lti_ags.domain.results import decision_in_force, is_told_by_grade
from lti_ags.domain.scores import apply_message, is_retry, require_in_order, require_not_in_future
from lti_ags.exceptions import Forbidden, TransientPlatformError
from lti_ags.models import LtiAgsGrade, LtiAgsLineItem, LtiAgsScore, LtiSubject
from lti_ags.models.fields import digest_of
from lti_ags.models.prepared import PreparedQuery
from lti_ags.services.after_commit import after_commit
from lti_ags.services.deliveries import store_delivery
from lti_ags.services.scheduling import schedule_publication
from lti_ags.services.score_rows import state_of, write_state
from lti_ags.services.subjects import remember_from_platform
from lti_ags.services.transactions import run_atomically
from lti_ags.signals import SCORE_ACCEPTED, AcceptedScore

logger = logging.getLogger(__name__)

_LOCKED_SUBJECT: Final = PreparedQuery(
    LtiSubject,
    lambda context_id, digest: LtiSubject.objects.select_for_update().filter(
        context_id=context_id, subject_digest=digest
    ),
)
_SCORE: Final = PreparedQuery(
    LtiAgsScore,
    lambda line_item_id, subject_id: LtiAgsScore.objects.filter(line_item_id=line_item_id, subject_id=subject_id),
)


def record_score(message: ScoreData, *, line_item: LineItemRecord, body: str, now: datetime) -> ScoreOutcome:
    """
    Store a tool's score and the delivery that brought it; the grade follows after the commit.

    Arguments:
        message: well-formed; see ``ScoreData`` for the ranges.
        line_item: a live line item of the calling tool.
        body: the message as received, kept with the delivery.

    Returns:
        The outcome as it is known now: a retry of the message on record changes nothing and gives the current decision.

    Raises:
        ScoreRejected: the timestamp lies in the future (S-10).
        StaleScore: a later score, or another one with the same timestamp, is on record (S-14, S-15).
        UnknownUser: the learner is not and never was in the course (S-11).
        Forbidden: the platform's line item has taken this one's place in the block.
        TransientPlatformError: the LMS has to be asked who the learner is, and cannot say; or the learner is erased
            meanwhile.
    """
    tolerance = timedelta(seconds=app_settings.seconds("LTI_AGS_FUTURE_TOLERANCE_SECONDS"))
    require_not_in_future(message, now=now, tolerance=tolerance)
    _require_counting(line_item)
    outcome = run_atomically(partial(_record_for_known_learner, message, line_item, body, now))
    if outcome is None:
        remember_from_platform(message.user_id, context_id=line_item.context_id, course_key=line_item.course_key)
        outcome = run_atomically(partial(_record_for_known_learner, message, line_item, body, now))
    if outcome is None:
        raise TransientPlatformError("The learner was erased at this moment; send the score again.")
    return outcome


def _require_counting(line_item: LineItemRecord) -> None:
    """Refuse scores for a tool's own item in a block where only the platform's item counts."""
    if line_item.configuration_id is None:
        return
    if is_superseded(line_item.mode, is_platform_made=line_item.is_platform_made):
        raise Forbidden(
            "The block lets tools push a single grade now: scores go to the platform's own line item, not to this one.",
            code=ErrorCode.SUPERSEDED_ITEM,
        )


def _record_for_known_learner(
    message: ScoreData, line_item: LineItemRecord, body: str, now: datetime
) -> ScoreOutcome | None:
    """Do the work of ``record_score`` inside a transaction; None when the learner has no row yet."""
    # Locked before anything else is read: what is read after it is the latest, and nobody changes it until commit.
    subject = _LOCKED_SUBJECT.first(line_item.context_id, digest_of(message.user_id))
    if subject is None:
        return None
    score = _SCORE.first(line_item.id, subject.pk)
    stored = None if score is None else state_of(score)
    delivery_uuid = uuid.uuid4()
    require_in_order(message, stored=stored)
    if score is not None and is_retry(message, stored=stored):
        grade = LtiAgsGrade.objects.filter(configuration_id=line_item.configuration_id, subject=subject).first()
        if grade is not None and grade.next_attempt_at is not None:
            # The tool asks about a grade that is still waiting: a good moment to see whether somebody is at it.
            schedule_publication(configuration_id=grade.configuration_id, subject_id=grade.subject_id)
        outcome = _told(message, score.decision, subject, of_grade=None if grade is None else grade.decision)
        store_delivery(delivery_uuid, message, line_item, body=body, code=outcome, now=now)
        return _outcome(delivery_uuid, outcome, message, line_item)
    state = apply_message(message, stored=stored)
    decision = _decide(state, line_item, score)
    read = {} if score is None else dict(vars(score))
    if score is None:
        score = LtiAgsScore(line_item=_line_item_by_link(line_item), subject=subject)
    else:
        score.line_item = _line_item_by_link(line_item)
    write_state(score, state, now=now)
    score.decision = decision.value
    score.delivery_uuid = delivery_uuid
    # Of a row that is there, what has changed: half of the columns, mostly.
    changed = [name for name, value in read.items() if getattr(score, name) != value]
    score.save(update_fields=changed or None)
    outcome = _told(message, decision.value, subject, of_grade=None)
    store_delivery(delivery_uuid, message, line_item, body=body, code=outcome, now=now)
    _announce(delivery_uuid, outcome, line_item, subject)
    return _outcome(delivery_uuid, outcome, message, line_item)


def _line_item_by_link(line_item: LineItemRecord) -> LtiAgsLineItem:
    """
    Return the row with nothing loaded but its links to the block.

    The receiver of the score reads only these, and they are known here: handing them over saves a query on each score.
    """
    made_for = line_item.configuration_id if line_item.is_platform_made else None
    return LtiAgsLineItem.from_db(
        None,
        ["id", "lti_configuration_id", "platform_item_of_id"],
        [line_item.id, line_item.configuration_id, made_for],
    )


def _decide(state: ScoreState, line_item: LineItemRecord, score: LtiAgsScore | None) -> ScoreDecision:
    """Decide as far as our own tables know; the publisher judges lateness, for which it needs the learner's dates."""
    if line_item.configuration_id is None:
        return ScoreDecision.UNLINKED
    item = LinkedItem(
        line_item_id=line_item.id,
        score_maximum=line_item.score_maximum,
        is_platform_made=line_item.is_platform_made,
        grades_released=line_item.grades_released,
        final=state.final,
        is_cleared=state.is_cleared,
        is_released=score is not None and score.is_released,
    )
    return decide_score(
        item, policies=Policies(grading_mode=line_item.mode, release=line_item.release_policy), due_at=None
    )


def _told(message: ScoreData, decision: str, subject: LtiSubject, *, of_grade: str | None) -> str:
    """Return what the tool is told of a message; ``of_grade`` is None before the publisher has looked."""
    if subject.is_staff_trial:
        return GradeDecision.STAFF_TRIAL.value
    if is_told_by_grade(decision) and not (message.is_final or message.is_clear):
        # The last final score stands, and a report of progress does not set it on its way again.
        return ScoreDecision.NOT_FINAL.value
    return decision_in_force(decision, of_grade=of_grade)


def _outcome(delivery_uuid: uuid.UUID, outcome: str, message: ScoreData, line_item: LineItemRecord) -> ScoreOutcome:
    return ScoreOutcome(
        delivery_id=str(delivery_uuid),
        outcome=outcome,
        line_item_id=line_item.id,
        user_id=message.user_id,
    )


def _announce(delivery_uuid: uuid.UUID, outcome: str, line_item: LineItemRecord, subject: LtiSubject) -> None:
    """Tell other apps once the score is committed; their errors are logged and change nothing."""
    payload = AcceptedScore(
        delivery_id=str(delivery_uuid),
        line_item_id=line_item.id,
        course_key=line_item.course_key,
        usage_key=line_item.resource_link_id,
        user_id=subject.user_id,
        outcome=outcome,
    )
    after_commit(SCORE_ACCEPTED.send_robust, sender=LtiAgsScore, payload=payload)
    logger.info("Score accepted: delivery %s, line item %s, outcome %s", delivery_uuid, line_item.id, outcome)
