"""What an update would change of the past: listed, and written when an administrator answers for it (S10)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses.assignments.assignment_entries import AnsweredFor
from courses.assignments.engine_models import EngineDifference
from courses.assignments.engine_versions import load_listed
from courses.assignments.models import Assignment
from courses.assignments.sync import CHUNK, SyncRun, lock_people
from lms.people import names
from lms.people.batches import in_batches
from lms.people.models import Person
from lms.people.policies import is_administrator

SHOWN = (
    *("state", "state_on", "end_reason", "late", "anchor", "zone", "computed", "due", "deadline_at", "before_access"),
    *("waiting_since", "paused_days", "valid_until", "expires_at", "expiring_on", "required_until"),
)


class NotWritten(ValueError):
    """Nothing was written; the text says why."""


@dataclass(frozen=True, slots=True)
class ListedDifference:
    """`person` = the staff number, or the id where there is none; `changes` = [(column, stored, by the version)]."""

    person: str
    path: str
    about: str
    cycle: str
    was: str
    engine: str
    changes: list[tuple[str, str, str]]


def listed_differences() -> Iterator[ListedDifference]:
    """In the order of people's ids, in chunks: there may be many."""
    people = EngineDifference.objects.order_by("person").values_list("person", flat=True).distinct()
    for chunk in in_batches(people, CHUNK):
        listed, numbers = load_listed(chunk), names.staff_numbers(chunk)
        rows = {
            (row.person_id, row.path_key, row.about, row.cycle_key): row
            for row in Assignment.objects.filter(person__in=chunk)
        }
        for (person, path, about), cycles in sorted(listed.items()):
            for cycle, one in sorted(cycles.items()):
                changes = _changes(rows.get((person, path, about, cycle)), one.derived)
                number = numbers.get(person) or str(person)
                yield ListedDifference(number, path, about, cycle, one.was, one.engine, changes)


def _changes(row: Assignment | None, derived: dict[str, Any]) -> list[tuple[str, str, str]]:
    pairs = [(name, _text(getattr(row, name, "")), _text(derived[name])) for name in SHOWN]
    return [(name, stored, other) for name, stored, other in pairs if stored != other]


def _text(value: Any) -> str:
    """As JSON has it, so that both sides are written alike."""
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def write_differences(by: Person, reason: str, at: datetime) -> int:
    """Writes all that is listed; each entry of the ledger says who answers for it, and why. How many were written.

    What facts and days changed until now is written first, in nobody's name. Raises NotWritten.
    """
    if not is_administrator(by):
        raise NotWritten(_("Only an administrator can write what an update changes of the past."))
    if not reason.strip():
        raise NotWritten(_("Say in a sentence that names nobody why the past is changed: the ledger keeps it."))
    people = list(EngineDifference.objects.order_by("person").values_list("person", flat=True).distinct())
    before = EngineDifference.objects.count()
    for chunk in in_batches(people, CHUNK):
        with transaction.atomic():
            lock_people(chunk)
            run = SyncRun(at)  # the catalogue of now: other runs go on meanwhile
            run.people(chunk)
            run.people(chunk, AnsweredFor(by, reason.strip()))
    return before - EngineDifference.objects.count()
