"""
The second of the two short transactions around a call to the LMS (ADR 0003): write down that it took the grade.

``services.failures`` writes down that it did not.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from lti_ags.constants import EventKind, GradeDecision
from lti_ags.data import Points, PublishAction
from lti_ags.models import LtiAgsGrade
from lti_ags.services.after_commit import after_commit
from lti_ags.services.grade_rows import (
    add_event,
    locked_grade_alone,
    save_grade,
    tell_decision,
    want_another_look,
)
from lti_ags.services.intents import forget_intents, forget_left_behind
from lti_ags.services.leases import Lease
from lti_ags.services.transactions import run_atomically
from lti_ags.signals import GRADE_PUBLISHED, PublishedGrade


def record_published(lease: Lease, *, held: Points | None, now: datetime) -> bool:
    """
    Write down that the LMS did what the lease says.

    Arguments:
        held: what the LMS holds now, read back.

    Returns:
        Whether more is wanted meanwhile: the row is due again.

    Raises:
        ObjectDoesNotExist: the learner was erased meanwhile, and the grade with them.
    """
    return run_atomically(partial(_record_published, lease, held, now))


def _record_published(lease: Lease, held: Points | None, now: datetime) -> bool:
    grade = locked_grade_alone(lease.grade_id)
    if grade.claim != lease.token:
        # The lease ran out and another process took over, perhaps before our value arrived, or staff acted.
        want_another_look(grade, now=now)
        return True
    grade.revision += 1
    plan = lease.plan
    if plan.action is PublishAction.LEAVE or plan.decision is GradeDecision.OVERRIDE_KEPT:
        tell_decision(grade, plan.decision, now)
    else:
        _note_publication(grade, lease, held, now)
        forget_left_behind(grade)
    if lease.completion is not None:
        grade.completion = lease.completion
    if plan.action is not PublishAction.LEAVE:
        # Else the LMS may still hold any of them.
        forget_intents(grade, claim=lease.token, now=now)
    grade.claim, grade.claimed_until = "", None
    grade.attempts, grade.last_error = 0, ""
    grade.published_version = lease.version
    is_wanted_again = grade.wanted_version > lease.version
    grade.decision = GradeDecision.QUEUED.value if is_wanted_again else plan.decision.value
    grade.next_attempt_at = now if is_wanted_again else None
    save_grade(grade)
    return is_wanted_again


def _note_publication(grade: LtiAgsGrade, lease: Lease, held: Points | None, now: datetime) -> None:
    """Take over what the LMS holds as published, tell the history and other apps."""
    grade.published_earned = None if held is None else held.earned
    grade.published_possible = None if held is None else held.possible
    # A score that was received later is not in it.
    grade.published_at = lease.claimed_at
    grade.override_earned = grade.override_possible = grade.overridden_at = None
    details = {
        "decision": lease.plan.decision.value,
        "earned": grade.published_earned,
        "possible": grade.published_possible,
    }
    add_event(grade, EventKind.PUBLISHED, details, now)
    payload = PublishedGrade(
        grade_id=lease.grade_id,
        course_key=lease.course_key,
        usage_key=lease.usage_key,
        user_id=lease.user_id,
        earned=grade.published_earned,
        possible=grade.published_possible,
    )
    after_commit(GRADE_PUBLISHED.send_robust, sender=LtiAgsGrade, payload=payload)
