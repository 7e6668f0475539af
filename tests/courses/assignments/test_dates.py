"""The date engine against the published vectors, the rule set's worked cases (T numbers) and properties."""

import itertools
import json
import zoneinfo
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.assignments import dates
from courses.assignments.dates import Due, LeaveSpan, Renewal

VECTORS = Path(__file__).parents[2] / "vectors"
EDGE: dict[str, Any] = json.loads((VECTORS / "edge_vectors.json").read_text())
PARIS = "Europe/Paris"
CASABLANCA = "Africa/Casablanca"
# The reference organisation's zones, and clocks that jump over midnight, back over it, or over a whole day.
ZONES = [
    *EDGE["same_due_many_zones"],
    *("America/St_Johns", "America/Havana", "America/Toronto", "Pacific/Apia", "Africa/Cairo", "Asia/Beirut"),
]


def day(text: str) -> date:
    return date.fromisoformat(text)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def span(first: str, last: str) -> LeaveSpan:
    return LeaveSpan(day(first), day(last))


@pytest.fixture
def zone_data() -> Iterator[Callable[[str], None]]:
    """Reads Casablanca from one stored release of the IANA data, whatever this machine has (T-04)."""
    before = zoneinfo.TZPATH

    def use(release: str) -> None:
        zoneinfo.reset_tzpath(to=[VECTORS / "tz" / release])
        forget_clocks()

    yield use
    zoneinfo.reset_tzpath(to=before)
    forget_clocks()


def forget_clocks() -> None:
    zoneinfo.ZoneInfo.clear_cache(only_keys=[CASABLANCA])
    dates.deadline.cache_clear()
    dates.local_date.cache_clear()


# Days and instants


def test_every_vector_is_used() -> None:
    source = Path(__file__).read_text()
    assert [name for name in EDGE if f'EDGE["{name}"]' not in source] == []


def test_a_term_counts_days_not_hours() -> None:
    """T-01: the clock goes back within the term."""
    case = EDGE["paris_new_joiner"]
    due = dates.due_date(day(case["hire"]), 30)
    assert due == day(case["due"])
    assert dates.deadline(due, PARIS) == instant(case["deadline_utc"])
    assert dates.deadline(due, PARIS) != instant(case["wrong_naive_744h_utc"])


@pytest.mark.parametrize("zone", [zone for zone in EDGE["same_due_many_zones"] if zone != CASABLANCA])
def test_one_date_in_many_zones(zone: str) -> None:
    """T-02."""
    assert dates.deadline(date(2026, 12, 31), zone) == instant(EDGE["same_due_many_zones"][zone])


@pytest.mark.parametrize("case", [EDGE["santiago_midnight_gap_2026"], EDGE["santiago_midnight_gap_2027"]])
def test_midnight_that_does_not_exist(case: dict[str, str]) -> None:
    """T-03."""
    due = day(case["due"])
    assert day(case["missing_local"][:10]) == due + timedelta(days=1)
    assert dates.deadline(due, "America/Santiago") == instant(case["deadline_utc"])


def test_ramadan_clock(zone_data: Callable[[str], None]) -> None:
    """T-02 and T-04 for Casablanca, with the predictions the vectors were computed from."""
    zone_data("2025b")
    assert dates.deadline(date(2026, 12, 31), CASABLANCA) == instant(EDGE["same_due_many_zones"][CASABLANCA])
    assert dates.deadline(date(2027, 2, 20), CASABLANCA) == instant(EDGE["casablanca_deadline_in_ramadan"])
    for at, before, after in EDGE["casablanca_transitions_2027"]:
        changes_on = dates.local_date(instant(at), CASABLANCA)
        for due, offset in ((changes_on - timedelta(days=1), before), (changes_on, after)):
            midnight = datetime.combine(due + timedelta(days=1), datetime.min.time(), UTC)
            hours = timedelta(hours=int(offset.split(":")[0]))
            assert dates.deadline(due, CASABLANCA) == midnight - hours


