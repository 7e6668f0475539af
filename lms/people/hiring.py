"""Many newcomers at once: what staffing would write for each of them, in a handful of statements for all.

For people nobody knew before: whom the platform knows goes through `staffing`, which compares and supersedes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress

from lms.people import logins
from lms.people.changes import change_of
from lms.people.models import (
    Employment,
    ExternalId,
    Leave,
    OrgUnit,
    PeopleChange,
    Person,
    Placement,
    ReportingLine,
    RoleHolding,
    User,
)


@dataclass(frozen=True, slots=True)
class NewHire:
    """Somebody new. `active`: the employment is not over on the day of the import, so that login, roles and lines begin
    with it. `said`: the feed's claim, kept for comparison. `managers`: by kind of line, people who are saved or stand
    in the same list, and whose work has no end. `person` and `made` are written by `hire_many`."""

    person: Person
    feed: str
    number: str
    entity: OrgUnit
    unit: OrgUnit
    kind: str
    zone: str
    hired_on: date
    left_on: date | None
    active: bool
    said: dict[str, Any]
    roles: Sequence[int] = ()
    leaves: Sequence[tuple[date, date]] = ()
    managers: dict[str, Person] = field(default_factory=dict)

    @property
    def end(self) -> date | None:
        return self.left_on and self.left_on + timedelta(days=1)


def new_person(given_name: str, family_name: str, *, language: str, email: str, at: datetime) -> Person:
    """Unsaved."""
    names = {"given_name": given_name, "family_name": family_name}
    return Person(**names, language=language or "en", email=email.lower(), created_at=at)


def hire_many(hires: Sequence[NewHire], at: datetime) -> None:
    """Writes all of it; the caller holds the transaction and has made sure that numbers and addresses are free."""
    Person.objects.bulk_create([each.person for each in hires])
    ExternalId.objects.bulk_create(ExternalId.naming(each.person, each.feed, each.number, each.said) for each in hires)
    Employment.objects.bulk_create(
        Employment(entity=each.entity, kind=each.kind, zone=each.zone, **_dated(each, at)) for each in hires
    )
    Placement.objects.bulk_create(Placement(unit=each.unit, **_dated(each, at)) for each in hires)
    active = [each for each in hires if each.active]
    ReportingLine.objects.bulk_create(
        ReportingLine(manager=manager, kind=kind, **_dated(each, at))
        for each in active
        for kind, manager in each.managers.items()
    )
    RoleHolding.objects.bulk_create(
        RoleHolding(role_id=role, **_dated(each, at)) for each in active for role in each.roles
    )
    Leave.objects.bulk_create(
        Leave(person=each.person, first_day=first, last_day=last, known_from=at)
        for each in hires
        for first, last in each.leaves
    )
    _give_logins(active, at)
    PeopleChange.objects.bulk_create(_changes(hires, at))


def draw_lines(lines: Iterable[tuple[UUID, UUID, str, date, date | None]], at: datetime) -> None:
    """Lines of newcomers (person, manager, kind, from, until) whose managers came after them."""
    drawn = list(lines)
    ReportingLine.objects.bulk_create(
        ReportingLine(person_id=person, manager_id=manager, kind=kind, true_from=start, true_to=end, known_from=at)
        for person, manager, kind, start, end in drawn
    )
    days = sorted({(person, start) for person, _manager, _kind, start, _end in drawn})
    PeopleChange.objects.bulk_create(change_of(person, "manager", day, at) for person, day in days)


def _dated(hire: NewHire, at: datetime) -> dict[str, Any]:
    return {"person": hire.person, "true_from": hire.hired_on, "true_to": hire.end, "known_from": at}


def _give_logins(hires: Sequence[NewHire], at: datetime) -> None:
    users = [
        logins.new_login(each.person, each.number, each.person.email, [(each.hired_on, each.end, each.zone)], at)
        for each in hires
    ]
    User.objects.bulk_create(users)
    EmailAddress.objects.bulk_create(logins.verified_address(user) for user in users if user.email)


def _changes(hires: Sequence[NewHire], at: datetime) -> list[PeopleChange]:
    """One for each day on which something begins or ends: who is woken is looked at as a whole."""
    found = []
    for each in hires:
        days = {first: "leave" for first, _last in each.leaves}
        if each.end:
            days[each.end] = "left"
        days[each.hired_on] = "hired"
        found += [change_of(each.person.pk, kind, day, at) for day, kind in sorted(days.items())]
    return found
