"""What a completion fulfils: registered with the one seam (completions.demand), called inside its transaction."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, Min, OuterRef

from courses.assignments.models import Assignment, Justification
from courses.assignments.sync import lock_people, sync_people
from courses.completions.demand import Asked
from courses.completions.items import Item
from courses.completions.models import Completion
from courses.paths.models import PathLeaf, PathVersion
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

    Locks the person, so that no synchronisation decides without it. Where no version of their paths asks for the
    module, or where some of what every version of a path needs that was asked on its day was never done, nothing can
    follow (three queries); else the person is synchronised, so that nothing can be decided in two ways: what is
    fulfilled is satisfied, logged as `assignment.close`, and gets its certificate and its statement. A renewal done
    before its time is opened and satisfied at once.
    """
    if completion.person_id != person.pk:
        raise ValueError("The completion belongs to another person.")
    lock_people([person.pk])
    asking = PathLeaf.objects.filter(module=completion.module_id)
    rows = Assignment.objects.of(person).filter(path_key__in=asking.values("version__path__key"))
    states = set(rows.values_list("path_key", "state", "state_on"))
    satisfied = any(state == Assignment.State.SATISFIED for _path, state, _since in states)
    asked = {path for path, state, since in states if _asked(state, since, completion)}
    if satisfied or _all_done(person, asked):
        return sync_people([person.pk], at)
    return []


def _asked(state: str, since: date, completion: Completion) -> bool:
    """On the day of the completion: a list may be entered after what it fulfils has ended (S6, T-22)."""
    return state == Assignment.State.OPEN or (state == Assignment.State.ENDED and completion.effective_on < since)


def _all_done(person: Person, paths: Collection[str]) -> bool:
    """Whether the person ever did all that any version of one of the paths needs."""
    done = Completion.objects.filter(person=person, module=OuterRef("module"))
    lacking = PathLeaf.objects.filter(version=OuterRef("pk"), compulsory=True).exclude(Exists(done))
    return bool(paths) and PathVersion.objects.exclude(Exists(lacking)).filter(path__key__in=paths).exists()


def first_fulfilled_on(fact: UUID) -> date | None:
    """The first day on which an obligation of this fact was fulfilled; a feed may not move the fact past it (S9)."""
    live = Justification.objects.filter(event__endswith=f":{fact}", known_to=None)
    rows = live.filter(assignment__state=Assignment.State.SATISFIED)
    return rows.aggregate(first=Min("assignment__state_on"))["first"]
