"""When what is asked for is due: one union of pauses, and the floors after a return (S7, S13, S16, R-14). Pure."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from courses.assignments import dates
from courses.assignments.dates import PAUSING_LEAVE_DAYS, RETURN_DAYS, LeaveSpan, absences
from courses.assignments.derivation.values import Contract, DaySpan, Leaf, OutageFact, PersonFacts

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pauses:
    """What stops the clock of one assignment. `away` = leave long enough to count, `waits` = all else, `spans` = the
    union of both; `waiting_since` = since when something is open whose end nobody knows yet: it moves the date when
    it ends."""

    spans: tuple[LeaveSpan, ...] = ()
    away: tuple[LeaveSpan, ...] = ()
    waits: tuple[LeaveSpan, ...] = ()
    waiting_since: date | None = None

    def first_term(self, counted_from: date, days: int) -> date:
        """Due after `days`; what arises during leave is due RETURN_DAYS after it at the earliest."""
        due = dates.pause(counted_from, dates.due_date(counted_from, days), self.spans, shortest=1)
        for absence in self.away:
            if absence.first <= counted_from <= absence.last:
                due = max(due, self._after(absence))
        return due

    def renewal(self, anchor: date, expiring_on: date) -> date:
        """The last valid day, moved by appeals; after leave there are RETURN_DAYS for what ended meanwhile or soon."""
        due = dates.pause(anchor, expiring_on, self.waits, shortest=1) if self.waits else expiring_on
        for absence in self.away:
            if absence.first <= due:
                due = max(due, self._after(absence))
        return due

    def after_notice(self, on: date, days: int) -> date:
        """`days` after the day of notice (S19): what begins later pauses them as it pauses any term, and who was away
        that day has RETURN_DAYS after it."""
        due = dates.pause(on, _plus(on, days), [span for span in self.spans if span.first > on], shortest=1)
        return max([due, *(self._after(absence) for absence in self.away if absence.first <= on <= absence.last)])

    def days(self, first: date, due: date) -> int:
        """How many days of pause lie between, both included."""
        return sum(
            (min(span.last, due) - max(span.first, first)).days + 1
            for span in self.spans
            if span.first <= due and span.last >= first
        )

    def _after(self, absence: LeaveSpan) -> date:
        floor = _plus(absence.last, RETURN_DAYS)
        later = [
            LeaveSpan(max(each.first, absence.last + DAY), each.last) for each in self.spans if each.last > absence.last
        ]
        return dates.pause(absence.last, floor, later, shortest=1)


def pauses_of(
    facts: PersonFacts, leaves: Sequence[Leaf], stuck: Iterable[DaySpan], today: date, closed: date | None = None
) -> Pauses:
    """Long leave, appeals about a module that `leaves` ask for, and days on which nobody could finish (`stuck`).

    `closed` = the day on which the assignment was fulfilled or ended: what is open still has stopped its clock until
    then.
    """
    away = [one for one in absences(_spans(facts)) if one.days >= PAUSING_LEAVE_DAYS]
    asked = {leaf.module for leaf in leaves if leaf.compulsory}
    waits, since = _waits(facts, asked, today)
    held = [span for span in stuck if span.first <= today]
    waits += [LeaveSpan(span.first, span.end - DAY) for span in held if span.end and span.end > span.first]
    begun = [span.first for span in held if span.end is None]
    since = min([*begun, *([since] if since else [])], default=None)
    if closed:
        waits += [LeaveSpan(since, closed)] if since and since <= closed else []
        since = None
    return Pauses(tuple(absences([*away, *waits])), tuple(away), tuple(absences(waits)), since)


def deadline_at(due: date, zone: str, contracts: Sequence[Contract], outages: Iterable[OutageFact]) -> datetime:
    """The first instant that is too late; after an outage within 24 hours before it, the end of a working day (S15).
    The day so found is a deadline as well: another outage before it moves it again. What a withdrawn one moved before
    it was recorded moves back; whoever could see the later date keeps it (S19).
    """
    instant = dates.deadline(due, zone)
    for down in sorted(outages, key=lambda each: (each.first, each.last)):
        if down.first < instant and down.last > instant - timedelta(hours=24):
            country = next((one.country for one in contracts if DaySpan(one.first, one.end).covers(due)), "")
            later = dates.working_days_after(max(due, dates.local_date(down.last, zone)), 1, country)
            moved = dates.deadline(later, zone)
            if down.withdrawn_at is None or moved > down.known_from:
                due, instant = later, max(instant, moved)
    return instant


def _plus(day: date, days: int) -> date:
    return day + timedelta(days=min(days, (dates.LATEST - day).days))


def _spans(facts: PersonFacts) -> list[LeaveSpan]:
    return [LeaveSpan(one.first, one.last) for one in facts.leaves]


def _waits(facts: PersonFacts, asked: Collection[uuid.UUID], today: date) -> tuple[list[LeaveSpan], date | None]:
    """A zone change may put an answer on the day before the doubt: then it took that one day (A01)."""
    closed: list[LeaveSpan] = []
    opened: list[date] = []
    for one in facts.appeals:
        if one.module not in asked:
            continue
        if one.last is None:
            opened.append(min(one.first, today))
        else:
            closed.append(LeaveSpan(min(one.first, one.last), max(one.first, one.last)))
    return closed, min(opened, default=None)
