"""The units file: code, name, kind, parent, country, zone. New units are opened; a name may change, a place may not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lms.people import organisation
from lms.people.batches import in_batches
from lms.people.changes import change_of
from lms.people.directory import cells, csv_table
from lms.people.directory.csv_table import Column, Problem
from lms.people.models import Employment, OrgUnit, PeopleChange

COLUMNS = {
    "code": Column(cells.code, required=True),
    "name": Column(cells.text(200), required=True),
    "kind": Column(cells.one_of(*OrgUnit.Kind.values), required=True),
    "parent": Column(cells.code),
    "country": Column(cells.country),
    "zone": Column(cells.zone),
}
MUTABLE = ("name", "country", "zone")
AT_ONCE = 500
NO_ENTITY_NEEDED = {OrgUnit.Kind.GROUP, OrgUnit.Kind.ENTITY}


@dataclass(frozen=True)
class UnitRow:
    line: int
    code: str
    name: str
    kind: str
    parent: str = ""
    country: str = ""
    zone: str = ""


@dataclass
class UnitsReport:
    problems: list[Problem] = field(default_factory=list)
    opened: int = 0
    changed: int = 0
    written: bool = False


def import_units(data: bytes, *, at: datetime, day: date | None = None, commit: bool = False) -> UnitsReport:
    """Reads the CSV file `data`; opens what is new from `day` on (today in UTC) and mends names, countries, zones."""
    lines, problems = csv_table.read_table(data, COLUMNS)
    needed = {name for name, column in COLUMNS.items() if column.required}
    units = [UnitRow(line, **values) for line, values in lines if needed <= values.keys()]
    known = {unit.code: unit for unit in OrgUnit.objects.select_related("parent")}
    problems += [*_twice(units), *_fixed(units, known)]
    ordered, loose = _parents_first(units, known)
    problems += loose
    result = UnitsReport(sorted(problems))
    if result.problems:
        return result
    new = [unit for unit in ordered if unit.code not in known]
    mended = [unit for unit in units if unit.code in known and _mends(unit, known[unit.code])]
    result.opened, result.changed = len(new), len(mended)
    if commit:
        _write(new, mended, known, day or at.date(), at)
        result.written = True
    return result


@transaction.atomic
def _write(new: list[UnitRow], mended: list[UnitRow], known: dict[str, OrgUnit], day: date, at: datetime) -> None:
    for unit in new:
        parent = known[unit.parent] if unit.parent else None
        place: dict[str, Any] = {"country": unit.country, "zone": unit.zone, "parent": parent}
        known[unit.code] = organisation.open_unit(unit.code, unit.name, unit.kind, on=day, at=at, **place)
    for unit in mended:
        changes = _mends(unit, known[unit.code])
        OrgUnit.objects.filter(code=unit.code).update(**changes)
        if "country" in changes:
            _wake(known[unit.code], day, at)


def _wake(entity: OrgUnit, day: date, at: datetime) -> None:
    """What is asked of people, and their working days, may hang on the country of their legal entity."""
    people = Employment.objects.current().filter(entity=entity).order_by("person").values_list("person", flat=True)
    for batch in in_batches(people.distinct(), AT_ONCE):
        PeopleChange.objects.bulk_create(change_of(person, "country", day, at) for person in batch)


def _mends(unit: UnitRow, known: OrgUnit) -> dict[str, str]:
    wanted = {name: getattr(unit, name) for name in MUTABLE}
    return {name: value for name, value in wanted.items() if value and value != getattr(known, name)}


def _twice(units: Iterable[UnitRow]) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for unit in units:
        if unit.code in seen:
            text = _("“%(value)s” already stands in line %(line)d.")
            yield Problem(unit.line, "code", text % {"value": unit.code, "line": seen[unit.code]})
        seen.setdefault(unit.code, unit.line)


def _fixed(units: Iterable[UnitRow], known: dict[str, OrgUnit]) -> Iterator[Problem]:
    for unit in units:
        old = known.get(unit.code)
        if old is None:
            continue
        parent = old.parent.code if old.parent else ""
        for column, was in (("kind", old.kind), ("parent", parent)):
            if getattr(unit, column) != was:
                text = _("A unit never moves: “%(code)s” is there with “%(was)s”. Open a new unit under a new code.")
                yield Problem(unit.line, column, text % {"code": unit.code, "was": was or "–"})


def _parents_first(units: list[UnitRow], known: dict[str, OrgUnit]) -> tuple[list[UnitRow], list[Problem]]:
    """Units in an order in which parents come first; what never gets a parent, or no legal entity, is a problem."""
    entity = {code: unit.entity_id is not None for code, unit in known.items()}
    waiting = {unit.code: unit for unit in units if unit.code not in known}
    ordered: list[UnitRow] = []
    problems = []
    while ready := [unit for unit in waiting.values() if not unit.parent or unit.parent in entity]:
        for unit in ready:
            entity[unit.code] = unit.kind == OrgUnit.Kind.ENTITY or entity.get(unit.parent, False)
            if not entity[unit.code] and unit.kind not in NO_ENTITY_NEEDED:
                problems.append(Problem(unit.line, "parent", _("Nothing above this unit is a legal entity.")))
            ordered.append(waiting.pop(unit.code))
    for unit in waiting.values():
        if unit.parent in waiting:
            text = _("This unit lies in itself, or in a unit whose parent is missing.")
        else:
            text = _("There is no unit “%(code)s”, neither in this file nor on the platform.") % {"code": unit.parent}
        problems.append(Problem(unit.line, "parent", text))
    return ordered, problems
