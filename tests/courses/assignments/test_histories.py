"""Random histories through the database: what happens to a few people, is recorded late, planned or corrected.

`make histories` tries 600 of them; each failure names its seed.
"""

from __future__ import annotations

import os
import random
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from content.editions import Module
from courses.assignments import sync
from courses.assignments.derivation.derive import derive_as_known
from courses.assignments.derivation.values import Catalogue, PersonFacts
from courses.assignments.facts import load_facts, load_published
from courses.assignments.models import Assignment, AssignmentPeriod, Derivation, SyncState, Waiting
from courses.paths.models import AssignmentRule
from courses.paths.publishing import withdraw_rule
from lms.people import facts_on_day, staffing
from lms.people.models import Employment, Leave, PeopleChange, Person
from tests.courses.assignments.world import day, done, make_path, make_rule
from tests.factories import make_entity, make_person, make_role, noon

COUNT = int(os.environ.get("DATABASE_HISTORIES", "60"))
BATCHES = 6
PATHS = ("p1", "p2")
ZONES = ("Europe/Paris", "America/Santiago", "Pacific/Auckland", "Asia/Kathmandu")
FIRST = noon(day("2026-01-05"))
Bare = list[tuple[str, date, date | None]]


@pytest.mark.django_db
@pytest.mark.parametrize("batch", range(BATCHES))
def test_histories(batch: int) -> None:
    make_path("p1", {"a": 12, "b": None}, at=FIRST - timedelta(days=30))
    make_path("p2", {"m": 6}, inner="p1", at=FIRST - timedelta(days=30))
    for seed in range(batch, COUNT, BATCHES):
        with transaction.atomic():
            try:
                check(History(seed))
            except Exception as error:
                raise AssertionError(f"history {seed}: {error}") from error
            transaction.set_rollback(True)


@dataclass
class History:
    """At most 8 people and 20 events; after about every second one the drains run."""

    seed: int
    dice: random.Random = field(init=False)
    people: list[Person] = field(init=False)
    at: datetime = FIRST

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        make_role("overseer")
        make_entity("de", country="DE", zone="Europe/Berlin")
        make_rule("r-01", "p1", at=FIRST - timedelta(days=20))
        make_rule("r-03", "p2", role="overseer", due_days=self.dice.choice((None, 10, 60)), at=FIRST)
        self.people = [self._somebody() for _ in range(self.dice.choice((1, 1, 2, 2, 3, 8)))]

    def _somebody(self) -> Person:
        hired = self.day(-200, 30)
        return make_person(hired=hired, zone=self.dice.choice(ZONES), at=min(noon(hired), self.at))

    def live(self) -> None:
        for event in self.dice.choices(EVENTS, k=self.dice.choice((4, 6, 8, 12, 20))):
            self.at += timedelta(days=self.dice.randint(0, 70), seconds=self.dice.randrange(1, 86400))
            try:
                with transaction.atomic():
                    event(self, self.dice.choice(self.people))
            except staffing.StaffingError:
                pass  # it cannot happen to this person now, for example the hire of somebody employed
            if self.dice.random() < 0.5:
                sync.sync_due(self.at)

    def day(self, first: int = -40, last: int = 40) -> date:
        """Around now: recorded late, or planned."""
        return self.at.date() + timedelta(days=self.dice.randint(first, last))


def hired(history: History, person: Person) -> None:
    staffing.hire(person, make_entity(), on=history.day(), zone=history.dice.choice(ZONES), at=history.at)


def left(history: History, person: Person) -> None:
    staffing.leave_company(person, on=history.day(), at=history.at)


def stayed(history: History, person: Person) -> None:
    staffing.withdraw_leaving(person, at=history.at)


def moved(history: History, person: Person) -> None:
    staffing.change_zone(person, history.dice.choice(ZONES), on=history.day(), at=history.at)


def transferred(history: History, person: Person) -> None:
    kind = history.dice.choice([Employment.Kind.EMPLOYEE, Employment.Kind.EMPLOYEE, Employment.Kind.CONTRACTOR])
    entity = make_entity(history.dice.choice(("mlg-sa", "de")))
    staffing.transfer(person, entity, on=history.day(), kind=kind, at=history.at)


def corrected(history: History, person: Person) -> None:
    held = Employment.objects.current().filter(person=person).order_by("true_from").first()
    if held:
        on = held.true_from + timedelta(days=history.dice.randint(-30, 30))
        staffing.correct_hire(person, was=held.true_from, on=on, at=history.at)


def given_role(history: History, person: Person) -> None:
    staffing.give_role(person, "overseer", on=history.day(), at=history.at)


def role_ended(history: History, person: Person) -> None:
    staffing.end_role(person, "overseer", on=history.day(), at=history.at)


def away(history: History, person: Person) -> None:
    first = history.day()
    staffing.record_leave(person, first, first + timedelta(days=history.dice.randint(0, 90)), at=history.at)


