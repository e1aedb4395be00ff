"""Reading the instants that tools send."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_ags.domain.timestamps import EXPECTED, read_instant, write_instant

HALF_PAST_NINE = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-01T09:30:00Z", HALF_PAST_NINE),
        ("2026-03-01t09:30:00z", HALF_PAST_NINE),
        ("2026-03-01T09:30:00+00:00", HALF_PAST_NINE),
        ("2026-03-01T09:30:00+0000", HALF_PAST_NINE),
        ("2026-03-01T09:30:00+00", HALF_PAST_NINE),
        ("2026-03-01T09:30:00-00:00", HALF_PAST_NINE),
        ("2026-03-01T15:00:00+05:30", HALF_PAST_NINE),
        ("2026-03-01T15:00:00+0530", HALF_PAST_NINE),
        ("2026-02-28T23:30:00-10", HALF_PAST_NINE),
        ("2026-03-02T09:29:00+23:59", HALF_PAST_NINE),
        ("2026-03-01T09:30:00.1Z", HALF_PAST_NINE.replace(microsecond=100_000)),
        ("2026-03-01T09:30:00,25Z", HALF_PAST_NINE.replace(microsecond=250_000)),
        ("2026-03-01T09:30:00.123456+00", HALF_PAST_NINE.replace(microsecond=123_456)),
        ("2026-03-01T09:30:00.123456999Z", HALF_PAST_NINE.replace(microsecond=123_456)),
        ("1000-01-01T00:00:00+14:00", datetime(999, 12, 31, 10, tzinfo=UTC)),
        ("9998-12-31T23:59:59-12:00", datetime(9999, 1, 1, 11, 59, 59, tzinfo=UTC)),
    ],
)
def test_instant_is_read_to_the_microsecond_in_utc(text: str, instant: datetime) -> None:
    assert read_instant(text) == instant
    assert read_instant(text).tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2026-03-01",
        "2026-03-01T09:30Z",
        "2026-03-01T09:30:00",
        "2026-03-01 09:30:00Z",
        "2026-03-01T09:30:00 Z",
        " 2026-03-01T09:30:00Z",
        "2026-03-01T09:30:00Z\n",
        "2026-03-01T09:30:00.Z",
        "2026-03-01T09:30:00+1",
        "2026-03-01T09:30:00+24:00",
        "2026-03-01T09:30:00+01:60",
        "2026-03-01T24:00:00Z",
        "2026-03-01T09:30:60Z",
        "2026-02-29T09:30:00Z",
        "2026-13-01T09:30:00Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "20260301T093000Z",
        "\u0662\u0660\u0662\u0666-03-01T09:30:00Z",
        "1772357400",
    ],
)
def test_text_that_names_no_instant_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^expected "):
        read_instant(text)


@given(
    st.datetimes(
        min_value=datetime(1001, 1, 1),  # noqa: DTZ001 - the zones are drawn beside it
        max_value=datetime(9998, 1, 1),  # noqa: DTZ001 - the zones are drawn beside it
        timezones=st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes))),
    )
)
def test_instant_that_is_written_reads_as_the_same(instant: datetime) -> None:
    assert read_instant(instant.isoformat()) == instant
    assert read_instant(write_instant(instant)) == instant
    assert write_instant(instant).endswith("Z")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("now", f"expected {EXPECTED}"),
        ("2026-02-29T09:30:00Z", "expected a date and a time that exist"),
        ("0999-01-01T00:00:00Z", "expected a year from 1000 to 9998"),
        ("2026-03-01T09:30:00+24:00", "expected an offset from UTC of less than 24 hours"),
    ],
)
def test_refusal_says_what_was_expected(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=r"^expected ") as refusal:
        read_instant(text)

    assert str(refusal.value) == sentence


def test_instant_is_written_in_utc_wherever_the_machine_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert write_instant(datetime(2026, 3, 1, 9, 30, tzinfo=UTC)) == "2026-03-01T09:30:00Z"
    finally:
        monkeypatch.undo()
        time.tzset()
