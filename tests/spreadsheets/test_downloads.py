"""A table in the form somebody chose: CSV with commas or semicolons, or a workbook."""

from __future__ import annotations

import csv
import io
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from wagtail.models import Page

from certification.ledger import clock
from lms.spreadsheets import xlsx_writing
from lms.spreadsheets.csv_writing import Row
from lms.spreadsheets.download import Sheet, SheetForm, chosen_form, sheet_response
from tests.factories import make_user, sign_in

pytestmark = pytest.mark.django_db
HEADER = ["Person", "Number", "Day"]
ROWS: list[Row] = [["Élodie; first", "00123", date(2026, 11, 3)], ["=1+1", "#N/A", None]]


def body(sheet: Sheet, form: SheetForm = SheetForm.COMMAS) -> bytes:
    with closing(sheet_response(sheet, form)) as response:
        return response.getvalue()  # type: ignore[attr-defined, no-any-return]


def rows_of(sheet: Sheet, form: SheetForm = SheetForm.COMMAS) -> list[list[str]]:
    text = body(sheet, form).decode()
    assert text.startswith("\ufeff")
    delimiter = ";" if form is SheetForm.SEMICOLONS else ","
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=delimiter))


def workbook_of(sheet: Sheet) -> Any:
    return openpyxl.load_workbook(io.BytesIO(body(sheet, SheetForm.WORKBOOK)))


@pytest.mark.parametrize("form", [SheetForm.COMMAS, SheetForm.SEMICOLONS])
def test_the_header_is_the_first_line(form: SheetForm) -> None:
    sheet = Sheet("team", "Team", HEADER, ROWS, ([["As of", date(2026, 11, 3)]],))
    assert rows_of(sheet, form) == [HEADER, ["Élodie; first", "'00123", "2026-11-03"], ["'=1+1", "#N/A", ""]]


def test_what_a_sheet_is_stands_above_where_that_is_asked_for() -> None:
    sheet = Sheet("ledger", "Ledger", HEADER, ROWS[:1], (["Made on", 3],), about_above=True)
    assert rows_of(sheet)[:3] == [["Made on", "3"], [], HEADER]


def test_every_line_of_a_demonstration_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "is_demo", lambda: True)
    said = "The people and records in this file are invented."
    plain = rows_of(Sheet("team", "Team", HEADER, ROWS))
    assert [row[-1] for row in plain] == ["Demonstration", said, said]
    assert rows_of(Sheet("l", "L", HEADER, ROWS, about_above=True))[0] == ["Demonstration", said]
    assert workbook_of(Sheet("l", "L", HEADER, ROWS)).worksheets[1]["B1"].value == said


def test_a_workbook_keeps_texts_texts_and_days_days() -> None:
    at = datetime(2026, 11, 3, 9, 0, 0, 123456, tzinfo=UTC)
    rows = [*ROWS, ["+1", "12E5", date(2026, 11, 4)], [7, Decimal("1.5"), date(1850, 1, 1)], [10**17, "a\x01b", at]]
    book = workbook_of(Sheet("team", "Team", HEADER, rows, (["As of", date(2026, 11, 3)],)))
    sheet, about = book.worksheets
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        HEADER,
        ["Élodie; first", "00123", datetime(2026, 11, 3)],
        ["=1+1", "#N/A", None],
        ["+1", "12E5", datetime(2026, 11, 4)],
        [7, 1.5, "1850-01-01"],
        [str(10**17), "a\ufffdb", "2026-11-03T09:00:00.123456+00:00"],
    ]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)} == {"s"}
    assert (sheet["B2"].number_format, sheet["C2"].number_format, sheet.freeze_panes) == ("@", "yyyy-mm-dd", "A2")
    assert about["A1"].value == "As of"


def test_a_workbook_reads_from_the_right_where_its_reader_does() -> None:
    with override("ar"):
        assert workbook_of(Sheet("team", "Team", HEADER, ROWS)).worksheets[0].sheet_view.rightToLeft


def test_a_table_longer_than_a_sheet_goes_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_writing, "MOST_ROWS", 3)
    book = workbook_of(Sheet("team", "A/B: [x]", ["n"], [[number] for number in range(5)]))
    assert [[cell.value for (cell,) in sheet.iter_rows()] for sheet in book.worksheets] == [
        ["n", 0, 1],
        ["n", 2, 3],
        ["n", 4],
    ]


def test_a_text_longer_than_a_cell_ends_with_dots() -> None:
    value = workbook_of(Sheet("t", "T", ["n"], [["a" * 40_000]])).worksheets[0]["A2"].value
    assert (len(value), value[-1]) == (32_767, "…")


@pytest.mark.parametrize("form", SheetForm)
def test_memory_does_not_grow_with_the_table(form: SheetForm) -> None:
    def rows(count: int) -> Iterator[Row]:
        return ([f"Person {number} with a long name", number, date(2026, 1, 1)] for number in range(count))

    def peak(count: int) -> int:
        tracemalloc.start()
        with closing(sheet_response(Sheet("t", "T", HEADER, rows(count)), form)) as response:
            for _part in response.streaming_content:  # type: ignore[attr-defined]
                pass
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(10)
    # Rows of 5,000 would be more than half a megabyte.
    assert peak(5_000) < peak(500) + 250_000


@pytest.mark.parametrize(
    ("query", "form"), [("", "csv"), ("file=xlsx", "xlsx"), ("file=semicolon", "semicolon"), ("file=exe", "csv")]
)
def test_an_address_chooses_the_form(query: str, form: str) -> None:
    assert chosen_form(QueryDict(query)) == form


def test_the_editing_areas_own_reports_are_defused(client: Client) -> None:
    admin = make_user()
    admin.is_superuser = True
    admin.save()
    sign_in(client, admin)
    page = Page.get_first_root_node().add_child(title="@SUM(A1)", slug="sum")
    page.save_revision(user=admin, log_action=True)
    text = b"".join(client.get(reverse("wagtailadmin_reports:site_history") + "?export=csv")).decode()
    assert "'@SUM(A1)" in text
    assert all(not cell.startswith(("=", "@")) for row in csv.reader(io.StringIO(text)) for cell in row)