def test_new_zone_data_moves_future_deadlines(zone_data: Callable[[str], None]) -> None:
    """T-04: from release 2026f on, Morocco keeps UTC+0 from 2026-09-20."""
    zone_data("2026f")
    assert dates.deadline(date(2026, 9, 18), CASABLANCA) == instant("2026-09-18T23:00:00Z")
    assert dates.deadline(date(2026, 12, 31), CASABLANCA) == instant("2027-01-01T00:00:00Z")
    assert dates.deadline(date(2027, 2, 20), CASABLANCA) == instant(EDGE["casablanca_deadline_in_ramadan"])


@pytest.mark.parametrize(
    ("due", "zone", "expected"),
    [
        ("2026-10-24", "Atlantic/Azores", "2026-10-25T00:00:00Z"),  # 01:00 -> 00:00: both midnights are the next day's
        ("2027-03-27", "Atlantic/Azores", "2027-03-28T01:00:00Z"),  # 00:00 -> 01:00
        ("2026-04-04", "America/Santiago", "2026-04-05T04:00:00Z"),  # 24:00 -> 23:00: the due day has 25 hours
        ("2010-11-06", "America/St_Johns", "2010-11-07T03:30:00Z"),  # 00:01 -> 23:01: back into the due day
        ("1919-03-30", "America/Toronto", "1919-03-31T04:30:00Z"),  # 23:30 -> 00:30: the day begins at half past
        ("2011-12-29", "Pacific/Apia", "2011-12-30T10:00:00Z"),  # the 30th was left out
    ],
)
def test_odd_midnights(due: str, zone: str, expected: str) -> None:
    assert dates.deadline(day(due), zone) == instant(expected)


def test_the_last_second() -> None:
    """T-05."""
    case = EDGE["edge_completion"]
    submitted = instant(case["submitted_utc"])
    due = date(2026, 12, 31)
    assert dates.in_time(submitted, due, PARIS) is case["paris_in_time"]
    assert dates.in_time(submitted + timedelta(seconds=1), due, PARIS) is case["one_second_later"]
    assert dates.in_time(submitted + timedelta(microseconds=999_999), due, PARIS)


def test_an_offset_of_the_received_instant_changes_nothing() -> None:
    assert dates.in_time(instant("2027-01-01T08:59:59+10:00"), date(2026, 12, 31), PARIS)


def test_local_date_is_the_day_on_the_learners_wall() -> None:
    at = instant("2026-12-31T23:30:00Z")
    assert dates.local_date(at, PARIS) == date(2027, 1, 1)
    assert dates.local_date(at, "Pacific/Easter") == date(2026, 12, 31)


def test_days_left_and_late_by_around_the_due_day() -> None:
    due = date(2026, 12, 31)
    around = [due + timedelta(days=offset) for offset in (-2, -1, 0, 1, 2)]
    assert [dates.days_left(due, today) for today in around] == [2, 1, 0, 0, 0]
    assert [dates.late_by(due, today) for today in around] == [0, 0, 0, 1, 2]


def test_a_move_only_ever_makes_it_later() -> None:
    """T-24, both ways."""
    case = EDGE["zone_move"]
    santiago, madrid = (Due(day(case["due"]), zone) for zone in ("America/Santiago", "Europe/Madrid"))
    assert dates.deadline(madrid.on, madrid.zone) == instant(case["madrid"])
    for held, moved in ((santiago, madrid), (madrid, santiago)):
        kept = dates.later_deadline(held, moved)
        assert kept == santiago
        assert dates.deadline(kept.on, kept.zone) == instant(case["santiago"])


def test_a_move_that_changes_nothing_keeps_the_zone() -> None:
    held, moved = Due(date(2026, 12, 31), PARIS), Due(date(2026, 12, 31), "Europe/Berlin")
    assert dates.later_deadline(held, moved) == held


@pytest.mark.parametrize("zone", ["", "Europe", "Europe/Pari", "../etc/passwd", "europe/paris\0"])
def test_a_name_that_is_no_zone_is_refused_in_words(zone: str) -> None:
    with pytest.raises(ValueError, match="not a time zone: give an IANA name"):
        dates.deadline(date(2026, 12, 31), zone)


@pytest.mark.smoke
def test_naive_times_are_refused() -> None:
    naive = datetime(2026, 12, 31, 12)
    with pytest.raises(ValueError, match="no time zone"):
        dates.in_time(naive, date(2026, 12, 31), PARIS)
    with pytest.raises(ValueError, match="no time zone"):
        dates.local_date(naive, PARIS)


