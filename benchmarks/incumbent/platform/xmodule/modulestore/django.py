"""A modulestore with one block, which takes every grade and keeps none: the LMS costs the incumbent nothing."""

from __future__ import annotations

from types import SimpleNamespace


class _Block:
    """A graded block that is never past due."""

    has_score = True
    accept_grades_past_due = True
    grades_taken = 0

    def __init__(self, location: object) -> None:
        self.scope_ids = SimpleNamespace(usage_id=location, user_id=None)

    def is_past_due(self) -> bool:
        return False

    def max_score(self) -> float:
        return 100.0

    def set_user_module_score(self, _user: object, _score: float, _most: float, _comment: str) -> None:
        _Block.grades_taken += 1


class _Store:
    def get_item(self, location: object) -> _Block:
        return _Block(location)


def modulestore() -> _Store:
    """Return the store."""
    return _Store()


def grades_taken() -> int:
    """Return how many grades the incumbent has published."""
    return _Block.grades_taken
