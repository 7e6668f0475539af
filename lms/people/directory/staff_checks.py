"""Whether the file fits the organisation: units and roles exist, managers are there, lines close no circle.

The file is met batch by batch; of each line only whom it names stays in memory. A line with a fault names its person
all the same, so that no other line is faulty for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from lms.people.batches import in_batches
from lms.people.directory.csv_table import Problem
from lms.people.directory.recorded_staff import (
    RecordedStaff,
    UnitsAndRoles,
    ends_of_work,
    keys_of,
    load_recorded_staff,
    people_by_key,
)
from lms.people.directory.staff_doubts import NearDoubles, StaffQuestion, damaged_number, implausible_dates
from lms.people.directory.staff_plan import MANAGER_COLUMNS, StaffPlanner
from lms.people.directory.staff_rows import ReadRow, StaffRow
from lms.people.models import OrgUnit, Person, ReportingLine
from lms.people.spelling import number_key

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class NamedLine:
    """What stays of a line: whom it names, and whether that person is there. None: the file has no such column."""

    line: int
    manager: str | None = None
    functional_manager: str | None = None
    hired_on: date | None = None
    left_on: date | None = None
    has_left_on: bool = False


@dataclass
class FileJudgement:
    """`faulty`: lines that are left as believed. `index`: by key, the first line of it. `leaving`: how many of those
    employed today would leave; `rows`: how many lines name somebody."""

    feed: str
    day: date
    planner: StaffPlanner
    sure: Collection[str] = ()
    problems: list[Problem] = field(default_factory=list)
    faulty: set[int] = field(default_factory=set)
    index: dict[str, NamedLine] = field(default_factory=dict)
    rows: int = 0
    leaving: int = 0
    emails: dict[str, int] = field(default_factory=dict)
    met_people: dict[UUID, int] = field(default_factory=dict)
    doubles: NearDoubles = field(init=False)

    def __post_init__(self) -> None:
        self.doubles = NearDoubles(self.feed, self.sure)

    @property
    def around(self) -> UnitsAndRoles:
        return self.planner.around

    def meet(self, batch: list[ReadRow]) -> None:
        """The next lines of the file. A constant number of queries."""
        for read in batch:
            self.rows += 1
            self._tell(read.line, read.problems)
            self._index(read)
        rows = [read.row for read in batch if read.row is not None and read.line not in self.faulty]
        keys, emails = {row.key for row in rows}, {row.email for row in rows if row.email}
        known = load_recorded_staff(self.feed, keys, emails)
        planner = self.planner.with_known(known)
        for row in rows:
            self._tell(row.line, self._row_problems(row, known))
        self._doubts([row for row in rows if row.line not in self.faulty], known)
        for row in rows:
            if row.line not in self.faulty and row.key in known.people:
                self.leaving += any(step.kind == "leaving" for step in planner.employment(row)) and self._employed(
                    row, known
                )

    def finish(self) -> None:
        """What only the whole file tells: managers and circles."""
        self._managers()
        for line, column, text in self._circles():
            self._tell(line, [Problem(line, column, text)])

    def _employed(self, row: StaffRow, known: RecordedStaff) -> bool:
        spans = known.employments.get(known.people[row.key].pk, [])
        return any(span.end is None or span.end > self.day for span in spans)

    def _tell(self, line: int, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.problems.append(problem)
            self.faulty.add(line)

    def _index(self, read: ReadRow) -> None:
        row = read.row
        if read.key and read.key in self.index:
            text = _("“%(value)s” already stands in line %(line)d.")
            values = {"value": row.staff_number if row else read.key, "line": self.index[read.key].line}
            said = text % values
            if read.unseen:
                unseen = {"signs": ", ".join(read.unseen)}
                said += " " + _("Here it holds signs that nobody sees (%(signs)s).") % unseen
            self._tell(read.line, [Problem(read.line, "staff_number", said)])
        elif read.key:
            self.index[read.key] = _named(read)
        email = row.email if row else None
        if email and self.emails.setdefault(email, read.line) != read.line:
            text = _("“%(value)s” already stands in line %(line)d.") % {"value": email, "line": self.emails[email]}
            self._tell(read.line, [Problem(read.line, "email", text)])

    def _row_problems(self, row: StaffRow, known: RecordedStaff) -> Iterator[Problem]:
        yield from _units(row, self.around)
        yield from _roles(row, self.around)
        yield from _address(row, known)
        person = known.people.get(row.key)
        owner = known.taken.get(row.key)
        if owner and (person is None or (person.pk != owner and person.pk not in known.logins)):
            text = _("The staff number %(number)s already has a login.") % {"number": row.staff_number}
            yield Problem(row.line, "staff_number", text)
        if person and self.met_people.setdefault(person.pk, row.line) != row.line:
            text = _("This is the same person as in line %(line)d, under another number.")
            yield Problem(row.line, "staff_number", text % {"line": self.met_people[person.pk]})

    def _doubts(self, rows: list[StaffRow], known: RecordedStaff) -> None:
        asked: list[StaffQuestion] = []
        for row in rows:
            if row.key not in self.sure:
                asked += implausible_dates(row, self.day)
                if row.key not in known.people:
                    asked += damaged_number(row)
        damaged = {question.line for question in asked if question.column == "staff_number"}
        asked += [one for one in self.doubles.questions(rows, known) if one.line not in damaged]
        for question in asked:
            self._tell(question.line, [question])

    # Managers

    def _managers(self) -> None:
        named = {key for each in self.index.values() for key in (each.manager, each.functional_manager) if key}
        there: dict[str, tuple[Person, date | None]] = {}
        for keys in in_batches(sorted(named), AT_ONCE):
            people = people_by_key(self.feed, keys)
            ends = ends_of_work({person.pk for person in people.values()})
            there |= {key: (person, ends.get(person.pk, date.min)) for key, person in people.items()}
        for each in self.index.values():
            if each.hired_on and not (each.left_on and each.left_on < self.day):
                self._tell(each.line, self._manager_problems(each, there))

    def _manager_problems(self, each: NamedLine, there: dict[str, tuple[Person, date | None]]) -> Iterator[Problem]:
        for column in MANAGER_COLUMNS:
            key = getattr(each, column)
            if not key:
                continue
            if key not in self.index and key not in there:
                text = _("Nobody has the staff number “%(number)s”, neither in this file nor on the platform.")
                yield Problem(each.line, column, text % {"number": key})
            elif each.hired_on and not self._is_there(key, max(self.day, each.hired_on), there):
                text = _(
                    "“%(number)s” has left by then and cannot be a manager. Name the successor, or leave it empty."
                )
                yield Problem(each.line, column, text % {"number": key})

    def _is_there(self, key: str, day: date, there: dict[str, tuple[Person, date | None]]) -> bool:
        row = self.index.get(key)
        if row and row.hired_on is None:  # a line with a fault: nothing is said of it here
            return True
        if row and row.has_left_on:
            return row.left_on is None or row.left_on >= day
        if key not in there:
            return True
        end = there[key][1]
        if row and row.hired_on and end is not None and row.hired_on >= end:
            return True
        return end is None or end > day

    def _circles(self) -> Iterator[tuple[int, str, str]]:
        """Follows every line upwards; each circle is told once, on its first line in the file."""
        above = self._above()
        done: set[str] = set()
        for key in self.index:
            for circle in _circles_from(key, above, done):
                named = [self.index[each] for each in circle if each in self.index]
                path = " → ".join([*circle, circle[0]])
                if named:
                    text = _("These people would manage each other in a circle: %(path)s.") % {"path": path}
                    yield min(row.line for row in named), "manager", text

    def _above(self) -> dict[str, set[str]]:
        """Who stands above whom from the import on: of the file, and further up as far as the platform knows. Whom the
        file names without a manager keeps a line that is only planned."""
        above = {key: {each.manager} for key, each in self.index.items() if each.manager and each.manager != key}
        without = {key for key, each in self.index.items() if each.manager == ""}
        known = set(above)
        frontier = {manager for managers in above.values() for manager in managers} - known
        while frontier:
            known |= frontier
            higher: dict[str, set[str]] = {}
            for keys in in_batches(sorted(frontier), AT_ONCE):
                higher |= self._managers_of(keys, without)
            above |= higher
            frontier = {manager for managers in higher.values() for manager in managers} - known
        return above

    def _managers_of(self, keys: list[str], without: set[str]) -> dict[str, set[str]]:
        people = people_by_key(self.feed, keys)
        lines = ReportingLine.objects.current().filter(
            Q(true_to=None) | Q(true_to__gt=self.day),
            person__in=[person.pk for person in people.values()],
            kind=ReportingLine.Kind.LINE,
        )
        held: dict[UUID, list[tuple[UUID, date]]] = {}
        for person, manager, since in lines.values_list("person_id", "manager_id", "true_from"):
            held.setdefault(person, []).append((manager, since))
        named = keys_of(self.feed, {manager for rows in held.values() for manager, _since in rows})
        return {
            key: {
                named[manager]
                for manager, since in held.get(person.pk, ())
                if manager in named and named[manager] != key and (key not in without or since > self.day)
            }
            for key, person in people.items()
        }


def _circles_from(start: str, above: Mapping[str, Collection[str]], done: set[str]) -> Iterator[list[str]]:
    """Each circle that is met on the way up; `done`: whoever was followed already, and is now."""
    if start in done:
        return
    done.add(start)
    walked = {start: iter(sorted(above.get(start, ())))}
    while walked:
        key = next(reversed(walked))
        higher = next(walked[key], None)
        if higher is None:
            del walked[key]
        elif higher in walked:
            yield list(walked)[list(walked).index(higher) :]
        elif higher not in done:
            done.add(higher)
            walked[higher] = iter(sorted(above.get(higher, ())))


def _named(read: ReadRow) -> NamedLine:
    row = read.row
    if row is None:
        return NamedLine(read.line)
    line, functional = (
        None if number is None else number_key(number) for number in (row.manager, row.functional_manager)
    )
    return NamedLine(row.line, line, functional, row.hired_on, row.left_on, row.has_left_on)


def _units(row: StaffRow, around: UnitsAndRoles) -> Iterator[Problem]:
    entity = around.units.get(row.entity)
    if entity is None or entity.kind != OrgUnit.Kind.ENTITY:
        entities = sorted(code for code, unit in around.units.items() if unit.kind == OrgUnit.Kind.ENTITY)
        text = _("There is no legal entity “%(code)s”. Known: %(known)s. Units come from `import_units`.")
        yield Problem(row.line, "entity", text % {"code": row.entity, "known": ", ".join(entities) or "–"})
        return
    if not row.unit or row.unit == row.entity:
        return
    unit = around.units.get(row.unit)
    if unit is None:
        text = _("There is no unit “%(code)s”. Add it to the units file and run `import_units` first.")
        yield Problem(row.line, "unit", text % {"code": row.unit})
    elif unit.entity_id != entity.pk:
        text = _("The unit “%(unit)s” does not belong to the legal entity “%(entity)s”.")
        yield Problem(row.line, "unit", text % {"unit": row.unit, "entity": row.entity})


def _roles(row: StaffRow, around: UnitsAndRoles) -> Iterator[Problem]:
    for key in row.roles or ():
        if key not in around.roles:
            text = _("There is no training role “%(key)s”. Known: %(known)s.")
            values = {"key": key, "known": ", ".join(sorted(around.roles)) or "–"}
            yield Problem(row.line, "roles", text % values)


def _address(row: StaffRow, known: RecordedStaff) -> Iterator[Problem]:
    owner = known.addresses.get(row.email or "")
    person = known.people.get(row.key)
    if owner and (person is None or person.pk != owner):
        text = _(
            "The address “%(email)s” belongs to another person's login (%(number)s). If it is the same person, add "
            "--same."
        )
        yield Problem(row.line, "email", text % {"email": row.email, "number": known.key_of(owner) or "–"})
