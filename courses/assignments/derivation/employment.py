"""Periods of employment, the zone and the entity of a day, and from when on completions count. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from courses.assignments import dates
from courses.assignments.derivation.values import Contract, DaySpan

NO_ZONE = "UTC"
DAY = timedelta(days=1)
ABSENCE_ENDS_CREDIT_MONTHS = 12  # S16: a policy of the organisation


@dataclass(frozen=True, slots=True)
class Period:
    """Contracts that follow each other day on day: a transfer or a move is no new hire. `fact` is the first one's."""

    fact: str
    span: DaySpan
    learned_at: datetime


def periods(contracts: Iterable[Contract], kind: str | None = None) -> list[Period]:
    """In order, of one kind of contract or of all."""
    found: list[Period] = []
    for each in sorted(contracts, key=lambda one: (one.first, one.fact)):
        if kind not in (None, each.kind):
            continue
        last = found[-1] if found else None
        if last and (last.span.end is None or each.first <= last.span.end):
            end = None if last.span.end is None or each.end is None else max(last.span.end, each.end)
            found[-1] = Period(last.fact, DaySpan(last.span.first, end), last.learned_at)
        else:
            found.append(Period(each.fact, DaySpan(each.first, each.end), each.learned_at or each.known_from))
    return found


def contract_on(contracts: Iterable[Contract], day: date) -> Contract | None:
    return next((one for one in contracts if DaySpan(one.first, one.end).covers(day)), None)


def zone_on(contracts: Iterable[Contract], day: date) -> str:
    """The zone of the contract on that day, else of the nearest one: a move acts on its own day (S17)."""
    return min(((_distance(one, day), one.zone) for one in contracts), default=(0, NO_ZONE))[1]


def local_day(contracts: Sequence[Contract], at: datetime) -> date:
    """The calendar day it is for this person at that instant; it never runs backwards.

    A move acts on the person's own day (S17): the old clock counts up to the day before, the new one from its day on.
    """
    days = [
        min(day, last)
        for one, last in _clocks(contracts)
        if (day := dates.local_date(at, one.zone)) >= one.first and last >= one.first
    ]
    return max(days) if days else dates.local_date(at, _first_zone(contracts))


def day_begins(contracts: Sequence[Contract], day: date) -> datetime:
    """The first instant at which it is that day, or a later one, for this person."""
    begins = [
        dates.deadline(max(day, one.first) - DAY, one.zone)
        for one, last in _clocks(contracts)
        if max(day, one.first) <= last
    ]
    before = [] if any(day >= one.first for one in contracts) else [dates.deadline(day - DAY, _first_zone(contracts))]
    return min([*begins, *before], default=dates.deadline(day - DAY, NO_ZONE))


def _clocks(contracts: Sequence[Contract]) -> list[tuple[Contract, date]]:
    """Each contract with the last day that its clock counts: until the next contract begins."""
    rows = sorted(contracts, key=lambda each: (each.first, each.fact))
    lasts = [after.first - DAY for after in rows[1:]]
    return list(zip(rows, [*lasts, date.max], strict=False))


def _first_zone(contracts: Sequence[Contract]) -> str:
    return min(((one.first, one.zone) for one in contracts), default=(date.min, NO_ZONE))[1]


def credit_from(contracts: Iterable[Contract], day: date) -> date:
    """The first day whose completions count for what begins on `day`: a long absence ends earlier credit (S16)."""
    floor = date.min
    begun = [period.span for period in periods(contracts) if period.span.first <= day]
    for before, after in itertools.pairwise(begun):
        if before.end and dates.add_months(before.end, ABSENCE_ENDS_CREDIT_MONTHS) <= after.first:
            floor = after.first
    return floor


def _distance(contract: Contract, day: date) -> int:
    if day < contract.first:
        return (contract.first - day).days
    return (day - contract.end).days + 1 if contract.end and day >= contract.end else 0
