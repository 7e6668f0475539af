"""Time zones by name, and the calendar day that people live by. Pure.

The system's list of names is a walk through hundreds of files, so it is walked once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

NO_ZONE = "UTC"
ONE_DAY = timedelta(days=1)


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


def is_zone(name: str) -> bool:
    return name in _names()


def known_zone(name: str) -> str:
    """The name, or UTC where this machine's time zone data has no such zone: nobody's page ends in an error for it."""
    return name if is_zone(name) else NO_ZONE


def day_by(clocks: Iterable[tuple[date, str]], at: datetime) -> date:
    """The calendar day at that instant for somebody who lives by these clocks, each from its first day on.

    A move acts on their own day (S17): the old clock counts up to the day before, the new one from its day on, and the
    day never runs backwards. Without any clock it is the day in UTC.
    """
    rows = sorted(clocks)
    lasts = [first - ONE_DAY for first, _zone in rows[1:]]
    told = [(first, last, _day(at, zone)) for (first, zone), last in zip(rows, [*lasts, date.max], strict=False)]
    days = [min(day, last) for first, last, day in told if first <= min(day, last)]
    return max(days) if days else _day(at, rows[0][1] if rows else NO_ZONE)


def _day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(known_zone(zone))).date()
