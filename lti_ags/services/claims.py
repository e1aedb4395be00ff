"""
The two short transactions around a call to the LMS (ADR 0003).

``claim_grade`` merges the scores, decides, and writes down what is about to be published; ``record_published`` writes
down that it was, and ``services.failures`` that it was not. No lock is held in between. A process that dies in between
leaves its intended value behind, so that nobody takes it for somebody else's change.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from django.db import transaction

from lti_ags.conf import app_settings
from lti_ags.constants import EventKind, GradeDecision
from lti_ags.data import LmsState, MergedGrade, Points, Policies, PublicationPlan, PublishAction
from lti_ags.domain.publication import is_same, plan_publication
from lti_ags.models import LtiAgsGrade, LtiAgsScore, LtiSubject
from lti_ags.services.contributions import Contributions, policies_of, read_contributions
from lti_ags.services.grade_rows import add_event, is_claimed, our_points, points_of
from lti_ags.services.transactions import run_atomically
from lti_ags.signals import GRADE_PUBLISHED, PublishedGrade

#: Who is not the course's learner completes nothing, and what is gone cannot be completed.
_NOT_THE_LEARNERS: Final = frozenset(
    {GradeDecision.STAFF_TRIAL, GradeDecision.NOT_ENROLLED, GradeDecision.BLOCK_MISSING}
)
#: An intended value may still reach the LMS as long as a call to it can last; after that it is forgotten.
_INTENT_LIFETIME: Final = timedelta(hours=1)
_MOST_INTENTS: Final = 20


@dataclass(frozen=True, slots=True)
class Claim:
    """The right of one process to publish one grade until the lease ends, and what it is to do."""

    grade_id: int
    subject_id: int
    user_id: int
    usage_key: str
    course_key: str
    token: str
    version: int
    plan: PublicationPlan
    completion: float | None


@dataclass(frozen=True, slots=True)
class Sight:
    """
    What a publisher saw before it claims a grade.

    ``revision``: the row's, read before ``lms``; if the row has moved on since, what was read is worthless. ``due_at``:
    the learner's own due date, read where the late policy needs it.
    """

    grade_id: int
    subject_id: int
    revision: int
    lms: LmsState
    due_at: datetime | None


def claim_grade(sight: Sight, *, now: datetime) -> Claim | None:
    """
    Decide about a grade, and take the lease if the LMS has to be called.

    Returns:
        The claim, or None when there is nothing to call the LMS for: settled, taken by another process, or outdated.
    """
    return run_atomically(partial(_claim_grade, sight, now))


def record_published(claim: Claim, *, held: Points | None, now: datetime) -> bool:
    """
    Write down that the LMS took the grade.

    Arguments:
        held: what the LMS holds now, read back.

    Returns:
        Whether more is wanted meanwhile: the row is due again.
    """
    return run_atomically(partial(_record_published, claim, held, now))


def _claim_grade(sight: Sight, now: datetime) -> Claim | None:
    # The learner's row first, as everywhere: it keeps scores from changing while they are merged.
    LtiSubject.objects.select_for_update().get(pk=sight.subject_id)
    grade = LtiAgsGrade.objects.select_for_update().get(pk=sight.grade_id)
    if grade.revision != sight.revision or grade.next_attempt_at is None or is_claimed(grade, now=now):
        return None
    contributions = read_contributions(grade)
    if _was_deleted_by_staff(grade, sight.lms):
        _forget_deleted_scores(grade, contributions, now)
        contributions = read_contributions(grade)
    policies = policies_of(grade.configuration)
    merged = contributions.merge(policies, due_at=sight.due_at)
    contributions.write_decisions(merged)
    plan = _plan(grade, merged, sight.lms, policies)
    _note_override(grade, plan, sight.lms.score, now)
    grade.ratio = merged.ratio
    grade.revision += 1
    grade.needs_attention = plan.decision is GradeDecision.PUBLISHED and merged.ratio is None
    completion = _wanted_completion(grade, plan, contributions)
    if plan.action is PublishAction.LEAVE and completion is None:
        _settle(grade, plan, sight.lms.score, now)
        return None
    _confirm_found_value(grade, sight.lms.score, plan)
    return _take_lease(grade, plan, completion, now)


def _plan(grade: LtiAgsGrade, merged: MergedGrade, lms: LmsState, policies: Policies) -> PublicationPlan:
    """Put the row's memory of what was published into the rule."""
    return plan_publication(
        merged,
        lms=lms,
        ours=our_points(grade),
        has_published=grade.published_at is not None,
        override=points_of(grade.override_earned, grade.override_possible),
        policy=policies.override,
    )


def _was_deleted_by_staff(grade: LtiAgsGrade, lms: LmsState) -> bool:
    """Tell whether the LMS has lost a grade of ours without our doing, as "delete state" in bulk leaves it."""
    cleared_by_us = any(intent["earned"] is None for intent in grade.intents)
    return lms.block is not None and lms.score is None and grade.published_earned is not None and not cleared_by_us


def _forget_deleted_scores(grade: LtiAgsGrade, contributions: Contributions, now: datetime) -> None:
    """Take the scores that were in the deleted grade back; one that came later counts."""
    deleted = contributions.received_before(grade.published_at)
    LtiAgsScore.objects.filter(pk__in=deleted).update(
        final_score_given=None, final_score_maximum=None, final_timestamp=None, final_submitted_at=None, cleared_at=now
    )
    grade.published_earned = grade.published_possible = None
    add_event(grade, EventKind.CHANGED_BY_STAFF, {"earned": None, "possible": None}, now)


