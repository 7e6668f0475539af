"""The cycles of one obligation in the order of their days: asked, fulfilled, asked again before it ends. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from courses.assignments import dates
from courses.assignments.derivation import employment, spans
from courses.assignments.derivation.credit import Credit, Fulfilled, fulfilled_on, is_stuck
from courses.assignments.derivation.reasons import WITHDRAWN, Reason, rules_asking
from courses.assignments.derivation.values import Contract, DaySpan, Leaf, PersonFacts, PublishedPath

RENEWS = "renew:"


@dataclass(frozen=True, slots=True)
class Cycle:
    """One time of being asked: from `first` on, as `key`, fulfilled or not, until `end` if nothing asks any more.

    `renews` = what it renews; `versions` = which version of the path counted from which day.
    """

    key: str
    first: date
    end: date | None
    versions: tuple[tuple[date, PublishedPath], ...]
    reasons: tuple[Reason, ...]
    renews: Fulfilled | None = None
    fulfilled: Fulfilled | None = None
    returns_on: date | None = None
    """The day on which it was asked anew with what was done before: what ends soon has the rule's term from then."""
    early: bool = False
    """Whether it is a renewal done before its time."""

    @property
    def version(self) -> PublishedPath:
        return self.versions[-1][1]

    @property
    def leaves(self) -> list[Leaf]:
        """Everything it asked for at some time."""
        return [leaf for _since, version in self.versions for leaf in version.leaves]


