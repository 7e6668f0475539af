"""One cell: as text that no spreadsheet runs, splits or turns into another value, whatever its language and delimiter.

A CSV file says nothing of types: whoever opens it decides by the look of a cell. So a text that would be run as a
formula, or read as another number or a date, is led by an apostrophe; numbers and dates that are some stay bare.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal

Cell = str | int | Decimal | date | datetime | None

# By compatibility, full-width and small signs are the same; some spreadsheets take the true minus sign too.
STARTS_A_FORMULA = frozenset("=+-@−")
QUOTES = '"“”„«»'
# Where a program with other settings begins a new cell in the middle of a text.
DIVIDES = re.compile("[;,|\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
LEADS = frozenset("\t\r\n")
APOSTROPHE = "'"
# More digits than that are shown as 1.2E+11, or lose their last ones.
MOST_DIGITS = 11
MONTH = (
    "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|janv|févr?|fev|avr|mai|juin|juil|aoû|déc|mär|okt|dez|ene|abr|ago|dic|"
    "gen|mag|giu|lug|set|ott"
)
BECOMES_ANOTHER = re.compile(
    rf"""
    0\d+ | \d{{{MOST_DIGITS + 1},}}                                      # leading zeros, long numbers
    | \d+ (?:[.,]\d*)? e [+-]? \d+                                     # 12E5
    | \d{{1,4}} [-/.] \d{{1,2}} (?:[-/.] \d{{1,4}})? | \d{{1,2}} (?::\d\d){{1,2}} # days, times
    | \d{{1,4}} [-./ ]? (?:{MONTH}) [^\W\d]{{0,6}} \.? (?:[-./ ]? \d{{1,4}})?
    | (?:{MONTH}) [^\W\d]{{0,6}} \.? [-./ ]? \d{{1,4}}                  # MAR1
    """,
    re.IGNORECASE | re.VERBOSE,
)


def cell_text(cell: Cell, decimal_sign: str = ".") -> str:
    """The cell as CSV holds it, before quotation marks."""
    match cell:
        case None:
            return ""
        case str():
            return _defused(cell)
        case datetime() | date():
            return cell.isoformat()
        case Decimal():
            return format(cell, "f").replace(".", decimal_sign)
    digits = str(cell)
    return f"{APOSTROPHE}{digits}" if len(digits.lstrip("-")) > MOST_DIGITS else digits


def _defused(text: str) -> str:
    """Led by an apostrophe, and so is each part that another program would make a cell of its own."""
    if text[:1] in LEADS or _would_run(text) or BECOMES_ANOTHER.fullmatch(text.strip()):
        text = APOSTROPHE + text
    if not DIVIDES.search(text):
        return text
    places = [match.end() for match in DIVIDES.finditer(text)]
    parts = [text[start:end] for start, end in zip([0, *places], [*places, len(text)], strict=True)]
    return "".join([parts[0], *(APOSTROPHE + part if _would_run(part) else part for part in parts[1:])])


def _would_run(text: str) -> bool:
    """Whether a formula begins with the first thing past quotation marks and whatever nobody sees."""
    for character in text:
        if unicodedata.normalize("NFKC", character)[:1] in STARTS_A_FORMULA:
            return True
        if character not in QUOTES and unicodedata.category(character)[0] not in "CZ":
            return False
    return False
