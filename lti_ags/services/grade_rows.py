"""What the columns of a grade's row mean, and its history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import F
from opaque_keys.edx.keys import UsageKey

from lti_ags.constants import EventKind, GradeDecision
from lti_ags.data import Points
from lti_ags.domain.publication import is_same
from lti_ags.models import LtiAgsEvent, LtiAgsGrade, LtiConfiguration, LtiSubject
from lti_ags.models.fields import digest_of
from lti_ags.models.prepared import PreparedInsert, PreparedQuery, PreparedUpdate
from lti_ags.services.after_commit import after_commit
from lti_ags.services.intents import Intent, intents_of
from lti_ags.signals import GRADE_DECIDED, DecidedGrade

#: The entries of the history that tell what was decided.
_DECISIONS: Final = (EventKind.DECIDED.value, EventKind.PUBLISHED.value)

_GRADE: Final = PreparedQuery(
    LtiAgsGrade,
    lambda configuration_id, subject_id: LtiAgsGrade.objects.filter(
        configuration_id=configuration_id, subject_id=subject_id
    ),
)
_GRADES_OF_LEARNER: Final = PreparedQuery(
    LtiAgsGrade,
    lambda configuration_id, user_id: LtiAgsGrade.objects.filter(
        configuration_id=configuration_id, subject__user_id=user_id
    ),
)
_CONFIGURATION: Final = PreparedQuery(LtiConfiguration, lambda key: LtiConfiguration.objects.filter(pk=key))
_SUBJECT_AND_TOOL: Final = PreparedQuery(
    LtiSubject, lambda key: LtiSubject.objects.filter(pk=key).annotate(tool_id=F("context__tool_id"))
)
_LOCKED_SUBJECT: Final = PreparedQuery(LtiSubject, lambda key: LtiSubject.objects.select_for_update().filter(pk=key))
_LOCKED_GRADE: Final = PreparedQuery(LtiAgsGrade, lambda key: LtiAgsGrade.objects.select_for_update().filter(pk=key))
_SAVED_GRADE: Final = PreparedUpdate(LtiAgsGrade)
_NEW_EVENT: Final = PreparedInsert(LtiAgsEvent)


def find_grade(*, configuration_id: int, subject_id: int) -> LtiAgsGrade | None:
    """Return the grade of a learner in a block, with both, as they are now and without a lock; None without one."""
    grade = _GRADE.first(configuration_id, subject_id)
    subject = None if grade is None else _SUBJECT_AND_TOOL.first(subject_id)
    # A learner who is erased at this moment has no grade any more.
    if grade is None or subject is None:
        return None
    grade.subject = subject
    read_block(grade)
    return grade


def find_grade_of_user(location: UsageKey, *, user_id: int) -> LtiAgsGrade | None:
    """Return the learner's grade under the tool that the block has now, or None."""
    grades = LtiAgsGrade.objects.filter(
        configuration__identity_digest=digest_of(location),
        subject__user_id=user_id,
        subject__context__tool_id=F("configuration__tool_id"),
    )
    return grades.select_related("configuration", "subject").first()


def is_of_blocks_tool(grade: LtiAgsGrade) -> bool:
    """Tell of a grade of ``find_grade`` whether its block still is that of the tool that knows the learner."""
    block = grade.configuration
    # Read along with the learner.
    tool_id: int = vars(grade.subject)["tool_id"]
    return block.replaced_at is None and block.tool_id == tool_id


def read_block(grade: LtiAgsGrade) -> None:
    """Put the block as it is now to a grade."""
    grade.configuration = _CONFIGURATION.get(grade.configuration_id)


def locked_grade(grade_id: int, *, subject_id: int) -> LtiAgsGrade:
    """
    Lock the learner's row and then the grade's, in the order of everybody; return it with the learner.

    Raises:
        ObjectDoesNotExist: the learner was erased meanwhile, and the grade with them.
    """
    subject = _LOCKED_SUBJECT.get(subject_id)
    grade = _LOCKED_GRADE.get(grade_id)
    grade.subject = subject
    return grade


def locked_grade_alone(grade_id: int) -> LtiAgsGrade:
    """
    Lock the grade's row only, for who changes nothing else and reads no scores.

    Who holds the learner's row may wait for this one; nobody who holds this one goes on to the learner's.

    Raises:
        ObjectDoesNotExist: the learner was erased meanwhile, and the grade with them.
    """
    return _LOCKED_GRADE.get(grade_id)


def save_grade(grade: LtiAgsGrade) -> None:
    """
    Write a locked row as it stands.

    Raises:
        ObjectDoesNotExist: the row is gone.
    """
    _SAVED_GRADE.write(grade)


