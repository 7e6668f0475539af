"""The difference between a line and what is believed of somebody known, as steps that call the staffing functions.

Two rounds: their employment first; then, from what is believed after it, the facts of their days. A fact of somebody
hired by this file holds from hired_on; a later change holds from the day of the import. Compared is the day of the
import, or the first working day where that lies ahead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from lms import rooms
from lms.people import conflicts, logins, staffing
from lms.people.claims import EmploymentClaim, contradicting, packed, unpacked
from lms.people.conflicts import OF_EMPLOYMENT, nearest_start, run_of
from lms.people.directory.feed_words import disagreeing, without_words, words_of
from lms.people.directory.recorded_staff import RecordedStaff, UnitsAndRoles, value_on
from lms.people.directory.staff_rows import StaffRow
from lms.people.models import Employment, ExternalId, FactConflict, Leave, OrgUnit, Person, ReportingLine
from lms.people.spelling import number_key
from lms.people.timeline import Span

MANAGER_COLUMNS = {"manager": ReportingLine.Kind.LINE, "functional_manager": ReportingLine.Kind.FUNCTIONAL}
FARTHEST = timedelta(days=90)
"""A first day that a feed moves further than this waits for HR (S9)."""
MISSING = "missing"
"""Stands with what a feed says of somebody (ExternalId.said) whose end is that a complete file did not name them."""
What = FactConflict.What


@dataclass(frozen=True, slots=True)
class StaffStep:
    """`kind` is what a summary counts; empty for what is part of another step."""

    line: int
    who: str
    kind: str
    do: Callable[[], object]


@dataclass(frozen=True, slots=True)
class LineToDraw:
    """Drawn after all lines that change have ended: two people may have swapped places. `until`: where the employment
    of a newcomer is known to end; `new`: nobody can report to this person yet, so no circle can close."""

    person: UUID
    manager: str
    since: date
    until: date | None
    line: int
    who: str
    column: str
    new: bool = False

    @property
    def line_kind(self) -> str:
        return str(MANAGER_COLUMNS[self.column])


@dataclass(frozen=True)
class StaffPlanner:
    """`interrupted`: when the last import of this feed began that did not come to its end: whom it hired counts as new
    still."""

    known: RecordedStaff
    around: UnitsAndRoles
    feed: str
    day: date
    at: datetime
    interrupted: datetime | None = None

    def with_known(self, known: RecordedStaff) -> StaffPlanner:
        return replace(self, known=known)

    def is_hire(self, row: StaffRow) -> bool:
        """The row speaks of an employment that is not believed yet: a start after a recorded end is a new period."""
        spans = self._employments(row)
        return not spans or (spans[-1].end is not None and row.hired_on >= spans[-1].end)

    def employment(self, row: StaffRow) -> Iterator[StaffStep]:
        """The first round."""
        person = self.known.people[row.key]
        claim = claim_of(row, self.feed)
        found, disputed = self.conflict(row, claim), self.disputed(row)
        yield from self._conflict_steps(row, person, disputed | ({found[0]: packed(found[1])} if found else {}))
        row = without_words(row, disputed, person)
        yield from self._details(row, person)
        if not found and not self._is_judged(person, claim):
            yield from self._employment(row, person)

    def claim_to_remember(self, row: StaffRow) -> ExternalId | None:
        """The key with what the feed says now, unsaved; None where it said that before."""
        key, said = self.known.ids[row.key], said_by(row, self.feed)
        if key.said == said:
            return None
        key.said = said
        return key

    def facts(self, row: StaffRow, *, hired: bool) -> Iterator[StaffStep | LineToDraw]:
        """The second round; `hired` when the first one hired this person."""
        person = self.known.people[row.key]
        row = without_words(row, self.disputed(row), person)
        day = max(self.day, row.hired_on)
        if value_on(self._employments(row), day) is not None:
            since = row.hired_on if hired or self._hired_by_interrupted(row) else day
            if person.pk not in self.known.logins:
                yield StaffStep(
                    row.line, row.key, "login", lambda: logins.give_login(person, row.staff_number, person.email)
                )
            yield from self._unit(row, person, day)
            yield from self._managers(row, person, day, since)
            yield from self._roles(row, person, day, since)
        yield from self._leaves(row, person)

    # Whom a complete file no longer names

    def gone(self, key: str, person: Person) -> Iterator[StaffStep]:
        """They left yesterday, as far as this feed knows; where another one says otherwise, nothing ends (T-29)."""
        last = self.day - timedelta(days=1)
        said = self.known.ids[key].said
        others = self.known.claims.get(person.pk, ())
        claim = _absent_since(EmploymentClaim.from_json(said), last) if said else None
        if claim is None or not contradicting(claim, others, self.day):
            yield StaffStep(0, key, "leaving", lambda: staffing.leave_company(person, on=last, at=self.at))
            return
        claims = packed([claim, *others])
        rows = [each for each in self.known.conflicts.get(person.pk, ()) if each.what == What.FEEDS]
        if not rows or rows[-1].claims != claims:
            yield StaffStep(0, key, "conflict", lambda: conflicts.open_conflict(person, What.FEEDS, claims, at=self.at))

    def claim_of_absence(self, key: str) -> ExternalId | None:
        """The key with the end that its absence claims, unsaved; None where the feed claims an end already."""
        known = self.known.ids[key]
        if not known.said:
            return None
        claim = EmploymentClaim.from_json(known.said)
        absent = _absent_since(claim, self.day - timedelta(days=1))
        if absent == claim:
            return None
        known.said = {**known.said, **absent.as_json(), MISSING: True}
        return known

    # Conflicts

    def conflict(self, row: StaffRow, claim: EmploymentClaim) -> tuple[str, list[EmploymentClaim]] | None:
        """What of the row cannot be told from what is believed, and the claims that stand against each other."""
        person = self.known.people[row.key]
        others = self.known.claims.get(person.pk, ())
        if contradicting(claim, others, self.day):
            return What.FEEDS, [claim, *(one for one in others if not (one.is_before(claim) or claim.is_before(one)))]
        spans = self._employments(row)
        if not spans or self.is_hire(row) or self._is_transfer_on_first_day(row, spans):
            return None
        if self._is_judged(person, claim):
            return None
        run = run_of(spans)
        if row.hired_on in {span.start for span in run} or not self._moved_too_far(row, person, spans, run):
            return None
        last = run[-1].end
        believed = EmploymentClaim("", self._code(run[-1]), run[0].start, last and last - timedelta(days=1))
        return What.START, [claim, believed]

    def disputed(self, row: StaffRow) -> dict[str, list[dict[str, Any]]]:
        """What the row says beside the employment and another feed says otherwise: that stays as it is believed."""
        others = self.known.words.get(self.known.people[row.key].pk, ())
        return disagreeing(words_of(row, self.feed), others, self.day) if others else {}

    def _is_judged(self, person: Person, claim: EmploymentClaim) -> bool:
        """HR knew that the feed says this when it last settled a conflict: what was decided then goes on to hold."""
        held = [each for each in self.known.conflicts.get(person.pk, ()) if each.what in OF_EMPLOYMENT]
        rows = [each for each in held if each.settled_by_id or each.outcome]
        return bool(rows) and claim in unpacked(rows[-1].claims)

    def _moved_too_far(self, row: StaffRow, person: Person, spans: list[Span], run: list[Span]) -> bool:
        was = nearest_start(run, row.hired_on)
        across = any(span.end and span.start < was and row.hired_on < span.end for span in spans)
        if across or abs(row.hired_on - was) > FARTHEST:
            return True
        fact, _since = self.known.facts.get((person.pk, was), (None, None))
        done = rooms.first_fulfilled_on(fact) if fact and row.hired_on > was else None
        return done is not None and done < row.hired_on

    def _conflict_steps(
        self, row: StaffRow, person: Person, found: dict[str, list[dict[str, Any]]]
    ) -> Iterator[StaffStep]:
        """`found`: {what: the claims that stand against each other}."""
        rows = self.known.conflicts.get(person.pk, [])
        for each in rows:
            party = each.what in OF_EMPLOYMENT or any(one["feed"] == self.feed for one in each.claims)
            if each.settled_at is None and each.what not in found and party:
                yield self._settle_agreed(row, person, str(each.what))
        for what, said in found.items():
            latest = next((each for each in reversed(rows) if each.what == what), None)
            if latest is None or latest.claims != said:
                yield self._step(row, "conflict", conflicts.open_conflict, what=what, said=said)

    def _settle_agreed(self, row: StaffRow, person: Person, what: str) -> StaffStep:
        return StaffStep(row.line, row.key, "agreed", lambda: conflicts.close_agreed(person, what, at=self.at))

    def _hired_by_interrupted(self, row: StaffRow) -> bool:
        person = self.known.people[row.key]
        _fact, known_from = self.known.facts.get((person.pk, row.hired_on), (None, None))
        return self.interrupted is not None and known_from is not None and known_from >= self.interrupted

    def _employments(self, row: StaffRow) -> list[Span]:
        person = self.known.people.get(row.key)
        return self.known.employments.get(person.pk, []) if person else []

    def _code(self, span: Span) -> str:
        entity = span.value[0] if isinstance(span.value, tuple) else None
        return next((unit.code for unit in self.around.units.values() if unit.pk == entity), "")

    # The person

    def _details(self, row: StaffRow, person: Person) -> Iterator[StaffStep]:
        wanted = {
            "given_name": row.given_name,
            "family_name": person.family_name if row.family_name is None else row.family_name,
            "language": row.language or person.language,
            "email": person.email if row.email is None else row.email,
        }
        if any(getattr(person, name) != value for name, value in wanted.items()):
            yield self._step(row, "details", staffing.describe, **wanted)

    # Employment

    def _employment(self, row: StaffRow, person: Person) -> Iterator[StaffStep]:
        spans = self._employments(row)
        if self.is_hire(row):
            yield self._step(row, "hire", staffing.hire, on=row.hired_on, **self.post(row, None))
            if row.left_on:
                yield self._step(row, "leaving", staffing.leave_company, on=row.left_on)
            return
        run = run_of(spans)
        moved = self._is_transfer_on_first_day(row, spans)
        if not moved and row.hired_on not in {span.start for span in run}:
            was = nearest_start(run, row.hired_on)
            yield self._step(row, "correction", staffing.correct_hire, was=was, on=row.hired_on)
        told = row.has_left_on or self._was_missing(row, spans[-1].end)
        yield from self._leaving(row, spans[-1].end, told)
        end = row.left_on and row.left_on + timedelta(days=1) if told else spans[-1].end
        if end is None or end > max(self.day, row.hired_on):
            yield from self._transfer(row, spans, row.hired_on if moved else max(self.day, row.hired_on))

    def _is_transfer_on_first_day(self, row: StaffRow, spans: list[Span]) -> bool:
        """Another legal entity or kind of contract from a day within the last employment: that period is new, the other
        ends."""
        last: Any = spans[-1]
        entity = self.around.units.get(row.entity)
        other = entity is not None and (entity.pk, row.kind or last.value[1]) != last.value[:2]
        return other and row.hired_on > last.start

    def _was_missing(self, row: StaffRow, believed: date | None) -> bool:
        """Whether the believed end is that of a complete file that did not name them: whoever is named again stays."""
        said = self.known.ids[row.key].said or {}
        left = EmploymentClaim.from_json(said).left_on if said.get(MISSING) else None
        return left is not None and left + timedelta(days=1) == believed

    def _leaving(self, row: StaffRow, believed: date | None, told: bool) -> Iterator[StaffStep]:
        end = row.left_on and row.left_on + timedelta(days=1)
        if end and end != believed:
            yield self._step(row, "leaving", staffing.leave_company, on=row.left_on)
        elif believed and told and not end:
            yield self._step(row, "staying", staffing.withdraw_leaving)

    def _transfer(self, row: StaffRow, spans: list[Span], day: date) -> Iterator[StaffStep]:
        running: Any = value_on(spans, day) or spans[-1].value
        entity, kind, zone = running
        post = self.post(row, kind)
        if (entity, kind) != (post["entity"].pk, post["kind"]):
            yield self._step(row, "transfer", staffing.transfer, on=day, **post)
        elif row.zone and row.zone != zone:
            yield self._step(row, "zone", staffing.change_zone, zone=row.zone, on=day)

    def post(self, row: StaffRow, kind: str | None) -> dict[str, Any]:
        entity = self.around.units[row.entity]
        wanted = row.kind or kind or str(Employment.Kind.EMPLOYEE)
        return {"entity": entity, "unit": self.unit_of(row, entity), "zone": row.zone or "", "kind": wanted}

    def unit_of(self, row: StaffRow, entity: OrgUnit) -> OrgUnit:
        return self.around.units[row.unit] if row.unit else entity

    # Facts of the day

    def _unit(self, row: StaffRow, person: Person, day: date) -> Iterator[StaffStep]:
        if row.unit is None:
            return
        unit = self.unit_of(row, self.around.units[row.entity])
        if value_on(self.known.placements[person.pk], day) != unit.pk:
            yield self._step(row, "unit", staffing.place, unit=unit, on=day)

    def _managers(self, row: StaffRow, person: Person, day: date, since: date) -> Iterator[StaffStep | LineToDraw]:
        for column, kind in MANAGER_COLUMNS.items():
            number = getattr(row, column)
            if number is None:
                continue
            held = value_on(self.known.lines[kind][person.pk], day)
            wanted = number_key(number)
            if (self.known.key_of(held) if held else "") == wanted:
                continue
            if held:
                what = "" if wanted else column
                yield self._step(row, what, staffing.set_manager, manager=None, on=since, kind=kind)
            if wanted:
                yield LineToDraw(person.pk, wanted, since, None, row.line, row.key, column)

    def _roles(self, row: StaffRow, person: Person, day: date, since: date) -> Iterator[StaffStep]:
        if row.roles is None:
            return
        held = {str(span.value) for span in self.known.holdings[person.pk] if span.covers(day)}
        for key in sorted(set(row.roles) - held):
            yield self._step(row, "role", staffing.give_role, role_key=key, on=since)
        for key in sorted(held - set(row.roles)):
            yield self._step(row, "role ended", staffing.end_role, role_key=key, on=since)

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
                yield self._step(row, "leave", staffing.record_leave, first=first, last=last)
        for each in gone:
            if each.last_day >= self.day:
                yield self._withdrawal(row, each)

    def _correction(self, row: StaffRow, leave: Leave, first: date, last: date) -> StaffStep:
        return StaffStep(row.line, row.key, "leave", lambda: staffing.correct_leave(leave, first, last, at=self.at))

    def _withdrawal(self, row: StaffRow, leave: Leave) -> StaffStep:
        return StaffStep(row.line, row.key, "leave", lambda: staffing.withdraw_leave(leave, at=self.at))

    def _step(self, row: StaffRow, what: str, act: Callable[..., Any], /, **values: Any) -> StaffStep:
        person = self.known.people[row.key]
        return StaffStep(row.line, row.key, what, lambda: act(person, at=self.at, **values))


def _absent_since(claim: EmploymentClaim, last: date) -> EmploymentClaim:
    """What a feed claims that names somebody no longer: an end it had claimed before goes on to hold."""
    left = claim.left_on if claim.left_on and claim.left_on <= last else max(last, claim.hired_on)
    return replace(claim, left_on=left, knows_end=True)


def said_by(row: StaffRow, feed: str) -> dict[str, Any]:
    """As ExternalId.said keeps it."""
    return claim_of(row, feed).as_json() | {"words": dict(words_of(row, feed).said)}


def claim_of(row: StaffRow, feed: str) -> EmploymentClaim:
    return EmploymentClaim(feed, row.entity, row.hired_on, row.left_on, row.has_left_on)
