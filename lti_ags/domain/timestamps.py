"""
Instants as tools write them (AGS 3.4.9) and as we write them.

ISO 8601 with a date, a time to the second or finer, and a zone. Tools differ in the number of digits after the second
and in how they write the zone; all of that is read. A time without a zone names no instant and is refused.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

#: Years that every database holds and that no change of zone can push out of what ``datetime`` holds.
FIRST_YEAR: Final = 1000
LAST_YEAR: Final = 9998

EXPECTED: Final = (
    "an ISO 8601 date and time with a zone, for example 2026-03-01T09:30:00.123Z or 2026-03-01T10:30:00.123+01:00"
)

_INSTANT: Final = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt](?P<time>[0-9]{2}:[0-9]{2}:[0-9]{2})(?:[.,](?P<fraction>[0-9]+))?"
    r"(?:(?P<utc>[Zz])|(?P<sign>[+-])(?P<hours>[0-9]{2})(?::?(?P<minutes>[0-9]{2}))?)"
)


def read_instant(text: str) -> datetime:
    """
    Return the instant that ``text`` names, in UTC and to the microsecond; further digits are cut off, not rounded.

    Raises:
        ValueError: not such a text, no such date or time, or a year outside 1000 to 9998.
    """
    match = _INSTANT.fullmatch(text)
    if match is None:
        raise ValueError(f"expected {EXPECTED}")
    try:
        naive = datetime.fromisoformat(f"{match['date']}T{match['time']}")
    except ValueError as error:
        raise ValueError("expected a date and a time that exist") from error
    if not FIRST_YEAR <= naive.year <= LAST_YEAR:
        raise ValueError(f"expected a year from {FIRST_YEAR} to {LAST_YEAR}")
    microseconds = int((match["fraction"] or "")[:6].ljust(6, "0"))
    return naive.replace(microsecond=microseconds, tzinfo=_zone(match)).astimezone(UTC)


def write_instant(instant: datetime) -> str:
    """Return an aware datetime as ISO 8601 in UTC with ``Z``; the fraction is there when it is not zero."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _zone(match: re.Match[str]) -> timezone:
    """Return the zone that the text states."""
    if match["utc"] is not None:
        return UTC
    hours, minutes = int(match["hours"]), int(match["minutes"] or 0)
    if hours > 23 or minutes > 59:
        raise ValueError("expected an offset from UTC of less than 24 hours")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(offset if match["sign"] == "+" else -offset)
