"""Stored assignments as records to compare with, and the differences written back in few statements."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet

from courses.assignments.derivation.record import AssignmentRecord, Belief, Brought, Difference, Stored
from courses.assignments.derivation.rows import OPEN, DerivedRow, Justified, Segment
from courses.assignments.engine_versions import Listed, ListWriter, engine_version, from_json, load_listed
from courses.assignments.models import Assignment, AssignmentPeriod, Derivation, Justification
from courses.paths.models import AssignmentRule

BATCH = 500
Key = tuple[uuid.UUID, str, str]
"""(person, path, about)."""
FIELDS = [
    *("version_id", "anchor", "zone", "due", "computed", "noticed_on", "before_access", "paused_days"),
    *("waiting_since", "deadline_at", "soon_at", "expires_at", "expiring_on", "state", "state_on"),
    *("valid_until", "required_until", "late", "end_reason"),
]
PARTS = ["state", "due", "deadline_at", "soon_at", "expires_at", "before_access", "waiting_since"]


@dataclass(slots=True)
class Shelf:
    """The rows of some people, as loaded: records to compare, and the models to write to."""

    records: dict[Key, AssignmentRecord] = field(default_factory=dict)
    rows: dict[tuple[Key, str], Assignment] = field(default_factory=dict)
    reasons: dict[uuid.UUID, list[Justification]] = field(default_factory=dict)
    derivations: Mapping[uuid.UUID, Derivation] = field(default_factory=dict)
    abouts: defaultdict[uuid.UUID, dict[str, set[str]]] = field(default_factory=lambda: defaultdict(dict))
    """{person: {path: what about}} of everything there is a row of."""
    listed: Listed = field(default_factory=dict)

    def record(self, key: Key) -> AssignmentRecord:
        state = self.derivations.get(key[0])
        found = self.records.get(key, AssignmentRecord())
        if state is None:
            return AssignmentRecord(found.rows)
        withheld = {cycle: from_json(one.derived) for cycle, one in self.listed.get(key, {}).items()}
        restated = state.engine != engine_version()
        return AssignmentRecord(
            found.rows, state.derived_at, found.wakes_on, state.wakes_at, restated=restated, withheld=withheld
        )


def derivations_of(people: Sequence[uuid.UUID]) -> dict[uuid.UUID, Derivation]:
    return {one.person_id: one for one in Derivation.objects.filter(person__in=people)}


def load_shelf(
    people: Sequence[uuid.UUID], derivations: Mapping[uuid.UUID, Derivation], rules: Mapping[uuid.UUID, AssignmentRule]
) -> Shelf:
    """Everything stored about these people's assignments, locked. Four queries."""
    shelf = Shelf(derivations=derivations, listed=load_listed(people))
    rows = list(Assignment.objects.select_for_update().filter(person__in=people).order_by("pk"))
    by_row = {row.pk: row for row in rows}
    reasons = list(Justification.objects.filter(assignment__person__in=people, known_to=None))
    # Another run may know a rule that was published since this one began.
    newer = AssignmentRule.objects.in_bulk({one.rule_id for one in reasons} - rules.keys())
    for reason in reasons:
        reason.rule = rules.get(reason.rule_id) or newer[reason.rule_id]
        shelf.reasons.setdefault(reason.assignment_id, []).append(reason)
    beliefs: dict[uuid.UUID, list[Belief]] = defaultdict(list)
    current: QuerySet[AssignmentPeriod] = AssignmentPeriod.objects.filter(assignment__person__in=people, known_to=None)
    for period in current.order_by("true_from", "pk"):
        beliefs[period.assignment_id].append(belief_of(period))
    found: dict[Key, list[Stored]] = defaultdict(list)
    for row in sorted(by_row.values(), key=lambda each: (each.opened_at, each.cycle_key)):
        key = (row.person_id, row.path_key, row.about)
        shelf.rows[key, row.cycle_key] = row
        known = tuple(beliefs[row.pk])
        found[key].append(Stored(row.cycle_key, _value(row, known, shelf.reasons.get(row.pk, [])), known))
    shelf.records = {key: AssignmentRecord(tuple(stored)) for key, stored in found.items()}
    for person, path, about in found:
        shelf.abouts[person].setdefault(path, set()).add(about)
    return shelf


def belief_of(period: AssignmentPeriod) -> Belief:
    segment = Segment(first=period.true_from, end=period.true_to, **{name: getattr(period, name) for name in PARTS})
    return Belief(segment, period.known_from, period.known_to, period.pk)


def _value(row: Assignment, beliefs: Iterable[Belief], reasons: Iterable[Justification]) -> DerivedRow:
    values = {name: getattr(row, name) for name in FIELDS if name != "version_id"}
    return DerivedRow(
        keys=(row.cycle_key,),
        path=row.path_key,
        about=row.about,
        version=row.version_id,
        whys=tuple(_why(reason) for reason in reasons),
        segments=tuple(one.segment for one in beliefs),
        fulfilled=None,
        **values,
    )


def _why(reason: Justification) -> Justified:
    return Justified(
        rule=reason.rule_id,
        rule_key=reason.rule.key,
        number=reason.rule.number,
        event=reason.event,
        event_on=reason.event_on,
        due_days=reason.rule.due_days,
        due=reason.due,
        counted_from=reason.counted_from or reason.true_from,
        first=reason.true_from,
        end=reason.true_to,
        ended_by=reason.ended_by,
    )


@dataclass(slots=True)
class Changed:
    """One row that was written: what changed about it, and the row. `reasons` = those in force now; `beliefs` = those
    that hold now or were closed by this run."""

    difference: Difference
    row: Assignment
    reasons: list[Justification] = field(default_factory=list)
    beliefs: Sequence[Belief] = ()