def want_another_look(grade: LtiAgsGrade, *, now: datetime) -> None:
    """
    Have a locked row looked at again at once, because what a publisher wrote too late may stand in the LMS.

    As a new wish: otherwise the record of who has the lease now, and may have read the LMS before that write, would
    settle the row.
    """
    grade.wanted_version += 1
    grade.revision += 1
    grade.next_attempt_at = now
    save_grade(grade)


def is_claimed(grade: LtiAgsGrade, *, now: datetime) -> bool:
    """Tell whether a process holds the lease of the row."""
    return grade.claimed_until is not None and grade.claimed_until > now


def points_of(earned: float | None, possible: float | None) -> Points | None:
    """Return two columns as points, or None where they are empty."""
    return None if earned is None or possible is None else Points(earned=earned, possible=possible)


def points_in_force(grade: LtiAgsGrade) -> Points | None:
    """Return what the gradebook holds as far as we know: the course team's value where it stands, else ours."""
    if grade.decision == GradeDecision.OVERRIDE_KEPT.value:
        return known_override(grade)
    return points_of(grade.published_earned, grade.published_possible)


def values_of_ours(earned: float | None, possible: float | None, intents: Iterable[Mapping[str, Any]]) -> list[Points]:
    """Return the values in the LMS that are ours by one row: published last, or intended and not recorded."""
    values = (points_of(earned, possible), *(Intent.from_json(stored).points for stored in intents))
    return [points for points in values if points is not None]


def our_points(grade: LtiAgsGrade) -> list[Points]:
    """
    Return every value in the LMS that is ours, for the publisher, who has the grade's row at hand.

    The block's former tool published for the same learner under another subject; that was ours, too.
    """
    of_learner = _GRADES_OF_LEARNER.all(grade.configuration_id, grade.subject.user_id)
    others = (row for row in of_learner if row.pk != grade.pk)
    return [
        points
        for row in (grade, *others)
        for points in values_of_ours(row.published_earned, row.published_possible, row.intents)
    ]


def our_points_by_user(configuration_id: int | None, user_ids: Collection[int]) -> Mapping[int, Sequence[Points]]:
    """Return the same for many learners of a block, by user, in one statement; who has no grade is not in it."""
    found: dict[int, list[Points]] = defaultdict(list)
    rows = LtiAgsGrade.objects.filter(
        configuration_id=configuration_id,
        # A query inside the query: a database then looks each grade up by block and subject.
        subject_id__in=LtiSubject.objects.filter(user_id__in=list(user_ids)).values("id"),
    )
    columns = rows.values_list("subject__user_id", "published_earned", "published_possible", "intents")
    for user_id, earned, possible, intents in columns:
        found[user_id] += values_of_ours(earned, possible, intents)
    return found


def known_override(grade: LtiAgsGrade) -> Points | None:
    """Return the value that staff are known to have set, or None."""
    return points_of(grade.override_earned, grade.override_possible)


def is_override_overwritten(grade: LtiAgsGrade, score: Points | None) -> bool:
    """
    Tell whether the LMS holds what a publisher of ours was about to write when staff set their value.

    The publisher could not know: it looked before staff acted, and its call arrived after.
    """
    override = known_override(grade)
    if override is None or _are_one(score, override):
        return False
    return any(intent.is_overtaken and _are_one(score, intent.points) for intent in intents_of(grade))


def _are_one(score: Points | None, other: Points | None) -> bool:
    """Tell whether two values of the LMS are the same, both missing included."""
    return score is other if score is None or other is None else is_same(score, other)


def add_event(
    grade: LtiAgsGrade, kind: EventKind, details: dict[str, Any], now: datetime, *, actor_id: int | None = None
) -> None:
    """Add an entry to the history of a grade. ``actor_id``: the member of staff, or None for the platform itself."""
    _NEW_EVENT.write(
        LtiAgsEvent(grade_id=grade.pk, kind=kind.value, actor_id=actor_id, details=details, happened_at=now)
    )


def tell_decision(grade: LtiAgsGrade, decision: GradeDecision, now: datetime) -> None:
    """Write a decision that leaves the LMS alone into the history, and tell other apps, if it is a new one."""
    last = LtiAgsEvent.objects.filter(grade=grade, kind__in=_DECISIONS).order_by("-id").first()
    known = GradeDecision.NOTHING.value if last is None else last.details.get("decision")
    if known == decision.value:
        return
    add_event(grade, EventKind.DECIDED, {"decision": decision.value}, now)
    payload = DecidedGrade(
        grade_id=grade.pk,
        course_key=str(grade.configuration.course_key),
        usage_key=str(grade.configuration.location),
        user_id=grade.subject.user_id,
        decision=decision.value,
    )
    after_commit(GRADE_DECIDED.send_robust, sender=LtiAgsGrade, payload=payload)
