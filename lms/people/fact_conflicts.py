"""Settling what feeds say differently of somebody's unit, managers, roles, leave, post or name.

Each of them is a conflict of its own; it suspends no right, because nobody doubts that the person is employed. Either
one feed's words are written, from the person's day on, or what is believed stays; the same words rest from then on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lms.people import staffing
from lms.people.changes import caused_by
from lms.people.conflicts import How, close_settled, locked_for_settling
from lms.people.facts_on_day import employment_on, today, unit_of
from lms.people.models import FactConflict, Leave, OrgUnit, Person, ReportingLine, RoleHolding
from lms.people.staffing import StaffingError

Words = Mapping[str, Any]


@transaction.atomic
def settle_words(conflict: FactConflict, by: Person, words: Words | None, reason: str, *, at: datetime) -> None:
    """`words`: one of the claims; None: what is believed stays. Raises ConflictRefused, StaffingError."""
    conflict = locked_for_settling(conflict, by)
    if words is not None:
        with caused_by(f"conflict:{conflict.pk}"):
            WRITE[conflict.what](conflict.person, words, today(conflict.person, at), at)
    how = How.OTHER if words is None else How.CLAIM
    close_settled(conflict, by, how, dict(words or {}), reason, at)


def _write_details(person: Person, words: Words, day: date, at: datetime) -> None:
    names = ("given_name", "family_name", "language", "email")
    staffing.describe(person, at=at, **{name: words.get(name, getattr(person, name)) for name in names})


def _write_post(person: Person, words: Words, day: date, at: datetime) -> None:
    held = employment_on(person, day)
    if held is None:
        raise StaffingError(_("%(name)s has no employment on %(day)s.") % {"name": person.name, "day": day})
    if words.get("kind", held.kind) != held.kind:
        unit = unit_of(person, day)
        staffing.transfer(person, held.entity, zone=held.zone, kind=words["kind"], unit=unit, on=day, at=at)
    if "zone" in words:
        staffing.change_zone(person, words["zone"], on=day, at=at)


def _write_unit(person: Person, words: Words, day: date, at: datetime) -> None:
    """An empty word: the person stands in the legal entity itself."""
    held = employment_on(person, day)
    named = OrgUnit.objects.current().filter(code=words["unit"]).first()
    unit = held.entity if held and not words["unit"] else named
    if unit is None:
        raise StaffingError(_("There is no unit “%(code)s” any more.") % {"code": words["unit"]})
    staffing.place(person, unit, on=day, at=at)


def _write_managers(person: Person, words: Words, day: date, at: datetime) -> None:
    kinds = {"manager": ReportingLine.Kind.LINE, "functional_manager": ReportingLine.Kind.FUNCTIONAL}
    for name, kind in kinds.items():
        if name not in words:
            continue
        manager = Person.objects.filter(external_ids__feed=words["feed"], external_ids__normal=words[name]).first()
        if words[name] and manager is None:
            raise StaffingError(_("Nobody has the staff number “%(number)s” any more.") % {"number": words[name]})
        staffing.set_manager(person, manager, on=day, at=at, kind=kind)


def _write_roles(person: Person, words: Words, day: date, at: datetime) -> None:
    held = set(RoleHolding.objects.on(day).filter(person=person).values_list("role__key", flat=True))
    for key in sorted(set(words["roles"]) - held):
        staffing.give_role(person, key, on=day, at=at)
    for key in sorted(held - set(words["roles"])):
        staffing.end_role(person, key, on=day, at=at)


def _write_leave(person: Person, words: Words, day: date, at: datetime) -> None:
    """What is over stays; what goes on or lies ahead becomes what the feed says."""
    said = {(date.fromisoformat(first), date.fromisoformat(last)) for first, last in words["leave"]}
    for leave in Leave.objects.filter(person=person, known_to=None, last_day__gte=day):
        if (leave.first_day, leave.last_day) not in said:
            staffing.withdraw_leave(leave, at=at)
    for first, last in sorted(said):
        staffing.record_leave(person, first, last, at=at)


WRITE: dict[str, Callable[[Person, Words, date, datetime], None]] = {
    FactConflict.What.DETAILS: _write_details,
    FactConflict.What.POST: _write_post,
    FactConflict.What.UNIT: _write_unit,
    FactConflict.What.MANAGER: _write_managers,
    FactConflict.What.ROLES: _write_roles,
    FactConflict.What.LEAVE: _write_leave,
}
