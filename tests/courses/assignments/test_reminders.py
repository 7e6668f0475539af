"""The days of reminding, pure: from a due day, what was told, leaves and a country to the next day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.assignments import dates, reminders
from courses.assignments.dates import LeaveSpan
from courses.assignments.reminders import News, ToldBefore

DAY = timedelta(days=1)
DUES = st.dates(date(2024, 1, 1), date(2035, 12, 31))
COUNTRIES = st.sampled_from(["", "FR", "MA", "SA", "AE", "DE", "CL"])
RULES = frozenset({"r-01"})


@st.composite
def leaves_around(draw: st.DrawFn, due: date) -> list[LeaveSpan]:
    spans = draw(st.lists(st.tuples(st.integers(-60, 90), st.integers(0, 40)), max_size=4))
    return [LeaveSpan(due + first * DAY, due + (first + length) * DAY) for first, length in spans]


def told_days(due: date, start: date, leaves: list[LeaveSpan], country: str, outage: set[date]) -> list[date]:
    """Lives through the days as the drain does: on each, what is news is told, unless the mail is down."""
    told, found = None, []
    for number in range((due - start).days + 150):
        today = start + number * DAY
        free = reminders.may_be_told(today, leaves, country) and today not in outage
        if free and reminders.news(due, RULES, told, today, country):
            told = ToldBefore(today, due, RULES)
            found.append(today)
    return found


@given(st.data(), DUES, COUNTRIES, st.integers(0, 60))
def test_told_on_working_days_never_in_leave_and_an_end(data: st.DataObject, due: date, country: str, ago: int) -> None:
    leaves = data.draw(leaves_around(due))
    outage = {due + days * DAY for days in data.draw(st.sets(st.integers(-30, 80), max_size=20))}
    days = told_days(due, due - ago * DAY, leaves, country, outage)

    for day in days:
        assert dates.is_working_day(day, country)
        assert not any(leave.first <= day <= leave.last for leave in leaves)
        assert day not in outage
    assert days == sorted(set(days))
    assert len(days) <= 1 + len(reminders.BEFORE) + len(reminders.AFTER)


@given(DUES, COUNTRIES)
def test_undisturbed_every_reminder_is_given_on_its_day(due: date, country: str) -> None:
    start = due - 40 * DAY
    while not dates.is_working_day(start, country):
        start += DAY
    days = told_days(due, start, [], country, set())

    assert days == [start, *(day for day in reminders.reminder_days(due, country) if day > start)]
    assert len(days) >= 6, "at least five reminders"


@given(DUES, COUNTRIES)
def test_a_day_off_moves_reminders_away_from_the_due_day_never_past_it(due: date, country: str) -> None:
    days = reminders.reminder_days(due, country)
    for before in reminders.BEFORE:
        assert any(day <= due - before * DAY for day in days)
    assert sum(1 for day in days if day < due) <= len(reminders.BEFORE)
    assert set(reminders.copy_days(due, country)) <= set(days)
    assert min(reminders.copy_days(due, country)) >= due + reminders.MANAGER_FROM_DAYS * DAY


@given(st.data(), DUES, COUNTRIES, st.integers(-40, 80))
def test_the_next_day_is_after_what_was_told_and_leave_only_puts_it_off(
    data: st.DataObject, due: date, country: str, offset: int
) -> None:
    leaves, told_on = data.draw(leaves_around(due)), due + offset * DAY
    days = reminders.reminder_days(due, country)
    with_leave = reminders.next_day(days, told_on, leaves, country)
    without = reminders.next_day(days, told_on, [], country)

    assert (with_leave is None) == (without is None)
    assert without == reminders.wakes_on(days, told_on)
    if with_leave and without:
        assert told_on < without <= with_leave
        assert reminders.may_be_told(with_leave, leaves, country)


@pytest.mark.parametrize(
    ("due", "rules", "expected"),
    [
        (date(2026, 12, 20), RULES, None),
        (date(2026, 11, 15), RULES, News.MOVED),
        (date(2027, 2, 1), RULES, News.MOVED),
        (None, RULES, News.MOVED),
        (date(2026, 12, 20), RULES | {"r-02"}, News.REASON),
        (date(2026, 12, 20), frozenset(), None),
    ],
)
def test_news_is_what_was_not_told(due: date | None, rules: frozenset[str], expected: News | None) -> None:
    told = ToldBefore(date(2026, 11, 10), date(2026, 12, 20), RULES)
    assert reminders.news(due, rules, told, date(2026, 11, 12), "FR") is expected


def test_what_was_never_told_is_new() -> None:
    assert reminders.news(None, RULES, None, date(2026, 11, 12), "FR") is News.NEW


def test_before_access_is_told_once() -> None:
    told = ToldBefore(date(2026, 11, 10), None, RULES)
    assert reminders.news(None, RULES, told, date(2027, 11, 12), "FR") is None
