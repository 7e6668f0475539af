"""The pause between tries: after so many failures, for so long, and never into the day one is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.pauses import next_try_opens_at

FIRST = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def failures(count: int) -> list[datetime]:
    return [FIRST + number * HOUR for number in range(count)]


@pytest.mark.parametrize(("count", "paused"), [(0, False), (1, False), (2, True), (3, False), (4, True), (5, False)])
def test_every_second_failure_in_a_row_pauses(count: int, paused: bool) -> None:
    rows = failures(count)
    assert next_try_opens_at(rows, 2, 24, None) == (rows[-1] + 24 * HOUR if paused else None)


def test_a_quiz_without_pauses_is_always_open() -> None:
    assert next_try_opens_at(failures(2), 0, 24, None) is None
    assert next_try_opens_at(failures(2), 2, 0, None) is None


def test_a_pause_ends_where_the_day_begins_on_which_one_is_due() -> None:
    rows = failures(2)
    assert next_try_opens_at(rows, 2, 24, rows[-1] + 5 * HOUR) == rows[-1] + 5 * HOUR
    assert next_try_opens_at(rows, 2, 24, rows[-1] + 48 * HOUR) == rows[-1] + 24 * HOUR


@pytest.mark.parametrize("hours", [0, -1, -100])
def test_on_that_day_and_after_it_there_is_no_pause(hours: int) -> None:
    rows = failures(2)
    assert next_try_opens_at(rows, 2, 24, rows[-1] + hours * HOUR) is None


@given(st.integers(0, 12), st.integers(0, 5), st.integers(0, 72), st.none() | st.integers(-72, 144))
def test_it_never_opens_later_than_the_pause_or_the_due_day(
    count: int, after: int, hours: int, due: int | None
) -> None:
    rows = failures(count)
    latest = None if due is None else FIRST + due * HOUR
    found = next_try_opens_at(rows, after, hours, latest)
    if found is not None:
        assert rows[-1] < found <= rows[-1] + hours * HOUR
        assert latest is None or found <= latest
