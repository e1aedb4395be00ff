"""
Facts that other apps may listen to, sent after the transaction has committed.

Each signal is sent with ``payload``, a frozen value from this module, and nothing else. Receivers' errors are logged
and change nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.dispatch import Signal


@dataclass(frozen=True, slots=True)
class AcceptedScore:
    """A tool's score was stored. ``outcome``: what is known of it, a decision code. ``user_id``: the platform user."""

    delivery_id: str
    line_item_id: int
    course_key: str
    usage_key: str | None
    user_id: int
    outcome: str


@dataclass(frozen=True, slots=True)
class PublishedGrade:
    """The LMS holds our grade. ``earned`` of ``possible`` points; both None after a clear."""

    grade_id: int
    course_key: str
    usage_key: str
    user_id: int
    earned: float | None
    possible: float | None


@dataclass(frozen=True, slots=True)
class FailedPublication:
    """The LMS did not take a grade. ``will_retry``: it is tried again by itself. ``reason``: plain words."""

    grade_id: int
    course_key: str
    usage_key: str
    user_id: int
    will_retry: bool
    reason: str


@dataclass(frozen=True, slots=True)
class DecidedGrade:
    """It was decided to leave the LMS alone, and why: ``decision``, a code. Sent when the decision is a new one."""

    grade_id: int
    course_key: str
    usage_key: str
    user_id: int
    decision: str


SCORE_ACCEPTED = Signal()
GRADE_DECIDED = Signal()
GRADE_PUBLISHED = Signal()
GRADE_PUBLICATION_FAILED = Signal()
