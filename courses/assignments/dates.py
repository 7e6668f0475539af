"""The date engine: due dates, deadlines, months of validity, renewals, leave. Pure: it reads no clock and no row.

A *date* is a calendar day in somebody's work zone; an *instant* is an aware datetime. Zones are IANA names such
as `Europe/Paris`; any other name raises ValueError. Whole days and calendar months are the only units.
S and R numbers name the rules of the reference rule set, T numbers its worked cases.
"""

import calendar
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from holidays import HolidayBase, country_holidays

RENEWAL_WINDOW_DAYS = 60  # S4
PAUSING_LEAVE_DAYS = 14  # a shorter absence moves nothing
RETURN_DAYS = 14  # the least time after the last leave day
# Personnel feeds write 9999-12-31 for "no end known". A due date stops a day short, so that it has a deadline.
LATEST = date.max - timedelta(days=1)
# Thousands of people share a few zones and days: what a clock says is reckoned once for each.
REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Due:
    """A due date and the zone it is read in: only the two together name a deadline."""

    on: date
    zone: str


@dataclass(frozen=True, slots=True)
class LeaveSpan:
    """An absence from `first` to `last`, both days included; ValueError when they are the wrong way round."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"A leave cannot end on {self.last}, before its first day {self.first}: check both.")

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a renewing completion gives; `gap_days` are the days without validity before it, 0 unless late."""

    anchor: date
    valid_until: date
    gap_days: int


# Days and instants


@lru_cache(REMEMBERED)
def local_date(instant: datetime, zone: str) -> date:
    """The calendar day of an aware `instant` in `zone`. A naive one raises ValueError."""
    return _aware(instant).astimezone(_zone_info(zone)).date()


def day_start(day: date) -> datetime:
    """Midnight UTC of a day: for facts whose instant was not recorded."""
    return datetime.combine(day, time(), UTC)


def due_date(anchor: date, days: int) -> date:
    """The day `days` calendar days after `anchor`: counted in dates, never in hours (T-01)."""
    if days < 0:
        raise ValueError(f"A term of {days} days would end before it starts: give 0 or more.")
    return anchor + timedelta(days=days)