def test_terms_and_validities_below_the_least_are_refused() -> None:
    assert dates.due_date(date(2026, 10, 1), 0) == date(2026, 10, 1)
    with pytest.raises(ValueError, match="-1 days"):
        dates.due_date(date(2026, 10, 1), -1)
    with pytest.raises(ValueError, match="0 months"):
        dates.valid_until(date(2026, 10, 1), 0)


# Months and validity


def test_leap_day_anchor_is_never_chained() -> None:
    """T-06, by counting and by renewing on the last valid day each year."""
    expected = [day(text) for text in EDGE["leap_anchor_12m_chain"]]
    anchor = expected[0]
    assert [dates.add_months(anchor, 12 * year) for year in range(5)] == expected

    held = [anchor, dates.valid_until(anchor, 12)]
    while len(held) < 5:
        held.append(dates.renewal(held[-1], held[-1], 12, anchor=anchor).valid_until)
    assert held == expected
    assert [text.isoformat() for text in held] != EDGE["leap_wrong_chained_drift"]


@pytest.mark.parametrize(("term", "expected"), EDGE["month_end"].items())
def test_month_end(term: str, expected: str) -> None:
    """T-07."""
    anchor, months = term.split("+P")
    assert dates.add_months(day(anchor), int(months.removesuffix("M"))) == day(expected)


def test_months_count_back_over_a_year() -> None:
    """T-21 asks for evidence of the last 24 months."""
    assert dates.add_months(date(2026, 11, 20), -24) == date(2024, 11, 20)
    assert dates.add_months(date(2026, 1, 31), -2) == date(2025, 11, 30)


def test_renewal_window() -> None:
    """T-25."""
    case = EDGE["renewal"]
    held, anchor = day(case["valid_until"]), date(2026, 3, 10)
    assert dates.valid_until(anchor, 12) == held
    assert dates.renewal_window_opens(held) == day(case["window_opens"])

    within, early, late = (day(case[key]) for key in ("renewed_in_window", "renewed_early", "renewed_late"))
    assert dates.renewal(held, within, 12, anchor=anchor) == Renewal(anchor, day(case["new_valid_until"]), 0)
    assert dates.renewal(held, early, 12, anchor=anchor) == Renewal(early, day(case["early_new_valid_until"]), 0)
    assert dates.renewal(held, late, 12, anchor=anchor) == Renewal(
        late, day(case["late_new_valid_until"]), case["gap_days"]
    )


@pytest.mark.parametrize(
    ("completed_on", "keeps_anchor", "gap_days"),
    [
        ("2027-01-08", False, 0),
        ("2027-01-09", True, 0),
        ("2027-03-10", True, 0),
        ("2027-03-11", False, 0),  # the day after: a new anchor, and not one day without validity
        ("2027-03-12", False, 1),
    ],
)
def test_edges_of_the_renewal_window(completed_on: str, keeps_anchor: bool, gap_days: int) -> None:
    anchor = date(2026, 3, 10)
    renewed = dates.renewal(date(2027, 3, 10), day(completed_on), 12, anchor=anchor)
    assert renewed.anchor == (anchor if keeps_anchor else day(completed_on))
    assert renewed.gap_days == gap_days


def test_renewal_with_another_validity_counts_on_from_the_anchor() -> None:
    anchor = date(2027, 8, 31)
    assert dates.renewal(date(2028, 2, 29), date(2028, 2, 1), 12, anchor=anchor) == Renewal(
        anchor, date(2029, 2, 28), 0
    )
    assert dates.renewal(date(2028, 2, 29), date(2028, 2, 1), 18, anchor=anchor).valid_until == date(2029, 8, 31)


def test_an_end_that_is_not_on_the_anchors_months_is_its_own_anchor() -> None:
    held = date(2027, 3, 10)
    assert dates.renewal(held, date(2027, 3, 1), 12, anchor=date(2026, 3, 4)) == Renewal(held, date(2028, 3, 10), 0)


# Leave


