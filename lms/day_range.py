"""The days this site can reckon with: nobody's facts lie outside, and a day more or less at the edge stays a day."""

from __future__ import annotations

from datetime import date

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


def reckoned_day(text: str) -> date:
    """A day as a command's option gives it. Raises ValueError."""
    day = date.fromisoformat(text)
    if not is_reckoned(day):
        raise ValueError(f"{text} lies outside the years {FIRST_DAY.year} to {LAST_DAY.year}.")
    return day


def is_reckoned(day: date) -> bool:
    return FIRST_DAY <= day <= LAST_DAY
