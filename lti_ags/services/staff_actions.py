"""
What the course's staff do to grades: by the platform's own means (override, rescore, delete state) or on our pages.

Each action is written into the history of the grade, with who did it where that is known: the platform's own teacher's
actions do not tell a block who acts.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Final, NamedTuple

from opaque_keys.edx.keys import UsageKey

from lti_ags import edx_platform
from lti_ags.constants import EventKind, GradeDecision, StaffAction
from lti_ags.data import Points
from lti_ags.domain.merging import LATE
from lti_ags.domain.staff_actions import HELD
from lti_ags.models import LtiAgsGrade, LtiAgsScore, LtiSubject
from lti_ags.services.contributions import policies_of, read_contributions
from lti_ags.services.grade_rows import add_event, find_grade_of_user, locked_grade
from lti_ags.services.grades import want_publication
from lti_ags.services.intents import Intent, add_intent, overtake_intents
from lti_ags.services.lateness import late_from
from lti_ags.services.publishing import publish_grade
from lti_ags.services.score_rows import forget_finals
from lti_ags.services.transactions import run_atomically

#: Marks a value of the LMS that staff handed over to the tool: from now on it counts as ours.
_HANDED_OVER: Final = "handed over by staff"


class _Permission(NamedTuple):
    """What staff may allow: the decisions that hold a score back, the column that lets it pass, the action."""

    held_by: frozenset[str]
    field: str
    action: StaffAction


_ACCEPT_LATE: Final = _Permission(LATE, "is_late_accepted", StaffAction.ACCEPT_LATE)
_RELEASE: Final = _Permission(HELD, "is_released", StaffAction.RELEASE)


def record_staff_override(location: UsageKey, *, user_id: int, points: Points, now: datetime) -> None:
    """
    Note that staff set a learner's score in the gradebook, also where they set what we had published.

    Without a grade of ours there is nothing to note: the first one will meet a score that is not ours.
    """
    grade = find_grade_of_user(location, user_id=user_id)
    if grade is not None:
        run_atomically(partial(_record_override, grade.pk, grade.subject_id, points, now))


def use_tools_grade(
    location: UsageKey, *, user_id: int, now: datetime, only_if_higher: bool = False, actor_id: int | None = None
) -> bool:
    """
    Drop what staff set, merge the tool's scores again and publish them, before this returns.

    Arguments:
        only_if_higher: leave the gradebook alone unless the tool's scores give more.

    Returns:
        Whether there is a grade of ours that was published again.

    Raises:
        PlatformError: the LMS cannot say what it holds.
    """
    grade = find_grade_of_user(location, user_id=user_id)
    if grade is None:
        return False
    held = edx_platform.read_score(location, user_id=user_id)
    if only_if_higher and held is not None and not _gives_more(grade, held, now):
        return False
    hand_over(grade, held=held, actor_id=actor_id, now=now)
    publish_grade(configuration_id=grade.configuration_id, subject_id=grade.subject_id, clock=lambda: now)
    return True


def has_final_score(location: UsageKey, *, user_id: int) -> bool:
    """Tell whether the tool has graded the learner in this block."""
    grade = find_grade_of_user(location, user_id=user_id)
    return grade is not None and any(
        score.final_score_given is not None for score in read_contributions(grade).scores.values()
    )


def clear_learner(location: UsageKey, *, user_id: int, now: datetime, actor_id: int | None = None) -> None:
    """
    Forget what a learner earned in a block, in the gradebook and in our tables; the next score counts afresh.

    The gradebook goes first: if the LMS fails, nothing has changed and the teacher sees the error.

    Raises:
        PlatformError: the LMS could not clear the score.
    """
    if edx_platform.read_score(location, user_id=user_id) is not None:
        edx_platform.clear_score(location, user_id=user_id)
    grade = find_grade_of_user(location, user_id=user_id)
    if grade is not None:
        forget(grade, actor_id=actor_id, now=now)


def accept_late(grade: LtiAgsGrade, *, actor_id: int | None, now: datetime) -> int:
    """Let a learner's late scores in a block count. Returns how many there were."""
    return run_atomically(partial(_allow, grade, _ACCEPT_LATE, actor_id, now))


def release(grade: LtiAgsGrade, *, actor_id: int | None, now: datetime) -> int:
    """Let a learner's held scores in a block reach the gradebook. Returns how many there were."""
    return run_atomically(partial(_allow, grade, _RELEASE, actor_id, now))


def hand_over(grade: LtiAgsGrade, *, held: Points | None, actor_id: int | None, now: datetime) -> None:
    """
    Hand what the gradebook holds over to the tool, and have the tool's grade published.

    Arguments:
        held: what the gradebook was just seen to hold.
    """
    run_atomically(partial(_hand_over, grade.pk, grade.subject_id, held, actor_id, now))


