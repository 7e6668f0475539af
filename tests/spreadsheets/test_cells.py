"""No cell of a file is run, split off or turned into another value, whatever spreadsheet opens it."""

from __future__ import annotations

import csv
import io
import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.spreadsheets.cells import Cell, cell_text
from lms.spreadsheets.csv_writing import COMMAS, SEMICOLONS, Dialect, csv_lines

UNSEEN = ("", " ", "\u00a0", "\u200b", "\ufeff", "\u200f", "\u2066", "\u3000", '"', "\u00ad ")


@pytest.mark.parametrize("before", UNSEEN)
@pytest.mark.parametrize("sign", "=+-@＝＋－＠﹦﹢﹣﹫−")
def test_what_a_spreadsheet_would_run_is_text_in_every_width(sign: str, before: str) -> None:
    cell = f"{before}{sign}HYPERLINK(1)"
    assert cell_text(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["\tx", "\rx", "\nx", "=cmd|' /C calc'!A0", "@SUM(A1)", "+33 1 23", "-2+3"])
def test_so_is_what_begins_with_a_blank_that_programs_drop(cell: str) -> None:
    assert cell_text(cell) == f"'{cell}"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("x;=1+1", "x;'=1+1"),
        ("x; =1+1", "x;' =1+1"),
        ('x;"=1+1"', 'x;\'"=1+1"'),
        ("x\t@y", "x\t'@y"),
        ("x\n+1", "x\n'+1"),
        ("a,-b", "a,'-b"),
        ("a;b", "a;b"),
        ("a, b; c", "a, b; c"),
    ],
)
def test_so_is_what_other_delimiters_would_split_off(cell: str, text: str) -> None:
    assert cell_text(cell) == text


@pytest.mark.parametrize(
    "cell",
    [
        *("00123", "0123456789012", "123456789012", "1234567890123456", "12E5", "1.5e3", "3-4", "1/2", "31.12.2026"),
        *("2026-11-03", "MAR1", "1-Dec", "Dez 12", "12:30", "3 août"),
    ],
)
def test_a_text_that_would_become_another_number_or_a_date_stays_what_it_is(cell: str) -> None:
    assert cell_text(cell) == f"'{cell}"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("Anne-Marie", "Anne-Marie"),
        ("'t Hooft", "'t Hooft"),
        ("", ""),
        (None, ""),
        (7, "7"),
        (-7, "-7"),
        (Decimal("-0.1250"), "-0.1250"),
        (10**15, "'1000000000000000"),
        (date(2026, 11, 3), "2026-11-03"),
        (datetime(2026, 11, 3, 9, tzinfo=UTC), "2026-11-03T09:00:00+00:00"),
        ("a=b", "a=b"),
        ("N020", "N020"),
        ("12345", "12345"),
        ("Marion", "Marion"),
        ("'=1", "'=1"),
    ],
)
def test_ordinary_cells_stay_as_they_are(cell: Cell, text: str) -> None:
    assert cell_text(cell) == text


def test_numbers_have_the_sign_of_their_spreadsheet() -> None:
    rows = [["a", Decimal("1.5"), -3]]
    assert list(csv_lines(rows)) == ["a,1.5,-3\r\n"]
    assert list(csv_lines(rows, SEMICOLONS)) == ["a;1,5;-3\r\n"]


HOSTILE = st.lists(
    st.sampled_from([*"=+-@＝＠;,|\t\r\n\"' x1", "\u00a0", "\u200b", "\ufeff", "\u2028", "''", '";=', "0", "a"])
    | st.characters(),
    max_size=12,
).map("".join)


def seen(cell: str) -> str:
    """What of the cell a spreadsheet looks at first."""
    return cell.lstrip("".join(each for each in set(cell) if each in '"“”„«»' or unicodedata.category(each)[0] in "CZ"))


@given(st.lists(st.lists(HOSTILE, min_size=1, max_size=4), max_size=4), st.sampled_from([COMMAS, SEMICOLONS]))
def test_no_delimiter_finds_a_formula(rows: list[list[str]], dialect: Dialect) -> None:
    text = "".join(csv_lines(rows, dialect))
    for delimiter in ",;\t|":
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            for cell in line:
                assert unicodedata.normalize("NFKC", seen(cell))[:1] not in ("=", "+", "-", "@", "−"), (delimiter, cell)
    assert len(list(csv.reader(io.StringIO(text, newline=""), delimiter=dialect.delimiter))) == len(rows)


@given(HOSTILE)
def test_defusing_adds_apostrophes_and_nothing_else(cell: str) -> None:
    once = cell_text(cell)
    assert once.replace("'", "") == cell.replace("'", "")
    assert cell_text(once) == once
