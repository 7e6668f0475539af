"""Logins: one for each person of the directory, by staff number or by e-mail. They open and close with employment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from lms.people.groups import ALL
from lms.people.idlist import IdList
from lms.people.models import Employment, Person, User


class LoginError(ValueError):
    """This login cannot be; the text is a sentence for whoever asked."""


@transaction.atomic
def give_login(
    person: Person, staff_number: str, email: str = "", password: str | None = None, groups: Iterable[str] = ()
) -> User:
    """A login with a verified address, if there is one. Without a password, "Forgotten password" sets the first.

    The address is stored in lower case: nobody remembers how they once wrote it.
    """
    email = email.lower()
    _check_free(staff_number, email)
    user = User.objects.create_user(staff_number, password, person=person, email=email)
    if email:
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    grant(person, *groups)
    return user


def login_named(name: str) -> User | None:
    """The login somebody means by a staff number or an address, in any case; always the same two queries."""
    name = name.strip().lower()
    numbered = list(User.objects.filter(staff_number__iexact=name).select_related("person")[:2])
    addressed = list(User.objects.filter(email=name).exclude(email="").select_related("person")[:2])
    found = [user for user in numbered if user.staff_number.lower() == name] or addressed
    return found[0] if len(found) == 1 else None


def grant(person: Person, *names: str) -> None:
    """Access rights. (Training roles are `staffing.give_role`; the two never mix.)"""
    for name in names:
        _login_of(person).groups.add(_group(name))
    person.__dict__.pop("group_names", None)


def revoke(person: Person, *names: str) -> None:
    for name in names:
        _login_of(person).groups.remove(_group(name))
    person.__dict__.pop("group_names", None)


def follow_email(person: Person) -> None:
    """The login's address is the person's: the old one can neither sign in nor reset a password any more."""
    user = User.objects.filter(person=person).first()
    if user is None or user.email == person.email:
        return
    _check_free("", person.email)
    EmailAddress.objects.filter(user=user).delete()
    user.email = person.email
    user.save(update_fields=["email"])
    if user.email:
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def reopen(person: Person) -> None:
    User.objects.filter(person=person, is_active=False).update(is_active=True)


def end_sessions(person: Person) -> None:
    """Every session of this person is over with its next request, on every device and wherever it is stored."""
    User.objects.filter(person=person).update(session_round=F("session_round") + 1)


def deactivate_leavers(at: datetime) -> int:
    """Closes the logins of people whose last employment is over in their own zone; running sessions end with it.

    People who never had an employment (external auditors, administrators) keep theirs. The number closed is returned.
    """
    # Nobody's last day is over before tomorrow has begun in the easternmost zone.
    soonest = (at + timedelta(days=1)).date()
    rows = Employment.objects.current().filter(person__user__is_active=True)
    going_on = rows.filter(true_to__isnull=True) | rows.filter(true_to__gt=soonest)
    ended = rows.exclude(person__in=going_on.values("person")).values_list("person", "true_to", "zone")
    over: set[UUID] = set()
    running: set[UUID] = set()
    for person, end, zone in ended:
        (over if end <= at.astimezone(ZoneInfo(zone)).date() else running).add(person)
    logins = User.objects.filter(is_active=True)
    return logins.filter(IdList.holding(over - running).among("person")).update(is_active=False)


def _login_of(person: Person) -> User:
    user = User.objects.filter(person=person).first()
    if user is None:
        raise LoginError(_("%(name)s has no login: give one first.") % {"name": person.name})
    return user


def _group(name: str) -> Group:
    if name not in ALL:
        raise LoginError(
            _("There is no group “%(name)s”. Groups: %(known)s.") % {"name": name, "known": ", ".join(ALL)}
        )
    return Group.objects.get_or_create(name=name)[0]


def _check_free(staff_number: str, email: str) -> None:
    if staff_number and User.objects.filter(staff_number__iexact=staff_number).exists():
        raise LoginError(_("The staff number %(number)s already has a login.") % {"number": staff_number})
    if email and EmailAddress.objects.filter(email__iexact=email).exists():
        raise LoginError(_("The address %(email)s already belongs to another login.") % {"email": email})
