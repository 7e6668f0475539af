"""What a cell of a people or units file may hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email, validate_slug
from django.utils.translation import gettext as _

from lms.day_range import OPEN_END, is_reckoned
from lms.people.directory.csv_table import BadCell
from lms.people.zones import is_zone

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
STAFF_NUMBER = re.compile(r"[^\s@;\x00-\x1f\x7f]{1,40}")


def text(longest: int) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if len(cell) > longest:
            raise BadCell(_("This is longer than %(longest)d characters.") % {"longest": longest})
        if not cell.isprintable():
            raise BadCell(_("This holds a line break or another character that cannot be shown."))
        return cell

    return read


def one_of(*choices: str) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if cell and cell not in choices:
            raise BadCell(_("“%(cell)s” is not one of: %(choices)s.") % {"cell": cell, "choices": ", ".join(choices)})
        return cell

    return read


def staff_number(cell: str) -> str:
    if cell and not STAFF_NUMBER.fullmatch(cell):
        raise BadCell(_("“%(cell)s” is not a staff number: no spaces, no @, at most 40 characters.") % {"cell": cell})
    return cell


def code(cell: str) -> str:
    try:
        if cell:
            validate_slug(cell)
    except ValidationError:
        raise BadCell(
            _("“%(cell)s” is not a code: use letters, digits, hyphens and underscores.") % {"cell": cell}
        ) from None
    return cell


def codes(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code(part.strip()) for part in cell.split(";") if part.strip()))


def email(cell: str) -> str:
    try:
        if cell:
            validate_email(cell)
    except ValidationError:
        raise BadCell(_("“%(cell)s” is not an e-mail address.") % {"cell": cell}) from None
    return cell.lower()


def language(cell: str) -> str:
    if cell and not (LANGUAGE.fullmatch(cell) and len(cell) <= 12):
        raise BadCell(_("“%(cell)s” is not a language: write a tag such as en, fr or ar.") % {"cell": cell})
    return cell


def country(cell: str) -> str:
    if cell and not re.fullmatch("[A-Z]{2}", cell):
        raise BadCell(_("“%(cell)s” is not a country: write two capital letters such as FR.") % {"cell": cell})
    return cell


def zone(cell: str) -> str:
    if cell and not is_zone(cell):
        raise BadCell(_("“%(cell)s” is not a time zone: write a name such as Europe/Paris.") % {"cell": cell})
    return cell


def day(cell: str) -> date | None:
    """An ISO date; empty is None."""
    if not cell:
        return None
    try:
        found = date.fromisoformat(cell) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", cell, re.ASCII) else None
    except ValueError:
        found = None
    if found is None:
        raise BadCell(_("“%(cell)s” is not a date: write it as 2026-10-01 (year, month, day).") % {"cell": cell})
    if not is_reckoned(found):
        raise BadCell(_("“%(cell)s” lies outside the years 1900 to 2199.") % {"cell": cell})
    return found


def last_day(cell: str) -> date | None:
    """As `day`; the end of the calendar, as payroll systems write it, is no end."""
    return None if cell == OPEN_END.isoformat() else day(cell)


def leaves(cell: str) -> tuple[tuple[date, date], ...]:
    """Spans such as 2026-11-20/2027-02-28, both days included, separated by semicolons."""
    spans = []
    for part in filter(None, (part.strip() for part in cell.split(";"))):
        first, slash, last = part.partition("/")
        start, end = (day(first.strip()), day(last.strip())) if slash else (None, None)
        if start is None or end is None:
            raise BadCell(
                _("“%(part)s” is not a leave: write first and last day as 2026-11-20/2027-02-28.") % {"part": part}
            )
        if end < start:
            raise BadCell(_("The leave “%(part)s” ends before it begins.") % {"part": part})
        spans.append((start, end))
    return tuple(dict.fromkeys(spans))
