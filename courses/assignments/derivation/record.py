"""What is stored of a derivation, compared with what is derived: the differences to write, on both time axes. Pure.

A run makes up for every instant since the last one at which something became known or a day came, so that one late
run stores the history that daily runs would have stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from courses.assignments.derivation import employment
from courses.assignments.derivation.derive import derive
from courses.assignments.derivation.rows import ENDED, OPEN, SATISFIED, Derived, DerivedRow, Segment
from courses.assignments.derivation.values import Catalogue, Notice, PersonFacts, Told

CORRECTED = "corrected"
NOTHING = Derived((), (), (), (), None)
TICK = timedelta(microseconds=1)
LONGEST_REPLAY = 400
"""Instants that one run makes up for one by one; of a longer outage it keeps the newest."""


@dataclass(frozen=True, slots=True)
class Belief:
    """A segment as believed on [known_from, known_to)."""

    segment: Segment
    known_from: datetime
    known_to: datetime | None = None
    pk: int | None = None
    """Of the row it was loaded from; None = not written yet."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One row as it stands: `key` stays the one it was opened with; `row` says everything else."""

    key: str
    row: DerivedRow
    beliefs: tuple[Belief, ...] = ()

    @property
    def segments(self) -> list[Segment]:
        return [one.segment for one in self.beliefs if one.known_to is None]


@dataclass(frozen=True, slots=True)
class AssignmentRecord:
    """What is stored of one (person, path, about), until when it was derived, and when it changes by itself.

    `wakes_on` is known of what was just derived; of what was loaded, `wakes_at` = the first instant at which time alone
    changes anything of the person's, this or other.
    """

    rows: tuple[Stored, ...] = ()
    derived_at: datetime | None = None
    wakes_on: date | None = None
    wakes_at: datetime | None = None

    def told(self) -> Told:
        """What stands on the person's page."""
        own: dict[str, Notice] = {}
        others: dict[str, Notice] = {}
        for one in self.rows:
            row = one.row
            if row.noticed_on and row.computed and row.due:
                own[one.key] = Notice(row.noticed_on, row.computed, row.due)
                others |= dict.fromkeys(row.keys, own[one.key])
        return Told(others | own, {key: _stood(one) for one in self.rows for key in {*one.row.keys, one.key}})

    def as_known(self, at: datetime) -> dict[str, list[Segment]]:
        """{key: what was believed at that instant}."""
        found: dict[str, list[Segment]] = {}
        for one in self.rows:
            known = [
                each for each in one.beliefs if each.known_from <= at and (not each.known_to or at < each.known_to)
            ]
            if known:
                found[one.key] = sorted((each.segment for each in known), key=lambda each: each.first)
        return found


@dataclass(frozen=True, slots=True)
class Difference:
    """One row that is other than it was; `before` None = it was opened. `known_from`: since when that is known."""

    before: DerivedRow | None
    after: DerivedRow
    known_from: datetime
    key: str

    @property
    def opened(self) -> bool:
        return self.before is None

    @property
    def satisfied(self) -> bool:
        return self.after.state == SATISFIED and (self.before is None or self.before.state != SATISFIED)

    @property
    def ended(self) -> bool:
        return self.after.state == ENDED and (self.before is None or self.before.state != ENDED)

    @property
    def moved(self) -> bool:
        """Another date for what was open already."""
        return self.before is not None and self.before.due != self.after.due and self.after.state == OPEN


def _stood(one: Stored) -> tuple[tuple[date, date], ...]:
    return tuple((part.first, part.due) for part in one.segments if part.state == OPEN and part.due)


@dataclass(slots=True)
class Brought:
    """A record brought up to an instant, and what that changed."""

    record: AssignmentRecord
    differences: list[Difference] = field(default_factory=list)


def bring_up(
    record: AssignmentRecord, facts: PersonFacts, catalogue: Catalogue, path: str, about: str, at: datetime
) -> Brought:
    """The record as it stands at `at`, instant by instant since it was last derived."""
    first, facts = record, facts.with_first_records()
    known = facts.instants() | catalogue.instants()
    moment = record.derived_at or min((one.known_from for one in facts.contracts), default=at) - TICK
    learned = sorted(one for one in known if moment < one < at)
    for _step in range(LONGEST_REPLAY):
        following = _next(record, facts, learned, moment, at)
        if following is None:
            break
        moment = following
        record = _step_to(record, facts, catalogue, path, about, moment, at)
    if record is first or _goes_on(record, known, facts, moment, at):
        # Now is what is believed now: a clock elsewhere may be ahead of ours.
        derived = derive(facts.as_believed(), catalogue, path, at, record.told(), at)
        record = _written(record, derived.get(about, NOTHING), at)
    return Brought(replace(record, derived_at=at), _differences(first, record, at))


