"""CSV files as people make them: cells with their line and column, and every fault in a sentence. No database."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from lms.people.directory.csv_text import MEGABYTE, NoText, TextForm, column_name, recognise_text, text_lines


@dataclass(frozen=True, order=True)
class Problem:
    """What is wrong, where. Line 1 is the header; column is its name, or empty when the whole line is meant."""

    line: int
    column: str
    text: str

    def __str__(self) -> str:
        if self.column:
            return _("line %(line)d, column %(column)s: %(text)s") % vars(self)
        return _("line %(line)d: %(text)s") % vars(self)


class BadCell(ValueError):
    """A cell's fault; the text is the sentence for its line and column."""


@dataclass(frozen=True)
class Column:
    """`read` turns the stripped text into a value or raises BadCell; a required cell may not be empty."""

    read: Callable[[str], Any]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file: its cells by column, or what is wrong with it as a whole. `first` is its first cells, for
    whoever wants to know whom a line that cannot be read is about."""

    number: int
    cells: Mapping[str, str]
    problems: tuple[Problem, ...] = ()


Cells = dict[str, Any]
# Far more than an organisation of two hundred thousand has; a wrong file shall not fill the memory.
LARGEST, MOST_ROWS, MOST_COLUMNS = 50 * MEGABYTE, 200_000, 100
SPREADSHEET_ERRORS = {"#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}


def read_file(file: Path) -> bytes:
    """The file, and of one that is too large just enough to tell. Raises OSError."""
    with file.open("rb") as stream:
        return stream.read(LARGEST + 1)


@dataclass(frozen=True)
class Table:
    """A file that was recognised. `problems`: why it is no such table; then it has no lines."""

    data: bytes
    form: TextForm
    header: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    def lines(self) -> Iterator[Line]:
        """Every line that is not empty, read as it is asked for; ends at the first that is no CSV."""
        if self.problems:
            return
        reader = csv.reader(text_lines(self.data, self.form), delimiter=self.form.delimiter, strict=True)
        count = 0
        try:
            for _skipped in range(self.form.first):
                next(reader)
            number = reader.line_num + 1
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    count += 1
                    if count > MOST_ROWS:
                        full = _("Only %(most)d people or units are read of one file. Split it.") % {"most": MOST_ROWS}
                        yield Line(number, {}, (Problem(number, "", full),))
                        return
                    yield self._line(number, cells)
                number = reader.line_num + 1
        except csv.Error as error:
            text = _("This line is not valid CSV (%(error)s).") % {"error": error}
            yield Line(reader.line_num, {}, (Problem(number, "", text),))

    def _line(self, number: int, cells: list[str]) -> Line:
        width = len(self.header)
        surplus = [cell for cell in cells[width:] if cell.strip()]
        named = {name: clean_cell(cell) for name, cell in zip(self.header, cells, strict=False) if name}
        if len(cells) < width or surplus:
            text = _(
                "This line has %(found)d cells, the header has %(expected)d. Is a %(separator)s or a quotation mark "
                "missing?"
            )
            values = {"found": len(cells), "expected": width, "separator": self.separator()}
            return Line(number, named, (Problem(number, "", text % values),))
        problems = [
            Problem(number, "", _("Column %(place)d has no name, but here it holds “%(cell)s”.") % values)
            for place, (name, cell) in enumerate(zip(self.header, cells, strict=False), 1)
            if not name and cell.strip() and (values := {"place": place, "cell": cell.strip()[:40]})
        ]
        return Line(number, named, tuple(problems))

    def separator(self) -> str:
        return {",": _("comma"), ";": _("semicolon"), "\t": _("tab")}.get(self.form.delimiter, self.form.delimiter)


def open_table(data: bytes, columns: Mapping[str, Column], encoding: str = "") -> Table:
    """The file as a table with these columns; `encoding` where somebody named it."""
    if len(data) > LARGEST:
        most = {"most": LARGEST // MEGABYTE}
        return _no_table(1, _("This file has more than %(most)d MB. Is it the right one? Split it.") % most)
    try:
        form = recognise_text(data, columns.keys(), encoding)
    except NoText as fault:
        return _no_table(
            fault.line, _("This is not text in an encoding we know. Save the file as “CSV UTF-8” and import it again.")
        )
    reader = csv.reader(text_lines(data, form), delimiter=form.delimiter, strict=True)
    try:
        for _skipped in range(form.first - 1):
            next(reader)
        names = [column_name(name) for name in next(reader, [])]
    except csv.Error as error:
        return _no_table(form.first, _("This line is not valid CSV (%(error)s).") % {"error": error})
    while names and not names[-1]:
        names.pop()
    return Table(data, form, tuple(names), tuple(_header_problems(form.first, names, columns)))


def read_table(
    data: bytes, columns: Mapping[str, Column], encoding: str = ""
) -> tuple[list[tuple[int, Cells]], list[Problem]]:
    """Rows as (line, values by column) and what is wrong. A column the file does not have is not among the values."""
    table = open_table(data, columns, encoding)
    rows: list[tuple[int, Cells]] = []
    problems = list(table.problems)
    for line in table.lines():
        values, wrong = read_cells(line, columns)
        problems += wrong
        rows.append((line.number, {} if line.problems else values))
    return rows, problems


def read_cells(line: Line, columns: Mapping[str, Column]) -> tuple[Cells, list[Problem]]:
    """The values of a line by column, and what is wrong with it; a cell with a fault has no value."""
    if line.problems:
        return {}, list(line.problems)
    values: Cells = {}
    problems = []
    for name, cell in line.cells.items():
        try:
            if cell.upper() in SPREADSHEET_ERRORS or (cell and not cell.strip("#")):
                raise BadCell(_("“%(cell)s” is an error of the spreadsheet, not a value.") % {"cell": cell})
            if columns[name].required and not cell:
                raise BadCell(_("This cell is empty, but it is needed."))
            values[name] = columns[name].read(cell)
        except BadCell as fault:
            problems.append(Problem(line.number, name, str(fault)))
    return values, problems


def clean_cell(cell: str) -> str:
    """Without blanks around it, typographic ones too; `="007"`, by which zeros are saved from spreadsheets, is 007."""
    cell = cell.strip()
    if cell.startswith('="') and cell.endswith('"') and len(cell) > 2:
        cell = cell[2:-1].strip()
    return cell


def _no_table(line: int, text: str) -> Table:
    return Table(b"", TextForm("utf-8"), (), (Problem(line, "", text),))


def _header_problems(line: int, names: list[str], columns: Mapping[str, Column]) -> Iterator[Problem]:
    if len(names) > MOST_COLUMNS:
        yield Problem(line, "", _("This line has %(count)d columns. Is it the header?") % {"count": len(names)})
        return
    known = ", ".join(columns)
    for name in names:
        if name and name not in columns:
            yield Problem(line, name, _("There is no such column. Columns: %(known)s.") % {"known": known})
    for name in dict.fromkeys(names):
        if names.count(name) > 1 and name in columns:
            yield Problem(line, name, _("This column stands here more than once."))
    for name, column in columns.items():
        if column.required and name not in names:
            yield Problem(line, name, _("This column is missing."))