@dataclass(frozen=True, slots=True)
class CycleWalk:
    """Everything the cycles of one path depend on."""

    facts: PersonFacts
    reasons: tuple[Reason, ...]
    versions: tuple[PublishedPath, ...]
    today: date
    published: tuple[date, ...]
    """The person's day of publication of each version."""

    @property
    def contracts(self) -> tuple[Contract, ...]:
        return self.facts.contracts

    def begun(self) -> list[Reason]:
        return [one for one in self.reasons if one.first <= self.today]

    def required(self) -> list[DaySpan]:
        return spans.union([one.span for one in self.begun()])

    def cycles(self) -> list[Cycle]:
        found: list[Cycle] = []
        certified: Fulfilled | None = None
        for span in self.required():
            floor = employment.credit_from(self.contracts, span.first)
            if certified and certified.on < floor:
                certified = None
            used = {one.key for one in found}
            for cycle in self._of_span(span, Credit.since(self.facts.done, floor), certified, used):
                found.append(cycle)
                certified = cycle.fulfilled or certified
        return found

    def _of_span(self, span: DaySpan, credit: Credit, certified: Fulfilled | None, used: set[str]) -> Iterator[Cycle]:
        first = self._first(span, credit, certified, used)
        if first is None:
            return
        cycle: Cycle | None = first
        while cycle:
            done = cycle.fulfilled
            renewal = self._renewal(span, credit, done, first) if done and done.until else None
            lasting = self._lasting(done, credit) if done and not (renewal and renewal.early) else done
            yield replace(cycle, fulfilled=lasting)
            cycle = renewal

    def _lasting(self, done: Fulfilled, credit: Credit) -> Fulfilled:
        """With what was repeated before its renewal opened."""
        until = done.counts_until
        for day, version, counted in self._repeats(done, credit):
            if until and day < dates.renewal_window_opens(until):
                more = fulfilled_on(day, version, counted.done, done)
                until = max(until, more.until) if more and more.until else until
        return replace(done, lasts=until)

    def _repeats(self, done: Fulfilled, credit: Credit) -> Iterator[tuple[date, PublishedPath, Credit]]:
        """The days after it on which anything was done, and the version by which it counts: that of the day (S12)."""
        for day in sorted({day for one in self.versions for day in credit.days(one)}):
            if done.on < day <= self.today:
                yield from ((day, *each) for each in self.counting(day, credit) if not self._stuck_on(each[0], day))

    def counting(self, day: date, credit: Credit) -> Iterator[tuple[PublishedPath, Credit]]:
        """The version of that day with what counts for it. A version takes nothing from what was handed in before it on
        the day of its publication (S8): that counts for the one before it."""
        newest = self.version_on(day)
        if day in self.published:
            known = [one for one, published in zip(self.versions, self.published, strict=True) if published <= day]
            for earlier, later in pairwise(known[-1 - self.published.count(day) :]):
                yield earlier, credit.known_before(later.known_from)
        if newest:
            yield newest, credit

    def _first(self, span: DaySpan, credit: Credit, certified: Fulfilled | None, used: set[str]) -> Cycle | None:
        """What is satisfied already when it begins is a satisfied cycle (S5); what was certified stays, with what is
        new since."""
        reasons = self._reasons_in(span, span.first)
        key = _own_key(reasons, span.first)
        version = self.version_on(span.first)
        if version is None:
            return None
        if certified and (certified.until is None or certified.until >= span.first):
            stuck = self._stuck_on(version, span.first)
            more = None if stuck else fulfilled_on(span.first, version, credit.done, certified)
            if more is None or not _done_since(more, certified):
                more = replace(certified, on=span.first)
            counted = ((span.first, more.version),)
            return Cycle(key, span.first, span.end, counted, reasons, fulfilled=more, returns_on=span.first)
        if key in used and certified:
            key = f"{RENEWS}{certified.until}"
        done, versions = self._fulfilment(DaySpan(span.first, span.end), version, credit, certified, again=False)
        return Cycle(key, span.first, span.end, versions, reasons, fulfilled=done)

    def _renewal(self, span: DaySpan, credit: Credit, latest: Fulfilled, first: Cycle) -> Cycle | None:
        assert latest.until is not None  # noqa: S101 -- asked only of what ends
        key = f"{RENEWS}{latest.until}"
        early = self._early(span, credit, latest)
        if early:
            counted, reasons = ((early.on, early.version),), self._reasons_in(span, early.on)
            return Cycle(key, early.on, span.end, counted, reasons, renews=latest, fulfilled=early, early=True)
        latest = self._lasting(latest, credit)
        until = latest.counts_until
        assert until is not None  # noqa: S101 -- what lasts ends no sooner
        opens = max(dates.renewal_window_opens(until), latest.on)
        if opens > self.today or not span.covers(opens):
            return None
        version = self.version_on(opens)
        if version is None:
            return None
        done, versions = self._fulfilment(DaySpan(opens, span.end), version, credit, latest, again=True)
        brought = first.returns_on or any(one.on < first.first for one in latest.deciding)
        since = first.first if brought and latest.on == first.first else None
        reasons = self._reasons_in(span, opens)
        return Cycle(key, opens, span.end, versions, reasons, renews=latest, fulfilled=done, returns_on=since)

    def _early(self, span: DaySpan, credit: Credit, latest: Fulfilled) -> Fulfilled | None:
        """Renewed before the window opens: by what was done again since, never by a new version alone (S4, S12)."""
        opens = dates.renewal_window_opens(latest.until) if latest.until else date.min
        for day, version, counted in self._repeats(latest, credit):
            if day >= opens or not span.covers(day):
                return None
            done = fulfilled_on(day, version, counted.done, latest, again=True)
            if done and _done_since(done, latest):
                return done
        return None

    def _fulfilment(
        self, days: DaySpan, version: PublishedPath, credit: Credit, certified: Fulfilled | None, *, again: bool
    ) -> tuple[Fulfilled | None, tuple[tuple[date, PublishedPath], ...]]:
        """The first day in `days` on which all is done, and the versions that counted until then.

        What is asked keeps its version, but for one that nobody can finish any more (S14).
        """
        for pinned, counted in self.counting(days.first, credit):
            if pinned is not version and not self._stuck_on(pinned, days.first):
                done = fulfilled_on(days.first, pinned, counted.done, certified, again=again)
                if done:
                    return done, ((days.first, pinned),)
        versions = [(days.first, version)]
        marks = {days.first, *(day for one in self.versions for day in credit.days(one))}
        marks |= {*self.published, *(self._stuck_since(one) for one in self.versions if is_stuck(one))}
        for day in sorted(mark for mark in marks if days.first <= mark <= self.today):
            asked = self._asked(days, day, credit)
            if asked is None:
                break
            newest = self.version_on(day)
            if newest and self._stuck_on(versions[-1][1], day) and not self._stuck_on(newest, day):
                versions.append((day, newest))
            counts = versions[-1][1]
            if self._stuck_on(counts, day):
                continue
            done = fulfilled_on(day, counts, asked.done, certified, again=again)
            if done:
                return done, tuple(versions)
        return None, tuple(versions)

    def _asked(self, days: DaySpan, day: date, credit: Credit) -> Credit | None:
        """What counts on one of `days`. A rule that is withdrawn takes nothing from what was handed in before it that
        day (S8, T-18)."""
        if days.covers(day):
            return credit
        ended = [one.rule for one in self.reasons if one.end == days.end == day and one.ended_by == WITHDRAWN]
        gone = max((rule.withdrawn_at for rule in ended if rule.withdrawn_at), default=None)
        today = gone is not None and employment.local_day(self.contracts, gone) == day
        return credit.known_before(gone) if gone and today else None

    def stuck_spans(self, cycle: Cycle) -> list[DaySpan]:
        """The days on which nobody could finish the version that counted."""
        found: list[DaySpan] = []
        for index, (_day, version) in enumerate(cycle.versions):
            if not is_stuck(version):
                continue
            replaced = cycle.versions[index + 1][0] if index + 1 < len(cycle.versions) else None
            since = max(self._stuck_since(version), cycle.first)
            if replaced is None or since < replaced:
                found.append(DaySpan(since, replaced))
        return found

    def _stuck_since(self, version: PublishedPath) -> date:
        gone = [leaf.withdrawn_at for leaf in version.leaves if leaf.compulsory and leaf.withdrawn_at]
        return employment.local_day(self.contracts, min(gone))

    def _stuck_on(self, version: PublishedPath, day: date) -> bool:
        return is_stuck(version) and self._stuck_since(version) <= day

    def version_on(self, day: date) -> PublishedPath | None:
        """The newest published by that day of the person's; the first one, for a day before it."""
        known = [one for one, published in zip(self.versions, self.published, strict=True) if published <= day]
        return max(known or self.versions[:1], key=lambda each: each.number, default=None)

    def _reasons_in(self, span: DaySpan, first: date) -> tuple[Reason, ...]:
        """What asks on days of the span from `first` on."""
        asked = DaySpan(first, span.end)
        return tuple(one for one in self.begun() if spans.both(one.span, asked))

    def wakes_on(self, cycles: Sequence[Cycle]) -> date | None:
        """The next day on which time alone changes anything here."""
        days = [day for one in self.reasons for day in (one.first, one.end)]
        days += [day for one in self.contracts for day in (one.first, one.end)]
        days += [one.on for one in self.facts.done]
        for cycle in cycles:
            until = cycle.fulfilled.counts_until if cycle.fulfilled else None
            days += [dates.renewal_window_opens(until)] if until else []
        return min((day for day in days if day and day > self.today), default=None)


def _done_since(one: Fulfilled, certified: Fulfilled) -> bool:
    """Whether it rests on anything done since: another version alone adds nothing to what was certified (S12)."""
    return any(each.on > certified.on for each in one.deciding)


def _own_key(reasons: Sequence[Reason], day: date) -> str:
    """The fact that began it; of several on one day, the first rule's."""
    asking = rules_asking(reasons, day)
    return min(asking, key=lambda each: (each.rule.key, each.event)).event if asking else ""


def all_keys(cycle: Cycle) -> tuple[str, ...]:
    """Its own key, and those of the other facts that asked for it. What is asked again after it ran out bears its own
    alone: the fact's first key is that of what was asked before."""
    if cycle.renews is not None or cycle.key.startswith(RENEWS):
        return (cycle.key,)
    return tuple(dict.fromkeys([cycle.key, *(one.event for one in cycle.reasons)]))
