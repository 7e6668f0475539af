"""Two years of the demo organisation, lived through day by day with the platform's own functions and drains.

Nothing is written behind their back: people are hired by `staffing`, learn through the player's `flow`, get mail from
the digest. The clock is the ledger's, set back at genesis and moved forward from then on.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from certification.ledger import clock
from content.editions import Module
from courses.assignments.models import Assignment
from courses.demo import still_counts, study
from lms import drains, rooms
from lms.demo.demo_organisation import LATE, NEVER, CastMember, Organisation
from lms.people import facts_on_day, logins, staffing
from lms.people.models import OrgUnit, Person

PASSWORD = "litmus-demo-only"  # noqa: S105 — printed on the demo's first page; the demo listens on loopback only
MORNING, NOON, EVENING = time(6), time(10), time(20)
NIGHT = ("nightly", "digests", "sequence", "checkpoint", "seal", "mail")


@dataclass(order=True, slots=True)
class Session:
    """A planned sitting: this person takes this module on that day. `fails` = how many attempts fail first;
    `months` = how long the path lets an earlier completion count (0 = for good).
    """

    day: date
    number: str
    code: str
    months: int = field(compare=False, default=0)
    fails: int = field(compare=False, default=0)


@dataclass(slots=True)
class History:
    """What the replay remembers from day to day."""

    plan: Organisation
    people: dict[str, Person] = field(default_factory=dict)
    numbers: dict[UUID, str] = field(default_factory=dict)
    planned: set[UUID] = field(default_factory=set)
    sessions: list[Session] = field(default_factory=list)
    unled: list[CastMember] = field(default_factory=list)  # hired before their manager was, on the same morning

    def run(self, say: Callable[[str], None]) -> None:
        day = self.plan.first_day
        while day <= self.plan.today:
            if day.day == 1:
                say(f"{day:%B %Y}")
            self._live(day)
            day += timedelta(days=1)

    def _live(self, day: date) -> None:
        at = turn_to(day, MORNING)
        if day == self.plan.first_day:
            play_chapters(rooms.OPENING, at)
        play_chapters(rooms.MORNING, at)
        for member in self.plan.members:
            happen(self, member, day, at)
        self._name_managers(at)
        drains.drain_named("assignments").run(at)
        self._foresee(day)
        self._learn(day)
        play_chapters(rooms.EVENING, at)
        close_of_day(day)

    def _name_managers(self, at: datetime) -> None:
        for member in self.unled:
            person, manager = self.people[member.number], self.people[member.manager]
            staffing.set_manager(person, manager, on=member.hired_on, at=at)
        self.unled.clear()

    def _foresee(self, day: date) -> None:
        """Everybody decides, once for each assignment, when they will sit down to it."""
        fresh = Assignment.objects.open().exclude(pk__in=self.planned).select_related("version")
        for assignment in fresh.prefetch_related("version__leaves__module", "justifications"):
            self.planned.add(assignment.pk)
            member = self.plan.member(self.numbers[assignment.person_id])
            for session in foresee(member, assignment, day):
                heapq.heappush(self.sessions, session)

    def _learn(self, day: date) -> None:
        while self.sessions and self.sessions[0].day <= day:
            session = heapq.heappop(self.sessions)
            person, module = self.people[session.number], Module.objects.get(code=session.code)
            here = facts_on_day.employment_on(person, day) and not on_leave(self.plan.member(session.number), day)
            if here and not still_counts(person, module, session.months, day):
                sit_down(person, module, day, fails=session.fails)


def turn_to(day: date, hour: time) -> datetime:
    """Move the clock to that hour, unless it is later already; returns the time it is now."""
    now = clock.now()
    wanted = datetime.combine(day, hour, UTC)
    return clock.advance_demo(wanted - now) if wanted > now else now


def happen(history: History, member: CastMember, day: date, at: datetime) -> None:
    """What the personnel department records about this member on that day."""
    if day == member.known_on and member.number not in history.people:
        history.people[member.number] = person = arrive(history, member, at)
        history.numbers[person.pk] = member.number
    person_or_none = history.people.get(member.number)
    if person_or_none is None:
        return
    for role, on in member.roles:
        if day == on:
            staffing.give_role(person_or_none, role, on=on, at=at)
    if member.leave and day == member.leave[0] - timedelta(days=3):
        staffing.record_leave(person_or_none, *member.leave, at=at)
    if member.left_on and day == member.left_on - timedelta(days=14):
        staffing.leave_company(person_or_none, on=member.left_on, at=at)
    if member.back_on and day == member.back_on:
        _hire(history, member, person_or_none, member.back_on, at)


def arrive(history: History, member: CastMember, at: datetime) -> Person:
    person = staffing.create_person(
        member.given_name,
        member.family_name,
        at=at,
        language=member.language,
        email=member.email,
        staff_number=member.number,
    )
    _hire(history, member, person, member.hired_on, at)
    if member.number.startswith("demo-"):
        logins.give_login(person, member.number, member.email, PASSWORD, member.groups)
    return person


def _hire(history: History, member: CastMember, person: Person, on: date, at: datetime) -> None:
    staffing.hire(
        person,
        OrgUnit.objects.get(code=member.entity),
        on=on,
        at=at,
        zone=member.zone,
        unit=OrgUnit.objects.get(code=member.unit),
        manager=history.people.get(member.manager),
    )
    if member.manager and member.manager not in history.people:
        history.unled.append(member)


def on_leave(member: CastMember, day: date) -> bool:
    return bool(member.leave) and member.leave[0] <= day <= member.leave[1]  # type: ignore[index]


def dated_cycle(assignment: Assignment) -> str:
    """The cycle named by its day: the id of the fact that asked is another in every demonstration."""
    key = assignment.cycle_key
    days = [one.event_on for one in assignment.justifications.all() if one.event == key]
    return f"{key.rpartition(':')[0]}:{days[0]}" if days else key


def foresee(member: CastMember, assignment: Assignment, day: date) -> Iterator[Session]:
    """The diligent are done in days, most in time, a few late, some never: by the member's own number."""
    dice = random.Random(f"{member.number}:{assignment.path_key}:{dated_cycle(assignment)}")  # noqa: S311
    if member.diligence >= NEVER or assignment.path_key in member.undone:
        return
    span = 18 if assignment.due is None else 26
    start = day
    for leaf in assignment.version.leaves.all():
        wait = 1 + round(member.diligence * span * dice.uniform(0.5, 1.0))
        if member.diligence >= LATE:
            wait += dice.randint(10, 40)
        start = max(start, day + timedelta(days=wait))
        yield Session(start, member.number, leaf.module.code, leaf.validity_months or 0, int(dice.random() < 0.2))


def sit_down(person: Person, module: Module, day: date, *, fails: int = 0) -> None:
    """One sitting at the player, and what comes of it when the module is completed."""
    at = turn_to(day, NOON)
    completion = study(person, module, at, fails=fails)
    if completion:
        play_chapters(rooms.COMPLETED, completion, at)


def play_chapters(moment: str, *what: object) -> None:
    """Every room lives through what it does at this moment (`chapters` in its `apps.py`)."""
    for chapter in rooms.chapters(moment):
        chapter(*what)


def close_of_day(day: date) -> None:
    """The night's work."""
    at = turn_to(day, EVENING)
    for name in NIGHT:
        drains.drain_named(name).run(at)
