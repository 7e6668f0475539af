"""A table as a download, in the form that somebody chose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from tempfile import TemporaryFile

from django.db import models
from django.http import FileResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.utils.translation import get_language_bidi, gettext
from django.utils.translation import gettext_lazy as _

from certification.ledger import clock
from lms.parameter_form import ParameterForm
from lms.spreadsheets.csv_writing import BYTE_ORDER_MARK, COMMAS, SEMICOLONS, Dialect, Row, csv_lines
from lms.spreadsheets.xlsx_writing import Page, write_workbook


class SheetForm(models.TextChoices):
    """The value is what an address says after `file=`."""

    COMMAS = "csv", _("CSV (commas)")
    SEMICOLONS = "semicolon", _("CSV for European spreadsheets (semicolons)")
    WORKBOOK = "xlsx", _("Excel workbook (XLSX)")


DIALECTS: dict[str, Dialect] = {SheetForm.COMMAS: COMMAS, SheetForm.SEMICOLONS: SEMICOLONS}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Sheet:
    """`name`: of the file, without its ending. `rows` may be a generator and is never held in memory.

    `about`: what the table shows, as (label, value) rows. In a workbook they have a sheet of their own. In CSV they
    stand above the header, an empty row between them, where `about_above` says so; else the header is the first line.
    """

    name: str
    title: str
    header: Row
    rows: Iterable[Row]
    about: tuple[Row, ...] = ()
    about_above: bool = False


def chosen_form(data: QueryDict) -> SheetForm:
    """What the address asks for; CSV with commas where that is nothing that exists."""
    asked = ParameterForm(data, "file").text("file")
    return SheetForm(asked) if asked in SheetForm.values else SheetForm.COMMAS


def sheet_response(sheet: Sheet, form: SheetForm = SheetForm.COMMAS) -> HttpResponseBase:
    if form is SheetForm.WORKBOOK:
        return _workbook(sheet)
    lines = chain([BYTE_ORDER_MARK], csv_lines(_all_rows(sheet), DIALECTS[form]))
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=_headers(f"{sheet.name}.csv"))


def _headers(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}


def _all_rows(sheet: Sheet) -> Iterator[Row]:
    if sheet.about_above:
        yield from _warning()
        yield from sheet.about
        yield []
        yield sheet.header
        yield from sheet.rows
    else:
        # No line may stand above the header, so that every line says it.
        warning = [cell for row in _warning() for cell in row]
        yield [*sheet.header, *warning[:1]]
        for row in sheet.rows:
            yield [*row, *warning[1:]]


def _workbook(sheet: Sheet) -> FileResponse:
    stream = TemporaryFile()  # noqa: SIM115 - the response closes it
    about = [*_warning(), *sheet.about]
    pages = [Page(sheet.title, sheet.header, sheet.rows)]
    if about:
        pages.append(Page(gettext("About this table"), (), about))
    write_workbook(pages, stream, get_language_bidi())
    stream.seek(0)
    return FileResponse(stream, content_type=XLSX, headers=_headers(f"{sheet.name}.xlsx"))


def _warning() -> list[Row]:
    if not clock.is_demo():
        return []
    return [[gettext("Demonstration"), gettext("The people and records in this file are invented.")]]
