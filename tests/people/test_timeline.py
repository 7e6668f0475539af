"""The span arithmetic under every dated fact, against a day-by-day model."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.people import timeline
from lms.people.timeline import Change, Span

FIRST = date(2026, 1, 1)
DAYS = [FIRST + timedelta(days=number) for number in range(40)]
day = st.sampled_from(DAYS)
value = st.sampled_from(["a", "b"])


@st.composite
def spans(draw: st.DrawFn) -> list[Span]:
    """Spans of one timeline: in order, never overlapping, no two neighbours of one value."""
    bounds = sorted(draw(st.sets(day, min_size=1, max_size=8)))
    found: list[Span] = []
    for start, end in zip(bounds, [*bounds[1:], None], strict=True):
        held = draw(st.one_of(st.none(), value))
        if held and not (found and found[-1].end == start and found[-1].value == held):
            found.append(Span(start, end, held))
    return found


def applied(before: list[Span], change: Change) -> list[Span]:
    assert set(change.closed) <= set(before)
    return [span for span in before if span not in change.closed] + list(change.opened)


def on(timeline_spans: list[Span], when: date) -> object:
    held = [span.value for span in timeline_spans if span.covers(when)]
    assert len(held) <= 1
    return held[0] if held else None


@given(spans(), day, st.one_of(st.none(), value))
def test_a_value_holds_from_its_day_until_the_next_known_change(
    before: list[Span], start: date, new: str | None
) -> None:
    held = next((span for span in before if span.covers(start)), None)
    end = held.end if held else min((span.start for span in before if span.start > start), default=None)
    after = applied(before, timeline.set_from(before, start, new))
    for when in DAYS:
        inside = start <= when and (end is None or when < end)
        assert on(after, when) == (new if inside else on(before, when))


@given(spans(), day, value, day)
def test_a_value_never_holds_beyond_its_bound(before: list[Span], start: date, new: str, until: date) -> None:
    until = max(until, start + timedelta(days=1))
    free = applied(before, timeline.set_from(before, start, new))
    bound = applied(before, timeline.set_from(before, start, new, until))
    for when in DAYS:
        assert on(bound, when) == (on(free, when) if when < until else on(before, when))


@given(spans(), day, st.one_of(st.none(), value))
def test_saying_it_twice_changes_nothing(before: list[Span], start: date, new: str | None) -> None:
    after = applied(before, timeline.set_from(before, start, new))
    assert not timeline.set_from(after, start, new)


@given(spans(), day, st.one_of(st.none(), value))
def test_the_days_named_are_where_the_difference_begins(before: list[Span], start: date, new: str | None) -> None:
    change = timeline.set_from(before, start, new)
    after = applied(before, change)
    differing = [when for when in DAYS if on(before, when) != on(after, when)]
    assert bool(change) == bool(differing)
    if differing:
        assert min(change.days) == differing[0] == start


@given(spans(), day)
def test_after_a_cut_nothing_holds(before: list[Span], end: date) -> None:
    after = applied(before, timeline.cut(before, end))
    assert [on(after, when) for when in DAYS] == [on(before, when) if when < end else None for when in DAYS]


def test_an_end_taken_back_leaves_no_seam() -> None:
    before = [Span(DAYS[0], DAYS[9], "a"), Span(DAYS[20], None, "a")]
    change = timeline.set_from(before, DAYS[9], "a")
    assert applied(before, change) == [Span(DAYS[0], None, "a")]


def test_a_start_moved_later_takes_back_what_lay_before_it() -> None:
    before = [Span(DAYS[2], DAYS[5], "a"), Span(DAYS[5], DAYS[9], "b"), Span(DAYS[9], None, "a")]
    assert applied(before, timeline.move_start(before, DAYS[2], DAYS[7])) == [
        Span(DAYS[9], None, "a"),
        Span(DAYS[7], DAYS[9], "b"),
    ]
