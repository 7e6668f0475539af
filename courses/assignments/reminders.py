"""When somebody is reminded of a training, and what is news about it. Pure: days, leaves and a country in, a day out.

Reminders of the reference rule set: 14, 7 and 1 days before the due day, 1 and 7 days after it, then every 14 days,
four times at most. A day off moves the first three to the working day before it and the others to the one after it;
during leave nobody hears of training. What counts as told is what was delivered, not what was planned: a reminder that
could not be sent on its day is sent on the next day on which it can, once, however many were missed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import Enum

from courses.assignments import dates
from courses.assignments.dates import LeaveSpan

BEFORE = (14, 7, 1)
MANAGER_FROM_DAYS = 7
EVERY_DAYS = 14
AT_MOST_MORE = 4
MANAGER_AFTER = tuple(MANAGER_FROM_DAYS + EVERY_DAYS * number for number in range(AT_MOST_MORE + 1))
AFTER = (1, *MANAGER_AFTER)
LOCAL_HOUR = time(9)
ONE_DAY = timedelta(days=1)


class News(Enum):
    NEW = "new"
    MOVED = "moved"
    REASON = "reason"
    REMINDER = "reminder"


@dataclass(frozen=True, slots=True)
class ToldBefore:
    """What somebody was last told of an assignment, on `day` of theirs: its due day and the rules that ask for it."""

    day: date
    due: date | None
    rules: frozenset[str]


def reminder_days(due: date, country: str) -> list[date]:
    """The days on which a learner is reminded of what is due on that day, in order, each once.

    None of what is due at the end of the calendar: that is how a leave without a known end is reckoned.
    """
    if due.year == dates.LATEST.year:
        return []
    before = {_working_day(due - timedelta(days=days), -ONE_DAY, country) for days in BEFORE}
    after = {_working_day(due + timedelta(days=days), ONE_DAY, country) for days in AFTER}
    return sorted(before | after)


def copy_days(due: date, country: str) -> list[date]:
    """The days on which their manager is told that it is overdue."""
    if due.year == dates.LATEST.year:
        return []
    return sorted({_working_day(due + timedelta(days=days), ONE_DAY, country) for days in MANAGER_AFTER})


def next_day(days: Sequence[date], told_on: date | None, leaves: Iterable[LeaveSpan], country: str) -> date | None:
    """The next of these days that lies after `told_on`, or the first day after it on which mail may be sent.

    None when the last of them has passed and been told.
    """
    pending = next((day for day in days if told_on is None or day > told_on), None)
    if pending is None:
        return None
    spans = list(leaves)
    while not may_be_told(pending, spans, country):
        pending += ONE_DAY
    return pending


def may_be_told(day: date, leaves: Iterable[LeaveSpan], country: str) -> bool:
    """A working day on which the person is not on leave."""
    return dates.is_working_day(day, country) and not any(leave.first <= day <= leave.last for leave in leaves)


def news(due: date | None, rules: frozenset[str], told: ToldBefore | None, today: date, country: str) -> News | None:
    """What about an open assignment its learner should hear today, given what they were told; None = nothing.

    A rule that no longer asks for it is no news: the date it leaves is.
    """
    if told is None:
        return News.NEW
    if due != told.due:
        return News.MOVED
    if rules - told.rules:
        return News.REASON
    following = due and next_day(reminder_days(due, country), told.day, (), country)
    return News.REMINDER if following and following <= today else None


def wakes_on(days: Sequence[date], told_on: date) -> date | None:
    """The first day on which time alone can make news of it: leave may only put it off."""
    return next((day for day in days if day > told_on), None)


def _working_day(day: date, step: timedelta, country: str) -> date:
    while not dates.is_working_day(day, country):
        day += step
    return day
