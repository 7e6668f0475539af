"""What changes people. Each function writes dated rows and the PeopleChange rows that wake the assignments.

`on` is a calendar day, `at` the instant at which the platform learned of it. Rows are superseded (`known_to`),
never overwritten. What cannot be is refused with StaffingError, whose text says what to do.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from lms.people import logins, names, reporting, timeline
from lms.people.changes import record_changes
from lms.people.dated import (
    EMPLOYMENT,
    PLACEMENT,
    Family,
    began_by_transfer,
    families,
    holdings,
    lines,
    moves_after,
    post_of,
)
from lms.people.facts_on_day import reports_to_between, today
from lms.people.logins import deactivate_leavers, give_login
from lms.people.models import Employment, ExternalId, JobRole, Leave, OrgUnit, Person, ReportingLine
from lms.people.timeline import Change, Span
from lms.people.zones import is_zone

__all__ = [
    "StaffingError",
    "change_zone",
    "correct_hire",
    "correct_leave",
    "create_person",
    "deactivate_leavers",
    "describe",
    "end_role",
    "give_login",
    "give_role",
    "hire",
    "leave_company",
    "place",
    "record_leave",
    "set_manager",
    "transfer",
    "withdraw_leave",
    "withdraw_leaving",
]

DIRECTORY = "directory"


class StaffingError(ValueError):
    """What was asked for cannot be; the text is a sentence for whoever asked."""


# People


@transaction.atomic
def create_person(
    given_name: str,
    family_name: str,
    *,
    at: datetime,
    language: str = "en",
    email: str = "",
    staff_number: str = "",
    feed: str = DIRECTORY,
) -> Person:
    """A person, with the key by which the feed will name them again; no login and no employment yet."""
    person = Person.objects.create(
        given_name=given_name, family_name=family_name, language=language, email=email.lower(), created_at=at
    )
    if staff_number:
        ExternalId.naming(person, feed, staff_number).save()
    return person


@transaction.atomic
def describe(person: Person, *, given_name: str, family_name: str, language: str, email: str, at: datetime) -> bool:
    """Name, language and address as they are now: not dated facts. True when something changed.

    A login follows the address, so that nobody can reset a password by an address that is no longer theirs. Another
    name is an entry of the ledger, so that earlier entries lead to it.
    """
    _lock(person)
    was = Person.objects.only("given_name", "family_name").get(pk=person.pk).name
    wanted = {"given_name": given_name, "family_name": family_name, "language": language, "email": email.lower()}
    if wanted == {name: getattr(person, name) for name in wanted}:
        return False
    for name, value in wanted.items():
        setattr(person, name, value)
    person.save(update_fields=list(wanted))
    if person.name != was:
        names.log_rename(person, was, at)
    logins.follow_email(person)
    record_changes(person, "details", {today(person, at)}, at)
    return True


# Employment


@transaction.atomic
def hire(
    person: Person,
    entity: OrgUnit,
    *,
    on: date,
    at: datetime,
    zone: str = "",
    kind: str = Employment.Kind.EMPLOYEE,
    unit: OrgUnit | None = None,
    manager: Person | None = None,
) -> None:
    """A new employment period from `on`, the first working day; a closed login opens again.

    `zone` defaults to the unit's, then to the entity's; the person is placed in `unit`, else in the entity itself.
    """
    _lock(person)
    spans = EMPLOYMENT.spans(person)
    value = (entity.pk, str(kind), _zone(zone or (unit or entity).zone))
    running = next((span for span in spans if span.end is None or span.end > on), None)
    if running and (running.start, running.value) != (on, value):
        raise StaffingError(
            _(
                "%(name)s already has an employment from %(start)s. Record its end first, or record a transfer "
                "to the other legal entity."
            )
            % {"name": person.name, "start": running.start}
        )
    _write(person, EMPLOYMENT, timeline.set_from(spans, on, value), "hired", at)
    place(person, unit or entity, on=on, at=at)
    if manager:
        set_manager(person, manager, on=on, at=at)


@transaction.atomic
def transfer(
    person: Person,
    entity: OrgUnit,
    *,
    on: date,
    at: datetime,
    zone: str = "",
    kind: str = Employment.Kind.EMPLOYEE,
    unit: OrgUnit | None = None,
) -> None:
    """Another legal entity, or another kind of contract, from `on`: a new employment period without a gap.

    From the first day of a period it corrects that period, which stays the same fact. Moves to other zones that are
    planned for later stay planned.
    """
    _lock(person)
    held = _running_on(person, EMPLOYMENT.spans(person), on)
    planned = moves_after(person, held)
    for move in planned:
        change_zone(person, post_of(held)[2], on=move.start, at=at)
    spans = EMPLOYMENT.spans(person)
    value = (entity.pk, str(kind), _zone(zone or (unit or entity).zone))
    corrects = held.start == on and not any(span.end == on and post_of(span)[:2] == post_of(held)[:2] for span in spans)
    change = replace(timeline.set_from(spans, on, value), follows=corrects)
    _write(person, EMPLOYMENT, change, "transferred", at)
    for move in planned:
        change_zone(person, post_of(move)[2], on=move.start, at=at)
    place(person, unit or entity, on=on, at=at)


@transaction.atomic
def change_zone(person: Person, zone: str, *, on: date, at: datetime) -> None:
    """The clock the person works by from `on`. The employment stays one period: a move is no new hire."""
    _lock(person)
    spans = EMPLOYMENT.spans(person)
    held = _running_on(person, spans, on)
    entity, kind, _old = post_of(held)
    change = timeline.set_from(spans, on, (entity, kind, _zone(zone)))
    if change:
        EMPLOYMENT.write(person, replace(change, follows=True), at)
        record_changes(person, "zone", change.days, at)
        logins.follow_employment(person, at)


@transaction.atomic
def correct_hire(person: Person, *, was: date, on: date, at: datetime) -> None:
    """The employment believed to begin on `was` began on `on`; what began with it moves along.

    Where it began by a transfer, the employment before it ends on the day of the transfer, whichever that is.
    """
    _lock(person)
    spans = EMPLOYMENT.spans(person)
    held = next((span for span in spans if span.start == was), None)
    if held is None:
        raise StaffingError(_("%(name)s has no employment that begins on %(day)s.") % {"name": person.name, "day": was})
    seam = began_by_transfer(person, was)
    floor = [span for span in spans if span.start < was and not (seam and span.end == was and span.start < on)]
    if any(min(on, was) < (span.end or date.max) for span in floor):
        raise StaffingError(
            _("From %(day)s on, %(name)s had another employment: correct its end first.")
            % {"name": person.name, "day": on}
        )
    end = [held, *moves_after(person, held)][-1].end
    if end and end <= on:
        raise StaffingError(
            _("%(name)s cannot begin on %(day)s, after the last day of that employment.")
            % {"name": person.name, "day": on}
        )
    for family in families(person):
        _write(person, family, timeline.move_start(family.spans(person), was, on, seam=seam), "hired", at)


@transaction.atomic
def leave_company(person: Person, *, on: date, at: datetime) -> None:
    """`on` is the last day of the employment (inclusive). Placement, lines and roles end with it, access too.

    Whoever reports to the leaver reports to the leaver's own line manager from then on, or to nobody. Said again with
    a later day it prolongs what had been cut; a day before the first day of work takes the hire back.
    """
    _lock(person)
    if on == date.max:
        raise StaffingError(_("%(day)s is the end of the calendar and no last day: leave it open.") % {"day": on})
    held = _latest(person)
    end = on + timedelta(days=1)
    if held.end:
        reporting.hand_back(person, held.end, at)
    for family in families(person):
        spans = family.spans(person)
        change = timeline.prolong(spans, held.end, end) if held.end and held.end < end else timeline.cut(spans, end)
        _write(person, family, change, "left", at)
    reporting.hand_up(person, end, at)


@transaction.atomic
def withdraw_leaving(person: Person, *, at: datetime) -> None:
    """The leaving day was a mistake or is off: the last employment, and all that was to end with it, goes on.

    Rights that had ended already stay ended: an administrator gives them anew.
    """
    _lock(person)
    held = _latest(person)
    if held.end is None:
        return
    for family in families(person):
        _write(person, family, timeline.prolong(family.spans(person), held.end, None), "stays", at)
    reporting.hand_back(person, held.end, at)


# Place, manager, roles


@transaction.atomic
def place(person: Person, unit: OrgUnit, *, on: date, at: datetime) -> None:
    """In this unit from `on` until the next change already known."""
    _lock(person)
    _set_from(person, PLACEMENT, on, (unit.pk,), "placed", at)


@transaction.atomic
def set_manager(
    person: Person, manager: Person | None, *, on: date, at: datetime, kind: str = ReportingLine.Kind.LINE
) -> None:
    """One manager of each kind at a time; None ends the line. It ends, or is handed up, when the manager leaves.

    A circle of line managers is refused on whatever day it would close.
    """
    _lock(person)
    if manager is None:
        _set_from(person, lines(str(kind)), on, None, "manager", at)
        return
    if manager.pk == person.pk:
        raise StaffingError(_("%(name)s cannot be their own manager.") % {"name": person.name})
    gone = reporting.end_of_work(manager)
    if gone and gone <= on:
        raise StaffingError(
            _("%(manager)s has left by %(day)s and cannot be a manager. Name the successor.")
            % {"manager": manager.name, "day": on}
        )
    _set_from(person, lines(str(kind)), on, (manager.pk,), "manager", at)
    if gone:
        reporting.hand_up(manager, gone, at)
    if kind == ReportingLine.Kind.LINE and reports_to_between(person, person, on, None):
        raise StaffingError(
            _("%(manager)s already reports to %(name)s: this would close a circle. Change that line first.")
            % {"manager": manager.name, "name": person.name}
        )


@transaction.atomic
def give_role(person: Person, role_key: str, *, on: date, at: datetime) -> None:
    """Holds the training role from `on`. A role planned for later begins earlier instead of twice."""
    _lock(person)
    _set_from(person, holdings(_role(role_key).pk), on, (), "role", at)


@transaction.atomic
def end_role(person: Person, role_key: str, *, on: date, at: datetime) -> None:
    """`on` is the first day without the role."""
    _lock(person)
    _set_from(person, holdings(_role(role_key).pk), on, None, "role", at)


# Leave


@transaction.atomic
def record_leave(person: Person, first: date, last: date, *, at: datetime) -> Leave:
    """An absence, both days included. The same leave told again is the same row."""
    _lock(person)
    _check_order(first, last)
    leave, created = Leave.objects.get_or_create(
        person=person, first_day=first, last_day=last, known_to=None, defaults={"known_from": at}
    )
    if created:
        record_changes(person, "leave", {min(first, today(person, at))}, at)
    return leave


@transaction.atomic
def correct_leave(leave: Leave, first: date, last: date, *, at: datetime) -> Leave:
    """What was believed of this leave is superseded; the earlier belief stays readable."""
    _check_order(first, last)
    withdraw_leave(leave, at=at)
    corrected = record_leave(leave.person, first, last, at=at)
    if corrected.known_from == at:
        corrected.fact = leave.fact
        corrected.save(update_fields=["fact"])
    return corrected


@transaction.atomic
def withdraw_leave(leave: Leave, *, at: datetime) -> None:
    """The leave does not take place, or never did."""
    _lock(leave.person)
    if Leave.objects.filter(pk=leave.pk, known_to=None).update(known_to=at):
        record_changes(leave.person, "leave", {min(leave.first_day, today(leave.person, at))}, at)


# Inside


def _lock(person: Person) -> None:
    """Two imports must not both cut the same row. (SQLite's IMMEDIATE transactions already wait in line.)"""
    Person.objects.select_for_update().filter(pk=person.pk).values_list("pk").first()


def _write(person: Person, family: Family, change: Change, kind: str, at: datetime) -> None:
    if change:
        record_changes(person, kind, family.write(person, change, at), at)
        if family is EMPLOYMENT:
            logins.follow_employment(person, at)


def _set_from(
    person: Person, family: Family, on: date, value: tuple[object, ...] | None, kind: str, at: datetime
) -> None:
    """Nothing outlives the employment in which it begins: its end, where it is known, ends this too."""
    employed = next((span for span in EMPLOYMENT.spans(person) if span.covers(on)), None)
    change = timeline.set_from(family.spans(person), on, value, until=employed.end if employed else None)
    _write(person, family, change, kind, at)


def _running_on(person: Person, spans: list[Span], on: date) -> Span:
    for span in spans:
        if span.covers(on):
            return span
    raise StaffingError(_("%(name)s has no employment on %(day)s.") % {"name": person.name, "day": on})


def _latest(person: Person) -> Span:
    spans = EMPLOYMENT.spans(person)
    if not spans:
        raise StaffingError(_("%(name)s has no employment that could end.") % {"name": person.name})
    return max(spans, key=lambda span: span.start)


def _role(key: str) -> JobRole:
    try:
        return JobRole.objects.get(key=key)
    except JobRole.DoesNotExist:
        raise StaffingError(
            _("There is no training role “%(key)s”. Known roles: %(known)s.")
            % {"key": key, "known": ", ".join(JobRole.objects.order_by("key").values_list("key", flat=True)) or "–"}
        ) from None


def _zone(name: str) -> str:
    if not is_zone(name):
        raise StaffingError(_("“%(zone)s” is not a time zone: give a name such as Europe/Paris.") % {"zone": name})
    return name


def _check_order(first: date, last: date) -> None:
    if last < first:
        raise StaffingError(
            _("A leave cannot end on %(last)s, before its first day %(first)s.") % {"first": first, "last": last}
        )
