"""A table as CSV, line by line: never held in memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lms.spreadsheets.cells import Cell, cell_text

BYTE_ORDER_MARK = "\ufeff"
"""Without it spreadsheets on Windows misread every accent."""
Row = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Dialect:
    delimiter: str = ","
    decimal_sign: str = "."


COMMAS = Dialect()
SEMICOLONS = Dialect(";", ",")
"""As spreadsheets write and read it where the comma divides a number."""


def csv_lines(rows: Iterable[Row], dialect: Dialect = COMMAS) -> Iterator[str]:
    """The lines of the file, each with its line end; the byte order mark is not among them."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=dialect.delimiter)
    for row in rows:
        writer.writerow([cell_text(cell, dialect.decimal_sign) for cell in row])
        yield out.getvalue()
        out.seek(0)
        out.truncate()
