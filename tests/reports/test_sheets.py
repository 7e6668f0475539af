from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from certification.ledger import clock
from lms.reports import sheets


@pytest.mark.parametrize("cell", ["=1+1", "+33 1 23", "-2", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\n@x"])
def test_what_a_spreadsheet_would_run_is_text(cell: str) -> None:
    assert sheets.defuse_cell(cell) == f"'{cell}"


@pytest.mark.parametrize(
    ("cell", "text"),
    [("Anne-Marie", "Anne-Marie"), ("", ""), (None, ""), (7, "7"), (date(2026, 11, 3), "2026-11-03"), ("a=b", "a=b")],
)
def test_ordinary_cells_stay_as_they_are(cell: sheets.Cell, text: str) -> None:
    assert sheets.defuse_cell(cell) == text


@pytest.mark.django_db
def test_a_sheet_opens_with_its_accents_and_says_what_it_is() -> None:
    text = "".join(sheets.sheet_lines([["Team of", "Zoë"]], ["Person"], [["Élodie, the first"], ["=cmd"]]))
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows == [["Team of", "Zoë"], [], ["Person"], ["Élodie, the first"], ["'=cmd"]]


@pytest.mark.django_db
def test_a_sheet_of_a_demo_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "is_demo", lambda: True)
    first = next(csv.reader(io.StringIO("".join(sheets.sheet_lines([], ["Person"], [])).removeprefix("\ufeff"))))
    assert first == ["Demonstration", "The people and records in this file are invented."]
