"""CSV files as people make them: cells with their line and column, and every fault in a sentence. No database."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _


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
    """`read` turns the stripped text into a value or raises Unusable; a required cell may not be empty."""

    read: Callable[[str], Any]
    required: bool = False


Cells = dict[str, Any]
MEGABYTE = 1024 * 1024
# Far more than an organisation of two hundred thousand has; a wrong file shall not fill the memory.
LARGEST, MOST_ROWS, MOST_COLUMNS = 50 * MEGABYTE, 200_000, 100


def read_file(file: Path) -> bytes:
    """The file, and of one that is too large just enough to tell. Raises OSError."""
    with file.open("rb") as stream:
        return stream.read(LARGEST + 1)


def read_table(data: bytes, columns: Mapping[str, Column]) -> tuple[list[tuple[int, Cells]], list[Problem]]:
    """Rows as (line, values by column) and what is wrong. A column the file does not have is not among the values."""
    if len(data) > LARGEST:
        most = {"most": LARGEST // MEGABYTE}
        return [], [Problem(1, "", _("This file has more than %(most)d MB. Is it the right one? Split it.") % most)]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return [], [Problem(line, "", _("This is not UTF-8 text. Save the file as “CSV UTF-8” and import it again."))]
    lines = csv.reader(StringIO(text, newline=""), strict=True)
    header, problems = _header(lines, columns)
    if problems:
        return [], problems
    rows: list[tuple[int, Cells]] = []
    line = lines.line_num + 1
    try:
        for cells in lines:
            if len(rows) == MOST_ROWS:
                full = _("Only %(most)d people or units are read of one file. Split it.") % {"most": MOST_ROWS}
                return [], [Problem(line, "", full)]
            if any(cell.strip() for cell in cells):
                values, wrong = _row(line, header, cells, columns)
                rows.append((line, values))
                problems += wrong
            line = lines.line_num + 1
    except csv.Error as error:
        problems.append(Problem(line, "", _("This line is not valid CSV (%(error)s).") % {"error": error}))
    return rows, problems


def _header(lines: Iterable[list[str]], columns: Mapping[str, Column]) -> tuple[list[str], list[Problem]]:
    try:
        names = [name.strip().lower() for name in next(iter(lines), [])]
    except csv.Error as error:
        return [], [Problem(1, "", _("This line is not valid CSV (%(error)s).") % {"error": error})]
    if len(names) == 1 and ";" in names[0]:
        text = _("The columns are separated by semicolons. Save the file with commas between the columns.")
        return names, [Problem(1, "", text)]
    if len(names) > MOST_COLUMNS:
        return [], [Problem(1, "", _("This line has %(count)d columns. Is it the header?") % {"count": len(names)})]
    known = ", ".join(columns)
    problems = [
        Problem(1, name, _("There is no such column. Columns: %(known)s.") % {"known": known})
        for name in names
        if name not in columns
    ]
    problems += [
        Problem(1, name, _("This column stands here more than once."))
        for name in dict.fromkeys(names)
        if names.count(name) > 1 and name in columns
    ]
    problems += [
        Problem(1, name, _("This column is missing."))
        for name, column in columns.items()
        if column.required and name not in names
    ]
    return names, problems


def _row(line: int, header: list[str], cells: list[str], columns: Mapping[str, Column]) -> tuple[Cells, list[Problem]]:
    if len(cells) != len(header):
        text = _("This line has %(found)d cells, the header has %(expected)d. Is a comma or a quotation mark missing?")
        return {}, [Problem(line, "", text % {"found": len(cells), "expected": len(header)})]
    values: Cells = {}
    problems = []
    for name, cell in zip(header, cells, strict=True):
        cell = cell.strip()
        try:
            if columns[name].required and not cell:
                raise BadCell(_("This cell is empty, but it is needed."))
            values[name] = columns[name].read(cell)
        except BadCell as fault:
            problems.append(Problem(line, name, str(fault)))
    return values, problems
