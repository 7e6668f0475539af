"""From facts as known at an instant to the obligations of one (person, path, about). Pure (S10).

The order in which facts became known, outages, one run or many give the same spans: nothing here reads a stored row
but for the day on which a duty first stood on the person's page (S19).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from courses.assignments import dates
from courses.assignments.dates import Due
from courses.assignments.derivation import credit, employment, spans
from courses.assignments.derivation.credit import Credit, Fulfilled, fulfilled_on
from courses.assignments.derivation.cycles import Cycle, CycleWalk, all_keys
from courses.assignments.derivation.pauses import Pauses, deadline_at, pauses_of
from courses.assignments.derivation.reasons import Reason, grace, reasons_of, rules_asking
from courses.assignments.derivation.rows import ENDED, OPEN, SATISFIED, Derived, DerivedRow, Justified, Segment
from courses.assignments.derivation.values import Catalogue, DaySpan, Notice, PersonFacts, Told

ENGINE = 2
"""Version of these rules; raise it whenever the same facts give something else: future deadlines alone follow (S10)."""
SOON_DAYS = 7
DAY = timedelta(days=1)


def derive_as_known(
    facts: PersonFacts, catalogue: Catalogue, path: str, at: datetime, told: Told | None = None
) -> dict[str, Derived]:
    """{about: what was believed at `at`} for everything the path was ever asked for."""
    return derive(facts.as_known(at), catalogue.as_known(at), path, at, told)


def derive(
    facts: PersonFacts,
    catalogue: Catalogue,
    path: str,
    at: datetime,
    told: Told | None = None,
    shown_at: datetime | None = None,
) -> dict[str, Derived]:
    """As `derive_as_known`, of facts that are those known at `at` already.

    `shown_at` = when what is new will stand on the person's page: later than `at` where a run makes up for lost time.
    """
    reasons = reasons_of(facts, catalogue, path)
    versions = tuple(catalogue.of_path(path))
    today = employment.local_day(facts.contracts, at)
    shown = employment.local_day(facts.contracts, shown_at) if shown_at else today
    published = (
        tuple(employment.local_day(facts.contracts, version.known_from) for version in versions) if reasons else ()
    )
    found: dict[str, Derived] = {}
    for about in sorted({one.about for one in reasons}):
        walk = CycleWalk(facts, tuple(one for one in reasons if one.about == about), versions, today, published)
        found[about] = RowDerivation(walk, catalogue, path, about, told or Told(), shown).result()
    return found


@dataclass(frozen=True, slots=True)
class RowDerivation:
    walk: CycleWalk
    catalogue: Catalogue
    path: str
    about: str
    told: Told
    shown_on: date
    taken_up: Notice | None = None
    """What stands for the notice of a cycle that was taken up again since."""

    def result(self) -> Derived:
        if not self.walk.begun():
            return Derived((), tuple(self._fulfilled()), (), (), self.walk.wakes_on(()))
        cycles = self.walk.cycles()
        rows: dict[str, DerivedRow] = {}
        own = {cycle.key for cycle in cycles}
        for index, cycle in enumerate(cycles):
            # A key that is another cycle's own finds that one, and its notice, alone.
            keys = tuple(key for key in all_keys(cycle) if key == cycle.key or key not in own)
            taken_up_again = any(later.key == cycle.key for later in cycles[index + 1 :])
            row = (self._as_first_told(cycle) if taken_up_again else self)._row(cycle, keys)
            rows[row.key] = _joined(rows[row.key], row) if row.key in rows else row
        done = [cycle.fulfilled for cycle in cycles if cycle.fulfilled]
        return Derived(
            required=tuple(self.walk.required()),
            fulfilled=tuple(self._fulfilled()),
            valid=tuple(spans.union([_lasting(one) for one in done])),
            rows=tuple(rows.values()),
            wakes_on=self.walk.wakes_on(cycles),
        )

    def _as_first_told(self, cycle: Cycle) -> RowDerivation:
        """For what was taken up again since: the notice is of the later date, and the earlier one stays as it stood.
        Learned after its end, it was never late."""
        over = cycle.end or self.walk.today
        stood = [one for one in self.told.stood.get(cycle.key, ()) if one[0] < over]
        return replace(self, taken_up=Notice(over, over, max(stood)[1] if stood else over))

    def _fulfilled(self) -> list[DaySpan]:
        """The days on which everything was done, asked for or not."""
        walk = self.walk
        found: list[DaySpan] = []
        for day in sorted({one.on for one in walk.facts.done if one.on <= walk.today}):
            credit = Credit.since(walk.facts.done, employment.credit_from(walk.contracts, day))
            held = [fulfilled_on(day, version, counted.done) for version, counted in walk.counting(day, credit)]
            found += [_lasting(one) for one in held if one]
        return spans.union(found)

    def _row(self, cycle: Cycle, keys: tuple[str, ...]) -> DerivedRow:
        today, done = self.walk.today, cycle.fulfilled
        over = cycle.end is not None and cycle.end <= today
        state = SATISFIED if done else ENDED if over else OPEN
        closed = done.on if done else cycle.end if over else None
        pauses = pauses_of(self.walk.facts, cycle.leaves, self.walk.stuck_spans(cycle), today, closed)
        dues = {id(one): self._due(cycle, one, pauses) for one in cycle.reasons}
        last = min(done.on if done else today, cycle.end - DAY if cycle.end else today)
        asking = rules_asking(cycle.reasons, last) or list(cycle.reasons)
        computed = _strictest_of(asking, dues)
        stood = self._stood(keys, cycle)
        notice = self._notice(keys, computed, grace(asking), pauses, stood)
        due = notice.due if notice else None
        zone = self._zone(cycle, due, last)
        waiting = pauses.waiting_since
        deadline = deadline_at(due, zone, self.walk.contracts, self.catalogue.outages) if due else None
        until = done.until if done else None
        held = done or cycle.renews
        expires = held.counts_until if held else None
        return DerivedRow(
            keys=keys,
            path=self.path,
            about=self.about,
            version=cycle.version.id,
            anchor=cycle.first,
            zone=zone,
            computed=computed,
            due=due,
            noticed_on=notice.on if notice else None,
            before_access=_before_access(cycle, asking),
            paused_days=pauses.days(cycle.first, due) if due else 0,
            waiting_since=waiting,
            expiring_on=cycle.renews.counts_until if cycle.renews else None,
            state=state,
            state_on=done.on if done else cycle.end if over and cycle.end else cycle.first,
            valid_until=until,
            end_reason=_ended_by(cycle) if state == ENDED else "",
            required_until=cycle.end if done and over else None,
            late=bool(done and deadline and is_late(done, deadline, zone)),
            deadline_at=None if waiting else deadline,
            soon_at=_soon_at(due, zone) if due and not waiting else None,
            expires_at=_expires_at(expires, zone),
            whys=_whys(_why(one, cycle, dues[id(one)], today) for one in cycle.reasons),
            segments=tuple(
                self._timed(one, cycle, zone, expires, waiting)
                for one in _segments(cycle, dues, notice, stood, pauses, today)
            ),
            fulfilled=done,
        )

    def _timed(self, one: Segment, cycle: Cycle, zone: str, expires: date | None, waiting: date | None) -> Segment:
        """With the instants that tell what it is at any time. Of what is being asked, the last part alone waits."""
        asked = one.state == OPEN
        stops = bool(asked and waiting and one.end is None)
        due = one.due if asked and not stops else None
        # While it is asked for, what it renews is what is valid: what renewed it later closes no gap before.
        ends = (cycle.renews.counts_until if cycle.renews else None) if asked else expires
        return replace(
            one,
            deadline_at=deadline_at(due, zone, self.walk.contracts, self.catalogue.outages) if due else None,
            soon_at=_soon_at(due, zone) if due else None,
            expires_at=_expires_at(ends, zone) if one.state != ENDED else None,
            waiting_since=waiting if stops else None,
        )

    def _due(self, cycle: Cycle, reason: Reason, pauses: Pauses) -> date | None:
        """By this reason alone; None = before access. What renews is due when that ends; what was done before it was
        asked takes nothing from the terms of those days (S12, S16)."""
        if cycle.renews is None or cycle.renews.counts_until is None:
            return self._first_due(cycle, reason, pauses)
        due = pauses.renewal(cycle.first, cycle.renews.counts_until)
        began = [one.origin for one in cycle.reasons]
        if not any(cycle.returns_on and one.first <= cycle.returns_on and one.has_term for one in began):
            return due
        term = self._first_due(cycle, reason, pauses)
        return max(due, term) if term else due

    def _first_due(self, cycle: Cycle, reason: Reason, pauses: Pauses) -> date | None:
        """A later version takes no date away from those already asked and brings none forward (S11): what is asked for
        before access from now on keeps its date beside (S14)."""
        before = self._first_due(cycle, reason.after, pauses) if reason.after else None
        if reason.rule.due_days is None:
            return before
        due = pauses.first_term(reason.counted_from, reason.rule.due_days)
        if reason.after and before is None:
            # Asked for before access until now, and shown the date of whatever else asked for it.
            beside = [one for one in rules_asking(cycle.reasons, reason.first - DAY) if one is not reason.after]
            before = _strictest(self._first_due(cycle, one, pauses) for one in beside)
        return max(due, before) if before else due

    def _stood(self, keys: tuple[str, ...], cycle: Cycle) -> list[tuple[date, date]]:
        """The dates that stood on the page while this was asked: (from which day, which)."""
        asked = DaySpan(cycle.first, cycle.end)
        told = next((self.told.stood[key] for key in keys if key in self.told.stood), ())
        return sorted(one for one in told if asked.covers(one[0]))

    def _notice(
        self,
        keys: tuple[str, ...],
        computed: date | None,
        days: int,
        pauses: Pauses,
        stood: Sequence[tuple[date, date]],
    ) -> Notice | None:
        """Since when the duty, with a date no later than this, stood on the page, and the date that follows (S19)."""
        if computed is None:
            return None
        if self.taken_up:
            return Notice(self.taken_up.on, computed, max(computed, self.taken_up.due))
        told = next((self.told.notices[key] for key in keys if key in self.told.notices), None)
        if told is None:
            return Notice(self.shown_on, computed, max(computed, pauses.after_notice(self.shown_on, days)))
        known = max(computed, pauses.after_notice(told.on, days))
        if told.computed < computed:
            # A date that had stood before the stricter one is no news.
            return Notice(told.on, computed, computed if any(due == computed for _, due in stood) else known)
        if told.computed == computed and known >= told.due:
            # A date that had stood before this notice stays; leave that came since gives its days.
            return told if told.due < _plus(told.on, days) else replace(told, due=known)
        left = min(pauses.after_notice(self.shown_on, days), told.due)
        if told.computed == computed:
            return replace(told, due=max(known, left))
        return Notice(self.shown_on, computed, max(computed, left))

    def _zone(self, cycle: Cycle, due: date | None, last: date) -> str:
        """That of the first day, moved only to later deadlines by moves that have come (S2, S17)."""
        contracts = self.walk.contracts
        zone = employment.zone_on(contracts, cycle.first)
        for one in sorted(contracts, key=lambda each: each.first):
            if due and cycle.first < one.first <= last:
                zone = dates.later_deadline(Due(due, zone), Due(due, one.zone)).zone
            elif not due and cycle.first < one.first <= last:
                zone = one.zone
        return zone


def _soon_at(due: date, zone: str) -> datetime:
    """The first instant of the day SOON_DAYS before it."""
    return dates.deadline(due - timedelta(days=SOON_DAYS + 1), zone)


def _expires_at(until: date | None, zone: str) -> datetime | None:
    return dates.deadline(until, zone) if until and until <= dates.LATEST else None


def _plus(day: date, days: int) -> date:
    return day + timedelta(days=min(days, (dates.LATEST - day).days))


def _lasting(one: Fulfilled) -> DaySpan:
    until = one.counts_until
    return DaySpan(one.on, until + DAY if until and until < date.max else None)


def _strictest(dues: Iterable[date | None]) -> date | None:
    """The earliest; None where every reason says "before access"."""
    return min((due for due in dues if due), default=None)


def _strictest_of(asking: Sequence[Reason], dues: Mapping[int, date | None]) -> date | None:
    """What asks before access alone makes no term shorter that stands beside it (S14)."""
    return _strictest(dues[id(one)] for one in [one for one in asking if one.has_term] or asking)


def is_late(done: Fulfilled, deadline: datetime, zone: str) -> bool:
    """What learners handed in counts by its receipt, what others attest by its day (S1, S15)."""
    received = credit.handed_in(done)
    too_late = dates.local_date(deadline, zone)
    attested = [one.on for one in done.deciding if one.received is None]
    return (received is not None and received >= deadline and done.on >= too_late) or any(
        on >= too_late for on in attested
    )


def _before_access(cycle: Cycle, asking: Iterable[Reason]) -> bool:
    return cycle.renews is None and any(one.rule.due_days is None for one in asking)


def _ended_by(cycle: Cycle) -> str:
    last = [one for one in cycle.reasons if one.end == cycle.end]
    return min(last, key=lambda each: (each.rule.key, each.event)).ended_by if last else ""


def _why(reason: Reason, cycle: Cycle, due: date | None, today: date) -> Justified:
    ended = reason.end is not None and reason.end <= today
    return Justified(
        rule=reason.rule.id,
        rule_key=reason.rule.key,
        number=reason.rule.number,
        event=reason.event,
        event_on=reason.event_on,
        due_days=reason.rule.due_days,
        due=due,
        counted_from=max(reason.counted_from, cycle.first) if cycle.renews else reason.counted_from,
        first=max(reason.first, cycle.first),
        end=reason.end if ended else None,
        ended_by=reason.ended_by if ended else "",
    )


def _segments(
    cycle: Cycle,
    dues: dict[int, date | None],
    notice: Notice | None,
    stood: Sequence[tuple[date, date]],
    pauses: Pauses,
    today: date,
) -> list[Segment]:
    """What was true when, in order and without gaps; what lies ahead has not happened yet."""
    end = cycle.end if cycle.end and cycle.end <= today else None
    closed = cycle.fulfilled.on if cycle.fulfilled else end
    days = {max(one.first, cycle.first) for one in cycle.reasons}
    days |= {one.end for one in cycle.reasons if one.end}
    marks = sorted(day for day in days if cycle.first <= day <= today and (closed is None or day < closed))
    found: list[Segment] = []
    for index, day in enumerate(marks):
        asking = rules_asking(cycle.reasons, day)
        last = index + 1 == len(marks)
        due = _strictest_of(asking, dues)
        if due and notice:
            due = notice.due if last else max(due, _shown_on(day, notice, stood, pauses, grace(asking)))
        until = closed if last else marks[index + 1]
        found.append(Segment(OPEN, due, day, until, before_access=_before_access(cycle, asking)))
    if cycle.fulfilled:
        found.append(Segment(SATISFIED, notice.due if notice else None, cycle.fulfilled.on, end))
    if end:
        found.append(Segment(ENDED, None, end, None))
    return _overdue_before(pauses.waiting_since, _without_seams(found))


def _shown_on(day: date, notice: Notice, stood: Sequence[tuple[date, date]], pauses: Pauses, days: int) -> date:
    """Nobody was late for what had not stood on their page yet; what stood moves with no later notice (S19)."""
    then = [due for first, due in stood if first <= day]
    return then[-1] if then else min(notice.due, pauses.after_notice(notice.on, days))


def _overdue_before(waiting: date | None, parts: list[Segment]) -> list[Segment]:
    """A doubt that came after the due date takes back nothing of the days before it."""
    last = parts[-1] if parts else None
    if waiting and last and last.state == OPEN and last.due and max(last.due, last.first) < waiting:
        return [*parts[:-1], replace(last, end=waiting), replace(last, first=waiting)]
    return parts


def _without_seams(parts: Sequence[Segment]) -> list[Segment]:
    joined: list[Segment] = []
    for part in parts:
        if part.end is not None and part.end <= part.first:
            continue
        last = joined[-1] if joined else None
        if last and last.end == part.first and _said(last) == _said(part):
            joined[-1] = replace(last, end=part.end)
        else:
            joined.append(part)
    return joined


def _said(part: Segment) -> tuple[object, ...]:
    return part.state, part.due, part.before_access, part.waiting_since


def _joined(earlier: DerivedRow, later: DerivedRow) -> DerivedRow:
    """The same obligation taken up again, after a rule that was withdrawn came back."""
    before = [
        replace(one, end=later.segments[0].first) if one.end is None else one
        for one in earlier.segments
        if one.first < later.segments[0].first
    ]
    return replace(
        later,
        anchor=earlier.anchor,
        whys=_whys([*earlier.whys, *later.whys]),
        segments=tuple(_without_seams([*before, *later.segments])),
        keys=tuple(dict.fromkeys([*earlier.keys, *later.keys])),
    )


def _whys(reasons: Iterable[Justified]) -> tuple[Justified, ...]:
    """A rule and a fact justify a row once: of the times at which they asked, the latest stands."""
    found = {(one.rule, one.event): one for one in sorted(reasons, key=lambda each: each.first)}
    return tuple(found.values())