@dataclass(slots=True)
class RowWriter:
    """The changes of one run, gathered for few statements."""

    at: datetime
    engine: str
    rules: Mapping[uuid.UUID, AssignmentRule]
    listing: ListWriter = field(init=False)
    changed: list[Changed] = field(default_factory=list)
    updated: list[Assignment] = field(default_factory=list)
    created: list[Assignment] = field(default_factory=list)
    reasons_opened: list[Justification] = field(default_factory=list)
    reasons_closed: list[int] = field(default_factory=list)
    periods_opened: list[AssignmentPeriod] = field(default_factory=list)
    periods_closed: dict[datetime, list[int]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.listing = ListWriter(self.at, self.engine)

    def __len__(self) -> int:
        rows = len(self.updated) + len(self.created)
        reasons = len(self.reasons_opened) + len(self.reasons_closed)
        periods = len(self.periods_opened) + sum(len(each) for each in self.periods_closed.values())
        return rows + reasons + periods + len(self.listing)

    def take(self, key: Key, shelf: Shelf, before: AssignmentRecord, brought: Brought) -> None:
        """Everything that differs of one (person, path, about)."""
        known = {one.pk: one for stored in before.rows for one in stored.beliefs}
        stored = {one.key: one for one in brought.record.rows}
        if brought.record.withheld or key in shelf.listed:
            versions = {one.key: shelf.rows[key, one.key].engine for one in before.rows}
            self.listing.take(key, brought.record.withheld, shelf.listed.get(key, {}), versions)
        for difference in brought.differences:
            row = self._row(key, shelf, difference)
            reasons = self._reasons(row, shelf, difference)
            self.changed.append(Changed(difference, row, reasons, stored[difference.key].beliefs))
        for one in stored.values():
            row = shelf.rows[key, one.key]
            for belief in one.beliefs:
                self._belief(row, belief, known)

    def _row(self, key: Key, shelf: Shelf, difference: Difference) -> Assignment:
        row = shelf.rows.get((key, difference.key))
        if row is None:
            person, path, about = key
            row = Assignment(person_id=person, path_key=path, about=about, cycle_key=difference.key, opened_at=self.at)
            shelf.rows[key, difference.key] = row
            self.created.append(row)
        else:
            self.updated.append(row)
        after = difference.after
        for name in FIELDS:
            setattr(row, name, after.version if name == "version_id" else getattr(after, name))
        row.engine = self.engine
        row.closed_at = None if after.state == OPEN else row.closed_at or self.at
        return row

    def _reasons(self, row: Assignment, shelf: Shelf, difference: Difference) -> list[Justification]:
        left = {_said(_why(reason)): reason for reason in shelf.reasons.get(row.pk, [])}
        kept: list[Justification] = []
        for why in difference.after.whys:
            held = left.pop(_said(why), None)
            if held is None:
                held = Justification(
                    assignment=row,
                    rule=self.rules[why.rule],
                    event=why.event,
                    event_on=why.event_on,
                    due=why.due,
                    counted_from=why.counted_from,
                    true_from=why.first,
                    true_to=why.end,
                    ended_by=why.ended_by,
                    known_from=difference.known_from,
                )
                self.reasons_opened.append(held)
            kept.append(held)
        self.reasons_closed += [reason.pk for reason in left.values()]
        shelf.reasons[row.pk] = kept
        return kept

    def _belief(self, row: Assignment, belief: Belief, known: dict[int | None, Belief]) -> None:
        if belief.pk is not None:
            if belief.known_to is not None and known[belief.pk].known_to is None:
                self.periods_closed[belief.known_to].append(belief.pk)
            return
        values = {name: getattr(belief.segment, name) for name in PARTS}
        self.periods_opened.append(
            AssignmentPeriod(
                assignment=row,
                true_from=belief.segment.first,
                true_to=belief.segment.end,
                known_from=belief.known_from,
                known_to=belief.known_to,
                written_at=self.at,
                **values,
            )
        )

    def write(self) -> None:
        """Inside the caller's transaction, after the entries were logged."""
        names = [name.removesuffix("_id") for name in FIELDS] + ["engine", "closed_at", "entry"]
        closed = [row for row in self.updated if row.state != OPEN]
        opened = [row for row in self.updated if row.state == OPEN]
        # What closes goes first: one row at a time may be open for a person and a path.
        for rows in (closed, opened):
            upsert(Assignment, rows, names)
        Assignment.objects.bulk_create(self.created, batch_size=BATCH)
        Justification.objects.filter(pk__in=self.reasons_closed).update(known_to=self.at)
        Justification.objects.bulk_create(self.reasons_opened, batch_size=BATCH)
        for instant, ids in self.periods_closed.items():
            AssignmentPeriod.objects.filter(pk__in=ids).update(known_to=instant)
        AssignmentPeriod.objects.bulk_create(self.periods_opened, batch_size=BATCH)
        self.listing.write()


def upsert(model: type[Model], rows: Sequence[Any], names: Sequence[str]) -> None:
    """What `bulk_update` does, without its CASE for each column and row: rows that are there, locked by the caller."""
    model._base_manager.bulk_create(rows, BATCH, update_conflicts=True, update_fields=names, unique_fields=["id"])


def _said(why: Justified) -> tuple[object, ...]:
    return why.rule, why.event, why.event_on, why.due, why.counted_from, why.first, why.end, why.ended_by


def count(changed: Iterable[Changed]) -> tuple[int, int, int]:
    """(opened, satisfied, ended)."""
    found = [one.difference for one in changed]
    opened = sum(one.opened for one in found)
    return opened, sum(one.satisfied for one in found), sum(one.ended for one in found)
