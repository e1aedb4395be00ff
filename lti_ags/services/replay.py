"""Publishing again on purpose: for a learner, a block, a course or a span of time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from django.db.models import QuerySet
from opaque_keys.edx.keys import CourseKey, UsageKey

from lti_ags import edx_platform
from lti_ags.constants import AFTER_RESTORE, EventKind
from lti_ags.data import Points
from lti_ags.domain.publication import is_same
from lti_ags.models import LtiAgsGrade
from lti_ags.models.fields import digest_of
from lti_ags.services.grade_rows import add_event, known_override
from lti_ags.services.grades import raise_version
from lti_ags.services.intents import Intent, add_intent
from lti_ags.services.transactions import run_atomically

#: Marks a value that was found in the gradebook after a restored backup, where it is no change by staff.
_RESTORED: Final = "restored"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which grades to publish again; what is None does not narrow the choice. Times are of the last change."""

    user_id: int | None = None
    location: UsageKey | None = None
    course_key: CourseKey | None = None
    since: datetime | None = None
    until: datetime | None = None


def count_selected(selection: Selection) -> int:
    """Return how many grades would be published again."""
    return _selected(selection).count()


def want_selected(selection: Selection, *, now: datetime, batch: int = 500) -> Iterator[int]:
    """
    Make the selected grades due, ``batch`` at a time, and yield how many are done after each batch.

    Nothing is enqueued: who asks for a replay publishes what is due, or leaves it to the next sweep.
    """
    done = 0
    for keys in _batches(selection, batch):
        done += raise_version(LtiAgsGrade.objects.filter(pk__in=keys), now=now)
        yield done


def want_restored(selection: Selection, *, lost_since: datetime, now: datetime, batch: int = 500) -> Iterator[int]:
    """
    As ``want_selected``, where a restored backup has put gradebook and grades out of step.

    What the gradebook holds, or does not, is no change by staff then, and no score is forgotten for it. A grade that
    staff set is put back where the gradebook has lost it.

    Arguments:
        lost_since: from then on, what happened may be missing in what was restored. A value of staff that is younger,
            and that the gradebook holds all the same, was only taken for theirs when it was found there.

    Raises:
        PlatformError: the LMS cannot say what it holds. The batches before are done, and may be done again.
    """
    done = 0
    for keys in _batches(selection, batch):
        done += run_atomically(partial(_want_restored, keys, _held_by_grade(keys), lost_since, now))
        yield done


def _held_by_grade(keys: Collection[int]) -> Mapping[int, Points]:
    """Return what the gradebook holds, by the grades' keys; one that it does not have is not in it."""
    users: dict[str, dict[int, int]] = defaultdict(dict)
    rows = LtiAgsGrade.objects.filter(pk__in=keys)
    for key, location, user_id in rows.values_list("pk", "configuration__location", "subject__user_id"):
        users[str(location)][key] = user_id
    held: dict[int, Points] = {}
    for usage_key, user_ids in users.items():
        scores = edx_platform.read_scores(usage_key, user_ids=user_ids.values())
        held |= {key: scores[user_id] for key, user_id in user_ids.items() if user_id in scores}
    return held


def _want_restored(keys: Collection[int], held: Mapping[int, Points], lost_since: datetime, now: datetime) -> int:
    grades = LtiAgsGrade.objects.filter(pk__in=keys)
    # First, for it locks the rows: a learner may be erased at this moment.
    count = raise_version(grades, now=now)
    for grade in grades:
        _take_for_ours(grade, held.get(grade.pk), lost_since, now)
        # What we told the LMS of it may be lost as well.
        grade.completion = None
        grade.save()
        add_event(grade, EventKind.STAFF_ACTION, {"action": AFTER_RESTORE}, now)
    return count


def _take_for_ours(grade: LtiAgsGrade, held: Points | None, lost_since: datetime, now: datetime) -> None:
    override = known_override(grade)
    if override is not None and held is not None and is_same(held, override):
        if grade.overridden_at is not None and grade.overridden_at < lost_since:
            return
        grade.override_earned = grade.override_possible = grade.overridden_at = override = None
    add_intent(grade, Intent(claim=_RESTORED, points=held, at=now, is_overtaken=override is not None))


def _batches(selection: Selection, size: int) -> Iterator[list[int]]:
    """Return the keys of the selected grades, as they are now, so many at a time."""
    keys = list(_selected(selection).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), size):
        yield keys[start : start + size]


def _selected(selection: Selection) -> QuerySet[LtiAgsGrade]:
    grades = LtiAgsGrade.objects.filter(configuration__replaced_at=None)
    if selection.user_id is not None:
        grades = grades.filter(subject__user_id=selection.user_id)
    if selection.location is not None:
        grades = grades.filter(configuration__identity_digest=digest_of(selection.location))
    if selection.course_key is not None:
        grades = grades.filter(configuration__course_key_digest=digest_of(selection.course_key))
    if selection.since is not None:
        grades = grades.filter(modified_at__gte=selection.since)
    if selection.until is not None:
        grades = grades.filter(modified_at__lt=selection.until)
    return grades
