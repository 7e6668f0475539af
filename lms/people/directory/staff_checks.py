"""Whether the file fits the organisation: units and roles exist, managers are there, lines close no circle."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from lms.people.directory.csv_table import Problem
from lms.people.directory.recorded_staff import RecordedStaff, value_on
from lms.people.directory.staff_rows import StaffRow
from lms.people.models import OrgUnit, ReportingLine


def staff_problems(rows: list[StaffRow], known: RecordedStaff, day: date) -> list[Problem]:
    by_key = {row.key: row for row in rows}
    found = [*_circles(by_key, known, day)]
    for row in rows:
        found += [*_units(row, known), *_roles(row, known), *_managers(row, by_key, known, day), *_address(row, known)]
    return sorted(found)


def _units(row: StaffRow, known: RecordedStaff) -> Iterator[Problem]:
    entity = known.units.get(row.entity)
    if entity is None or entity.kind != OrgUnit.Kind.ENTITY:
        entities = sorted(code for code, unit in known.units.items() if unit.kind == OrgUnit.Kind.ENTITY)
        text = _("There is no legal entity “%(code)s”. Known: %(known)s. Units come from `import_units`.")
        yield Problem(row.line, "entity", text % {"code": row.entity, "known": ", ".join(entities) or "–"})
        return
    if not row.unit or row.unit == row.entity:
        return
    unit = known.units.get(row.unit)
    if unit is None:
        text = _("There is no unit “%(code)s”. Add it to the units file and run `import_units` first.")
        yield Problem(row.line, "unit", text % {"code": row.unit})
    elif unit.entity_id != entity.pk:
        text = _("The unit “%(unit)s” does not belong to the legal entity “%(entity)s”.")
        yield Problem(row.line, "unit", text % {"unit": row.unit, "entity": row.entity})


def _roles(row: StaffRow, known: RecordedStaff) -> Iterator[Problem]:
    for key in row.roles or ():
        if key not in known.roles:
            text = _("There is no training role “%(key)s”. Known: %(known)s.")
            values = {"key": key, "known": ", ".join(sorted(known.roles)) or "–"}
            yield Problem(row.line, "roles", text % values)


def _managers(row: StaffRow, by_key: dict[str, StaffRow], known: RecordedStaff, day: date) -> Iterator[Problem]:
    if row.left_on and row.left_on < day:
        return
    for column in ("manager", "functional_manager"):
        number = getattr(row, column)
        if not number:
            continue
        key = number.casefold()
        if key not in by_key and key not in known.people:
            text = _("Nobody has the staff number “%(number)s”, neither in this file nor on the platform.")
            yield Problem(row.line, column, text % {"number": number})
        elif not _there(key, max(day, row.hired_on), by_key, known):
            text = _("“%(number)s” has left by then and cannot be a manager. Name the successor, or leave it empty.")
            yield Problem(row.line, column, text % {"number": number})


def _there(key: str, day: date, by_key: dict[str, StaffRow], known: RecordedStaff) -> bool:
    row = by_key.get(key)
    if row and row.has_left_on:
        return row.left_on is None or row.left_on >= day
    person = known.people.get(key)
    spans = known.employments[person.pk] if person else []
    if row and (not spans or (spans[-1].end and row.hired_on >= spans[-1].end)):
        return True
    return any(span.end is None or span.end > day for span in spans)


def _address(row: StaffRow, known: RecordedStaff) -> Iterator[Problem]:
    owner = known.addresses.get(row.email or "")
    person = known.people.get(row.key)
    if owner and (person is None or person.pk != owner):
        text = _("The address “%(email)s” belongs to another person's login (%(number)s).")
        yield Problem(row.line, "email", text % {"email": row.email, "number": known.numbers.get(owner, "–")})


def _circles(by_key: dict[str, StaffRow], known: RecordedStaff, day: date) -> Iterator[Problem]:
    """Follows every line upwards; each circle is told once, on its first line in the file."""
    above = _above(by_key, known, day)
    done: set[str] = set()
    for key in by_key:
        walked: list[str] = []
        while key in above and key not in done:
            done.add(key)
            walked.append(key)
            key = above[key]
        if key in walked:
            circle = walked[walked.index(key) :]
            named = [by_key[each] for each in circle if each in by_key]
            path = " → ".join([*circle, key])
            text = _("These people would manage each other in a circle: %(path)s.") % {"path": path}
            if named:
                yield Problem(min(row.line for row in named), "manager", text)


def _above(by_key: dict[str, StaffRow], known: RecordedStaff, day: date) -> dict[str, str]:
    above: dict[str, str] = {}
    lines = known.lines[ReportingLine.Kind.LINE]
    for key, person in known.people.items():
        manager = value_on(lines[person.pk], day)
        if manager in known.numbers:
            above[key] = known.numbers[manager]
    for key, row in by_key.items():
        if row.manager is not None:
            above.pop(key, None)
            if row.manager and row.manager.casefold() != key:
                above[key] = row.manager.casefold()
    return above