def _goes_on(
    record: AssignmentRecord, known: set[datetime], facts: PersonFacts, moment: datetime, at: datetime
) -> bool:
    """Whether anything became known, or a day came that changes something, after `moment` and no later than `at`."""
    if any(one > moment for one in known):
        return True
    if record.wakes_on is None:
        return False
    return employment.day_begins(facts.as_known(moment).contracts, record.wakes_on) <= at


def _next(
    record: AssignmentRecord, facts: PersonFacts, learned: Sequence[datetime], moment: datetime, at: datetime
) -> datetime | None:
    """The next instant before `at` at which something became known, or a day came that changes something."""
    found = [one for one in learned if one > moment][:1]
    if record.wakes_on:
        wakes = employment.day_begins(facts.as_known(moment).contracts, record.wakes_on)
        found += [wakes] if moment < wakes < at else []
    elif record.wakes_at and moment < record.wakes_at < at:
        found.append(record.wakes_at)
    return min(found, default=None)


def _step_to(
    record: AssignmentRecord,
    facts: PersonFacts,
    catalogue: Catalogue,
    path: str,
    about: str,
    moment: datetime,
    at: datetime,
) -> AssignmentRecord:
    """A fact that is seen late (`known_from` before the last run) is believed from the next instant on."""
    derived = derive(facts.as_known(moment), catalogue.as_known(moment), path, moment, record.told(), at)
    return _written(record, derived.get(about, NOTHING), moment)


def _written(record: AssignmentRecord, derived: Derived, known_from: datetime) -> AssignmentRecord:
    """Stored rows are matched by any of their keys; what nothing derives any more was a mistake and is corrected."""
    left = list(record.rows)
    found: list[Stored] = []
    for row in derived.rows:
        held = min((one for one in left if one.key in row.keys), key=lambda one: _strange(one, row), default=None)
        if held:
            left.remove(held)
        found.append(_stored(held, row, known_from))
    gone = [_corrected(one, known_from) for one in left]
    return replace(record, rows=(*gone, *found), wakes_on=derived.wakes_on)


def _strange(one: Stored, row: DerivedRow) -> tuple[bool, bool, str]:
    """What stands goes before what was corrected, its own key before that of another fact."""
    return one.row.end_reason == CORRECTED, one.key != row.key, one.key


def _stored(held: Stored | None, row: DerivedRow, known_from: datetime) -> Stored:
    if held is None:
        return Stored(row.key, row, tuple(Belief(one, known_from) for one in row.segments))
    return Stored(held.key, row, _believed(held.beliefs, row.segments, known_from))


def _believed(beliefs: Iterable[Belief], segments: Sequence[Segment], known_from: datetime) -> tuple[Belief, ...]:
    wanted = list(segments)
    kept: list[Belief] = []
    for one in beliefs:
        if one.known_to is None and one.segment not in wanted:
            # What is stored is closed even where it was learned this very instant; it was then believed at no time.
            if one.known_from < known_from or one.pk is not None:
                kept.append(replace(one, known_to=max(known_from, one.known_from)))
            continue
        if one.known_to is None:
            wanted.remove(one.segment)
        kept.append(one)
    return (*kept, *(Belief(one, known_from) for one in wanted))


def _corrected(one: Stored, known_from: datetime) -> Stored:
    """The fact it rested on was a mistake: it was never required, and whoever asks about then is told so."""
    row = one.row
    if row.state == ENDED and row.end_reason == CORRECTED:
        return one
    ended = Segment(ENDED, None, row.anchor, None)
    made = replace(
        row,
        state=ENDED,
        state_on=row.anchor,
        end_reason=CORRECTED,
        valid_until=None,
        required_until=None,
        late=False,
        waiting_since=None,
        segments=(ended,),
        fulfilled=None,
    )
    return Stored(one.key, made, _believed(one.beliefs, (ended,), known_from))


def _differences(first: AssignmentRecord, last: AssignmentRecord, at: datetime) -> list[Difference]:
    """A row whose periods alone changed, there and back again, differs as well: that was believed for a while."""
    before = {one.key: one for one in first.rows}
    found: list[Difference] = []
    for one in last.rows:
        held = before.get(one.key)
        was = held.row if held else None
        if held is None or was is None or held.beliefs != one.beliefs or said(was) != said(one.row):
            fresh = [each.known_from for each in one.beliefs if each.known_to is None]
            found.append(Difference(was, one.row, max(fresh, default=at), one.key))
    return found


def said(row: DerivedRow) -> DerivedRow:
    """What the row says, without what only helps to find or to certify it."""
    whys = tuple(sorted(row.whys, key=lambda each: (each.rule_key, each.number, each.event, each.first)))
    parts = tuple(sorted(row.segments, key=lambda each: each.first))
    return replace(row, keys=(), whys=whys, segments=parts, fulfilled=None)
