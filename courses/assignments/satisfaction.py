"""What a completion fulfils: registered with the one seam (completions.demand), called inside its transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Min

from courses.assignments.models import Assignment, Justification
from courses.assignments.sync import lock_people, sync_people
from courses.completions.demand import Asked
from courses.completions.items import Item
from courses.completions.models import Completion
from lms.people.models import Person
from lms.people.prepared import Prepared, slot

ASKED = Prepared(
    lambda: Justification.objects.asking_for(slot("person"), slot("module")).values_list(
        "rule__key", "rule__number", "rule__basis", "assignment__path_key", "assignment__cycle_key"
    )
)


@dataclass(frozen=True, slots=True)
class AssignmentDemand:
    """What the person's open assignments ask, as the seam takes it."""

    person: Person
    required_by: tuple[Asked, ...]
    at: datetime

    def settle(self, completion: Completion) -> None:
        satisfy(self.person, completion, self.at)


def assignments_asking(person: Person, item: Item, at: datetime) -> AssignmentDemand:
    """The rules behind the person's open assignments that ask for this item; the strictest date first.

    Paths ask for modules only, so far. One query.
    """
    rows = ASKED(person=person.pk, module=item.module.pk) if item.module else []
    return AssignmentDemand(person, tuple(Asked(*row) for row in rows), at)


def satisfy(person: Person, completion: Completion, at: datetime) -> list[Assignment]:
    """The person's assignments that are satisfied now that `completion` stands.

    Locks the person, so that no synchronisation decides without it. Where no path asks for the module nothing can
    follow; else the person is synchronised, so that nothing can be decided in two ways: what is fulfilled is satisfied,
    logged as `assignment.close`, and gets its certificate and its statement. A renewal done before its time is opened
    and satisfied at once.
    """
    if completion.person_id != person.pk:
        raise ValueError("The completion belongs to another person.")
    lock_people([person.pk])
    rows = Assignment.objects.of(person).filter(version__leaves__module=completion.module_id)
    return sync_people([person.pk], at) if rows.exists() else []


def first_fulfilled_on(fact: UUID) -> date | None:
    """The first day on which an obligation of this fact was fulfilled; a feed may not move the fact past it (S9)."""
    live = Justification.objects.filter(event__endswith=f":{fact}", known_to=None)
    rows = live.filter(assignment__state=Assignment.State.SATISFIED)
    return rows.aggregate(first=Min("assignment__state_on"))["first"]
