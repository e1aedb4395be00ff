"""What the course API refuses."""

from __future__ import annotations


class OverEnrollmentLimitException(Exception):
    """The course has too many members to list."""
