"""How the dates of a column are written: recognised from all of them together, never guessed. Pure.

`31/12/2026` can only be day first; `01/02/2026` alone can be two days, and then somebody has to say which. Years have
four digits, a time of day is only ever midnight.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache

from django.utils.translation import gettext as _

from lms.people.spelling import latin_digits

DAY_FIRST, MONTH_FIRST = "dmy", "mdy"
ORDERS = (DAY_FIRST, MONTH_FIRST)
MIDNIGHT = re.compile(r"[T ]0?0:00(:00(\.0+)?)?Z?$")
NO_DATE = re.compile(r"0{8}|0{4}[-/.]0{1,2}[-/.]0{1,2}|0{1,2}[-/.]0{1,2}[-/.]0{4}")
"""How payroll systems write that there is none."""


class DateForm(StrEnum):
    ISO = "Y-m-d"
    YEAR_SLASHES = "Y/m/d"
    YEAR_DOTS = "Y.m.d"
    COMPACT = "Ymd"
    DAY_DOTS = "d.m.Y"
    DAY_SLASHES = "d/m/Y"
    DAY_DASHES = "d-m-Y"
    MONTH_SLASHES = "m/d/Y"
    MONTH_DASHES = "m-d-Y"

    @property
    def order(self) -> str:
        """dmy, mdy or ymd."""
        return "".join(each.lower() for each in self.value if each.isalpha())

    def pattern(self) -> re.Pattern[str]:
        parts = {"Y": r"(?P<Y>\d{4})", "m": r"(?P<m>\d{1,2})", "d": r"(?P<d>\d{1,2})"}
        if self is DateForm.COMPACT:
            parts |= {"m": r"(?P<m>\d{2})", "d": r"(?P<d>\d{2})"}
        return re.compile("".join(parts.get(each, re.escape(each)) for each in self.value), re.ASCII)

    def written(self, day: date) -> str:
        parts = {"Y": f"{day.year:04d}", "m": f"{day.month:02d}", "d": f"{day.day:02d}"}
        return "".join(parts.get(each, each) for each in self.value)

    def read(self, cell: str) -> date | None:
        """The day, or None where the cell is not written so, or is no day of the calendar."""
        found = PATTERNS[self].fullmatch(MIDNIGHT.sub("", latin_digits(cell.strip())))
        try:
            return date(int(found["Y"]), int(found["m"]), int(found["d"])) if found else None
        except ValueError:
            return None


@lru_cache(maxsize=4096)
def readings(cell: str) -> dict[DateForm, date]:
    """Every day the cell can be, by how it would be written. The same days stand in a file again and again."""
    return {form: day for form in DateForm if (day := form.read(cell)) is not None}


PATTERNS = {form: form.pattern() for form in DateForm}
TWINS = {DateForm.DAY_SLASHES: DateForm.MONTH_SLASHES, DateForm.DAY_DASHES: DateForm.MONTH_DASHES}
"""Forms between which only the dates of a column can tell."""


def is_no_date(cell: str) -> bool:
    return bool(NO_DATE.fullmatch(MIDNIGHT.sub("", latin_digits(cell.strip()))))


def is_open_end(day: date) -> bool:
    """How systems write "no end is known": any day of 9999; the last day of 2099, 2199, 2999 … (a year of nines); that
    of 4712, where some calendars end; the first of 2100, 2200, 3000 …, the day after. No contract ends on these."""
    last = (day.month, day.day) == (12, 31) and day.year >= 2099 and (day.year % 100 == 99 or day.year == 4712)
    first = (day.month, day.day) == (1, 1) and day.year >= 2100 and day.year % 100 == 0
    return day.year == 9999 or last or first


@dataclass(frozen=True, slots=True)
class Recognised:
    """How a column's dates are written. `example` is a cell; `ambiguous`: the cell that can be read as two days."""

    form: DateForm
    example: str = ""
    line: int = 0
    ambiguous: tuple[int, str] | None = None


@dataclass(slots=True)
class DateColumn:
    """Meets every date of a column, keeps counts. `wanted` (dmy, mdy) is what somebody said where it is ambiguous."""

    wanted: str = ""
    counts: Counter[DateForm] = field(default_factory=Counter)
    examples: dict[DateForm, tuple[int, str]] = field(default_factory=dict)
    either: dict[DateForm, tuple[int, str]] = field(default_factory=dict)

    def meet(self, line: int, cell: str) -> None:
        if not cell or is_no_date(cell):
            return
        read = {form: day for form, day in readings(cell).items() if self._asked(form)}
        for form in read:
            self.counts[form] += 1
            told = self.examples.get(form)
            if told is None or (read[form].day > 12 and readings(told[1])[form].day <= 12):
                self.examples[form] = (line, cell)
        for form, twin in TWINS.items():
            if form in read and twin in read and read[form] != read[twin]:
                self.either.setdefault(form, (line, cell))

    def recognised(self) -> Recognised:
        """The form of most dates; where a twin has as many and reads one of them otherwise, it stays ambiguous."""
        if not self.counts:
            return Recognised(DateForm.ISO)
        most = max(self.counts.values())
        form = next(each for each in DateForm if self.counts[each] == most)
        line, example = self.examples[form]
        twin = TWINS.get(form)
        open_question = self.either.get(form) if twin and self.counts[twin] == most else None
        return Recognised(form, example, line, open_question)

    def _asked(self, form: DateForm) -> bool:
        return not self.wanted or form.order in (self.wanted, "ymd")


def form_in_words(form: DateForm) -> str:
    words = {"Y": _("year"), "m": _("month"), "d": _("day")}
    return "".join(words.get(each, each) for each in form.value)
