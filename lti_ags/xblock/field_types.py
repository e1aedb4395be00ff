"""
Fields that can always be read.

The platform reads the fields of every block of a course when it works out grades or follows a publication, and one
that raises there stops that for the whole course. Courses are imported from files that people edit, so a stored value
may be anything: it reads as the nearest harmless value here, and ``validation`` tells the author about it.
"""

from __future__ import annotations

import math
from typing import Any

from xblock.fields import Dict, Float, String


class Text(String):  # type: ignore[misc]  # XBlock is published without types
    """Text; what is none reads as the default."""

    def from_json(self, value: Any) -> str:
        """Read a stored or authored value."""
        return str(super().from_json(value)) if isinstance(value, str) else str(self.default or "")


class Choice(String):  # type: ignore[misc]  # XBlock is published without types
    """One of the field's ``values``; anything else reads as the default."""

    def from_json(self, value: Any) -> str:
        """Read a stored or authored value."""
        return value if isinstance(value, str) and value in self.values else str(self.default)


class Weight(Float):  # type: ignore[misc]  # XBlock is published without types
    """
    Points, finite and not negative.

    Anything else reads as zero, which the platform takes for "no points here", rather than as None, with which scores
    would count in a scale of their own.
    """

    def from_json(self, value: Any) -> float:
        """Read a stored or authored value."""
        try:
            points = float(value)
        except (TypeError, ValueError, OverflowError):
            return 0.0
        return points if math.isfinite(points) and points >= 0 else 0.0

    enforce_type = from_json


class Parameters(Dict):  # type: ignore[misc]  # XBlock is published without types
    """Names with values, both text. Numbers and truth values read as text; what has no plain text is left out."""

    def from_json(self, value: Any) -> dict[str, str]:
        """Read a stored or authored value."""
        if not isinstance(value, dict):
            return {}
        return {str(name): _plain(item) for name, item in value.items() if isinstance(item, str | int | float)}

    enforce_type = from_json


def _plain(value: str | float) -> str:
    """Write truth values as JSON does."""
    return str(value).lower() if isinstance(value, bool) else str(value)