def _note_override(grade: LtiAgsGrade, plan: PublicationPlan, score: Points | None, now: datetime) -> None:
    """Write a change of staff into the history when it is first seen."""
    known = points_of(grade.override_earned, grade.override_possible)
    if not plan.is_foreign or score is None or (known is not None and is_same(score, known)):
        return
    grade.override_earned, grade.override_possible, grade.overridden_at = score.earned, score.possible, now
    add_event(grade, EventKind.CHANGED_BY_STAFF, {"earned": score.earned, "possible": score.possible}, now)


def _wanted_completion(grade: LtiAgsGrade, plan: PublicationPlan, contributions: Contributions) -> float | None:
    """Return the completion that the LMS has to be told, 0.0 or 1.0, or None where it knows."""
    if plan.decision in _NOT_THE_LEARNERS:
        return None
    wanted = contributions.completion()
    return None if wanted is None or wanted == grade.completion else wanted


def _settle(grade: LtiAgsGrade, plan: PublicationPlan, score: Points | None, now: datetime) -> None:
    """Finish a row for which the LMS needs nothing."""
    if grade.decision != plan.decision.value or grade.published_version == 0:
        add_event(grade, EventKind.DECIDED, {"decision": plan.decision.value}, now)
    grade.decision = plan.decision.value
    if plan.decision is GradeDecision.CLEARED and score is None:
        grade.published_earned = grade.published_possible = None
        grade.intents = []
    grade.published_version = grade.wanted_version
    grade.next_attempt_at = None
    grade.claim, grade.claimed_until = "", None
    grade.attempts, grade.last_error = 0, ""
    grade.save()


def _take_lease(grade: LtiAgsGrade, plan: PublicationPlan, completion: float | None, now: datetime) -> Claim:
    """Write down the lease and the intended value, before anything reaches the LMS."""
    token = str(uuid.uuid4())
    if plan.action is not PublishAction.LEAVE:
        intended = {
            "claim": token,
            "earned": None if plan.points is None else plan.points.earned,
            "possible": None if plan.points is None else plan.points.possible,
            "at": now.isoformat(),
        }
        grade.intents = [*grade.intents, intended][-_MOST_INTENTS:]
    grade.claim = token
    grade.claimed_until = now + timedelta(seconds=app_settings.seconds("LTI_AGS_LEASE_SECONDS"))
    grade.save()
    return Claim(
        grade_id=grade.pk,
        subject_id=grade.subject_id,
        user_id=grade.subject.user_id,
        usage_key=str(grade.configuration.location),
        course_key=str(grade.configuration.course_key),
        token=token,
        version=grade.wanted_version,
        plan=plan,
        completion=completion,
    )


def _confirm_found_value(grade: LtiAgsGrade, score: Points | None, plan: PublicationPlan) -> None:
    """
    Make an intended value that the LMS turned out to hold the published one.

    A process died after it had published. Were its value not confirmed before the next one is intended, a second death
    would leave a value in the LMS that nobody remembers.
    """
    if score is not None and not plan.is_foreign:
        grade.published_earned, grade.published_possible = score.earned, score.possible


def _record_published(claim: Claim, held: Points | None, now: datetime) -> bool:
    LtiSubject.objects.select_for_update().get(pk=claim.subject_id)
    grade = LtiAgsGrade.objects.select_for_update().get(pk=claim.grade_id)
    grade.revision += 1
    if grade.claim != claim.token:
        # The lease ran out and another process took over, perhaps before our value arrived: look again.
        grade.next_attempt_at = now
        grade.save()
        return True
    plan = claim.plan
    if plan.action is not PublishAction.LEAVE:
        grade.published_earned = None if held is None else held.earned
        grade.published_possible = None if held is None else held.possible
        grade.published_at = _begun_at(grade, claim, now)
        grade.override_earned = grade.override_possible = grade.overridden_at = None
        add_event(
            grade, EventKind.PUBLISHED, {"earned": grade.published_earned, "possible": grade.published_possible}, now
        )
        _announce_published(claim, grade)
    elif grade.decision != plan.decision.value:
        add_event(grade, EventKind.DECIDED, {"decision": plan.decision.value}, now)
    if claim.completion is not None:
        grade.completion = claim.completion
    grade.intents = [intent for intent in grade.intents if _may_still_arrive(intent, claim, now)]
    grade.claim, grade.claimed_until = "", None
    grade.attempts, grade.last_error = 0, ""
    grade.published_version = claim.version
    is_wanted_again = grade.wanted_version > claim.version
    grade.decision = GradeDecision.QUEUED.value if is_wanted_again else plan.decision.value
    grade.next_attempt_at = now if is_wanted_again else None
    grade.save()
    return is_wanted_again


def _begun_at(grade: LtiAgsGrade, claim: Claim, now: datetime) -> datetime:
    """Return when the publication was claimed: a score that was received later is not in it."""
    for intent in grade.intents:
        if intent["claim"] == claim.token:
            return datetime.fromisoformat(intent["at"])
    return now


def _may_still_arrive(intent: Mapping[str, Any], claim: Claim, now: datetime) -> bool:
    """Tell whether another process that lost its lease may yet write this value into the LMS."""
    return intent["claim"] != claim.token and datetime.fromisoformat(intent["at"]) > now - _INTENT_LIFETIME


def _announce_published(claim: Claim, grade: LtiAgsGrade) -> None:
    payload = PublishedGrade(
        grade_id=claim.grade_id,
        course_key=claim.course_key,
        usage_key=claim.usage_key,
        user_id=claim.user_id,
        earned=grade.published_earned,
        possible=grade.published_possible,
    )
    transaction.on_commit(partial(GRADE_PUBLISHED.send_robust, sender=LtiAgsGrade, payload=payload), robust=True)
