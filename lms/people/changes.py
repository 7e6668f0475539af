"""What wakes the assignments: rows that say whom something changed about, from which day, and what caused it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from uuid import UUID

from lms.people.models import PeopleChange, Person

# Not an argument: what moves one person moves others too (whoever reports to a leaver), and all of it has one cause.
CAUSE: ContextVar[str] = ContextVar("cause", default="")


@contextmanager
def caused_by(cause: str) -> Iterator[None]:
    """What changes inside has this cause, such as `feed:directory:17`: the import of that number."""
    token = CAUSE.set(cause)
    try:
        yield
    finally:
        CAUSE.reset(token)


def change_of(person: UUID, kind: str, day: date, at: datetime) -> PeopleChange:
    """Unsaved, for whoever writes many."""
    return PeopleChange(person_id=person, kind=kind, effective_on=day, recorded_at=at, cause=CAUSE.get())


def record_changes(person: Person, kind: str, days: Iterable[date], at: datetime) -> None:
    PeopleChange.objects.bulk_create(change_of(person.pk, kind, day, at) for day in sorted(days))
