"""What must change for one person and one path, decided from rows already loaded. No queries: sync loads and writes."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from courses.assignments import dates, state_spans
from courses.assignments.credit import Done, Leaf, fulfilment
from courses.assignments.dates import Due, LeaveSpan
from courses.assignments.events import Event
from courses.assignments.models import Assignment, AssignmentPeriod, Justification
from courses.assignments.staff import Staff
from courses.paths.models import PathVersion

State = Assignment.State
FIELDS = ("anchor", "zone", "due", "state", "state_on", "valid_until", "closed_at", "end_reason", "entry")


class Wait(NamedTuple):
    """Days on which what asks for `module` waits for the answer to an appeal."""

    module: uuid.UUID
    span: LeaveSpan


class Calendar:
    """Due dates, each computed once in a run for the same (term or end, anchor, leave)."""

    def __init__(self) -> None:
        self._terms: dict[tuple[int, date, tuple[LeaveSpan, ...]], date] = {}
        self._renewals: dict[tuple[date, tuple[LeaveSpan, ...]], date] = {}

    def term(self, days: int, counted_from: date, leaves: tuple[LeaveSpan, ...]) -> date:
        key = (days, counted_from, leaves)
        if key not in self._terms:
            self._terms[key] = dates.due_with_leave(counted_from, dates.due_date(counted_from, days), leaves)
        return self._terms[key]

    def renewal(self, expiring_on: date, leaves: tuple[LeaveSpan, ...]) -> date:
        key = (expiring_on, leaves)
        if key not in self._renewals:
            self._renewals[key] = dates.renewal_due(expiring_on, leaves)
        return self._renewals[key]


@dataclass(slots=True)
class Case:
    """All there is to know about one person and one path. `ready` says whether the path can be assigned there."""

    staff: Staff
    path_key: str
    newest: PathVersion | None
    leaves: dict[uuid.UUID, list[Leaf]]
    done: dict[uuid.UUID, list[Done]]
    events: list[Event]
    waits: list[Wait]
    ready: Callable[[], bool]
    lifted_on: Callable[[], date | None]
    rows: list[Assignment] = field(default_factory=list)
    reasons: dict[uuid.UUID, list[Justification]] = field(default_factory=dict)
    periods: dict[uuid.UUID, list[AssignmentPeriod]] = field(default_factory=dict)


@dataclass(slots=True)
class Changes:
    """What to write. A row stands in several lists when several things happened to it."""

    opened: list[Assignment] = field(default_factory=list)
    restated: list[Assignment] = field(default_factory=list)
    satisfied: list[Assignment] = field(default_factory=list)
    ended: list[Assignment] = field(default_factory=list)
    updated: list[Assignment] = field(default_factory=list)
    reasons: dict[uuid.UUID, list[Justification]] = field(default_factory=dict)
    reasons_opened: list[Justification] = field(default_factory=list)
    reasons_closed: list[Justification] = field(default_factory=list)
    periods_opened: list[AssignmentPeriod] = field(default_factory=list)
    periods_closed: list[AssignmentPeriod] = field(default_factory=list)

    def __len__(self) -> int:
        reasons, periods = (
            len(self.reasons_opened) + len(self.reasons_closed),
            len(self.periods_opened) + len(self.periods_closed),
        )
        return len(self.opened) + len(self.updated) + reasons + periods


class CasePlanner:
    """Brings one case up to date at `at` and notes the changes."""

    def __init__(self, case: Case, calendar: Calendar, changes: Changes, at: datetime) -> None:
        self.case, self.calendar, self.changes, self.at = case, calendar, changes, at
        self.today = case.staff.today
        self.by_key = {(event.rule.pk, event.key): event for event in case.events}
        self.before = {row.pk: assignment_values(row) for row in case.rows}

    def run(self) -> None:
        for row in self.case.rows:
            self._review(row)
        self._attach_new_events()
        # What ends makes room for what opens again.
        for row in sorted(self.case.rows, key=lambda each: each.state != State.OPEN):
            self._settle(row)
        self._satisfy()
        self._renew()
        for row in self.case.rows:
            self._note(row)

    # Justifications

    def _review(self, row: Assignment) -> None:
        """What was believed of each justification against the facts as known now."""
        for reason in list(self._reasons(row)):
            event = self.by_key.get((reason.rule_id, reason.event))
            if event is None:
                self._supersede(row, reason, None)
                continue
            ended = event.true_to is not None and event.true_to <= self.today
            true_to = max(event.true_to, reason.true_from) if ended and event.true_to else None
            ended_by = event.ended_by if ended else ""
            due = self._due(row, event, reason.true_from)
            if (reason.true_to, reason.ended_by, reason.due) != (true_to, ended_by, due):
                self._supersede(row, reason, self._reason(row, event, reason.true_from, due, true_to, ended_by))

    def _attach_new_events(self) -> None:
        known = {(reason.rule_id, reason.event) for row in self.case.rows for reason in self._reasons(row)}
        new = [event for event in self._live_events() if (event.rule.pk, event.key) not in known]
        made: Assignment | None = None
        for event in sorted(new, key=lambda each: (each.true_from, each.rule.key)):
            row = self._row_for(event) or made
            if (row is None or row.state == State.ENDED) and not self.case.ready():
                continue
            counted_from = self._counted_from(event)
            if row is None:
                row = made = self._open(event.key, counted_from)
            self._add(row, event, max(counted_from, row.anchor) if row.expiring_on else counted_from)

    def _row_for(self, event: Event) -> Assignment | None:
        """An open row takes every new reason; else the row of the same cycle, whatever became of it."""
        same = next((row for row in self.case.rows if row.cycle_key == event.key), None)
        if same is not None and same.state != State.ENDED:
            return same
        return self._open_row() or same

    def _counted_from(self, event: Event) -> date:
        """Nobody loses days because the path could not be assigned: the term counts from when it could be."""
        lifted = self.case.lifted_on()
        return max(event.true_from, lifted) if lifted else event.true_from

    def _due(self, row: Assignment, event: Event, counted_from: date) -> date | None:
        if row.expiring_on:
            return self._waited(row, row.anchor, self.calendar.renewal(row.expiring_on, self.case.staff.leaves))
        if event.rule.due_days is None:
            return None
        due = self.calendar.term(event.rule.due_days, counted_from, self.case.staff.leaves)
        return self._waited(row, counted_from, due)

    def _waited(self, row: Assignment, counted_from: date, due: date) -> date:
        """The due date moved on, day for day, by appeals about what this assignment asks for."""
        if not self.case.waits:
            return due
        asked = {leaf.module for leaf in self.case.leaves[row.version_id]}
        return dates.pause(
            counted_from, due, [wait.span for wait in self.case.waits if wait.module in asked], shortest=1
        )

    # Rows

    def _open(self, cycle_key: str, anchor: date, expiring_on: date | None = None) -> Assignment:
        row = Assignment(
            person=self.case.staff.person,
            version=self.case.newest,
            path_key=self.case.path_key,
            cycle_key=cycle_key,
            anchor=anchor,
            zone=self.case.staff.zone,
            expiring_on=expiring_on,
            state=State.OPEN,
            state_on=anchor,
            opened_at=self.at,
        )
        self.case.rows.append(row)
        self.changes.opened.append(row)
        return row

    def _settle(self, row: Assignment) -> None:
        """Ends what nothing justifies, opens again what was ended by mistake, and says by when."""
        live = [reason for reason in self._reasons(row) if reason.true_to is None]
        if row.state == State.OPEN and not live:
            self._end(row)
        elif row.state == State.ENDED and live and self._open_row() is None:
            row.state, row.state_on = State.OPEN, min(reason.true_from for reason in live)
            row.closed_at, row.end_reason = None, ""
        elif row.state == State.ENDED and not live:
            self._end(row)
        if row.state == State.OPEN:
            self._set_due(row, live)
        elif row.state == State.SATISFIED:
            self._keep_due(row)

    def _end(self, row: Assignment) -> None:
        reasons = [reason for reason in self._reasons(row) if reason.true_to]
        if reasons:
            last = max(reasons, key=lambda each: each.true_to or each.true_from)
            state_on, why = last.true_to or last.true_from, last.ended_by
        elif row.state == State.ENDED:
            return
        else:
            state_on, why = row.anchor, Assignment.EndReason.CORRECTED.value
        row.state, row.state_on, row.end_reason = State.ENDED, state_on, why
        row.closed_at = row.closed_at or self.at

    def _set_due(self, row: Assignment, live: list[Justification]) -> None:
        row.due = state_spans.strictest_due(live)
        if not row.expiring_on:
            row.anchor = row.state_on = min(reason.true_from for reason in self._reasons(row))
        zone = self.case.staff.zone
        row.zone = dates.later_deadline(Due(row.due, row.zone), Due(row.due, zone)).zone if row.due else zone

    def _keep_due(self, row: Assignment) -> None:
        """A leave entered afterwards moves the due date a satisfied row had, too (T-11)."""
        then = [reason for reason in self._reasons(row) if state_spans.is_reason_on(reason, row.state_on)]
        if then:
            row.due = state_spans.strictest_due(then)

    def _satisfy(self) -> None:
        row = self._open_row()
        if row is None:
            return
        found = fulfilment(self.case.leaves[row.version_id], self.case.done, self.today, row.expiring_on)
        if found is None:
            return
        row.state, row.state_on = State.SATISFIED, max(row.anchor, found.since)
        row.valid_until, row.closed_at = found.until, self.at
        self.changes.satisfied.append(row)

    def _renew(self) -> None:
        """60 days before what was achieved ends, or as soon as it was done again before (S4)."""
        events = self._live_events()
        past = [row for row in self.case.rows if row.state == State.SATISFIED]
        ends = [row.valid_until for row in past if row.valid_until]
        if self.case.newest is None or self._open_row() or not events or len(ends) < len(past) or not ends:
            return
        expiring_on = max(ends)
        leaves = self.case.leaves[self.case.newest.pk]
        again = fulfilment(leaves, self.case.done, self.today, expiring_on)
        opens = dates.renewal_window_opens(expiring_on)
        if (self.today < opens and again is None) or not self.case.ready():
            return
        since = max(row.state_on for row in past if row.valid_until == expiring_on)
        anchor = max(opens, since) if self.today >= opens or again is None else again.since
        self._open_renewal(expiring_on, anchor, events)
        self._satisfy()

    def _open_renewal(self, expiring_on: date, anchor: date, events: list[Event]) -> None:
        key = f"renew:{expiring_on}"
        row = next((row for row in self.case.rows if row.cycle_key == key), None)
        if row is None:
            row = self._open(key, anchor, expiring_on)
        elif row.state != State.ENDED:
            return
        for event in events:
            self._add(row, event, max(anchor, event.true_from))
        self._settle(row)

    # Notes

    def _note(self, row: Assignment) -> None:
        self.changes.reasons[row.pk] = self._reasons(row)
        before = self.before.get(row.pk)
        if before is not None and assignment_values(row) != before:
            self.changes.updated.append(row)
            was = dict(zip(FIELDS, before, strict=True))
            reopened = was["state"] == State.ENDED and row.state != State.ENDED
            if reopened or (was["due"] != row.due and row.state != State.ENDED):
                self.changes.restated.append(row)
            if row.state == State.ENDED:
                self.changes.ended.append(row)
        self._note_periods(row)

    def _note_periods(self, row: Assignment) -> None:
        wanted = set(state_spans.segments_of(self._reasons(row), row.state, row.state_on, row.due))
        for period in self.case.periods.get(row.pk, []):
            segment = state_spans.Segment(period.state, period.due, period.true_from, period.true_to)
            if segment in wanted:
                wanted.remove(segment)
            else:
                period.known_to = self.at
                self.changes.periods_closed.append(period)
        for segment in sorted(wanted, key=lambda each: each.true_from):
            self.changes.periods_opened.append(
                AssignmentPeriod(
                    assignment=row,
                    state=segment.state,
                    due=segment.due,
                    true_from=segment.true_from,
                    true_to=segment.true_to,
                    known_from=self.at,
                )
            )

    # Inside

    def _live_events(self) -> list[Event]:
        return [event for event in self.case.events if event.live(self.today)]

    def _open_row(self) -> Assignment | None:
        return next((row for row in self.case.rows if row.state == State.OPEN), None)

    def _reasons(self, row: Assignment) -> list[Justification]:
        return self.case.reasons.setdefault(row.pk, [])

    def _add(self, row: Assignment, event: Event, counted_from: date) -> None:
        known = {(reason.rule_id, reason.event) for reason in self._reasons(row)}
        if (event.rule.pk, event.key) not in known:
            due = self._due(row, event, counted_from)
            reason = self._reason(row, event, counted_from, due, None, "")
            self._reasons(row).append(reason)
            self.changes.reasons_opened.append(reason)

    def _supersede(self, row: Assignment, reason: Justification, better: Justification | None) -> None:
        reason.known_to = self.at
        self.changes.reasons_closed.append(reason)
        self._reasons(row).remove(reason)
        if better:
            self._reasons(row).append(better)
            self.changes.reasons_opened.append(better)

    def _reason(
        self, row: Assignment, event: Event, true_from: date, due: date | None, true_to: date | None, ended_by: str
    ) -> Justification:
        return Justification(
            assignment=row,
            rule=event.rule,
            event=event.key,
            event_on=event.on,
            due=due,
            true_from=true_from,
            true_to=true_to,
            ended_by=ended_by,
            known_from=self.at,
        )


def assignment_values(row: Assignment) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in FIELDS)
