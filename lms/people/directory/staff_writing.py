"""Writing what was judged, batch by batch: each whole or not at all, so that an import that fails stands somewhere.

A line that the staffing functions refuse is left as believed, and told; the others of its batch are written.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lms.people import staffing
from lms.people.batches import in_batches
from lms.people.directory.csv_table import Problem
from lms.people.directory.recorded_staff import RecordedStaff, ends_of_work, load_recorded_staff, people_by_key
from lms.people.directory.staff_plan import MANAGER_COLUMNS, LineToDraw, StaffPlanner, StaffStep, said_by
from lms.people.directory.staff_rows import StaffRow
from lms.people.hiring import NewHire, draw_lines, hire_many, new_person
from lms.people.logins import LoginError
from lms.people.models import ExternalId, Person
from lms.people.spelling import number_key
from lms.people.staffing import StaffingError

logger = logging.getLogger("litmus.directory")
AT_ONCE = 500


@dataclass
class StaffWriter:
    """`written_to`: the last line that is written. `stopped`: why the import ended there, in a sentence.
    `to_leavers`: lines to people whose work is known to end; they are drawn last, because they are handed up along all
    the others."""

    planner: StaffPlanner
    size: int = AT_ONCE
    details: bool = False
    problems: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    changes: Counter[str] = field(default_factory=Counter)
    steps: list[StaffStep] = field(default_factory=list)
    waiting: list[LineToDraw] = field(default_factory=list)
    to_leavers: list[LineToDraw] = field(default_factory=list)
    written_to: int = 1
    stopped: str = ""

    def write(self, rows: Iterable[StaffRow], missing: Collection[tuple[str, Person]]) -> None:
        for batch in in_batches(rows, self.size):
            if not self._whole(batch[0].line, batch[-1].line, partial(self._batch, batch)):
                return
            self.written_to = batch[-1].line
        for lines in in_batches(sorted(self.waiting, key=lambda line: line.line), self.size):
            if not self._whole(lines[0].line, lines[-1].line, partial(self._draw, lines)):
                return
        for lines in in_batches(from_the_top(self.to_leavers), self.size):
            numbers = [line.line for line in lines]
            if not self._whole(min(numbers), max(numbers), partial(self._draw_each, lines)):
                return
        for leavers in in_batches(missing, self.size):
            if not self._whole(0, 0, partial(self._leave, leavers)):
                return

    def _whole(self, first: int, last: int, do: Callable[[], None]) -> bool:
        """One transaction. What fails in it (a database that goes away, two imports at a time) leaves nothing of it."""
        kept: list[tuple[list[Any], int]] = [
            (rows, len(rows)) for rows in (self.steps, self.waiting, self.to_leavers, self.problems)
        ]
        changes = Counter(self.changes)
        try:
            with transaction.atomic():
                do()
        except Exception:
            logger.exception("A batch of an import of people failed")
            self.changes = changes
            for rows, length in kept:
                del rows[length:]
            text = _(
                "The import stopped: of lines %(first)d to %(last)d nothing is written, everything up to line %(done)d "
                "is written. The log says why. Import the same file again: what is written already stays as it is."
            )
            self.stopped = text % {"first": first, "last": last, "done": self.written_to}
            return False
        return True

    def _batch(self, rows: list[StaffRow]) -> None:
        known = self._load(rows)
        new = [row for row in rows if row.key not in known.people]
        self._hire(new, known)
        old = [row for row in rows if row.key in known.people]
        self._change(old, self.planner.with_known(known))

    def _load(self, rows: Iterable[StaffRow]) -> RecordedStaff:
        return load_recorded_staff(self.planner.feed, {row.key for row in rows})

    # Newcomers

    def _hire(self, rows: list[StaffRow], known: RecordedStaff) -> None:
        if not rows:
            return
        hires = {row.key: self._new_hire(row) for row in rows}
        waiting = self._managers(rows, hires)
        hire_many(list(hires.values()), self.planner.at)
        self.waiting += waiting
        self._count(hires.values())
        for row in rows:
            self._step_told(StaffStep(row.line, row.key, "hire", lambda: None))

    def _managers(self, rows: list[StaffRow], hires: dict[str, NewHire]) -> list[LineToDraw]:
        """Gives newcomers the managers who are there and stay; the lines that must wait for the rest of the file."""
        named = {number_key(getattr(row, column) or "") for row in rows for column in MANAGER_COLUMNS} - {""}
        known = people_by_key(self.planner.feed, named - hires.keys())
        ends = ends_of_work([person.pk for person in known.values()])
        there = {key: person for key, person in known.items() if ends.get(person.pk, date.min) is None}
        there |= {key: hire.person for key, hire in hires.items() if hire.end is None}
        waiting = []
        for row in rows:
            hire = hires[row.key]
            for column, kind in MANAGER_COLUMNS.items():
                key = number_key(getattr(row, column) or "")
                if key in there and hire.active:
                    hire.managers[str(kind)] = there[key]
                    self.changes[column] += 1
                elif key and hire.active:
                    person = hire.person.pk
                    waiting.append(
                        LineToDraw(person, key, hire.hired_on, hire.end, row.line, row.key, column, new=True)
                    )
        return waiting

    def _new_hire(self, row: StaffRow) -> NewHire:
        planner = self.planner
        entity = planner.around.units[row.entity]
        unit = planner.unit_of(row, entity)
        post = planner.post(row, None)
        today = max(planner.day, row.hired_on)
        return NewHire(
            new_person(
                row.given_name,
                row.family_name or "",
                language=row.language or "en",
                email=row.email or "",
                at=planner.at,
            ),
            planner.feed,
            row.staff_number,
            entity,
            unit,
            post["kind"],
            row.zone or unit.zone,
            row.hired_on,
            row.left_on,
            row.left_on is None or row.left_on >= today,
            said_by(row, planner.feed),
            [planner.around.roles[key] for key in row.roles or ()],
            row.leave or (),
            {},
        )

    def _count(self, hires: Iterable[NewHire]) -> None:
        for each in hires:
            self.changes.update(("person", "hire"))
            self.changes["leave"] += len(each.leaves)
            self.changes["leaving"] += each.left_on is not None
            if each.active:
                self.changes["login"] += 1
                self.changes["role"] += len(each.roles)
        self.changes = +self.changes

    # People who are known

    def _change(self, rows: list[StaffRow], planner: StaffPlanner) -> None:
        hired = {row.key for row in rows if planner.is_hire(row)}
        refused: set[str] = set()
        touched = []
        for row in rows:
            steps = list(planner.employment(row))
            if steps:
                touched.append(row)
            if not self._do(steps):
                refused.add(row.key)
        claims = [key for row in rows if row.key not in refused and (key := planner.claim_to_remember(row))]
        ExternalId.objects.bulk_update(claims, ["said"])
        second = planner
        if touched:
            fresh = self._load(touched)
            second = planner.with_known(_joined(planner.known, fresh))
        for row in rows:
            if row.key not in refused:
                found = list(second.facts(row, hired=row.key in hired))
                self.waiting += [each for each in found if isinstance(each, LineToDraw)]
                self._do([each for each in found if isinstance(each, StaffStep)])

    def _do(self, steps: list[StaffStep]) -> bool:
        """All of a person's steps or none. False where the staffing functions refuse one."""
        if not steps:
            return True
        step = steps[0]
        try:
            with transaction.atomic():
                for step in steps:
                    step.do()
        except (StaffingError, LoginError) as fault:
            self.problems.append(Problem(step.line, "", str(fault)))
            return False
        for step in steps:
            if step.kind:
                self.changes[step.kind] += 1
                self._step_told(step)
        return True

    def _step_told(self, step: StaffStep) -> None:
        if self.details:
            self.steps.append(step)

    # Lines

    def _draw(self, lines: list[LineToDraw]) -> None:
        above = people_by_key(self.planner.feed, {line.manager for line in lines})
        ends = ends_of_work([person.pk for person in above.values()])
        at_once = []
        for line in lines:
            manager = above.get(line.manager)
            if manager is None:
                text = _(
                    "The manager %(number)s of line %(line)d is left out; who reports to whom stays as it is believed."
                )
                self.remarks.append(text % {"number": line.manager, "line": line.line})
            elif ends.get(manager.pk) is not None:
                self.to_leavers.append(line)
            elif line.new and manager.pk in ends:
                at_once.append((line.person, manager.pk, line.line_kind, line.since, line.until))
                self.changes[line.column] += 1
            else:
                self._do([self._drawn(line, manager)])
        draw_lines(at_once, self.planner.at)

    def _draw_each(self, lines: list[LineToDraw]) -> None:
        above = people_by_key(self.planner.feed, {line.manager for line in lines})
        for line in lines:
            self._do([self._drawn(line, above[line.manager])])

    def _drawn(self, line: LineToDraw, manager: Person) -> StaffStep:
        def draw() -> None:
            person = Person.objects.get(pk=line.person)
            staffing.set_manager(person, manager, on=line.since, at=self.planner.at, kind=line.line_kind)

        return StaffStep(line.line, line.who, line.column, draw)

    # Whom a complete file no longer names

    def _leave(self, leavers: list[tuple[str, Person]]) -> None:
        known = load_recorded_staff(self.planner.feed, {key for key, _person in leavers})
        planner = self.planner.with_known(known)
        for key, person in leavers:
            self._do(list(planner.gone(key, person)))
        said = [key for each, _person in leavers if (key := planner.claim_of_absence(each))]
        ExternalId.objects.bulk_update(said, ["said"])


def from_the_top(lines: list[LineToDraw]) -> list[LineToDraw]:
    """Lines of those higher up first: what is handed up goes along them."""
    above = {line.who: line.manager for line in lines if line.column == "manager"}

    def depth(line: LineToDraw) -> int:
        steps, key = 0, line.manager
        while key in above and steps <= len(above):
            steps, key = steps + 1, above[key]
        return steps

    return sorted(lines, key=lambda line: (depth(line), line.line))


def _joined(known: RecordedStaff, fresh: RecordedStaff) -> RecordedStaff:
    """What is believed now of those that changed, beside the others."""
    changed = set(fresh.numbers)

    def timelines(before: Any, after: Any) -> Any:
        return defaultdict(list, {**before, **{person: after[person] for person in changed}})

    names = ("employments", "placements", "holdings", "leaves")
    return replace(
        known,
        people={**known.people, **fresh.people},
        facts={**known.facts, **fresh.facts},
        lines={kind: timelines(held, fresh.lines[kind]) for kind, held in known.lines.items()},
        logins=(known.logins - changed) | fresh.logins,
        managers={**known.managers, **fresh.managers},
        **{name: timelines(getattr(known, name), getattr(fresh, name)) for name in names},
    )
