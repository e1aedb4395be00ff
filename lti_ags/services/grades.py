"""
The wish for a publication, and what changes the wish: a score, a changed block or line item.

Raising ``wanted_version`` is all that it takes: the publisher works from the rows (ADR 0003).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Count, F, QuerySet

from lti_ags.constants import GradeDecision
from lti_ags.models import LtiAgsGrade
from lti_ags.models.prepared import PreparedInsert
from lti_ags.services.scheduling import schedule_publication, schedule_sweep

_NEW_GRADE: Final = PreparedInsert(LtiAgsGrade)


@dataclass(frozen=True, slots=True)
class BlockProgress:
    """How far the work on a block's grades is: ``waiting`` of ``total`` are not settled yet."""

    total: int
    waiting: int


def want_publication(*, configuration_id: int, subject_id: int, now: datetime, is_first: bool = False) -> None:
    """
    Note that a learner's grade in a block has to be worked out again, and schedule that.

    Arguments:
        is_first: there is most likely no grade yet. It saves the statement that would find out; if there is one after
            all, it costs one.
    """

    def want_again() -> int:
        rows = LtiAgsGrade.objects.filter(configuration_id=configuration_id, subject_id=subject_id)
        return raise_version(rows, now=now)

    if is_first or not want_again():
        try:
            with transaction.atomic():
                _NEW_GRADE.write(
                    LtiAgsGrade(
                        configuration_id=configuration_id,
                        subject_id=subject_id,
                        decision=GradeDecision.QUEUED.value,
                        wanted_version=1,
                        next_attempt_at=now,
                    )
                )
        except IntegrityError:
            # A grade that was not expected, or a score that was saved without the learner's lock: the row is there now.
            want_again()
    schedule_publication(configuration_id=configuration_id, subject_id=subject_id)


def republish_configuration(configuration_id: int, *, now: datetime) -> int:
    """
    Have every grade of a block worked out and published again, in the background.

    Returns:
        How many learners are concerned.
    """
    count = raise_version(LtiAgsGrade.objects.filter(configuration_id=configuration_id), now=now)
    if count:
        schedule_sweep(configuration_id=configuration_id)
    return count


def raise_version(rows: QuerySet[LtiAgsGrade], *, now: datetime) -> int:
    """
    Make the rows due now and return how many there are; an older failure does not slow a new wish down.

    The new ``revision`` makes a publisher who looked at the LMS before the wish look again: what it saw may be what the
    wish is about, such as an enrolment or a changed block.
    """
    return rows.update(
        wanted_version=F("wanted_version") + 1,
        revision=F("revision") + 1,
        next_attempt_at=now,
        attempts=0,
        decision=GradeDecision.QUEUED.value,
    )


def progress_of_block(configuration_id: int) -> BlockProgress:
    """Return how many grades a block has and how many of them are still to be worked out or published."""
    counted = LtiAgsGrade.objects.filter(configuration_id=configuration_id).aggregate(
        total=Count("pk"), waiting=Count("next_attempt_at")
    )
    return BlockProgress(total=counted["total"], waiting=counted["waiting"])
