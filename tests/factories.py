"""People, units and logins for tests, made by the platform's own functions. Other rooms append theirs below."""

from __future__ import annotations

import itertools
import time
from datetime import UTC, date, datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.test import Client

from lms.people import staffing
from lms.people.door.factors import needs_factor
from lms.people.models import Employment, JobRole, OrgUnit, Person, User

NUMBERS = itertools.count(1000)
AT = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
HIRED = date(2026, 9, 1)
PASSWORD = "correct horse battery staple"


def make_entity(code: str = "mlg-sa", *, country: str = "FR", zone: str = "Europe/Paris", name: str = "") -> OrgUnit:
    """A legal entity; asked for twice it is the same one."""
    found = OrgUnit.objects.filter(code=code).first()
    return found or _unit(code, OrgUnit.Kind.ENTITY, parent=None, country=country, zone=zone, name=name)


def make_unit(code: str, parent: OrgUnit | None = None, *, kind: str = OrgUnit.Kind.TEAM, name: str = "") -> OrgUnit:
    parent = parent or make_entity()
    return _unit(code, kind, parent=parent, country=parent.country, zone=parent.zone, name=name)


def make_person(
    given_name: str = "Amal",
    family_name: str = "Bennani",
    *,
    language: str = "en",
    email: str = "",
    staff_number: str = "",
    hired: date | None = HIRED,
    entity: OrgUnit | None = None,
    unit: OrgUnit | None = None,
    manager: Person | None = None,
    zone: str = "",
    kind: str = Employment.Kind.EMPLOYEE,
    roles: tuple[str, ...] = (),
    at: datetime = AT,
) -> Person:
    """Somebody employed from `hired` (None: no employment at all), without a login."""
    person = staffing.create_person(
        given_name, family_name, language=language, email=email, staff_number=staff_number, at=at
    )
    if hired:
        employer = entity or make_entity()
        staffing.hire(person, employer, on=hired, zone=zone, kind=kind, unit=unit, manager=manager, at=at)
    for key in roles:
        make_role(key)
        staffing.give_role(person, key, on=hired or at.date(), at=at)
    return person


def make_user(*groups: str, email: str = "", staff_number: str = "", password: str = PASSWORD, **person: Any) -> User:
    """A person with a login in these groups."""
    number = staff_number or str(next(NUMBERS))
    made = make_person(email=email, staff_number=number, **person)
    return staffing.give_login(made, number, email, password, groups)


def make_role(key: str) -> JobRole:
    return JobRole.objects.get_or_create(key=key, defaults={"name": key})[0]


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def sign_in(client: Client, user: User) -> Client:
    """Signed in just now, with the second factor their task asks for, without the sign-in page; tests of the door
    itself go through it."""
    client.force_login(user)
    if needs_factor(user.person):
        data = {"seed": "0", "used_mask": 0}
        Authenticator.objects.get_or_create(user=user, type="recovery_codes", defaults={"data": data})
    session, now = client.session, time.time()
    session["account_authentication_methods"] = [{"method": "mfa", "at": now}]
    session["account_authentication_methods_user"] = str(user.pk)
    session["lasts"] = {"began": now, "used": now, "idle": 7200, "whole": 86400}
    session.save()
    return client


def _unit(code: str, kind: str, *, parent: OrgUnit | None, country: str, zone: str, name: str) -> OrgUnit:
    unit = OrgUnit(
        code=code,
        name=name or code.upper(),
        kind=kind,
        parent=parent,
        country=country,
        zone=zone,
        true_from=date(2020, 1, 1),
        known_from=AT,
    )
    unit.entity = unit if kind == OrgUnit.Kind.ENTITY else parent and parent.entity
    unit.save()
    return unit
