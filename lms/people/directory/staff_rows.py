"""A line of the people file, and what can be judged of it without knowing anybody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date

from django.utils.translation import gettext as _

from lms.people.directory import cells, csv_table
from lms.people.directory.csv_table import Column, Problem
from lms.people.models import Employment

COLUMNS = {
    "staff_number": Column(cells.staff_number, required=True),
    "given_name": Column(cells.text(100), required=True),
    "family_name": Column(cells.text(100)),
    "email": Column(cells.email),
    "language": Column(cells.language),
    "entity": Column(cells.code, required=True),
    "unit": Column(cells.code),
    "kind": Column(cells.one_of(*Employment.Kind.values)),
    "zone": Column(cells.zone),
    "hired_on": Column(cells.day, required=True),
    "left_on": Column(cells.last_day),
    "manager": Column(cells.staff_number),
    "functional_manager": Column(cells.staff_number),
    "roles": Column(cells.codes),
    "leave": Column(cells.leaves),
}


@dataclass(frozen=True)
class StaffRow:
    """None: the file has no such column and says nothing about it. Empty: it says that there is none."""

    line: int
    staff_number: str
    given_name: str
    entity: str
    hired_on: date
    has_left_on: bool = False
    family_name: str | None = None
    email: str | None = None
    language: str | None = None
    unit: str | None = None
    kind: str | None = None
    zone: str | None = None
    left_on: date | None = None
    manager: str | None = None
    functional_manager: str | None = None
    roles: tuple[str, ...] | None = None
    leave: tuple[tuple[date, date], ...] | None = None

    @property
    def key(self) -> str:
        """How a staff number is compared: nobody types it in the same case twice."""
        return self.staff_number.casefold()


def read_staff_rows(data: bytes) -> tuple[list[StaffRow], list[Problem]]:
    """Every usable line and every problem; a line with a problem may be missing from the rows."""
    lines, problems = csv_table.read_table(data, COLUMNS)
    needed = {field.name for field in fields(StaffRow)} & {name for name, column in COLUMNS.items() if column.required}
    rows = [
        StaffRow(line=line, has_left_on="left_on" in values, **values)
        for line, values in lines
        if needed <= values.keys()
    ]
    return rows, sorted([*problems, *_twice(rows), *_impossible(rows)])


def _twice(rows: Iterable[StaffRow]) -> Iterable[Problem]:
    for column in ("staff_number", "email"):
        seen: dict[str, list[StaffRow]] = defaultdict(list)
        for row in rows:
            value = getattr(row, column)
            if value:
                seen[value.casefold()].append(row)
        for first, *others in seen.values():
            for row in others:
                text = _("“%(value)s” already stands in line %(line)d.")
                yield Problem(row.line, column, text % {"value": getattr(row, column), "line": first.line})


def _impossible(rows: Iterable[StaffRow]) -> Iterable[Problem]:
    for row in rows:
        if row.left_on and row.left_on < row.hired_on:
            yield Problem(row.line, "left_on", _("The last day lies before the first (hired_on)."))
        for column in ("manager", "functional_manager"):
            if (getattr(row, column) or "").casefold() == row.key:
                yield Problem(row.line, column, _("A person cannot be their own manager."))
