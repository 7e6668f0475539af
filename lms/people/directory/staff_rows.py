"""The people file: a line of it, and how the file was recognised. What can be judged without knowing anybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _

from lms.people.directory import cells, csv_table
from lms.people.directory.csv_table import Column, Line, Problem, Table
from lms.people.directory.date_forms import DateColumn, DateForm, Recognised, form_in_words
from lms.people.models import Employment
from lms.people.spelling import clean_number, number_key, unseen_in

DATES = ("hired_on", "left_on", "leave")


def staff_columns(forms: Mapping[str, DateForm]) -> dict[str, Column]:
    """The columns of the file, where its dates are written so."""
    form = {name: forms.get(name, DateForm.ISO) for name in DATES}
    return {
        "staff_number": Column(cells.staff_number, required=True),
        "given_name": Column(cells.name(100), required=True),
        "family_name": Column(cells.name(100)),
        "email": Column(cells.email),
        "language": Column(cells.language),
        "entity": Column(cells.code, required=True),
        "unit": Column(cells.code),
        "kind": Column(cells.one_of(*Employment.Kind.values)),
        "zone": Column(cells.zone),
        "hired_on": Column(cells.day(form["hired_on"]), required=True),
        "left_on": Column(cells.last_day(form["left_on"])),
        "manager": Column(cells.staff_number),
        "functional_manager": Column(cells.staff_number),
        "roles": Column(cells.codes),
        "leave": Column(cells.leaves(form["leave"])),
    }


COLUMNS = staff_columns({})


@dataclass(frozen=True, slots=True)
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
        return number_key(self.staff_number)


NEEDED = {field.name for field in fields(StaffRow)} & {name for name, column in COLUMNS.items() if column.required}


@dataclass(frozen=True, slots=True)
class ReadRow:
    """`row` is None where the line cannot be used; `key` and `email` are told all the same, where they can be read, so
    that a faulty line makes no other one faulty. `unseen`: signs in the number that nobody sees."""

    line: int
    row: StaffRow | None
    key: str
    problems: tuple[Problem, ...]
    unseen: tuple[str, ...] = ()


@dataclass(frozen=True)
class StaffFile:
    """Read anew as often as it is asked for, line by line: the file is never in memory as rows."""

    table: Table
    dates: Mapping[str, Recognised]

    @property
    def problems(self) -> list[Problem]:
        """Why the file as a whole cannot be read; then it has no rows."""
        return [*self.table.problems, *self._ambiguous()]

    @cached_property
    def columns(self) -> dict[str, Column]:
        return staff_columns({name: found.form for name, found in self.dates.items()})

    def rows(self) -> Iterator[ReadRow]:
        if self.problems:
            return
        for line in self.table.lines():
            yield self._read(line)

    def remarks(self) -> list[str]:
        """How the file was read, for whoever tries it."""
        form = self.table.form
        told = {"encoding": form.encoding_label, "separator": self.table.separator()}
        found = [_("Read as %(encoding)s, columns separated by %(separator)s.") % told]
        if not form.sure:
            sample = self._sample()
            text = _(
                "An 8-bit encoding cannot be told from its like. Is this right: %(sample)s? If not, say --encoding."
            )
            found.append(text % {"sample": ", ".join(sample) or "–"})
        for name, seen in self.dates.items():
            if not seen.example:
                continue
            day = seen.form.read(seen.example)
            values = {"column": name, "form": form_in_words(seen.form), "example": seen.example, "day": day}
            found.append(_("Dates of %(column)s are written %(form)s: %(example)s is %(day)s.") % values)
        return found

    def _sample(self) -> list[str]:
        """The first cells that are not plain English letters."""
        found: dict[str, None] = {}
        for line in self.table.lines():
            for cell in line.cells.values():
                if not cell.isascii():
                    found[f"“{cell}”"] = None
            if len(found) >= 5:
                break
        return list(found)[:5]

    def _ambiguous(self) -> Iterator[Problem]:
        for name, found in self.dates.items():
            if found.ambiguous:
                line, cell = found.ambiguous
                text = _(
                    "“%(cell)s” can be two days, and no date of this column tells which. Add --dates dmy where the day "
                    "stands first, --dates mdy where the month does."
                )
                yield Problem(line, name, text % {"cell": cell})

    def _read(self, line: Line) -> ReadRow:
        values, problems = csv_table.read_cells(line, self.columns)
        number = line.cells.get("staff_number", "")
        row = None
        if values.keys() >= NEEDED:
            row = StaffRow(line=line.number, has_left_on="left_on" in values, **values)
            problems += _impossible(row)
        key = number_key(number) if cells.STAFF_NUMBER.fullmatch(clean_number(number)) else ""
        return ReadRow(line.number, None if problems else row, key, tuple(problems), tuple(unseen_in(number)))


def open_staff_file(data: bytes, *, encoding: str = "", dates: str = "") -> StaffFile:
    """Recognises encoding, separator and how each column writes its dates. `dates` (dmy, mdy) decides what is
    ambiguous."""
    table = csv_table.open_table(data, COLUMNS, encoding)
    there = [name for name in DATES if name in table.header]
    met = {name: DateColumn(dates) for name in there}
    for line in table.lines() if there else ():
        if not line.problems:
            for name in there:
                cell = line.cells[name]
                for each in cells.dates_in(cell) if name == "leave" else [cell]:
                    met[name].meet(line.number, each)
    return StaffFile(table, {name: column.recognised() for name, column in met.items()})


def _impossible(row: StaffRow) -> Iterator[Problem]:
    if row.left_on and row.left_on < row.hired_on:
        yield Problem(row.line, "left_on", _("The last day lies before the first (hired_on)."))
    for column in ("manager", "functional_manager"):
        if number_key(getattr(row, column) or "") == row.key:
            yield Problem(row.line, column, _("A person cannot be their own manager."))
