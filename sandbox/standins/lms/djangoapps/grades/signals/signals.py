"""The signals of the grades app. They refuse arguments that the platform's receivers do not know, or miss."""

from __future__ import annotations

from django.dispatch import Signal


class StrictSignal(Signal):
    """A signal with a fixed list of keyword arguments; all are required, except a ``grader_response`` not asked for."""

    def __init__(self, name: str, *arguments: str, optional: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.name = name
        self.arguments = frozenset(arguments)
        self.optional = frozenset(optional)

    def send(self, sender, **named):
        """Send to all receivers; what one raises reaches the caller."""
        missing, unknown = self.arguments - set(named), set(named) - self.arguments - self.optional
        if missing or unknown:
            raise TypeError(f"{self.name}: missing {sorted(missing)}, unknown {sorted(unknown)}")
        return super().send(sender, **named)


_RAW = ("user_id", "course_id", "usage_id", "only_if_higher", "modified", "score_db_table", "score_deleted")
_OPTIONAL = ("grader_response",)

PROBLEM_RAW_SCORE_CHANGED = StrictSignal(
    "PROBLEM_RAW_SCORE_CHANGED", "raw_earned", "raw_possible", "weight", *_RAW, optional=_OPTIONAL
)
PROBLEM_WEIGHTED_SCORE_CHANGED = StrictSignal(
    "PROBLEM_WEIGHTED_SCORE_CHANGED", "weighted_earned", "weighted_possible", *_RAW, optional=_OPTIONAL
)
SCORE_PUBLISHED = StrictSignal(
    "SCORE_PUBLISHED",
    "block",
    "user",
    "raw_earned",
    "raw_possible",
    "only_if_higher",
    "score_deleted",
    "grader_response",
)
SUBSECTION_SCORE_CHANGED = StrictSignal(
    "SUBSECTION_SCORE_CHANGED", "course", "course_structure", "user", "subsection_grade"
)
SUBSECTION_OVERRIDE_CHANGED = StrictSignal("SUBSECTION_OVERRIDE_CHANGED", *_RAW)
COURSE_GRADE_CHANGED = StrictSignal("COURSE_GRADE_CHANGED", "user", "course_grade", "course_key", "deadline")
