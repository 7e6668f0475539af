"""Working days in real calendars. Holidays on fixed days (and one counted from Easter), so that none is an estimate."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.assignments.dates import working_days_after


@pytest.mark.parametrize(
    ("country", "day", "days", "then"),
    [
        # Morocco: Friday 6 November (Green March) and Wednesday 18 November (Independence Day)
        ("MA", date(2026, 11, 4), 10, date(2026, 11, 20)),
        # France: Friday 1 May, Friday 8 May and Thursday 14 May (Ascension, 39 days after Easter)
        ("FR", date(2026, 4, 30), 10, date(2026, 5, 19)),
        # Germany: 25 December; the 26th is a Saturday, the 24th a working day
        ("DE", date(2026, 12, 23), 5, date(2026, 12, 31)),
        # United Arab Emirates: Saturday and Sunday since 2022; Wednesday 2 and Thursday 3 December (National Day)
        ("AE", date(2026, 11, 30), 3, date(2026, 12, 7)),
        # Saudi Arabia: the weekend is Friday and Saturday; Wednesday 23 September (National Day)
        ("SA", date(2026, 9, 22), 3, date(2026, 9, 28)),
    ],
)
def test_weekends_and_public_holidays_of_the_country_do_not_count(
    country: str, day: date, days: int, then: date
) -> None:
    assert working_days_after(day, days, country) == then


@pytest.mark.parametrize("country", ["", "ZZ"])
def test_without_a_known_country_monday_to_friday_count(country: str) -> None:
    assert working_days_after(date(2026, 12, 23), 5, country) == date(2026, 12, 30)


def test_a_holiday_of_one_region_counts_as_a_working_day() -> None:
    """Epiphany is a holiday in three of Germany's states: only what holds in the whole country is known."""
    assert working_days_after(date(2026, 1, 5), 1, "DE") == date(2026, 1, 6)


def test_no_working_days_name_no_day() -> None:
    with pytest.raises(ValueError, match="give 1 or more"):
        working_days_after(date(2026, 9, 21), 0, "FR")


@given(
    st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.integers(1, 15), st.sampled_from(["", "FR", "MA", "SA", "AE"])
)
def test_each_further_working_day_is_the_next_after_the_one_before(day: date, days: int, country: str) -> None:
    then = working_days_after(day, days, country)
    assert then > day
    assert working_days_after(then, 1, country) == working_days_after(day, days + 1, country)