def test_leave_in_an_open_term() -> None:
    """T-08."""
    case = EDGE["leave_pause"]
    leave = span(*case["leave"])
    assigned, due, new_due = (day(case[key]) for key in ("assigned", "due", "new_due"))
    assert leave.days == case["leave_days"]
    assert dates.days_left(due, leave.first - timedelta(days=1)) == case["remaining_at_leave"]
    assert dates.pause(assigned, due, [leave]) == new_due
    assert dates.days_left(new_due, leave.last) == case["remaining_at_leave"]


def test_overlapping_leaves_count_once() -> None:
    """T-09."""
    leaves = [span("2027-03-15", "2027-04-05"), span("2027-03-01", "2027-03-20")]
    assert sum(leave.days for leave in leaves) == EDGE["overlapping_leaves_wrong_sum"]
    assert sum(leave.days for leave in dates.absences(leaves)) == EDGE["overlapping_leaves_union_days"]
    due = date(2027, 3, 10)
    assert dates.pause(date(2027, 2, 1), due, leaves) == due + timedelta(EDGE["overlapping_leaves_union_days"])


def test_a_leave_met_only_after_the_first_shift_counts() -> None:
    """T-09, second half; the due date moved to 03-30 is what meets the second leave."""
    first, second = span("2027-03-01", "2027-03-20"), span("2027-03-25", "2027-04-09")
    opened, due = date(2027, 2, 1), date(2027, 3, 10)
    assert dates.pause(opened, due, [second]) == due
    assert dates.pause(opened, due, [first]) == date(2027, 3, 30)
    assert dates.pause(opened, due, [second, first]) == date(2027, 4, 15)


def test_the_first_and_the_due_day_belong_to_the_term() -> None:
    opened, due = date(2027, 3, 1), date(2027, 3, 31)
    assert dates.pause(opened, due, [span("2027-02-15", "2027-03-01")]) == date(2027, 4, 1)
    assert dates.pause(opened, due, [span("2027-02-15", "2027-02-28")]) == due
    assert dates.pause(opened, due, [span("2027-03-31", "2027-04-13")]) == date(2027, 4, 14)
    assert dates.pause(opened, due, [span("2027-04-01", "2027-04-14")]) == due


def test_an_absence_of_under_two_weeks_moves_nothing() -> None:
    """R-14; days in a row are one absence, however they were entered."""
    opened, due = date(2027, 3, 1), date(2027, 3, 31)
    thirteen, next_day = span("2027-03-02", "2027-03-14"), span("2027-03-15", "2027-03-15")
    assert dates.pause(opened, due, [thirteen]) == due
    assert dates.pause(opened, due, [thirteen, next_day]) == date(2027, 4, 14)
    assert dates.pause(opened, due, [thirteen], shortest=13) == date(2027, 4, 13)


def test_expired_while_on_leave() -> None:
    """T-10: what arises during a leave is due 14 days after its last day."""
    leave, expires = span("2026-11-20", "2027-02-28"), date(2027, 1, 31)
    for opened in (expires, expires + timedelta(days=1)):
        assert dates.due_with_leave(opened, expires, [leave]) == date(2027, 3, 14)


@pytest.mark.parametrize(
    ("leaves", "due"),
    [
        ([], "2027-01-31"),
        ([("2026-11-20", "2027-02-28")], "2027-03-14"),  # T-10
        ([("2026-12-01", "2027-01-10")], "2027-01-31"),  # long back before it ends: no day for day pause
        ([("2026-12-01", "2027-01-25")], "2027-02-08"),  # back too shortly before
        ([("2027-01-20", "2027-02-01")], "2027-01-31"),  # 13 days
        ([("2027-01-20", "2027-02-10"), ("2027-02-20", "2027-03-20")], "2027-04-03"),
        ([("2027-02-01", "2027-03-01")], "2027-01-31"),
    ],
)
def test_a_renewal_is_due_when_what_it_renews_ends(leaves: list[tuple[str, str]], due: str) -> None:
    """But never sooner than 14 days after a leave."""
    assert dates.renewal_due(day("2027-01-31"), [span(*each) for each in leaves]) == day(due)


def test_the_last_day_of_leave_still_counts_as_leave() -> None:
    last = date(2027, 2, 28)
    assert dates.due_with_leave(last, last, [span("2027-02-01", "2027-02-28")]) == date(2027, 3, 14)


