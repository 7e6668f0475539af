"""What is stored of a derivation, compared with what is derived: the differences to write, on both time axes. Pure.

A run makes up for every instant since the last one at which something became known or a day came, so that one late
run stores the history that daily runs would have stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from courses.assignments.derivation import employment, versions
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
    changes anything of the person's, this or other. `restated`: another version of these rules or of the time zone
    data derived it last. `withheld` = {cycle key: what the running version makes of it}, where that alone differs from
    the past that is stored (S10).
    """

    rows: tuple[Stored, ...] = ()
    derived_at: datetime | None = None
    wakes_on: date | None = None
    wakes_at: datetime | None = None
    restated: bool = False
    withheld: Mapping[str, DerivedRow] = field(default_factory=dict)

    def told(self) -> Told:
        """What stands on the person's page."""
        return _notices({one.key: one.row for one in self.rows})

    def told_otherwise(self) -> Told:
        """What would stand there if nothing were withheld."""
        return _notices({one.key: one.row for one in self.rows} | dict(self.withheld))

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


def _notices(rows: Mapping[str, DerivedRow]) -> Told:
    own: dict[str, Notice] = {}
    others: dict[str, Notice] = {}
    for key, row in rows.items():
        if row.noticed_on and row.computed and row.due:
            own[key] = Notice(row.noticed_on, row.computed, row.due)
            others |= dict.fromkeys(row.keys, own[key])
    return Told(others | own, {name: _stood(row) for key, row in rows.items() for name in {*row.keys, key}})


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


def _stood(row: DerivedRow) -> tuple[tuple[date, date], ...]:
    return tuple((part.first, part.due) for part in row.segments if part.state == OPEN and part.due)


@dataclass(slots=True)
class Brought:
    """A record brought up to an instant, and what that changed."""

    record: AssignmentRecord
    differences: list[Difference] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class DerivationInput:
    """What is brought up: one path, about one thing, for one person, at one instant."""

    facts: PersonFacts
    catalogue: Catalogue
    path: str
    about: str
    at: datetime

    def derived(self, facts: PersonFacts, catalogue: Catalogue, moment: datetime, told: Told) -> Derived:
        return derive(facts, catalogue, self.path, moment, told, self.at).get(self.about, NOTHING)


def bring_up(
    record: AssignmentRecord,
    facts: PersonFacts,
    catalogue: Catalogue,
    path: str,
    about: str,
    at: datetime,
    restate: bool = False,
) -> Brought:
    """The record as it stands at `at`, instant by instant since it was last derived.

    `restate`: somebody answers for it that what was withheld is written, too.
    """
    first, asked = record, DerivationInput(facts.with_first_records(), catalogue, path, about, at)
    if record.restated:
        record = _restated(record, asked)
    known = facts.instants() | catalogue.instants()
    moment = record.derived_at or min((one.known_from for one in facts.contracts), default=at) - TICK
    learned = sorted(one for one in known if moment < one < at)
    stepped = False
    for _step in range(LONGEST_REPLAY):
        following = _next(record, facts, learned, moment, at)
        if following is None:
            break
        moment = following
        # A fact that is seen late (`known_from` before the last run) is believed from the next instant on.
        record = _step_to(record, asked, asked.facts.as_known(moment), catalogue.as_known(moment), moment)
        stepped = True
    if restate or record.withheld or not stepped or _goes_on(record, known, facts, moment, at):
        record = replace(record, withheld={}) if restate else record
        # Now is what is believed now: a clock elsewhere may be ahead of ours.
        record = _step_to(record, asked, asked.facts.as_believed(), catalogue, at)
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


def _restated(record: AssignmentRecord, asked: DerivationInput) -> AssignmentRecord:
    """What this version makes of what was known when another one derived it: what differs is its doing alone."""
    if record.derived_at is None:
        return replace(record, restated=False)
    catalogue = asked.catalogue.as_known(record.derived_at)
    derived = asked.derived(asked.facts.as_known(record.derived_at), catalogue, record.derived_at, record.told())
    pairs, left = _paired(record.rows, derived.rows)
    made = [(one, _corrected(one, asked.at).row) for one in left]
    withheld = {(held or row).key: row for held, row in (*pairs, *made) if held is None or said(held.row) != said(row)}
    return replace(record, restated=False, withheld=withheld)