def leave_corrected(history: History, person: Person) -> None:
    leave = Leave.objects.filter(person=person, known_to=None).first()
    if leave and history.dice.random() < 0.5:
        staffing.withdraw_leave(leave, at=history.at)
    elif leave:
        staffing.correct_leave(leave, leave.first_day, leave.first_day + timedelta(days=20), at=history.at)


def did(history: History, person: Person) -> None:
    for code in history.dice.choice((("a",), ("b",), ("m",), ("a", "b"), ("a", "b", "m"))):
        today = facts_on_day.today(person, history.at)
        before = history.dice.choice((0, 0, 20))
        done(person, code, history.at, effective=str(today - timedelta(days=before)))


def doubted(history: History, person: Person) -> None:
    """And answered, if one is open."""
    today = facts_on_day.today(person, history.at)
    held = Waiting.objects.filter(person=person, last_day=None).first()
    if held:
        held.last_day, held.answered_at = max(today, held.first_day), history.at
        held.save()
    else:
        Waiting.objects.create(
            person=person,
            module=Module.objects.get(code="a"),
            appeal=uuid.UUID(int=history.dice.getrandbits(128)),
            first_day=today,
            known_from=history.at,
        )
    sync.sync_people([person.pk], history.at)


def rule_changed(history: History, _person: Person) -> None:
    active = history.day(-60, 60) if history.dice.random() < 0.5 else None
    days = history.dice.choice((5, 30, 60))
    make_rule("r-01", "p1", due_days=days, active_from=active, at=history.at)


def rule_withdrawn(history: History, _person: Person) -> None:
    rule = AssignmentRule.objects.filter(key="r-01", withdrawn_at=None).first()
    if rule:
        withdraw_rule(rule, history.at, "Not asked for any more.")


def path_changed(history: History, _person: Person) -> None:
    make_path("p1", {"a": history.dice.choice((1, 6, 24)), "b": None}, at=history.at)


EVENTS: tuple[Callable[[History, Person], None], ...] = (
    hired, left, stayed, moved, transferred, corrected, corrected, given_role, given_role, role_ended, away, away,
    leave_corrected, did, did, did, did, doubted, rule_changed, rule_withdrawn, path_changed,
)  # fmt: skip


def check(history: History) -> None:
    history.live()
    end = history.at + timedelta(days=history.dice.randint(0, 200), hours=1)
    sync.sync_due(end)
    people = [person.pk for person in history.people]
    assert not PeopleChange.objects.filter(handled_at=None).exists(), "somebody was not looked at"
    assert not Derivation.objects.exclude(fault="").exists(), "somebody is not determined"
    sync.sync_all(end)
    assert sync.sync_all(end).changes == 0, "a second run changes something"

    step_by_step = states_of(people)
    facts, catalogue = load_facts(people), load_published().catalogue
    seconds = int((end - FIRST).total_seconds())
    instants = [FIRST + timedelta(seconds=history.dice.randrange(seconds)) for _ in range(3)]
    for known in (*instants, end):
        for person in people:
            check_known(person, facts[person], catalogue, known)

    Assignment.objects.all().delete()
    Derivation.objects.all().delete()
    SyncState.objects.all().delete()
    sync.sync_all(end)
    assert states_of(people) == step_by_step, "one run and many differ in their spans"


def states_of(people: Iterable[uuid.UUID]) -> list[list[Bare]]:
    """Of each person what is believed now, without due dates, which differ by the first notice (S19)."""
    return [known_spans(person, None) for person in people]


def check_known(person: uuid.UUID, facts: PersonFacts, catalogue: Catalogue, known: datetime) -> None:
    """What is stored about then is what would have been derived then."""
    derived: list[Bare] = []
    for path in PATHS:
        for each in derive_as_known(facts, catalogue, path, known).values():
            derived += [bare((one.state, one.first, one.end) for one in row.segments) for row in each.rows]
    assert known_spans(person, known) == sorted(map(str, derived_rows(derived))), f"{person} as known at {known}"


def known_spans(person: uuid.UUID, known: datetime | None) -> list[Any]:
    periods = AssignmentPeriod.objects.filter(assignment__person=person)
    if known is None:
        periods = periods.filter(known_to=None)
    else:
        periods = periods.filter(known_from__lte=known).exclude(known_to__lte=known)
    rows: dict[uuid.UUID, list[tuple[str, date, date | None]]] = {}
    for row, *part in periods.order_by("true_from").values_list("assignment", "state", "true_from", "true_to"):
        rows.setdefault(row, []).append((part[0], part[1], part[2]))
    return sorted(map(str, derived_rows(bare(parts) for parts in rows.values())))


def derived_rows(rows: Iterable[Bare]) -> list[Bare]:
    """Without those that were never anything but ended: mistakes, taken back."""
    return [row for row in rows if not (len(row) == 1 and row[0][0] == "ended")]


def bare(parts: Iterable[tuple[str, date, date | None]]) -> Bare:
    joined: Bare = []
    for state, first, end in sorted(parts, key=lambda each: each[1]):
        if joined and joined[-1][0] == state and joined[-1][2] == first:
            joined[-1] = (state, joined[-1][1], end)
        else:
            joined.append((state, first, end))
    return joined
