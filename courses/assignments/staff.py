"""The stored facts rules look at, for many people at once: employments, roles, leave. Constant number of queries."""

from __future__ import annotations

import itertools
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from courses.assignments import dates
from courses.assignments.dates import LeaveSpan
from lms.people.facts_on_day import NO_ZONE
from lms.people.models import Employment, Leave, Person, RoleHolding

# T-14: whoever was away this long starts anew.
ABSENCE_ENDS_CREDIT_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Spell:
    """A span of days, [first, end); an empty end = no end known."""

    first: date
    end: date | None

    def covers(self, day: date) -> bool:
        return self.first <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Job:
    spell: Spell
    entity: uuid.UUID
    kind: str
    zone: str


@dataclass(slots=True)
class Staff:
    """What is believed of one person now."""

    person: Person
    today: date
    jobs: list[Job] = field(default_factory=list)
    roles: dict[str, list[Spell]] = field(default_factory=dict)
    leaves: tuple[LeaveSpan, ...] = ()

    def job_on(self, day: date) -> Job | None:
        return next((job for job in self.jobs if job.spell.covers(day)), None)

    @property
    def zone(self) -> str:
        return _zone(self.jobs, self.today)

    @property
    def on_leave(self) -> bool:
        return any(leave.first <= self.today <= leave.last for leave in self.leaves)

    def employed(self, kind: str | None = None) -> list[Spell]:
        """Employment periods: contracts that follow each other day on day are one (a transfer is no new hire)."""
        return chains(job.spell for job in self.jobs if kind in (None, job.kind))

    def held_roles(self, role: str) -> list[Spell]:
        """The days on which the person was employed and held the role."""
        return [
            both
            for holding in chains(self.roles.get(role, []))
            for period in self.employed()
            if (both := _overlap(holding, period))
        ]

    @property
    def credit_from(self) -> date:
        """The first day whose completions still count: a long absence ends the credit of what lay before it."""
        floor = date.min
        periods = [period for period in self.employed() if period.first <= self.today]
        for before, after in itertools.pairwise(periods):
            if before.end and dates.add_months(before.end, ABSENCE_ENDS_CREDIT_MONTHS) <= after.first:
                floor = after.first
        return floor


def chains(spells: Iterable[Spell]) -> list[Spell]:
    """The spells in order, with those that touch or overlap made one."""
    joined: list[Spell] = []
    for spell in sorted(spells, key=lambda each: each.first):
        last = joined[-1] if joined else None
        if last and (last.end is None or spell.first <= last.end):
            end = None if last.end is None or spell.end is None else max(last.end, spell.end)
            joined[-1] = Spell(last.first, end)
        else:
            joined.append(spell)
    return joined


def load_staff(people: Iterable[Person], at: datetime, *, jobs_only: bool = False) -> dict[uuid.UUID, Staff]:
    """Three queries, however many people; one without roles and leave."""
    people = list(people)
    ids = [person.pk for person in people]
    jobs: dict[uuid.UUID, list[Job]] = defaultdict(list)
    columns = ("person_id", "entity_id", "kind", "zone", "true_from", "true_to")
    rows = Employment.objects.current().filter(person__in=ids).order_by("true_from").values_list(*columns)
    for person, entity, kind, zone, first, end in rows:
        jobs[person].append(Job(Spell(first, end), entity, kind, zone))
    staff = {one.pk: Staff(one, _today(jobs[one.pk], at), jobs[one.pk]) for one in people}
    if jobs_only:
        return staff
    roles = RoleHolding.objects.current().filter(person__in=ids)
    for person, role, first, end in roles.values_list("person_id", "role__key", "true_from", "true_to"):
        staff[person].roles.setdefault(role, []).append(Spell(first, end))
    leaves = Leave.objects.filter(person__in=ids, known_to=None).order_by("first_day", "last_day")
    for person, first, last in leaves.values_list("person_id", "first_day", "last_day"):
        staff[person].leaves += (LeaveSpan(first, last),)
    return staff


def _today(jobs: list[Job], at: datetime) -> date:
    return dates.local_date(at, _zone(jobs, at.date()))


def _zone(jobs: list[Job], day: date) -> str:
    """The zone of the contract on that day, else of the nearest one."""
    return min(((_distance(job.spell, day), job.zone) for job in jobs), default=(0, NO_ZONE))[1]


def _distance(spell: Spell, day: date) -> int:
    if day < spell.first:
        return (spell.first - day).days
    return (day - spell.end).days + 1 if spell.end and day >= spell.end else 0


def _overlap(one: Spell, other: Spell) -> Spell | None:
    first = max(one.first, other.first)
    end = min((spell.end for spell in (one, other) if spell.end), default=None)
    return Spell(first, end) if end is None or end > first else None
