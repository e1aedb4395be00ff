"""When a site is well, when somebody should look, and when something is wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lti_ags.data.findings import Health
from lti_ags.domain.diagnosis import health_of_backlog, health_of_clock, is_strict, unsuitable_tables

TICK = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("oldest", "health"),
    [
        (None, Health.PASS),
        (timedelta(0), Health.PASS),
        (5 * MINUTE - TICK, Health.PASS),
        (5 * MINUTE, Health.WARN),
        (60 * MINUTE - TICK, Health.WARN),
        (60 * MINUTE, Health.FAIL),
    ],
    ids=["none", "now", "soon", "five minutes", "nearly an hour", "an hour"],
)
def test_backlog_is_judged_by_its_oldest_grade(oldest: timedelta | None, health: Health) -> None:
    assert health_of_backlog(oldest) is health


@pytest.mark.parametrize("sign", [1, -1], ids=["ahead", "behind"])
@pytest.mark.parametrize(
    ("apart", "health"),
    [
        (timedelta(seconds=5), Health.PASS),
        (timedelta(seconds=5) + TICK, Health.WARN),
        (MINUTE - TICK, Health.WARN),
        (MINUTE, Health.FAIL),
    ],
    ids=["close", "drifting", "just tolerable", "too far"],
)
def test_clocks_are_judged_by_what_signatures_are_forgiven(apart: timedelta, health: Health, sign: int) -> None:
    assert health_of_clock(sign * apart, tolerance=MINUTE) is health


@pytest.mark.parametrize(
    ("sql_mode", "strict"),
    [
        ("STRICT_TRANS_TABLES", True),
        ("only_full_group_by,strict_trans_tables", True),
        ("NO_ZERO_DATE,STRICT_ALL_TABLES", True),
        ("NO_ENGINE_SUBSTITUTION", False),
        ("", False),
    ],
)
def test_mysql_is_strict_where_its_mode_says_so(sql_mode: str, *, strict: bool) -> None:
    assert is_strict(sql_mode) is strict


def test_tables_need_transactions_and_every_text() -> None:
    tables = {
        "d": ("InnoDB", "utf8mb4_unicode_ci"),
        "c": ("INNODB", "UTF8MB4_BIN"),
        "b": ("MyISAM", "utf8mb4_unicode_ci"),
        "a": ("InnoDB", "latin1_swedish_ci"),
        "e": ("InnoDB", "utf8mb3_utf8mb4_ci"),
    }

    assert unsuitable_tables(tables) == ["a", "b", "e"]
