"""What a completion fulfils: registered with the one seam (completions.demand), called inside its transaction."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from courses.assignments import sync_loading
from courses.assignments.credit import Leaf, fulfilment
from courses.assignments.models import Assignment, Justification
from courses.assignments.staff import load_staff
from courses.assignments.sync import sync_people
from courses.completions.demand import Asked
from courses.completions.items import Item
from courses.completions.models import Completion
from courses.paths.models import PathLeaf
from lms.people.models import Person
from lms.people.prepared import Prepared, slot

State = Assignment.State
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

    Locks the person, so that no synchronisation decides without it. Most completions fulfil nothing yet, and that is
    known after five queries; else the person is synchronised, so that nothing can be decided in two ways: what is
    fulfilled is satisfied, logged as `assignment.close`, and gets its certificate and its statement. A renewal done
    before its time is opened and satisfied at once.
    """
    if completion.person_id != person.pk:
        raise ValueError("The completion belongs to another person.")
    sync_loading.lock_people([person.pk])
    rows = list(Assignment.objects.of(person).exclude(state=State.ENDED))
    leaves = _leaves(rows)
    rows = [row for row in rows if any(leaf.module == completion.module_id for leaf in leaves[row.version_id])]
    if not rows or not _may_fulfil(person, rows, leaves, at):
        return []
    return sync_people([person.pk], at)


def _may_fulfil(person: Person, rows: Sequence[Assignment], leaves: dict[uuid.UUID, list[Leaf]], at: datetime) -> bool:
    """Whether an open assignment is fulfilled, or something done again that nothing open asks for."""
    opened = [row for row in rows if row.state == State.OPEN]
    if {row.path_key for row in rows} - {row.path_key for row in opened}:
        return True
    staff = load_staff([person], at, jobs_only=True)[person.pk]
    done = sync_loading.credited_completions(sync_loading.completions_of([person.pk])[person.pk], staff.credit_from)
    return any(fulfilment(leaves[row.version_id], done, staff.today, row.expiring_on) for row in opened)


def _leaves(rows: Sequence[Assignment]) -> dict[uuid.UUID, list[Leaf]]:
    versions = {row.version_id for row in rows}
    return sync_loading.leaves_of(PathLeaf.objects.filter(version__in=versions))
