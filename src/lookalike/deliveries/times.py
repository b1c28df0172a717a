"""Times as senders write them: numbers since 1970 in any unit, ISO 8601, what databases print, and dates."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Final

from lookalike.catalog.rows import text

EARLIEST: Final = 631_152_000
"""Seconds from 1970 to 1990: before there were shops to tell of; a clock that was never set is before it."""

_LATEST: Final = 4_102_444_800  # seconds from 1970 to 2100
_FAR = 10**20
_UNITS = (1_000, 1, 1 / 1_000, 1 / 1_000_000)  # milliseconds in a second, milli-, micro- and nanosecond
_WRITTEN = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)"
    r"(?:[T ]+(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*"
    r"(Z|UTC|GMT)?([+-]\d\d:?(?:\d\d)?)?(?:\s+[A-Z]{3,4})?)?",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)")
_NEXT = "Write it as 2026-11-22T06:30:00Z, or as seconds, milliseconds or microseconds since 1970."


class NoTime(ValueError):
    """What was given is no time."""


def milliseconds(given: Any) -> int:
    """A time as milliseconds since 1970, UTC; one without a zone is taken as UTC.

    The unit of a number is the one in which it lies between 1990 and 2100. Raises `NoTime`.
    """
    if isinstance(given, datetime):
        return _since(given)
    if isinstance(given, date):
        return _since(datetime(given.year, given.month, given.day))
    if isinstance(given, int | float | Decimal) and not isinstance(given, bool):
        return _number(given)
    written = text(given)
    if not written:
        raise NoTime("It says no time.")
    try:
        return _number(int(written))
    except ValueError:
        return _read(written)


def _number(given: int | float | Decimal) -> int:
    try:
        near = -_FAR < given < _FAR  # what is no number is not
    except ArithmeticError:
        near = False
    if not near:
        raise NoTime(f"That number is no time. {_NEXT}")
    if isinstance(given, Decimal):
        given = float(given)
    for unit in _UNITS:
        if EARLIEST * 1_000 <= given * unit < _LATEST * 1_000:
            return int(given * unit) if unit >= 1 else int(given) // round(1 / unit)
    compact = _COMPACT.fullmatch(str(given))
    if compact:
        return _read("-".join(compact.groups()))
    raise NoTime(f"{str(given)[:40]} is no time between 1990 and 2100, in any unit. {_NEXT}")


def _read(written: str) -> int:
    parts = _WRITTEN.fullmatch(written)
    if parts is None:
        try:
            return _number(Decimal(written))
        except ArithmeticError:
            raise NoTime(f"{written[:60]!r} is no time. {_NEXT}") from None
    year, month, day, hour, minute, second, fraction, _, zone = parts.groups()
    try:
        moment = datetime(
            int(year),
            int(month),
            int(day),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            int(((fraction or "") + "000000")[:6]),
            _zone(zone or ""),
        )
    except ValueError:
        raise NoTime(f"{written[:60]!r} is no time. {_NEXT}") from None
    return _since(moment)


def _zone(written: str) -> timezone:
    digits = written.replace(":", "")
    if not digits:
        return UTC
    ahead = timedelta(hours=int(digits[1:3]), minutes=int(digits[3:] or 0))
    return timezone(-ahead if digits[0] == "-" else ahead)


def _since(moment: datetime) -> int:
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    after = aware - datetime(1970, 1, 1, tzinfo=UTC)
    since = (after.days * 86_400 + after.seconds) * 1_000 + after.microseconds // 1_000
    if since < EARLIEST * 1_000:
        raise NoTime(f"{moment.isoformat()} is before 1990. {_NEXT}")
    return since
