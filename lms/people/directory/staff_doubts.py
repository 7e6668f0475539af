"""What a file says that can be true and more often is not: asked about, and left as believed until somebody answers.

Spreadsheets take numbers for something to reckon with: 007731 becomes 7731, 120000 becomes 1.2E+05, 1-3 becomes a date.
So a number that differs from a known one by such damage, or whose name, legal entity and first day are somebody
else's, is never made a second person in silence, and never taken for the first one either.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext as _

from lms.people.directory.csv_table import Problem
from lms.people.directory.recorded_staff import RecordedStaff
from lms.people.directory.staff_rows import StaffRow
from lms.people.models import Employment, ExternalId
from lms.people.spelling import loose_key, name_key

SCIENTIFIC = re.compile(r"\d([.,]\d+)?e[+-]\d+")
MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|janv|févr|mars|avr|mai|juin|juil|août|sept|déc|mär|okt|dez"
DATE_LIKE = re.compile(
    rf"\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{4}}|\d{{4}}[-/.]\d{{2}}[-/.]\d{{2}}|\d{{1,2}}-({MONTHS})\.?|({MONTHS})\.?-\d{{2}}"
)
DECIMAL = re.compile(r"\d+[.,]0+")
YEAR = timedelta(days=365)
LONGEST_AHEAD, LONGEST_SERVICE, LONGEST_CONTRACT, LONGEST_LEAVE = 2 * YEAR, 70 * YEAR, 60 * YEAR, 5 * YEAR


@dataclass(frozen=True, order=True)
class StaffQuestion(Problem):
    """Something to be answered: mended in the file, or said to be right by the staff number `about`."""

    about: str = ""


def damaged_number(row: StaffRow) -> Iterator[StaffQuestion]:
    """A number that looks like what a spreadsheet made of another one."""
    key = row.key
    if SCIENTIFIC.fullmatch(key) or DATE_LIKE.fullmatch(key) or DECIMAL.fullmatch(key) or key.startswith("'"):
        text = _(
            "“%(number)s” looks like what a spreadsheet made of a number. Format the column as text and save anew. If "
            "it is right as it stands, add --sure %(number)s."
        )
        yield StaffQuestion(row.line, "staff_number", text % {"number": row.staff_number}, key)


def implausible_dates(row: StaffRow, day: date) -> Iterator[StaffQuestion]:
    """Days that can be reckoned with and that nobody means."""
    far = [("hired_on", row.hired_on)] if not day - LONGEST_SERVICE <= row.hired_on <= day + LONGEST_AHEAD else []
    if row.left_on and row.left_on > day + LONGEST_CONTRACT:
        far.append(("left_on", row.left_on))
    for first, last in row.leave or ():
        if first > day + LONGEST_LEAVE or first < day - LONGEST_SERVICE:
            far.append(("leave", first))
        elif last - first > LONGEST_LEAVE and last.year < 2199:
            far.append(("leave", last))
    for column, found in far:
        text = _("Is %(day)s right? It lies very far away. Mend it, or add --sure %(number)s.")
        yield StaffQuestion(row.line, column, text % {"day": found, "number": row.staff_number}, row.key)


@dataclass
class NearDoubles:
    """Meets the newcomers of a file, batch by batch, and remembers a few words of each."""

    feed: str
    sure: Collection[str]
    loose: dict[str, tuple[int, str]] = field(default_factory=dict)
    same: dict[int, tuple[int, str]] = field(default_factory=dict)

    def questions(self, rows: Iterable[StaffRow], known: RecordedStaff) -> Iterator[StaffQuestion]:
        rows = list(rows)
        new = [row for row in rows if row.key not in known.people]
        damaged = self._known_numbers(new)
        namesakes = _known_namesakes(new, self.feed)
        for row in rows:
            is_new = row.key not in known.people
            before = self._met(row)
            if is_new and row.key not in self.sure:
                yield from self._about(row, damaged, namesakes, before)

    def _about(
        self,
        row: StaffRow,
        damaged: dict[str, list[str]],
        namesakes: dict[tuple[str, str, date], list[str]],
        before: list[tuple[int, str]],
    ) -> Iterator[StaffQuestion]:
        known = [*damaged.get(loose_key(row.key), ()), *namesakes.get(identity(row), ())]
        if known:
            text = _(
                "Is %(number)s the same person as %(known)s? If so, write that number, or add "
                "--same %(number)s=%(known)s; if it is somebody else, add --sure %(number)s."
            )
            yield StaffQuestion(
                row.line, "staff_number", text % {"number": row.staff_number, "known": known[0]}, row.key
            )
        elif before:
            line, number = before[0]
            text = _(
                "Is %(number)s the same person as %(other)s in line %(line)d? If so, take one of the lines out; if "
                "they are two people, add --sure %(number)s."
            )
            values = {"number": row.staff_number, "other": number, "line": line}
            yield StaffQuestion(row.line, "staff_number", text % values, row.key)

    def _met(self, row: StaffRow) -> list[tuple[int, str]]:
        """Lines before this one that may speak of the same person; and this one is remembered."""
        told = (row.line, row.staff_number)
        first = [self.loose.setdefault(loose_key(row.key), told), self.same.setdefault(hash(identity(row)), told)]
        return [one for one in first if one[1] != row.staff_number]

    def _known_numbers(self, new: list[StaffRow]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        keys = [loose_key(row.key) for row in new]
        ids = ExternalId.objects.filter(feed=self.feed, loose__in=keys).order_by("pk")
        for loose, key in ids.values_list("loose", "key") if keys else ():
            found[loose].append(key)
        return found


def identity(row: StaffRow) -> tuple[str, str, date]:
    return name_key(row.given_name, row.family_name or ""), row.entity, row.hired_on


def _known_namesakes(new: list[StaffRow], own: str) -> dict[tuple[str, str, date], list[str]]:
    """Numbers of people with a newcomer's name, legal entity and first day; with the feed where it is another's."""
    found: dict[tuple[str, str, date], list[str]] = defaultdict(list)
    if not new:
        return found
    rows = (
        Employment.objects.current()
        .filter(
            person__family_name__in={row.family_name or "" for row in new},
            entity__code__in={row.entity for row in new},
            true_from__gte=min(row.hired_on for row in new),
            true_from__lte=max(row.hired_on for row in new),
        )
        .order_by("pk")
        .values_list(
            "person__given_name",
            "person__family_name",
            "entity__code",
            "true_from",
            "person__external_ids__feed",
            "person__external_ids__key",
        )
    )
    wanted = {identity(row) for row in new}
    for given, family, entity, start, feed, key in rows.iterator(chunk_size=500):
        one = (name_key(given, family), entity, start)
        if key and one in wanted:
            found[one].append(key if feed == own else f"{feed}:{key}")
    return found
