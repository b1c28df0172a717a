"""Times in any writing come to milliseconds since 1970, UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike.deliveries.times import NoTime, milliseconds

NOON = int(datetime(2026, 11, 22, 12, 0, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    "written",
    [
        NOON // 1000,
        NOON,
        NOON * 1000,
        NOON * 1_000_000,
        str(NOON // 1000),
        str(NOON * 1000),
        NOON / 1000,
        f"{NOON // 1000}.000",
        Decimal(NOON // 1000),
        "2026-11-22T12:00:00Z",
        "2026-11-22 12:00",
        "2026-11-22 12:00:00 UTC",
        "2026-11-22 12:00:00 +0000 UTC",
        "2026-11-22T12:00:00.000000Z",
        "2026-11-22T12:00:00,000+00:00",
        "2026-11-22T14:00:00+02:00",
        "2026-11-22T07:30:00-0430",
        "2026-11-22T13:00:00+01",
        datetime(2026, 11, 22, 12, 0),
        datetime(2026, 11, 22, 14, 0, tzinfo=timezone(timedelta(hours=2))),
    ],
)
def test_noon_is_noon_in_every_unit_and_zone(written: Any) -> None:
    assert milliseconds(written) == NOON


@pytest.mark.parametrize("written", ["2026-11-22", 20261122, "20261122", date(2026, 11, 22)])
def test_a_date_is_its_first_moment(written: Any) -> None:
    assert milliseconds(written) == NOON - 12 * 3_600_000


@pytest.mark.parametrize(
    "written",
    [
        "",
        None,
        "yesterday",
        "12/01/2010 08:26",  # in which country?
        "2026-13-01",
        "2026-11-22T25:00:00Z",
        "0001-01-01 00:00:00 +0000 UTC",
        0,
        16_094_592,  # a number that was cut
        160_945_920,
        "1609459200abc",
        float("nan"),
        float("inf"),
        10**30,
        10**400,
        "9" * 5000,
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("1e999999"),
        -5,
        True,
        [],
        "1970-01-01",
    ],
)
def test_what_is_no_time_is_said_to_be_none(written: Any) -> None:
    with pytest.raises(NoTime):
        milliseconds(written)


def test_fractions_of_a_second_are_kept_to_the_millisecond() -> None:
    assert milliseconds("2026-11-22T12:00:00.1239Z") == NOON + 123
    assert milliseconds(NOON * 1000 + 123_999) == NOON + 123


@settings(deadline=None)
@given(st.datetimes(datetime(1990, 1, 1), datetime(2099, 12, 31)), st.integers(-14 * 60, 14 * 60))
def test_what_python_writes_is_read_as_python_means_it(moment: datetime, minutes: int) -> None:
    if moment.year == 1990 and moment.month == 1:
        moment = moment.replace(month=2)
    aware = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    expected = (aware - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    assert milliseconds(aware.isoformat()) == milliseconds(aware) == expected
