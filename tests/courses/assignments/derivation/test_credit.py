"""What completions are worth, and days as spans: pure."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from courses.assignments.derivation import spans
from courses.assignments.derivation.credit import Held, counts_again, fulfilled_on, held
from courses.assignments.derivation.values import DaySpan, Done, PublishedPath
from tests.courses.assignments.derivation.world import LONG_AGO, A, B, leaf

DAYS = st.dates(date(2024, 1, 1), date(2030, 1, 1))
SPANS = st.lists(
    st.tuples(DAYS, st.integers(1, 400) | st.none()).map(
        lambda each: DaySpan(each[0], each[0] + timedelta(days=each[1]) if each[1] else None)
    ),
    max_size=5,
)


def done(*days: str, module: uuid.UUID = A) -> list[Done]:
    return [Done(uuid.uuid4(), module, date.fromisoformat(text), LONG_AGO) for text in days]


def had(*days: str, months: int = 12) -> Held:
    found = held(done(*days), months)
    assert found is not None
    return found


def test_nothing_done_is_nothing_held() -> None:
    assert held([], 12) is None


def test_without_a_validity_it_never_ends() -> None:
    found = held(done("2020-02-29"), None)
    assert found is not None
    assert found.until is None
    assert counts_again(found, date(2098, 1, 1), date(2098, 1, 1))


def test_renewals_keep_their_anchor() -> None:
    """T-06: never chained."""
    found = had("2028-02-29", "2029-02-01", "2030-02-01", "2031-02-01")
    assert (found.anchor, found.until) == (date(2028, 2, 29), date(2032, 2, 29))


def test_a_late_renewal_shows_its_gap() -> None:
    found = had("2026-03-10", "2027-04-02")
    assert (found.until, found.gap_days) == (date(2028, 4, 2), 22)


def test_the_reading_that_serves_the_person_holds() -> None:
    """S12: a repeat before the window does not take away the anchor that a later one in the window would have kept."""
    assert had("2026-03-10", "2027-01-20").until == date(2028, 3, 10)
    assert had("2026-03-10", "2026-12-01", "2027-01-20").until == date(2028, 3, 10)


def test_order_does_not_matter() -> None:
    days = ("2026-03-10", "2027-02-01", "2028-05-05")
    forward, backward = had(*days), had(*reversed(days))
    assert (forward.anchor, forward.until) == (backward.anchor, backward.until)


@given(st.lists(DAYS, min_size=1, max_size=6), st.integers(1, 36), DAYS)
def test_doing_more_never_takes_anything_away(days: list[date], months: int, extra: date) -> None:
    """S8, S12: not even what is done in between, or afterwards becomes known."""
    before = had(*map(str, days), months=months)
    after = had(*map(str, (*days, extra)), months=months)
    assert before.until is not None
    assert after.until is not None
    assert after.until >= before.until


def test_a_renewal_asks_again_for_what_ends_within_sixty_days() -> None:
    end, certified = date(2027, 3, 10), date(2026, 5, 20)
    assert not counts_again(had("2026-05-09"), end, certified)
    assert counts_again(had("2026-05-10"), end, certified)
    assert not counts_again(had("2026-03-10"), end, date(2026, 3, 10))
    assert counts_again(had("2026-03-10", "2027-01-20"), end, date(2026, 3, 10))


def test_a_path_is_fulfilled_by_its_compulsory_modules_only() -> None:
    version = PublishedPath(uuid.uuid4(), "p1", 1, (leaf(A), leaf(B, 6, compulsory=False)), LONG_AGO)
    having = {A: done("2026-03-10")}
    found = fulfilled_on(date(2026, 3, 10), version, having)
    assert found is not None
    assert (found.on, found.until, len(found.leaves)) == (date(2026, 3, 10), date(2028, 3, 10), 1)
    assert fulfilled_on(date(2026, 3, 10), version, {B: done("2026-03-10", module=B)}) is None
    assert fulfilled_on(date(2026, 3, 9), version, having) is None


def test_spans_that_touch_are_one() -> None:
    a, b, c = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
    assert spans.union([DaySpan(b, c), DaySpan(a, b)]) == [DaySpan(a, c)]
    assert spans.union([DaySpan(a, b), DaySpan(c, None)]) == [DaySpan(a, b), DaySpan(c, None)]
    assert spans.union([DaySpan(a, None), DaySpan(b, c)]) == [DaySpan(a, None)]


@given(SPANS, SPANS, DAYS)
def test_spans_are_sets_of_days(some: list[DaySpan], holes: list[DaySpan], day: date) -> None:
    covered = any(span.covers(day) for span in some)
    hole = any(span.covers(day) for span in holes)
    assert any(span.covers(day) for span in spans.union(some)) == covered
    assert any(span.covers(day) for span in spans.without(some, holes)) == (covered and not hole)
    left = spans.without(some, holes)
    assert all(one.end is not None and one.end < other.first for one, other in pairwise(left))
