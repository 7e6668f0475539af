"""What people are today, for many at once: their day, their zone, whether they are away. Constant number of queries."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from courses.assignments import facts
from courses.assignments.dates import LeaveSpan
from courses.assignments.derivation import employment
from courses.assignments.derivation.values import Contract
from lms.people.models import Leave, Person
from lms.people.zones import known_zone


@dataclass(slots=True)
class Staff:
    """What is believed of one person now."""

    person: Person
    today: date
    contracts: tuple[Contract, ...] = ()
    leaves: tuple[LeaveSpan, ...] = ()

    @property
    def zone(self) -> str:
        return employment.zone_on(self.contracts, self.today)

    @property
    def on_leave(self) -> bool:
        return any(leave.first <= self.today <= leave.last for leave in self.leaves)

    @property
    def entity(self) -> str:
        """The code of the legal entity they work for today; empty where they work for none."""
        contract = employment.contract_on(self.contracts, self.today)
        return contract.entity if contract else ""

    @property
    def country(self) -> str:
        """Of that entity."""
        contract = employment.contract_on(self.contracts, self.today)
        return contract.country if contract else ""

    @property
    def credit_from(self) -> date:
        """The first day whose completions still count: a long absence ends the credit of what lay before it."""
        return employment.credit_from(self.contracts, self.today)


def load_staff(people: Iterable[Person], at: datetime) -> dict[uuid.UUID, Staff]:
    """Two queries, however many people."""
    people = list(people)
    contracts = facts.load_contracts(person.pk for person in people)
    staff = {}
    for person in people:
        known = tuple(_on_known_clocks(contracts.get(person.pk, ())))
        staff[person.pk] = Staff(person, employment.local_day(known, at), known)
    leaves = Leave.objects.filter(person__in=[person.pk for person in people], known_to=None)
    for person_id, first, last in leaves.order_by("first_day").values_list("person_id", "first_day", "last_day"):
        staff[person_id].leaves += (LeaveSpan(first, last),)
    return staff


def _on_known_clocks(contracts: Iterable[Contract]) -> Iterator[Contract]:
    """One person's zone that this machine does not know keeps nobody else's mail back (S18)."""
    for one in contracts:
        zone = known_zone(one.zone)
        yield one if zone == one.zone else replace(one, zone=zone)