def keep_staffs_score(grade: LtiAgsGrade, *, held: Points, actor_id: int | None, now: datetime) -> None:
    """
    Make what the gradebook holds the staff's own word, so that the block's override policy protects it.

    Arguments:
        held: what the gradebook was just seen to hold.
    """
    run_atomically(partial(_record_override, grade.pk, grade.subject_id, held, now, actor_id))


def forget(grade: LtiAgsGrade, *, actor_id: int | None, now: datetime) -> None:
    """Forget what a learner earned in a block, in our tables; the gradebook has been emptied before."""
    run_atomically(partial(_clear, grade.pk, grade.subject_id, actor_id, now))


def publish_again(grade: LtiAgsGrade, *, actor_id: int | None, now: datetime) -> None:
    """Have a learner's grade worked out and published again, whatever came of it before."""
    run_atomically(partial(_publish_again, grade, actor_id, now))


def _record_override(
    grade_pk: int, subject_id: int, points: Points, now: datetime, actor_id: int | None = None
) -> None:
    grade = locked_grade(grade_pk, subject_id=subject_id)
    grade.override_earned, grade.override_possible, grade.overridden_at = points.earned, points.possible, now
    # A publisher at work now looked before staff acted, and may write over their value: its record will find the claim
    # gone and look again, and what it wrote is put right.
    overtake_intents(grade)
    grade.claim, grade.claimed_until = "", None
    grade.revision += 1
    grade.save()
    details = {"earned": points.earned, "possible": points.possible}
    add_event(grade, EventKind.CHANGED_BY_STAFF, details, now, actor_id=actor_id)
    want_publication(configuration_id=grade.configuration_id, subject_id=grade.subject_id, now=now)


def _gives_more(grade: LtiAgsGrade, held: Points, now: datetime) -> bool:
    merged = read_contributions(grade).merge(policies_of(grade.configuration), due_at=late_from(grade, now=now))
    return merged.ratio is not None and merged.ratio > held.ratio


def _hand_over(grade_pk: int, subject_id: int, held: Points | None, actor_id: int | None, now: datetime) -> None:
    grade = locked_grade(grade_pk, subject_id=subject_id)
    grade.override_earned = grade.override_possible = grade.overridden_at = None
    if held is None:
        # Else the next look would take the empty gradebook for the staff's word to forget what the tool sent.
        grade.published_earned = grade.published_possible = None
    else:
        add_intent(grade, Intent(claim=_HANDED_OVER, points=held, at=now))
    grade.revision += 1
    grade.save()
    _add_staff_action(grade, StaffAction.USE_TOOLS_GRADE, actor_id, now)
    want_publication(configuration_id=grade.configuration_id, subject_id=grade.subject_id, now=now)


def _clear(grade_pk: int, subject_id: int, actor_id: int | None, now: datetime) -> None:
    grade = locked_grade(grade_pk, subject_id=subject_id)
    forget_finals(read_contributions(grade).scores.values(), now=now)
    grade.ratio = None
    grade.published_earned = grade.published_possible = None
    grade.override_earned = grade.override_possible = grade.overridden_at = None
    # A publisher at work now has merged what has just been cleared: its record will find the claim gone and look again,
    # and its intended value stays known as ours.
    grade.claim, grade.claimed_until = "", None
    grade.decision = GradeDecision.CLEARED.value
    grade.published_version = grade.wanted_version
    grade.next_attempt_at = None
    grade.completion = None
    grade.attempts, grade.last_error, grade.needs_attention = 0, "", False
    grade.revision += 1
    grade.save()
    _add_staff_action(grade, StaffAction.CLEAR, actor_id, now)


def _allow(grade: LtiAgsGrade, permission: _Permission, actor_id: int | None, now: datetime) -> int:
    LtiSubject.objects.select_for_update().get(pk=grade.subject_id)
    scores = [score for score in read_contributions(grade).scores.values() if score.decision in permission.held_by]
    if scores:
        # By ``update``: a saved score is due since it was received, which may be weeks ago, and would go ahead of all.
        LtiAgsScore.objects.filter(pk__in=[score.pk for score in scores]).update(**{permission.field: True})
        _add_staff_action(grade, permission.action, actor_id, now)
        want_publication(configuration_id=grade.configuration_id, subject_id=grade.subject_id, now=now)
    return len(scores)


def _publish_again(grade: LtiAgsGrade, actor_id: int | None, now: datetime) -> None:
    LtiSubject.objects.select_for_update().get(pk=grade.subject_id)
    _add_staff_action(grade, StaffAction.PUBLISH_AGAIN, actor_id, now)
    want_publication(configuration_id=grade.configuration_id, subject_id=grade.subject_id, now=now)


def _add_staff_action(grade: LtiAgsGrade, action: StaffAction, actor_id: int | None, now: datetime) -> None:
    add_event(grade, EventKind.STAFF_ACTION, {"action": action.value}, now, actor_id=actor_id)
