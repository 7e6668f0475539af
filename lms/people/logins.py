"""Logins: one for each person of the directory, by staff number or by e-mail. They open and close with employment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from certification.ledger import clock
from lms.people.groups import ALL
from lms.people.idlist import IdList
from lms.people.models import Employment, Person, User
from lms.people.zones import known_zone


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
    at = clock.now()
    until = _access_until(_employments(person), at)
    over = until is not None and until <= at
    user = User.objects.create_user(
        staff_number, password, person=person, email=email, access_until=until, is_active=not over
    )
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


def new_login(
    person: Person, staff_number: str, email: str, spans: Iterable[tuple[date, date | None, str]], at: datetime
) -> User:
    """Unsaved, for whoever makes many: without a password, open while the employments `spans` are not over.

    Whether number and address are free is for the caller to ask before.
    """
    until = _access_until(spans, at)
    over = until is not None and until <= at
    user = User(staff_number=staff_number, person=person, email=email.lower(), access_until=until, is_active=not over)
    user.set_unusable_password()
    return user


def verified_address(user: User) -> EmailAddress:
    """Unsaved; the directory vouches for it."""
    return EmailAddress(user=user, email=user.email, verified=True, primary=True)


def grant(person: Person, *names: str) -> None:
    """Access rights. (Training roles are `staffing.give_role`; the two never mix.)"""
    for name in names:
        user = _login_of(person)
        if user.suspended_rights is not None:
            raise LoginError(
                _("Sources of staff data disagree about %(name)s. Settle the conflict first, then give rights.")
                % {"name": person.name}
            )
        user.groups.add(_group(name))
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


def follow_employment(person: Person, at: datetime) -> None:
    """The login opens and closes with the employments known now; call it whenever they change.

    What an employment that is over had given ends with it, also where the next one is already known: somebody hired
    again may learn, and nothing else until they are given it anew. A block by an administrator stays.
    """
    user = User.objects.filter(person=person).first()
    if user is None:
        return
    if user.access_until and user.access_until <= at:
        end_rights(User.objects.filter(pk=user.pk))
    until = _access_until(_employments(person), at)
    over = until is not None and until <= at
    User.objects.filter(pk=user.pk).update(access_until=until, is_active=not user.blocked and not over)
    if over:
        end_rights(User.objects.filter(pk=user.pk))
    person.__dict__.pop("group_names", None)


def end_sessions(person: Person) -> None:
    """Every session of this person is over with its next request, on every device and wherever it is stored."""
    User.objects.filter(person=person).update(session_epoch=F("session_epoch") + 1)


def deactivate_leavers(at: datetime) -> int:
    """Ends rights and sessions of people whose employment is over in its own zone, and returns how many there were.

    Nobody can sign in after their last day even before this ran (`User.is_open`). People who never had an employment
    (external auditors, administrators) keep their logins; somebody whose next employment is known keeps theirs too,
    with the rights of a newcomer.
    """
    with transaction.atomic():
        over = IdList.holding(
            User.objects.filter(is_active=True, access_until__lte=at).values_list("person", flat=True)
        )
        logins = User.objects.filter(over.among("person"))
        end_rights(logins)
        ended = logins.update(is_active=False)
        going_on = Employment.objects.current().exclude(true_to__lte=at.date() - timedelta(days=1))
        for person in Person.objects.filter(over.among("pk"), pk__in=going_on.values("person")):
            follow_employment(person, at)
    return ended


def suspend_rights(person: Person) -> None:
    """Puts every right aside until `restore_rights`; who learns goes on learning, in the session that runs.

    Rights are moved, not hidden: whatever asks for a group, a permission or an administrator, Wagtail too, finds none.
    What was given meanwhile, by whatever way, is put aside with the rest.
    """
    user = User.objects.select_for_update().filter(person=person).first()
    if user is None:
        return
    held = user.suspended_rights or {}
    rights = {
        "groups": sorted({*held.get("groups", ()), *user.groups.values_list("pk", flat=True)}),
        "permissions": sorted({*held.get("permissions", ()), *user.user_permissions.values_list("pk", flat=True)}),
        "administrator": held.get("administrator", False) or user.is_superuser,
    }
    user.groups.clear()
    user.user_permissions.clear()
    User.objects.filter(pk=user.pk).update(is_superuser=False, suspended_rights=rights)
    _forget_cached_rights(person)


def restore_rights(person: Person) -> None:
    """What `suspend_rights` put aside is theirs again; whose employment ended meanwhile has nothing left to get."""
    user = User.objects.select_for_update().filter(person=person, suspended_rights__isnull=False).first()
    if user is None:
        return
    held = user.suspended_rights or {}
    user.groups.add(*Group.objects.filter(pk__in=held.get("groups", ())))
    user.user_permissions.add(*Permission.objects.filter(pk__in=held.get("permissions", ())))
    administrator = user.is_superuser or bool(held.get("administrator"))
    User.objects.filter(pk=user.pk).update(is_superuser=administrator, suspended_rights=None)
    _forget_cached_rights(person)


def end_rights(logins: QuerySet[User]) -> None:
    """Takes groups, rights and running sessions away; who learns goes on learning after the next sign-in.

    What a conflict had suspended ends too; the suspension itself lasts as long as the conflict.
    """
    held = logins.values("pk")
    logins.filter(suspended_rights__isnull=False).update(suspended_rights={})
    User.groups.through.objects.filter(user__in=held).delete()
    User.user_permissions.through.objects.filter(user__in=held).delete()
    logins.update(is_superuser=False, session_epoch=F("session_epoch") + 1)


def set_block(user: User, blocked: bool, at: datetime) -> None:
    """An administrator's own reason, which no directory lifts; running sessions end with it."""
    user.blocked = blocked
    user.is_active = not blocked and (user.access_until is None or at < user.access_until)
    if blocked:
        user.session_epoch += 1
    user.save(update_fields=["blocked", "is_active", "session_epoch"])


def _employments(person: Person) -> QuerySet[Employment, tuple[date, date | None, str]]:
    return Employment.objects.current().filter(person=person).values_list("true_from", "true_to", "zone")


def _access_until(spans: Iterable[tuple[date, date | None, str]], at: datetime) -> datetime | None:
    """The instant at which the employment that runs, or comes next, is over; employments without a gap are one.

    None: no end is known, or there never was an employment.
    """
    runs: list[tuple[date | None, datetime | None]] = []
    for start, end, zone in sorted(spans):
        over = None if end is None else datetime.combine(end, time.min, ZoneInfo(known_zone(zone)))
        if runs and runs[-1][0] == start:
            runs[-1] = (end, over)
        else:
            runs.append((end, over))
    ends = [over for _end, over in runs]
    return next((over for over in ends if over is None or over > at), ends[-1] if ends else None)


def _forget_cached_rights(person: Person) -> None:
    for cached in ("group_names", "user"):
        person.__dict__.pop(cached, None)
        person._state.fields_cache.pop(cached, None)


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
    if email and EmailAddress.objects.filter(email=email).exists():
        raise LoginError(_("The address %(email)s already belongs to another login.") % {"email": email})
