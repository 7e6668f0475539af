"""What a cell of a people or units file may hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email, validate_slug
from django.utils.translation import gettext as _

from lms.day_range import LAST_DAY, is_reckoned
from lms.people.directory.csv_table import BadCell
from lms.people.directory.date_forms import DateForm, form_in_words, is_no_date, is_open_end
from lms.people.spelling import clean_name, clean_number, is_writable, latin_digits
from lms.people.zones import is_zone

A_DATE = r"\d{1,4}([-/.])\d{1,2}\%d\d{1,4}|\d{8}"
LEAVE = re.compile(rf"(?P<first>{A_DATE % 2})\s*(?:/|-|–|—|\.\.|…)\s*(?P<last>{A_DATE % 4})?", re.ASCII)
EXAMPLE = date(2026, 10, 1)
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
STAFF_NUMBER = re.compile(r"[^\s@;\x00-\x1f\x7f-\x9f]{1,40}")


def text(longest: int) -> Callable[[str], str]:
    def read(cell: str) -> str:
        found = clean_name(cell)
        if len(found) > longest:
            raise BadCell(_("This is longer than %(longest)d characters.") % {"longest": longest})
        if not is_writable(found):
            raise BadCell(_("This holds a line break or another character that cannot be shown."))
        return found

    return read


def name(longest: int) -> Callable[[str], str]:
    """As `text`; what another program has spoilt is told, so that nobody gets a certificate for “AndrÃ©”."""
    read_text = text(longest)

    def read(cell: str) -> str:
        found = read_text(cell)
        if "\ufffd" in found or re.search(r"\w\?|\?\w|\?\?", found):
            raise BadCell(_("“%(cell)s” has lost letters on its way. Save the file as “CSV UTF-8”.") % {"cell": found})
        if meant := mistaken_encoding(found):
            raise BadCell(
                _("“%(cell)s” looks like “%(meant)s” read in the wrong encoding. Save the file as “CSV UTF-8”.")
                % {"cell": found, "meant": meant}
            )
        return found

    return read


def mistaken_encoding(text: str) -> str:
    """What the text was before UTF-8 was taken for Windows-1252; '' where it was not."""
    try:
        meant = text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return ""
    return "" if meant == text else meant


def one_of(*choices: str) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if cell and cell not in choices:
            raise BadCell(_("“%(cell)s” is not one of: %(choices)s.") % {"cell": cell, "choices": ", ".join(choices)})
        return cell

    return read


def staff_number(cell: str) -> str:
    """Without what nobody sees, in composed letters."""
    found = clean_number(cell)
    if found and not STAFF_NUMBER.fullmatch(found):
        raise BadCell(_("“%(cell)s” is not a staff number: no spaces, no @, at most 40 characters.") % {"cell": found})
    return found


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


def day(form: DateForm) -> Callable[[str], date | None]:
    """A day as the column writes days; empty is None."""

    def read(cell: str) -> date | None:
        return _day(cell, form) if cell else None

    return read


def last_day(form: DateForm) -> Callable[[str], date | None]:
    """As `day`; the end of the calendar, and a date of zeros, is no end."""

    def read(cell: str) -> date | None:
        return None if not cell or is_no_date(cell) else _end(cell, form)

    return read


def leaves(form: DateForm) -> Callable[[str], tuple[tuple[date, date], ...]]:
    """Spans such as 2026-11-20/2027-02-28, both days included, separated by semicolons. One without a known end lasts
    to the end of what can be reckoned with, until the file says better."""

    def read(cell: str) -> tuple[tuple[date, date], ...]:
        spans = [_leave(part, form) for part in map(str.strip, cell.split(";")) if part]
        return tuple(dict.fromkeys(spans))

    return read


def dates_in(cell: str) -> list[str]:
    """The dates of a cell that may hold several, as they are written."""
    found = (LEAVE.fullmatch(latin_digits(part.strip())) for part in cell.split(";"))
    return [part for each in found if each for part in (each["first"], each["last"]) if part]


def _leave(part: str, form: DateForm) -> tuple[date, date]:
    found = LEAVE.fullmatch(latin_digits(part))
    if found is None:
        raise BadCell(
            _("“%(part)s” is not a leave: write first and last day as 2026-11-20/2027-02-28.") % {"part": part}
        )
    start, last = _day(found["first"], form), found["last"]
    end = None if not last or is_no_date(last) else _end(last, form)
    if end is not None and end < start:
        raise BadCell(_("The leave “%(part)s” ends before it begins.") % {"part": part})
    return start, end or LAST_DAY


def _end(cell: str, form: DateForm) -> date | None:
    found = form.read(cell)
    return None if found is not None and is_open_end(found) else _day(cell, form)


def _day(cell: str, form: DateForm) -> date:
    found = form.read(cell)
    if found is None:
        told = {"cell": cell, "example": form.written(EXAMPLE), "form": form_in_words(form)}
        raise BadCell(_("“%(cell)s” is not a date: this column writes %(example)s (%(form)s).") % told)
    if not is_reckoned(found):
        raise BadCell(_("“%(cell)s” lies outside the years 1900 to 2199.") % {"cell": cell})
    return found