def test_a_longer_term_that_arises_during_leave_is_paused_only() -> None:
    leave = span("2026-11-20", "2027-02-28")
    assert dates.due_with_leave(date(2027, 2, 1), date(2027, 3, 3), [leave]) == date(2027, 3, 31)


def test_the_days_after_return_are_paused_by_a_further_leave() -> None:
    leaves = [span("2027-02-01", "2027-02-28"), span("2027-03-10", "2027-03-29")]
    assert dates.due_with_leave(date(2027, 2, 20), date(2027, 2, 20), leaves) == date(2027, 4, 3)


def test_what_arose_before_or_after_the_leave_has_no_floor() -> None:
    leave = span("2027-02-01", "2027-02-28")
    assert dates.due_with_leave(date(2027, 1, 31), date(2027, 1, 31), [leave]) == date(2027, 1, 31)
    assert dates.due_with_leave(date(2027, 3, 1), date(2027, 3, 2), [leave]) == date(2027, 3, 2)


def test_leave_entered_afterwards_takes_the_overdue_interval_away() -> None:
    """T-11: the dates of it."""
    opened, due, today = date(2026, 12, 10), date(2027, 1, 9), date(2027, 1, 20)
    moved = dates.pause(opened, due, [span("2027-01-05", "2027-01-31")])
    assert dates.late_by(due, today) == 11
    assert moved == date(2027, 2, 5)
    assert dates.late_by(moved, today) == 0


def test_leave_without_a_known_end_neither_fails_nor_ends() -> None:
    endless = LeaveSpan(date(2027, 1, 1), date.max)
    for moved in (
        dates.pause(date(2026, 12, 1), date(2027, 1, 5), [endless]),
        dates.due_with_leave(date(2027, 1, 2), date(2027, 1, 5), [endless]),
    ):
        assert moved == dates.LATEST
        assert dates.deadline(moved, "Pacific/Easter").year == 9999


def test_a_leave_that_ends_before_it_starts_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="cannot end on 2027-02-01, before its first day 2027-02-28"):
        span("2027-02-28", "2027-02-01")


def test_code_revision_twice() -> None:
    """T-26: 45 days from each version's effective date."""
    case = EDGE["code_revision"]
    assert dates.due_date(day(case["effective"]), 45) == day(case["due"])
    assert dates.due_date(date(2027, 2, 10), 45) == date(2027, 3, 27)


# Properties

days = st.dates(date(1985, 1, 1), date(2040, 12, 31))
zones = st.sampled_from(ZONES)
near_days = st.dates(date(2027, 1, 1), date(2027, 12, 31))
leave_spans = st.builds(
    lambda first, length: LeaveSpan(first, first + timedelta(days=length)), near_days, st.integers(0, 60)
)
leave_lists = st.lists(leave_spans, max_size=6)
shortest_leaves = st.integers(1, 20)


@given(days, zones, st.integers(-48 * 3600, 48 * 3600))
def test_every_instant_of_the_due_day_is_in_time(due: date, zone: str, seconds: int) -> None:
    at = datetime.combine(due, datetime.min.time(), UTC) + timedelta(hours=12, seconds=seconds)
    assert dates.in_time(at, due, zone) or dates.local_date(at, zone) > due


@given(days, zones)
def test_the_deadline_is_the_tightest_such_instant(due: date, zone: str) -> None:
    ends = dates.deadline(due, zone)
    assert ends.tzinfo is UTC
    assert dates.local_date(ends, zone) > due
    assert dates.local_date(ends - timedelta(microseconds=1), zone) <= due


@given(days, zones, st.integers(1, 400))
def test_a_later_due_date_never_has_an_earlier_deadline(due: date, zone: str, later: int) -> None:
    assert dates.deadline(due, zone) <= dates.deadline(due + timedelta(days=later), zone)


@given(st.builds(Due, days, zones), st.lists(st.builds(Due, days, zones), max_size=4))
def test_moves_never_bring_the_deadline_forward(held: Due, moves: list[Due]) -> None:
    ends = dates.deadline(held.on, held.zone)
    for moved in moves:
        held = dates.later_deadline(held, moved)
        assert dates.deadline(held.on, held.zone) == max(ends, dates.deadline(moved.on, moved.zone))
        ends = dates.deadline(held.on, held.zone)


