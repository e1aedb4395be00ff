"""
The first of the two short transactions around a call to the LMS (ADR 0003): look at the scores, decide, take the lease.

What is about to be published is written down before it is: a process that dies in the LMS leaves its intended value
behind, so that nobody takes it for somebody else's change. No lock is held when this returns.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from functools import partial
from typing import Final

from lti_ags.conf import app_settings
from lti_ags.constants import EventKind, GradeDecision, OverridePolicy
from lti_ags.data import LmsState, MergedGrade, Points, PublicationPlan, PublishAction
from lti_ags.domain.publication import is_same, outlives_its_scores, plan_publication
from lti_ags.models import LtiAgsGrade
from lti_ags.services.contributions import Contributions, bring_back_platform_item, policies_of, read_contributions
from lti_ags.services.grade_rows import (
    add_event,
    is_claimed,
    is_override_overwritten,
    known_override,
    locked_grade,
    our_points,
    read_block,
    save_grade,
    tell_decision,
)
from lti_ags.services.intents import Intent, add_intent, has_left_behind, intents_of
from lti_ags.services.score_rows import forget_earlier, forget_finals
from lti_ags.services.transactions import run_atomically

#: Who is not the course's learner completes nothing, and what is gone cannot be completed.
_NOT_THE_LEARNERS: Final = frozenset(
    {GradeDecision.STAFF_TRIAL, GradeDecision.NOT_ENROLLED, GradeDecision.BLOCK_MISSING}
)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right of one process to publish one grade until the lease ends, and what it is to do."""

    grade_id: int
    subject_id: int
    user_id: int
    usage_key: str
    course_key: str
    token: str
    version: int
    claimed_at: datetime
    plan: PublicationPlan
    completion: float | None


class NoLease(Enum):
    """Why there is nothing to call the LMS for."""

    SETTLED = "the LMS needs nothing"
    TAKEN = "another process has it, or has done it"
    OUTDATED = "the row has moved on since the LMS was asked: look again"


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


def lease_grade(sight: Sight, *, now: datetime) -> Lease | NoLease:
    """
    Decide about a grade, and take the lease if the LMS has to be called; otherwise settle it here.

    Raises:
        ObjectDoesNotExist: the learner was erased meanwhile, and the grade with them.
    """
    return run_atomically(partial(_lease_grade, sight, now))


def _lease_grade(sight: Sight, now: datetime) -> Lease | NoLease:
    # The learner's row is locked: it keeps scores from changing while they are merged.
    grade = locked_grade(sight.grade_id, subject_id=sight.subject_id)
    if grade.next_attempt_at is None or is_claimed(grade, now=now):
        return NoLease.TAKEN
    if grade.revision != sight.revision:
        return NoLease.OUTDATED
    read_block(grade)
    contributions = read_contributions(grade)
    if bring_back_platform_item(grade, contributions):
        contributions = read_contributions(grade)
    if _was_deleted_by_staff(grade, sight.lms):
        _forget_deleted_scores(grade, contributions, now)
        contributions = read_contributions(grade)
    merged = contributions.merge(policies_of(grade.configuration), due_at=sight.due_at)
    contributions.write_decisions(merged)
    plan = _plan(grade, merged, contributions, sight.lms)
    _note_override(grade, plan, sight.lms.score, now)
    grade.ratio = merged.ratio
    grade.revision += 1
    grade.needs_attention = _has_lost_its_item(plan, merged, contributions)
    completion = _wanted_completion(grade, plan, contributions)
    if plan.action is PublishAction.LEAVE and completion is None:
        _settle(grade, plan, sight.lms.score, now)
        return NoLease.SETTLED
    if plan.action is not PublishAction.LEAVE:
        _confirm_found_value(grade, sight.lms.score, plan)
    return _take_lease(grade, plan, completion, now)


def _plan(grade: LtiAgsGrade, merged: MergedGrade, contributions: Contributions, lms: LmsState) -> PublicationPlan:
    """Put the row's memory of what was published, and of what staff did, into the rule."""
    override = known_override(grade)
    if has_left_behind(grade):
        # Nobody earned that in this block.
        merged = replace(merged, is_withdrawn=merged.ratio is None)
    elif merged.is_withdrawn:
        merged = replace(merged, is_withdrawn=not _outlives_its_scores(grade, merged, contributions))
    # What a late call of ours wrote over staff's value is put back, unless the policy lets the tool have its way.
    is_overwritten = is_override_overwritten(grade, lms.score)
    plan = plan_publication(
        merged,
        lms=replace(lms, score=override) if is_overwritten else lms,
        ours=our_points(grade),
        has_published=grade.published_at is not None,
        override=override,
        policy=_policy_in_force(grade, merged.newest_received_at, lms.score),
    )
    if is_overwritten and plan.decision is GradeDecision.OVERRIDE_KEPT:
        return replace(plan, action=PublishAction.SET, points=override)
    return plan


def _outlives_its_scores(grade: LtiAgsGrade, merged: MergedGrade, contributions: Contributions) -> bool:
    """Put what happened to the scores into the rule."""
    times = (contributions.last_deleted_at(), contributions.last_late_at(merged))
    return outlives_its_scores(
        left_at=max((time for time in times if time is not None), default=None),
        cleared_at=contributions.last_cleared_at(merged),
        published_at=grade.published_at,
    )


