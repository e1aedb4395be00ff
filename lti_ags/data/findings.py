"""What a look at a live site finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """``FAIL``: tools or grades do not get through. ``WARN``: they do, and somebody should look."""

    PASS = "pass"  # noqa: S105 - a word, not a secret
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One thing that was looked at.

    ``check`` is a stable code. ``message`` says what was seen; ``advice`` what to do, empty when it passes.
    """

    check: str
    health: Health
    message: str
    advice: str = ""


def passed(check: str, message: str) -> Finding:
    """Return a finding that nothing has to be done about."""
    return Finding(check, Health.PASS, message)


def warned(check: str, message: str, advice: str) -> Finding:
    """Return a finding that somebody should look at."""
    return Finding(check, Health.WARN, message, advice)


def failed(check: str, message: str, advice: str) -> Finding:
    """Return a finding that keeps tools or grades from getting through."""
    return Finding(check, Health.FAIL, message, advice)
