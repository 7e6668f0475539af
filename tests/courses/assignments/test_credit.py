"""What completions are worth, and the spans of states an assignment went through: pure."""

from __future__ import annotations

import itertools
import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from courses.assignments.credit import Done, Leaf, fulfilment, fulfils, held
from courses.assignments.staff import Spell, chains
from courses.assignments.state_spans import segments_of

MODULE = uuid.uuid4()
DAYS = st.dates(date(2024, 1, 1), date(2030, 1, 1))


def done(*days: str) -> list[Done]:
    return [Done(uuid.uuid4(), MODULE, date.fromisoformat(text)) for text in days]


def test_nothing_done_is_nothing_held() -> None:
    assert held([], 12) is None
    assert not fulfils(None, date(2026, 1, 1))


def test_without_a_validity_it_never_ends() -> None:
    having = held(done("2020-02-29"), None)
    assert having is not None
    assert having.until is None
    assert fulfils(having, date(2099, 1, 1), date(2098, 1, 1))


def test_renewals_keep_their_anchor() -> None:
    """T-06: never chained."""
    having = held(done("2028-02-29", "2029-02-01", "2030-02-01", "2031-02-01"), 12)
    assert having is not None
    assert (having.anchor, having.until) == (date(2028, 2, 29), date(2032, 2, 29))


def test_a_late_renewal_shows_its_gap() -> None:
    having = held(done("2026-03-10", "2027-04-02"), 12)
    assert having is not None
    assert (having.until, having.gap_days) == (date(2028, 4, 2), 22)


def test_order_does_not_matter() -> None:
    days = ("2026-03-10", "2027-02-01", "2028-05-05")
    forward, backward = held(done(*days), 12), held(done(*reversed(days)), 12)
    assert forward is not None
    assert backward is not None
    assert (forward.anchor, forward.until) == (backward.anchor, backward.until)


@given(st.lists(DAYS, min_size=1, max_size=6), st.integers(1, 36), DAYS)
def test_doing_more_never_takes_anything_away(days: list[date], months: int, extra: date) -> None:
    """S8."""
    before = held([Done(uuid.uuid4(), MODULE, one) for one in days], months)
    after = held([Done(uuid.uuid4(), MODULE, one) for one in (*days, max(days) + timedelta(days=1))], months)
    assert before is not None
    assert after is not None
    assert before.until is not None
    assert after.until is not None
    assert after.until >= before.until


def test_a_renewal_asks_again_for_what_ends_within_sixty_days() -> None:
    end = date(2027, 3, 10)
    near, far = held(done("2026-05-09"), 12), held(done("2026-05-10"), 12)
    assert not fulfils(near, date(2027, 1, 9), end)
    assert fulfils(far, date(2027, 1, 9), end)


def test_what_is_done_in_the_window_is_done() -> None:
    end = date(2027, 3, 10)
    assert not fulfils(held(done("2026-03-10"), 12), date(2027, 1, 20), end)
    assert fulfils(held(done("2026-03-10", "2027-01-20"), 12), date(2027, 1, 20), end)


def test_a_path_is_fulfilled_by_its_compulsory_modules_only() -> None:
    other = uuid.uuid4()
    leaves = [Leaf(MODULE, "a", True, 24), Leaf(other, "b", False, 6)]
    having = {MODULE: done("2026-03-10")}
    found = fulfilment(leaves, having, date(2026, 3, 10))
    assert found is not None
    assert (found.since, found.until, len(found.leaves)) == (date(2026, 3, 10), date(2028, 3, 10), 1)
    assert fulfilment(leaves, {other: done("2026-03-10")}, date(2026, 3, 10)) is None
    assert fulfilment(leaves, having, date(2026, 3, 9)) is None


@dataclass(frozen=True)
class Reason:
    true_from: date
    true_to: date | None
    due: date | None


def spans(*reasons: Reason, state: str = "open", state_on: str = "2026-01-01", due: date | None = None) -> list[str]:
    found = segments_of(reasons, state, date.fromisoformat(state_on), due)
    return [f"{one.state} {one.true_from:%m-%d}" + (f"/{one.true_to:%m-%d}" if one.true_to else "") for one in found]


def test_days_without_a_reason_are_not_covered() -> None:
    first = Reason(date(2026, 1, 1), date(2026, 3, 1), date(2026, 2, 1))
    second = Reason(date(2026, 5, 1), None, date(2026, 6, 1))
    assert spans(first, second) == ["open 01-01/03-01", "ended 03-01/05-01", "open 05-01"]
    assert spans(first, state="ended", state_on="2026-03-01") == ["open 01-01/03-01", "ended 03-01"]


def test_a_closing_cuts_what_would_have_come() -> None:
    reasons = Reason(date(2026, 1, 1), None, None), Reason(date(2026, 3, 1), None, date(2026, 4, 1))
    assert spans(*reasons, state="satisfied", state_on="2026-02-01") == ["open 01-01/02-01", "satisfied 02-01"]
    assert spans(*reasons, state="satisfied", state_on="2026-01-01") == ["satisfied 01-01"]


@given(st.lists(st.tuples(DAYS, st.integers(0, 400) | st.none(), DAYS | st.none()), max_size=5), DAYS)
def test_segments_have_no_gap_and_no_overlap(rows: list[tuple[date, int | None, date | None]], closed: date) -> None:
    reasons = [Reason(a, None if n is None else a + timedelta(days=n), due) for a, n, due in rows]
    for state in ("open", "satisfied", "ended"):
        found = segments_of(reasons, state, closed, None)
        for one, other in itertools.pairwise(found):
            assert one.true_to == other.true_from
            assert one.true_from < other.true_from
        assert not found or found[-1].true_to is None
        if state != "open":
            assert [one.true_from for one in found if one.state == state][-1] == closed or state == "ended"


def test_spells_that_touch_are_one() -> None:
    a, b, c = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
    assert chains([Spell(b, c), Spell(a, b)]) == [Spell(a, c)]
    assert chains([Spell(a, b), Spell(c, None)]) == [Spell(a, b), Spell(c, None)]
    assert chains([Spell(a, None), Spell(b, c)]) == [Spell(a, None)]