def _has_lost_its_item(plan: PublicationPlan, merged: MergedGrade, contributions: Contributions) -> bool:
    """Tell whether the grade stands though its line item is gone; one that late work came after is in order."""
    if merged.ratio is not None or plan.decision is not GradeDecision.PUBLISHED:
        return False
    late_at, deleted_at = contributions.last_late_at(merged), contributions.last_deleted_at()
    return late_at is None or (deleted_at is not None and deleted_at > late_at)


def _policy_in_force(grade: LtiAgsGrade, newest: datetime | None, score: Points | None) -> OverridePolicy:
    """
    Return the author's choice about scores that staff changed, which is about scores that come after the change.

    An older one does not undo what staff did knowing it: their change would be gone the moment they made it. Where it
    is not known when they did, it was after our last publication.
    """
    override = known_override(grade)
    is_known = override is not None and (
        is_override_overwritten(grade, score) or (score is not None and is_same(score, override))
    )
    changed_at = grade.overridden_at if is_known else grade.published_at
    if changed_at is not None and (newest is None or newest <= changed_at):
        return OverridePolicy.KEEP
    return OverridePolicy(grade.configuration.override_policy)


def _was_deleted_by_staff(grade: LtiAgsGrade, lms: LmsState) -> bool:
    """Tell whether the LMS has lost a grade of ours without our doing, as "delete state" in bulk leaves it."""
    since = grade.published_at
    cleared_by_us = any(intent.points is None and (since is None or intent.at > since) for intent in intents_of(grade))
    return lms.block is not None and lms.score is None and grade.published_earned is not None and not cleared_by_us


def _forget_deleted_scores(grade: LtiAgsGrade, contributions: Contributions, now: datetime) -> None:
    """Take the scores that were in the deleted grade back; one that came later counts."""
    forget_finals(contributions.received_before(grade.published_at), now=now)
    forget_earlier(contributions.scores.values(), received_by=grade.published_at)
    grade.published_earned = grade.published_possible = None
    add_event(grade, EventKind.CHANGED_BY_STAFF, {"earned": None, "possible": None}, now)


def _note_override(grade: LtiAgsGrade, plan: PublicationPlan, score: Points | None, now: datetime) -> None:
    """Write a change of staff into the history when it is first seen."""
    known = known_override(grade)
    if not plan.is_foreign or score is None or (known is not None and is_same(score, known)):
        return
    if is_override_overwritten(grade, score):
        return
    grade.override_earned, grade.override_possible, grade.overridden_at = score.earned, score.possible, now
    add_event(grade, EventKind.CHANGED_BY_STAFF, {"earned": score.earned, "possible": score.possible}, now)


def _wanted_completion(grade: LtiAgsGrade, plan: PublicationPlan, contributions: Contributions) -> float | None:
    """Return the completion that the LMS has to be told, 0.0 or 1.0, or None where it knows."""
    if plan.decision in _NOT_THE_LEARNERS:
        return None
    wanted = contributions.completion()
    # With a cleared score the platform undoes the completion by itself, also where the activity is completed.
    is_known = wanted == grade.completion and plan.action is not PublishAction.CLEAR
    return None if wanted is None or is_known else wanted


def _settle(grade: LtiAgsGrade, plan: PublicationPlan, score: Points | None, now: datetime) -> None:
    """Finish a row for which the LMS needs nothing."""
    tell_decision(grade, plan.decision, now)
    grade.decision = plan.decision.value
    if plan.decision is GradeDecision.CLEARED and score is None:
        grade.published_earned = grade.published_possible = None
        grade.intents = []
    grade.published_version = grade.wanted_version
    grade.next_attempt_at = None
    grade.claim, grade.claimed_until = "", None
    grade.attempts, grade.last_error = 0, ""
    save_grade(grade)


def _take_lease(grade: LtiAgsGrade, plan: PublicationPlan, completion: float | None, now: datetime) -> Lease:
    """Write down the lease and the intended value, before anything reaches the LMS."""
    token = str(uuid.uuid4())
    if plan.action is not PublishAction.LEAVE:
        add_intent(grade, Intent(claim=token, points=plan.points, at=now))
    grade.claim = token
    grade.claimed_until = now + timedelta(seconds=app_settings.seconds("LTI_AGS_LEASE_SECONDS"))
    save_grade(grade)
    return Lease(
        grade_id=grade.pk,
        subject_id=grade.subject_id,
        user_id=grade.subject.user_id,
        usage_key=str(grade.configuration.location),
        course_key=str(grade.configuration.course_key),
        token=token,
        version=grade.wanted_version,
        claimed_at=now,
        plan=plan,
        completion=completion,
    )


def _confirm_found_value(grade: LtiAgsGrade, score: Points | None, plan: PublicationPlan) -> None:
    """
    Make an intended value that the LMS turned out to hold the published one.

    A process died after it had published. Were its value not confirmed before the next one is intended, a second death
    would leave a value in the LMS that nobody remembers. Only for who is about to write: where nothing can be graded
    now, whose value it is has not been asked.
    """
    if score is not None and not plan.is_foreign:
        grade.published_earned, grade.published_possible = score.earned, score.possible
