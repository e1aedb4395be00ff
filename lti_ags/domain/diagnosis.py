"""From what is measured on a live site to what an operator should think of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from lti_ags.data.findings import Health

#: A grade that is due is taken up within seconds where somebody works.
_SLOW: Final = timedelta(minutes=5)
_STANDING: Final = timedelta(hours=1)
#: Two clocks that are both set by the network differ by less.
_DRIFT: Final = timedelta(seconds=5)
_CHARACTER_SET: Final = "utf8mb4_"


def health_of_backlog(oldest: timedelta | None) -> Health:
    """Judge for how long the oldest grade that nobody publishes has been due; None: there is none."""
    if oldest is None or oldest < _SLOW:
        return Health.PASS
    return Health.WARN if oldest < _STANDING else Health.FAIL


def health_of_clock(difference: timedelta, *, tolerance: timedelta) -> Health:
    """Judge how far two clocks are apart, whichever is ahead. ``tolerance``: what signatures are forgiven."""
    apart = abs(difference)
    if apart <= _DRIFT:
        return Health.PASS
    return Health.WARN if apart < tolerance else Health.FAIL


def is_strict(sql_mode: str) -> bool:
    """Tell of MySQL's ``sql_mode`` whether a value that does not fit is refused, and not cut."""
    return not {"STRICT_TRANS_TABLES", "STRICT_ALL_TABLES"}.isdisjoint(sql_mode.upper().split(","))


def unsuitable_tables(tables: Mapping[str, tuple[str, str]]) -> list[str]:
    """
    Return the tables of MySQL, by name, that know no transactions or cannot hold every text.

    Arguments:
        tables: engine and collation of each.
    """
    return sorted(
        name
        for name, (engine, collation) in tables.items()
        if engine.lower() != "innodb" or not collation.lower().startswith(_CHARACTER_SET)
    )
