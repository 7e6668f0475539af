"""Tables for spreadsheets: CSV that says what it is, opens with its accents, and runs nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from django.http import StreamingHttpResponse
from django.utils.translation import gettext

from certification.ledger import clock

BYTE_ORDER_MARK = "\ufeff"
STARTS_A_FORMULA = "=+-@"

Cell = str | int | date | datetime | None
Row = Sequence[Cell]


def defuse_cell(cell: Cell) -> str:
    """The cell as text no spreadsheet takes for a formula: one that could be is led by an apostrophe."""
    text = "" if cell is None else cell.isoformat() if isinstance(cell, date) else str(cell)
    risky = text.lstrip()[:1] in STARTS_A_FORMULA if text.strip() else False
    return f"'{text}" if risky or text[:1] in ("\t", "\r", "\n") else text


def sheet_lines(about: Iterable[Row], header: Row, rows: Iterable[Row]) -> Iterator[str]:
    """`about`: what the sheet shows, as (label, value) rows above the header; an empty row divides the two."""
    yield BYTE_ORDER_MARK
    yield from map(_line, [*_warning(), *about, [], header])
    yield from map(_line, rows)


def sheet_response(name: str, about: Iterable[Row], header: Row, rows: Iterable[Row]) -> StreamingHttpResponse:
    """A download named `<name>.csv`; `rows` may be a generator and is never held in memory."""
    return StreamingHttpResponse(
        sheet_lines(about, header, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"},
    )


def _warning() -> list[Row]:
    if not clock.is_demo():
        return []
    return [[gettext("Demonstration"), gettext("The people and records in this file are invented.")]]


def _line(row: Row) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([defuse_cell(cell) for cell in row])
    return out.getvalue()
