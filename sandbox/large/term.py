"""What the learners did in the term: mostly good work in good time, and some of everything else."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sandbox.large.course import ESSAY, PRACTICE, READING, UNITS, WORKS, Work
from sandbox.large.posting import Message, instant

#: Counted from the end of a work's takers: so many handed in late.
LATE: Final = {UNITS.name: 14, ESSAY.name: 12}
#: So many, from the beginning, wait for a person to read them.
UNREAD_ESSAYS: Final = 22
#: So many, from the beginning, earned nothing; zero is a grade.
ZEROS: Final = {READING.name: 3, UNITS.name: 2}
_COMMENTS: Final = (
    "Well reasoned throughout.",
    "Good. Say next time how large the error is.",
    "The idea is right; the units are not.",
    "Clear figures, and an honest discussion.",
    "Please label the axes.",
    "Two answers are missing.",
)


def term_messages(learners: Sequence[Any], *, today: datetime, chance: random.Random) -> list[Message]:
    """Return every message of the term, in the order of their times."""
    skill = {learner.pk: chance.gauss(0.72, 0.16) for learner in learners}
    messages: list[Message] = []
    for work in WORKS:
        takers = chance.sample(list(learners), work.takers)
        for number, user in enumerate(takers):
            messages += _Attempt(work, user, number, skill[user.pk], today, chance).messages()
    return sorted(messages, key=lambda message: (message.at, message.user.pk, message.part))


@dataclass(frozen=True)
class _Attempt:
    """One learner's work on one block. ``number``: which of the takers it is; ``skill``: about 0.7 of 1."""

    work: Work
    user: Any
    number: int
    skill: float
    today: datetime
    chance: random.Random

    def messages(self) -> Iterator[Message]:
        """Yield what the tool sends, part by part."""
        at = self._handed_in()
        parts = self.work.parts or ((self.work.title, 100.0),)
        for part, (_label, points) in enumerate(parts):
            if part and self.chance.random() < 0.2:
                continue  # not everybody does every part
            members = self._unread() if self._is_unread() else self._graded(points, at)
            yield Message(at, self.work, self.user, members, part)
            at += timedelta(hours=self.chance.uniform(2, 30))

    def _handed_in(self) -> datetime:
        """Return a time between the opening and the due date; after it, for those who are late."""
        work = self.work
        opened = self.today - timedelta(days=work.opened)
        if work.due is None:
            return opened + timedelta(days=(work.opened - 4) * self.chance.betavariate(2, 2))
        due = self.today - timedelta(days=work.due)
        if self.number >= work.takers - LATE.get(work.name, 0):
            return due + timedelta(hours=self.chance.uniform(1, 60))
        return opened + (due - opened) * 0.98 * self.chance.betavariate(3, 1.5)

    def _is_unread(self) -> bool:
        return self.work is ESSAY and self.number < UNREAD_ESSAYS

    def _unread(self) -> dict[str, Any]:
        return {"activityProgress": "Submitted", "gradingProgress": "PendingManual"}

    def _graded(self, points: float, at: datetime) -> dict[str, Any]:
        members: dict[str, Any] = {
            "scoreGiven": self._points(points),
            "scoreMaximum": points,
            "activityProgress": "Completed",
            "gradingProgress": "FullyGraded",
            "submission": {"submittedAt": instant(at - timedelta(seconds=20))},
        }
        if self.work is not PRACTICE and self.chance.random() < 0.3:
            members["comment"] = self.chance.choice(_COMMENTS)
        return members

    def _points(self, points: float) -> float:
        if self.number < ZEROS.get(self.work.name, 0):
            return 0.0
        ratio = min(max(self.chance.gauss(self.skill, 0.09), 0.05), 1.0)
        return round(ratio * points * 2) / 2
