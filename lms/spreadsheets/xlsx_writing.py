"""A table as an Excel workbook: texts are texts, numbers and days are some, nothing is run.

Rows go to a temporary file one by one; what is held in memory does not grow with the table.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from lms.spreadsheets.cells import Cell
from lms.spreadsheets.csv_writing import Row

AS_TEXT = "@"
"""The format of every text: also after somebody edits the cell, 00123 stays 00123 and =1+1 is four characters."""
DAY = "yyyy-mm-dd"
# Excel's own bounds; beyond 15 digits it would round.
MOST_ROWS, LONGEST_TEXT, MOST_DIGITS = 1_048_576, 32_767, 15
FIRST_DAY = date(1900, 3, 1)
"""Before it Excel counts a day too many."""
NARROWEST, WIDEST = 12, 44


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet of the workbook. A table longer than a sheet goes on in the next one, under the same header."""

    title: str
    header: Row
    rows: Iterable[Row]


def write_workbook(pages: Iterable[Page], stream: IO[bytes], right_to_left: bool = False) -> None:
    workbook = Workbook(write_only=True)
    for page in pages:
        rows = iter(page.rows)
        _write_sheet(workbook, page, islice(rows, MOST_ROWS - 1), right_to_left)
        while (first := next(rows, None)) is not None:
            rest = islice(rows, MOST_ROWS - 2)
            _write_sheet(workbook, page, (row for part in ([first], rest) for row in part), right_to_left)
    workbook.save(stream)


def _write_sheet(workbook: Any, page: Page, rows: Iterable[Row], right_to_left: bool) -> None:
    sheet = workbook.create_sheet("".join(" " if sign in "[]:*?/\\" else sign for sign in page.title)[:28])
    sheet.sheet_view.rightToLeft = right_to_left
    if page.header:
        sheet.freeze_panes = "A2"
        for number, name in enumerate(page.header, 1):
            width = min(WIDEST, max(NARROWEST, len(str(name)) + 4))
            sheet.column_dimensions[get_column_letter(number)].width = width
        sheet.append([_bold(_cell(sheet, name)) for name in page.header])
    for row in rows:
        sheet.append([_cell(sheet, cell) for cell in row])


def _bold(cell: Any) -> Any:
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: Any, value: Cell) -> Any:
    """A day before 1900 and a number of more digits than Excel keeps are texts; an instant is one too, to be exact."""
    match value:
        case None:
            return None
        case datetime():
            return _text(sheet, value.isoformat())
        case date():
            if value < FIRST_DAY:
                return _text(sheet, value.isoformat())
            cell = WriteOnlyCell(sheet, value)
            cell.number_format = DAY
            return cell
        case int() | Decimal():
            digits = str(value).lstrip("-").replace(".", "")
            return WriteOnlyCell(sheet, value) if len(digits) <= MOST_DIGITS else _text(sheet, str(value))
    return _text(sheet, value)


def _text(sheet: Any, words: str) -> Any:
    words = ILLEGAL_CHARACTERS_RE.sub("\ufffd", words)
    cell = WriteOnlyCell(sheet, words if len(words) <= LONGEST_TEXT else words[: LONGEST_TEXT - 1] + "…")
    # Whatever the library takes it for: =1+1 for a formula, #N/A for an error.
    cell.data_type = "s"
    cell.number_format = AS_TEXT
    return cell