def _step_to(
    record: AssignmentRecord, asked: DerivationInput, facts: PersonFacts, catalogue: Catalogue, moment: datetime
) -> AssignmentRecord:
    page = asked.derived(facts, catalogue, moment, record.told())
    if not record.withheld:
        return _written(record, page, moment)
    now = asked.derived(facts, catalogue, moment, record.told_otherwise())
    made = _held_to(record, facts, now, page, moment, asked.at)
    return _without_agreed(made, asked.derived(facts, catalogue, moment, made.told()))


def _without_agreed(record: AssignmentRecord, page: Derived) -> AssignmentRecord:
    """What stands as the version has it, by the notices that stand from now on, is withheld no more."""
    shown = {row.key: said(row) for row in page.rows}
    stood = {one.key: said(one.row) for one in record.rows}
    left = {key: row for key, row in record.withheld.items() if key not in stood or stood[key] != shown.get(row.key)}
    return replace(record, withheld=left)


def _written(record: AssignmentRecord, derived: Derived, known_from: datetime) -> AssignmentRecord:
    """What nothing derives any more was a mistake and is corrected."""
    pairs, left = _paired(record.rows, derived.rows)
    found = [_stored(held, row, known_from) for held, row in pairs]
    gone = [_corrected(one, known_from) for one in left]
    return replace(record, rows=(*gone, *found), wakes_on=derived.wakes_on)


def _held_to(
    record: AssignmentRecord, facts: PersonFacts, now: Derived, page: Derived, moment: datetime, at: datetime
) -> AssignmentRecord:
    """As `_written`, but for what the version alone makes different (courses.assignments.derivation.versions)."""
    shown = {row.key: row for row in page.rows}
    pairs, left = _paired(record.rows, now.rows)
    found: list[Stored] = []
    withheld: dict[str, DerivedRow] = {}
    for held, row in pairs:
        key = held.key if held else row.key
        kept = _kept(held, record.withheld.get(key), row, shown[row.key], _handed_in(record, facts, row))
        if kept and moment == at:
            kept = versions.moved_ahead(kept, shown[row.key], at)
        if kept is None or said(kept) != said(shown[row.key]):
            withheld[key] = row
        found += [_stored(held, kept, moment)] if kept else []
    for one in left:
        before = record.withheld.get(one.key)
        if before and before.end_reason == CORRECTED:
            withheld[one.key] = before
            found.append(one)
        else:
            found.append(_corrected(one, moment))
    waiting = _second_open(found, record.rows)
    stood = [one for one in record.rows if one.key in waiting]
    withheld |= {key: row for key, row in record.withheld.items() if key in waiting}
    rows = (*(one for one in found if one.key not in waiting), *stood)
    return replace(record, rows=rows, wakes_on=now.wakes_on, withheld=withheld)


def _second_open(found: Iterable[Stored], rows: Iterable[Stored]) -> set[str]:
    """One row at a time may be open: what this version opens beside one that is withheld waits until that is closed."""
    asked = {one.key for one in found if one.row.state == OPEN}
    stood = {one.key for one in rows if one.row.state == OPEN}
    return asked - (asked & stood or set(sorted(asked)[:1]))


def _kept(
    held: Stored | None, before: DerivedRow | None, now: DerivedRow, page: DerivedRow, handed_in: bool
) -> DerivedRow | None:
    """The row as it is to be stored; None = there is none, and nothing but the version makes one."""
    if before is None:
        return page
    if held is None:
        return None if said(before) == said(now) else page
    if handed_in and held.row.state == OPEN and before.state == SATISFIED:
        return page
    return versions.carried_over(held.row, before, now, page)


def _handed_in(record: AssignmentRecord, facts: PersonFacts, row: DerivedRow) -> bool:
    """Whether anything it asks for became known since: whatever the version thinks of the rest, that counts (S6)."""
    modules = {leaf.module for leaf in row.fulfilled.version.leaves} if row.fulfilled else set()
    since = record.derived_at
    return any(one.module in modules and (since is None or one.known_from > since) for one in facts.done)


def _paired(
    rows: Iterable[Stored], derived: Iterable[DerivedRow]
) -> tuple[list[tuple[Stored | None, DerivedRow]], list[Stored]]:
    """[(what is stored of it, the row)], matched by any of its keys, and what is stored of none."""
    left = list(rows)
    found: list[tuple[Stored | None, DerivedRow]] = []
    for row in derived:
        held = min((one for one in left if one.key in row.keys), key=lambda one: _strange(one, row), default=None)
        if held:
            left.remove(held)
        found.append((held, row))
    return found, left


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
