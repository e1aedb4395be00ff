"""
Values that count as ours in the LMS though nobody recorded them as published (ADR 0003).

A process may die between writing a value and writing down that it did, so the value is noted in the grade's row first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from lti_ags.data import Points
from lti_ags.models import LtiAgsGrade

#: An intended value may still reach the LMS as long as a call to it can last; after that it is forgotten.
_LIFETIME: Final = timedelta(hours=1)
_MOST: Final = 20


@dataclass(frozen=True, slots=True)
class Intent:
    """
    One such value, as an element of ``LtiAgsGrade.intents``.

    ``claim``: the lease of the process that was about to write it, or why it counts as ours without one. ``points``:
    None for a clear. ``at``: since when it may be in the LMS. ``is_overtaken``: staff set theirs while it was on its
    way, so that theirs is put back. ``is_left_behind``: earned in another block, which had the same key before, and
    taken back.
    """

    claim: str
    points: Points | None
    at: datetime
    is_overtaken: bool = False
    is_left_behind: bool = False

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Intent:
        """Read an element of the column."""
        earned = stored["earned"]
        return cls(
            claim=stored["claim"],
            points=None if earned is None else Points(earned=earned, possible=stored["possible"]),
            at=datetime.fromisoformat(stored["at"]),
            is_overtaken=stored.get("is_overtaken", False),
            is_left_behind=stored.get("is_left_behind", False),
        )

    def to_json(self) -> dict[str, Any]:
        """Return what the column takes; a mark that is not set is left out."""
        marks = {"is_overtaken": self.is_overtaken, "is_left_behind": self.is_left_behind}
        return {
            "claim": self.claim,
            "earned": None if self.points is None else self.points.earned,
            "possible": None if self.points is None else self.points.possible,
            "at": self.at.isoformat(),
            **{name: True for name, is_set in marks.items() if is_set},
        }


def intents_of(grade: LtiAgsGrade) -> list[Intent]:
    """Return the intended values of a grade, oldest first."""
    return [Intent.from_json(stored) for stored in grade.intents]


def add_intent(grade: LtiAgsGrade, intent: Intent) -> None:
    """Note one more, in the row at hand; of very many, the oldest are given up."""
    grade.intents = [*grade.intents, intent.to_json()][-_MOST:]


def overtake_intents(grade: LtiAgsGrade) -> None:
    """Mark what the process that has the lease is about to write: staff act now, and it cannot know."""
    grade.intents = [
        {**stored, "is_overtaken": True} if grade.claim and stored["claim"] == grade.claim else stored
        for stored in grade.intents
    ]


def forget_intents(grade: LtiAgsGrade, *, claim: str, now: datetime) -> None:
    """
    Let go of what cannot be in the LMS any more, after the holder of ``claim`` has read its own value there.

    Another process that lost its lease may yet write its own.
    """
    grade.intents = [
        intent.to_json() for intent in intents_of(grade) if intent.claim != claim and intent.at > now - _LIFETIME
    ]


def forget_left_behind(grade: LtiAgsGrade) -> None:
    """Let go of a former block's value, which is gone once one of ours was published or cleared."""
    grade.intents = [intent.to_json() for intent in intents_of(grade) if not intent.is_left_behind]


def has_left_behind(grade: LtiAgsGrade) -> bool:
    """Tell whether the LMS may still hold what another block, which had this key before, left there."""
    return any(intent.is_left_behind for intent in intents_of(grade))
