"""Who should hear what today: stored facts and what was delivered, seen through the pure rules of `reminders`.

Constant numbers of queries for a batch of readers, however many there are. Nothing here asks who may know: that a
manager hears of those who report to them on the day of sending is decided by the lines read here.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F, Q

from courses.assignments import dates, reminders
from courses.assignments.copy_rules import naming_rules
from courses.assignments.models import Assignment, Justification
from courses.assignments.reminders import LOCAL_HOUR, News, ToldBefore
from courses.assignments.staff import Staff, load_staff
from courses.assignments.status import Status, those, undetermined
from courses.assignments.told import ToldOf
from lms.mail.models import Message
from lms.people.models import Person, ReportingLine

KIND = "digest"
# A message that could not be delivered for days was given up; the same address is not tried again for a while.
GIVEN_UP_DAYS = 7


@dataclass(frozen=True, slots=True)
class Heard:
    """An open assignment as it stands, what its reader was last told of it, and what about it is news."""

    assignment: uuid.UUID
    due: date | None
    rules: frozenset[str]
    told: ToldBefore | None
    news: News | None


@dataclass(frozen=True, slots=True)
class Copy:
    """An overdue training of somebody who reports to the reader. `named`: whether the mail may say whose."""

    assignment: Assignment
    late_by: int
    named: bool
    is_news: bool


@dataclass(slots=True)
class Reader:
    """`free`: this is a time at which mail about training may reach them, and they had none today."""

    staff: Staff
    free: bool
    own: dict[uuid.UUID, Heard] = field(default_factory=dict)
    copies: list[Copy] = field(default_factory=list)

    @property
    def has_news(self) -> bool:
        return any(heard.news for heard in self.own.values()) or any(copy.is_news for copy in self.copies)


def readers_of(people: Sequence[Person], at: datetime, *, sending: Iterable[uuid.UUID] = ()) -> dict[uuid.UUID, Reader]:
    """By person. `sending` are messages about to be sent, which do not count as waiting."""
    staff = load_staff(people, at)
    busy = _busy(people, staff, at, sending)
    found = {one.pk: Reader(staff[one.pk], one.pk not in busy and _is_free(staff[one.pk], at)) for one in people}
    _add_own(found)
    _add_copies(found, at)
    return found


def _is_free(staff: Staff, at: datetime) -> bool:
    """From 09:00 of theirs on a working day on which they are not on leave."""
    open_hours = at.astimezone(ZoneInfo(staff.zone)).time() >= LOCAL_HOUR
    return open_hours and reminders.may_be_told(staff.today, staff.leaves, staff.country)


def _busy(
    people: Sequence[Person], staff: Mapping[uuid.UUID, Staff], at: datetime, sending: Iterable[uuid.UUID]
) -> set[uuid.UUID]:
    """Whoever got a digest today, has one waiting, or lately had one given up at the address they still have."""
    since = at - timedelta(days=GIVEN_UP_DAYS)
    digests = Message.objects.filter(person__in=[one.pk for one in people], kind=KIND).exclude(pk__in=list(sending))
    rows = digests.filter(Q(lane__isnull=False) | Q(sent_at__gt=since) | Q(sent_at=None, queued_at__gt=since))
    return {
        person
        for person, sent_at, lane, to, address in rows.values_list(
            "person_id", "sent_at", "lane", "to", "person__email"
        )
        if lane is not None
        or (sent_at is None and to == address)
        or (sent_at is not None and dates.local_date(sent_at, staff[person].zone) >= staff[person].today)
    }


def _add_own(readers: Mapping[uuid.UUID, Reader]) -> None:
    """What waits for an answer of ours is news again when the answer is there; so is what could not be determined."""
    opened = Assignment.objects.open().filter(~undetermined("person"), person__in=list(readers))
    live = Justification.objects.filter(
        assignment__state=Assignment.State.OPEN, assignment__person__in=list(readers), known_to=None, true_to=None
    )
    rules: dict[uuid.UUID, set[str]] = defaultdict(set)
    for assignment, key in live.values_list("assignment_id", "rule__key"):
        rules[assignment].add(key)
    told = last_told(readers, own=True)
    for pk, person, due in opened.filter(waiting_since=None).values_list("pk", "person_id", "due"):
        reader, asking, last = readers[person], frozenset(rules[pk]), told.get((person, pk))
        fresh = reminders.news(due, asking, last, reader.staff.today, reader.staff.country)
        reader.own[pk] = Heard(pk, due, asking, last, fresh)


def last_told(readers: Iterable[uuid.UUID], *, own: bool) -> dict[tuple[uuid.UUID, uuid.UUID], ToldBefore]:
    """By reader and assignment, of those that are still open. `own`: of their own, else of others."""
    rows = ToldOf.objects.delivered().filter(reader__in=list(readers), assignment__state=Assignment.State.OPEN)
    mine = Q(assignment__person=F("reader"))
    chosen = rows.filter(mine if own else ~mine).order_by("known_at", "pk")
    return {
        (reader, assignment): ToldBefore(day, due, frozenset(rules))
        for reader, assignment, day, due, rules in chosen.values_list(
            "reader_id", "assignment_id", "day", "due", "rules"
        )
    }


def _add_copies(readers: Mapping[uuid.UUID, Reader], at: datetime) -> None:
    """What is overdue by MANAGER_FROM_DAYS or more, of those who report to the reader on this day of the reader's."""
    managers = _managers(readers)
    if not managers:
        return
    late = at.date() - timedelta(days=reminders.MANAGER_FROM_DAYS - 1)
    rows = Assignment.objects.filter(
        those(Status.OVERDUE, at), ~undetermined("person"), person__in=list(managers), due__lte=late
    )
    overdue = list(rows.select_related("person", "version").order_by("due", "pk"))
    staff = load_staff({row.person_id: row.person for row in overdue}.values(), at)
    told = last_told({manager for leading in managers.values() for manager in leading}, own=False)
    named_after = naming_rules(at)
    for row in overdue:
        learner = staff[row.person_id]
        late_by = dates.late_by(row.due, dates.local_date(at, row.zone)) if row.due else 0
        if late_by < reminders.MANAGER_FROM_DAYS or learner.on_leave:
            continue
        after = named_after(learner.entity, learner.today)
        for manager in managers[row.person_id]:
            reader, last = readers[manager], told.get((manager, row.pk))
            named = after is not None and late_by >= after
            reader.copies.append(Copy(row, late_by, named, _is_copy_due(row, last, reader)))


def _managers(readers: Mapping[uuid.UUID, Reader]) -> dict[uuid.UUID, list[uuid.UUID]]:
    """Who leads, by who is led: as line managers, each on the reader's own day. A query for each day there is now."""
    by_day: dict[date, list[uuid.UUID]] = defaultdict(list)
    for pk, reader in readers.items():
        by_day[reader.staff.today].append(pk)
    found: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for day, leading in by_day.items():
        lines = ReportingLine.objects.on(day).filter(kind=ReportingLine.Kind.LINE, manager__in=leading)
        for person, manager in lines.order_by("manager", "person").values_list("person_id", "manager_id"):
            found[person].append(manager)
    return found


def _is_copy_due(row: Assignment, told: ToldBefore | None, reader: Reader) -> bool:
    """A date that moved begins anew; so does whoever has become the manager since."""
    if row.due is None:
        return False
    told_on = told.day if told and told.due == row.due else None
    following = reminders.next_day(
        reminders.copy_days(row.due, reader.staff.country), told_on, (), reader.staff.country
    )
    return following is not None and following <= reader.staff.today
