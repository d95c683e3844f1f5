"""Seconds since 1970 as ISO 8601 text in UTC, to the microsecond, and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = datetime(1, 1, 1, tzinfo=UTC)
_LAST = datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)


def to_iso(seconds: float) -> str:
    """1.5 as "1970-01-01T00:00:01.500000Z"; a time no calendar holds becomes the nearest it does."""
    try:
        moment = _EPOCH + timedelta(seconds=seconds)
    except (OverflowError, ValueError):
        moment = _LAST if seconds > 0 else _FIRST
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def from_iso(text: str) -> float:
    """The inverse of to_iso(), for any ISO 8601 time with a zone; ValueError for anything else."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("no time zone")
    return (moment - _EPOCH) / timedelta(seconds=1)
