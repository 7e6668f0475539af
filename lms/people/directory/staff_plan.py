"""The difference between a file and what is believed, as steps that call the staffing functions. Reads, writes nothing.

Two rounds: people and their employment first; then, from what is believed after it, the facts of their days. A fact of
somebody new to the platform holds from hired_on; a later change holds from the day of the import. Compared is the day
of the import, or the first working day where that lies ahead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from lms.people import logins, staffing
from lms.people.directory.csv_table import Problem
from lms.people.directory.recorded_staff import RecordedStaff, value_on
from lms.people.directory.staff_rows import StaffRow
from lms.people.models import Employment, Leave, OrgUnit, Person, ReportingLine
from lms.people.timeline import Span

People = dict[str, Person]
MANAGER_COLUMNS = {"manager": ReportingLine.Kind.LINE, "functional_manager": ReportingLine.Kind.FUNCTIONAL}


@dataclass(frozen=True)
class StaffStep:
    """`stage` orders the steps of a round: what others stand on comes first. `kind` is what a summary counts."""

    stage: int
    line: int
    who: str
    kind: str
    do: Callable[[People], object]


class Contradiction(Exception):
    """The file says of somebody what cannot be told from what is believed."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True)
class StaffPlanner:
    known: RecordedStaff
    feed: str
    day: date
    at: datetime

    def is_hire(self, row: StaffRow) -> bool:
        """The row speaks of an employment that is not believed yet."""
        spans = self._employments(row)
        return not spans or (spans[-1].end is not None and row.hired_on >= spans[-1].end)

    def employment(self, row: StaffRow) -> Iterator[StaffStep]:
        """The first round."""
        yield from self._person(row)
        if self.is_hire(row):
            yield self._step(1, row.line, row.key, "hire", staffing.hire, on=row.hired_on, **self._post(row, None))
            if row.left_on:
                yield self._step(1, row.line, row.key, "leaving", staffing.leave_company, on=row.left_on)
        else:
            yield from self._employment(row, self._employments(row))

    def facts(self, row: StaffRow, *, hired: bool) -> Iterator[StaffStep]:
        """The second round; `hired` when the first one hired this person."""
        person = self.known.people[row.key]
        day = max(self.day, row.hired_on)
        if value_on(self._employments(row), day) is not None:
            since = row.hired_on if hired else day
            if person.pk not in self.known.logins:
                yield StaffStep(1, row.line, row.key, "login", lambda people: self._give_login(row, people[row.key]))
            yield from self._unit(row, person, day)
            yield from self._managers(row, person, day, since)
            yield from self._roles(row, person, day, since)
        yield from self._leaves(row, person)

    def _employments(self, row: StaffRow) -> list[Span]:
        person = self.known.people.get(row.key)
        return self.known.employments[person.pk] if person else []

    def missing(self, rows: list[StaffRow]) -> Iterator[StaffStep]:
        """Whom a complete file no longer names: yesterday was their last day."""
        named = {row.key for row in rows}
        employed = self.known.employed(self.day)
        for key, person in self.known.people.items():
            if key not in named and person.pk in employed:
                yield self._step(1, 0, key, "leaving", staffing.leave_company, on=self.day - timedelta(days=1))

    # The person

    def _person(self, row: StaffRow) -> Iterator[StaffStep]:
        person = self.known.people.get(row.key)
        if person is None:
            yield StaffStep(0, row.line, row.key, "person", lambda people: people.update({row.key: self._create(row)}))
            return
        wanted = {
            "given_name": row.given_name,
            "family_name": person.family_name if row.family_name is None else row.family_name,
            "language": row.language or person.language,
            "email": person.email if row.email is None else row.email,
        }
        if any(getattr(person, name) != value for name, value in wanted.items()):
            yield self._step(0, row.line, row.key, "details", staffing.describe, **wanted)

    def _create(self, row: StaffRow) -> Person:
        return staffing.create_person(
            row.given_name,
            row.family_name or "",
            language=row.language or "en",
            email=row.email or "",
            staff_number=row.staff_number,
            feed=self.feed,
            at=self.at,
        )

    def _give_login(self, row: StaffRow, person: Person) -> None:
        logins.give_login(person, row.staff_number, person.email)

    # Employment

    def _employment(self, row: StaffRow, spans: list[Span]) -> Iterator[StaffStep]:
        run = _run(spans)
        if row.hired_on not in {span.start for span in run}:
            self._check_start(row, spans, run)
            was = run[0].start
            yield self._step(1, row.line, row.key, "correction", staffing.correct_hire, was=was, on=row.hired_on)
        yield from self._leaving(row, spans[-1].end)
        end = row.left_on and row.left_on + timedelta(days=1) if row.has_left_on else spans[-1].end
        if end is None or end > max(self.day, row.hired_on):
            yield from self._transfer(row, spans)

    def _check_start(self, row: StaffRow, spans: list[Span], run: list[Span]) -> None:
        before = [span for span in spans if span not in run]
        if before and before[-1].end and row.hired_on < before[-1].end:
            text = _(
                "The present employment begins on %(start)s; an earlier one ended before it. "
                "Write the first day of the present employment."
            )
            raise Contradiction(Problem(row.line, "hired_on", text % {"start": run[0].start}))

    def _leaving(self, row: StaffRow, believed: date | None) -> Iterator[StaffStep]:
        end = row.left_on and row.left_on + timedelta(days=1)
        if end and end != believed:
            yield self._step(1, row.line, row.key, "leaving", staffing.leave_company, on=row.left_on)
        elif believed and row.has_left_on and not end:
            yield self._step(1, row.line, row.key, "staying", staffing.withdraw_leaving)

    def _transfer(self, row: StaffRow, spans: list[Span]) -> Iterator[StaffStep]:
        day = max(self.day, row.hired_on)
        running: Any = value_on(spans, day) or spans[-1].value
        entity, kind, zone = running
        post = self._post(row, kind)
        if (entity, kind) != (post["entity"].pk, post["kind"]):
            yield self._step(1, row.line, row.key, "transfer", staffing.transfer, on=day, **post)
        elif row.zone and row.zone != zone:
            yield self._step(1, row.line, row.key, "zone", staffing.change_zone, zone=row.zone, on=day)

    def _post(self, row: StaffRow, kind: str | None) -> dict[str, Any]:
        entity = self.known.units[row.entity]
        wanted = row.kind or kind or str(Employment.Kind.EMPLOYEE)
        return {"entity": entity, "unit": self._unit_of(row, entity), "zone": row.zone or "", "kind": wanted}

    # Facts of the day

    def _unit_of(self, row: StaffRow, entity: OrgUnit) -> OrgUnit:
        return self.known.units[row.unit] if row.unit else entity

    def _unit(self, row: StaffRow, person: Person, day: date) -> Iterator[StaffStep]:
        if row.unit is None:
            return
        unit = self._unit_of(row, self.known.units[row.entity])
        if value_on(self.known.placements[person.pk], day) != unit.pk:
            yield self._step(1, row.line, row.key, "unit", staffing.place, unit=unit, on=day)

    def _managers(self, row: StaffRow, person: Person, day: date, since: date) -> Iterator[StaffStep]:
        for column, kind in MANAGER_COLUMNS.items():
            number = getattr(row, column)
            if number is None:
                continue
            held = value_on(self.known.lines[kind][person.pk], day)
            wanted = number.casefold()
            if (self.known.numbers.get(held) if held else "") == wanted:
                continue
            # All lines that change end before the first is drawn: two people may have swapped places.
            if held:
                yield self._line(1, row, None, since, kind, "" if wanted else column)
            if wanted:
                yield self._line(2, row, wanted, since, kind, column)

    def _line(self, stage: int, row: StaffRow, manager: str | None, since: date, line: str, kind: str) -> StaffStep:
        def draw(people: People) -> None:
            above = people[manager] if manager else None
            staffing.set_manager(people[row.key], above, on=since, at=self.at, kind=line)

        return StaffStep(stage, row.line, row.key, kind, draw)

    def _roles(self, row: StaffRow, person: Person, day: date, since: date) -> Iterator[StaffStep]:
        if row.roles is None:
            return
        held = {str(span.value) for span in self.known.holdings[person.pk] if span.covers(day)}
        for key in sorted(set(row.roles) - held):
            yield self._step(1, row.line, row.key, "role", staffing.give_role, role_key=key, on=since)
        for key in sorted(held - set(row.roles)):
            yield self._step(1, row.line, row.key, "role ended", staffing.end_role, role_key=key, on=since)

    def _leaves(self, row: StaffRow, person: Person) -> Iterator[StaffStep]:
        """Past leaves the file no longer lists stay; one that goes on or lies ahead is withdrawn."""
        if row.leave is None:
            return
        believed = {(each.first_day, each.last_day): each for each in self.known.leaves[person.pk]}
        gone = [each for span, each in believed.items() if span not in row.leave]
        for first, last in row.leave:
            if (first, last) in believed:
                continue
            changed = next((each for each in gone if each.first_day <= last and first <= each.last_day), None)
            if changed:
                gone.remove(changed)
                yield self._correction(row, changed, first, last)
            else:
                yield self._step(1, row.line, row.key, "leave", staffing.record_leave, first=first, last=last)
        for each in gone:
            if each.last_day >= self.day:
                yield self._withdrawal(row, each)

    def _correction(self, row: StaffRow, leave: Leave, first: date, last: date) -> StaffStep:
        return StaffStep(
            1, row.line, row.key, "leave", lambda people: staffing.correct_leave(leave, first, last, at=self.at)
        )

    def _withdrawal(self, row: StaffRow, leave: Leave) -> StaffStep:
        return StaffStep(1, row.line, row.key, "leave", lambda people: staffing.withdraw_leave(leave, at=self.at))

    def _step(self, stage: int, line: int, who: str, what: str, act: Callable[..., Any], /, **values: Any) -> StaffStep:
        return StaffStep(stage, line, who, what, lambda people: act(people[who], at=self.at, **values))


def _run(spans: list[Span]) -> list[Span]:
    """The last employment with those it follows without a gap: a transfer is no new hire to a directory."""
    run = [spans[-1]]
    for span in reversed(spans[:-1]):
        if span.end != run[0].start:
            break
        run.insert(0, span)
    return run