@given(days, st.integers(-40, 40))
def test_whole_years_keep_the_month(anchor: date, years: int) -> None:
    moved = dates.add_months(anchor, 12 * years)
    assert (moved.year, moved.month) == (anchor.year + years, anchor.month)
    assert moved.day == anchor.day or (anchor.month, anchor.day, moved.day) == (2, 29, 28)


@given(days, st.integers(-500, 500))
def test_months_land_in_the_right_month_on_the_day_or_its_end(anchor: date, months: int) -> None:
    moved = dates.add_months(anchor, months)
    assert (moved.year - anchor.year) * 12 + moved.month - anchor.month == months
    assert moved.day == anchor.day or (moved.day < anchor.day and (moved + timedelta(days=1)).day == 1)


@given(days, st.integers(3, 36), st.lists(st.integers(0, dates.RENEWAL_WINDOW_DAYS), max_size=8))
def test_renewals_in_the_window_never_drift(anchor: date, months: int, days_before: list[int]) -> None:
    held = dates.valid_until(anchor, months)
    for count, early in enumerate(days_before, start=2):
        renewed = dates.renewal(held, held - timedelta(days=early), months, anchor=anchor)
        assert renewed == Renewal(anchor, dates.add_months(anchor, months * count), 0)
        held = renewed.valid_until


@given(leave_lists)
def test_absences_are_the_union_of_the_leaves(leaves: list[LeaveSpan]) -> None:
    every = {leave.first + timedelta(days=n) for leave in leaves for n in range(leave.days)}
    union = dates.absences(leaves)
    assert {each.first + timedelta(days=n) for each in union for n in range(each.days)} == every
    assert sum(each.days for each in union) == len(every) <= sum(leave.days for leave in leaves)
    assert all((after.first - before.last).days > 1 for before, after in itertools.pairwise(union))


def term_walked_day_by_day(opened_on: date, due: date, leaves: list[LeaveSpan]) -> date:
    """S7 as a person would do it with a calendar: tick off the term's days, passing over the days of leave."""
    left = (due - opened_on).days + 1
    today = opened_on - timedelta(days=1)
    while left:
        today += timedelta(days=1)
        left -= not any(leave.first <= today <= leave.last for leave in leaves)
    return today


@given(near_days, st.integers(0, 90), leave_lists)
def test_pause_equals_walking_the_calendar(opened_on: date, term: int, leaves: list[LeaveSpan]) -> None:
    due = dates.due_date(opened_on, term)
    assert dates.pause(opened_on, due, leaves, shortest=1) == term_walked_day_by_day(opened_on, due, leaves)


@given(near_days, near_days, leave_lists, leave_spans, shortest_leaves)
def test_more_leave_never_brings_a_due_date_forward(
    opened_on: date, due: date, leaves: list[LeaveSpan], more: LeaveSpan, shortest: int
) -> None:
    for move in (dates.pause, dates.due_with_leave):
        without = move(opened_on, due, leaves, shortest=shortest)
        assert due <= without <= move(opened_on, due, [*leaves, more], shortest=shortest)


@given(near_days, near_days, near_days, leave_lists, shortest_leaves)
def test_a_later_due_date_stays_later_under_leave(
    opened_on: date, due: date, other: date, leaves: list[LeaveSpan], shortest: int
) -> None:
    sooner, later = sorted((due, other))
    for move in (dates.pause, dates.due_with_leave):
        assert move(opened_on, sooner, leaves, shortest=shortest) <= move(opened_on, later, leaves, shortest=shortest)


@given(near_days, near_days, leave_lists)
def test_nothing_that_arises_on_leave_is_due_within_two_weeks_of_return(
    opened_on: date, due: date, leaves: list[LeaveSpan]
) -> None:
    moved = dates.due_with_leave(opened_on, due, leaves)
    for absence in dates.absences(leaves):
        if absence.days >= dates.PAUSING_LEAVE_DAYS and absence.first <= opened_on <= absence.last:
            assert (moved - absence.last).days >= dates.RETURN_DAYS