@lru_cache(REMEMBERED)
def deadline(due: date, zone: str) -> datetime:
    """The UTC instant from which it is too late: the first after all that `zone` calls `due` (S1, exclusive).

    That is local midnight, and where the clock skips midnight (Santiago, T-03) the moment it jumps. Where
    midnight comes twice it is the first one (Azores), unless the clock fell back into the due day, which is
    then not over before the second (St. John's until 2011). `due` is at most LATEST.
    """
    midnight = datetime.combine(due + timedelta(days=1), time(), _zone_info(zone))
    first, second = sorted(midnight.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if local_date(second - timedelta(seconds=1), zone) <= due:
        return second
    seconds = range(int(first.timestamp()), int(second.timestamp()) + 1)
    over = bisect_left(seconds, True, key=lambda at: local_date(datetime.fromtimestamp(at, UTC), zone) > due)
    return datetime.fromtimestamp(seconds[over], UTC)


def day_that_ends(instant: datetime, zone: str) -> date:
    """The calendar day in `zone` that is over at this instant: the last day of what ends with it."""
    return local_date(instant - timedelta(microseconds=1), zone)


def in_time(received_at: datetime, due: date, zone: str) -> bool:
    """Whether what the server received at this aware instant came before the deadline (S1, T-05)."""
    return _aware(received_at) < deadline(due, zone)


def days_left(due: date, today: date) -> int:
    """Days from `today`, a local date, to `due`: 0 on the due day and ever after."""
    return max(0, (due - today).days)


def late_by(due: date, today: date) -> int:
    """Days by which `today`, a local date, has passed `due`: 0 until the due day is over, then 1."""
    return max(0, (today - due).days)


def later_deadline(held: Due, moved: Due) -> Due:
    """Of the due date held and the one a move to another zone would give, the later in time (S2, T-24).

    A tie keeps `held`.
    """
    return max(held, moved, key=lambda each: deadline(each.on, each.zone))


def working_days_after(day: date, days: int, country: str) -> date:
    """The `days`-th working day after `day` in `country`, two capital letters of ISO 3166.

    A working day lies neither on the country's weekend nor on a public holiday of the whole country, both as the
    `holidays` library knows them. Holidays of single regions count as working days, and those that hang on the
    moon are estimates until they are announced. Where the country is empty or unknown, Monday to Friday count.
    """
    if days < 1:
        raise ValueError(f"{days} working days after a day name no day: give 1 or more.")
    return _calendar(country).get_nth_working_day(day, days)


def is_working_day(day: date, country: str) -> bool:
    """Whether `day` is a working day in `country`, as `working_days_after` counts them."""
    return bool(_calendar(country).is_working_day(day))


@cache
def _calendar(country: str) -> HolidayBase:
    try:
        return country_holidays(country)
    except NotImplementedError:
        return HolidayBase()  # Saturday and Sunday, no holidays


# Months and validity


def add_months(anchor: date, months: int) -> date:
    """The same day `months` calendar months on (or back), clamped to the month's end (S3, T-07).

    Always count from the anchor: 29 February plus 12 months, four times over, would stay on the 28th (T-06).
    """
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    return date(year, month + 1, min(anchor.day, calendar.monthrange(year, month + 1)[1]))


def valid_until(completed_on: date, months: int) -> date:
    """The last day (included) on which something completed on this date still counts (S3)."""
    if months < 1:
        raise ValueError(f"A validity of {months} months is none: give 1 or more.")
    return add_months(completed_on, months)


def renewal_window_opens(held_until: date) -> date:
    """The first day on which renewing a validity that ends with `held_until` keeps its anchor (S4, T-25)."""
    return held_until - timedelta(days=RENEWAL_WINDOW_DAYS)


def renewal(held_until: date, completed_on: date, months: int, *, anchor: date) -> Renewal:
    """What completing again gives where the validity counted from `anchor` ends with `held_until` (S4, T-25).

    From the window's opening to `held_until` the anchor stays, and `months` are added to those already counted
    from it. Earlier or later, `completed_on` is the new anchor, and a late one shows its gap. A `held_until`
    that is no whole number of months from `anchor` (an imported certificate) is its own anchor.
    An early renewal with a shorter validity may end before `held_until`: both stand, the later one governs.
    """
    if not renewal_window_opens(held_until) <= completed_on <= held_until:
        gap = max(0, (completed_on - held_until).days - 1)
        return Renewal(completed_on, valid_until(completed_on, months), gap)
    counted = (held_until.year - anchor.year) * 12 + held_until.month - anchor.month
    if add_months(anchor, counted) != held_until:
        anchor, counted = held_until, 0
    return Renewal(anchor, valid_until(anchor, counted + months), 0)


# Leave


def absences(leaves: Iterable[LeaveSpan]) -> list[LeaveSpan]:
    """The union of `leaves`, sorted: spans that overlap or follow each other day on day are one (S7)."""
    merged: list[LeaveSpan] = []
    for leave in sorted(leaves, key=lambda each: each.first):
        if merged and (leave.first - merged[-1].last).days <= 1:
            before = merged.pop()
            merged.append(LeaveSpan(before.first, max(before.last, leave.last)))
        else:
            merged.append(leave)
    return merged


def pause(opened_on: date, due: date, leaves: Iterable[LeaveSpan], *, shortest: int = PAUSING_LEAVE_DAYS) -> date:
    """`due` moved on, day for day, by the leave that falls on `opened_on` or later (S7, T-08).

    An absence counts to its end once it begins by the due date as moved so far, so one met only after a first
    shift counts too (T-09). One of fewer than `shortest` days moves nothing (R-14). The result is at most LATEST.
    """
    paused = 0
    for absence in absences(leaves):
        first = max(absence.first, opened_on)
        pauses = absence.days >= shortest and absence.last >= opened_on
        if pauses and first <= _plus(due, paused):
            paused += (absence.last - first).days + 1
    return _plus(due, paused)


def due_with_leave(
    opened_on: date, due: date, leaves: Iterable[LeaveSpan], *, shortest: int = PAUSING_LEAVE_DAYS
) -> date:
    """The due date, all leave considered, of an obligation that arose on `opened_on`: `pause` and R-14's floor.

    What arises during an absence is due RETURN_DAYS after its last day or later (T-10); a further absence in
    that time pauses it too. The result is at most LATEST.
    """
    spans = absences(leaves)
    moved = pause(opened_on, due, spans, shortest=shortest)
    for absence in spans:
        if absence.days >= shortest and absence.first <= opened_on <= absence.last:
            later = [each for each in spans if each.first > absence.last]
            moved = max(moved, pause(absence.last, _plus(absence.last, RETURN_DAYS), later, shortest=shortest))
    return moved


def renewal_due(held_until: date, leaves: Iterable[LeaveSpan], *, shortest: int = PAUSING_LEAVE_DAYS) -> date:
    """The day by which to renew what ends with `held_until`: that day, or RETURN_DAYS after the last day of a leave.

    The weeks before it are not paused, for what ends does so during leave all the same (R-14, T-10). A leave that
    begins by the due date as moved so far moves it on. The result is at most LATEST.
    """
    due = held_until
    for absence in absences(leaves):
        if absence.days >= shortest and absence.first <= due:
            due = max(due, _plus(absence.last, RETURN_DAYS))
    return due


def _plus(day: date, days: int) -> date:
    return day + timedelta(days=min(days, (LATEST - day).days))


def _zone_info(zone: str) -> ZoneInfo:
    try:
        return ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"“{zone}” is not a time zone: give an IANA name such as Europe/Paris.") from None


def _aware(instant: datetime) -> datetime:
    if instant.utcoffset() is None:
        raise ValueError(f"The time {instant} has no time zone: pass an aware datetime.")
    return instant
