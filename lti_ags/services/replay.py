"""Publishing again on purpose: for a learner, a block, a course or a span of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from opaque_keys.edx.keys import CourseKey, UsageKey

from lti_ags.models import LtiAgsGrade
from lti_ags.models.fields import digest_of
from lti_ags.services.grades import raise_version


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
    keys = list(_selected(selection).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), batch):
        done += raise_version(LtiAgsGrade.objects.filter(pk__in=keys[start : start + batch]), now=now)
        yield done


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
