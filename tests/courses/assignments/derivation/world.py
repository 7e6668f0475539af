"""One person's facts as values, written the way people tell them: what happened, and when it became known."""

from __future__ import annotations

import itertools
import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Any

from courses.assignments.derivation.derive import derive_as_known
from courses.assignments.derivation.population import read_population
from courses.assignments.derivation.rows import OPEN, Derived, DerivedRow
from courses.assignments.derivation.values import (
    AppealFact,
    Catalogue,
    Contract,
    Done,
    Holding,
    Leaf,
    LeaveFact,
    OutageFact,
    PathBlock,
    PersonFacts,
    PublishedPath,
    RuleVersion,
    Told,
)

LONG_AGO = datetime(2020, 1, 1, 8, tzinfo=UTC)
PARIS, MADRID, SANTIAGO = "Europe/Paris", "Europe/Madrid", "America/Santiago"
EVERYBODY = {"kind": "employment"}
A, B, C, M = (uuid.uuid5(uuid.NAMESPACE_OID, name) for name in "abcm")


def day(text: str) -> date:
    return date.fromisoformat(text)


def on(text: str, hour: int = 9, minute: int = 0) -> datetime:
    return datetime.combine(day(text), time(hour, minute), UTC)


def leaf(module: uuid.UUID, months: int | None = 24, **fields: Any) -> Leaf:
    return Leaf(module, str(module)[:4], fields.pop("compulsory", True), months, **fields)


@dataclass
class Story:
    """What is told is added; `told` keeps the notices of what was looked at."""

    facts: PersonFacts = field(default_factory=PersonFacts)
    catalogue: Catalogue = field(default_factory=Catalogue)
    told: Told = field(default_factory=Told)
    names: Any = field(default_factory=itertools.count)

    def path(self, *leaves: Leaf, key: str = "p1", at: datetime = LONG_AGO) -> PublishedPath:
        number = sum(one.path == key for one in self.catalogue.versions) + 1
        made = PublishedPath(uuid.uuid4(), key, number, leaves, at)
        self.catalogue = replace(self.catalogue, versions=(*self.catalogue.versions, made))
        return made

    def rule(self, key: str = "r-01", *, path: str = "p1", days: int | None = 30, **fields: Any) -> RuleVersion:
        """A later one of the same key replaces the one before it."""
        at, who = fields.pop("at", LONG_AGO), fields.pop("who", EVERYBODY)
        before = [one for one in self.catalogue.rules if one.key == key and not one.withdrawn_at]
        others = [one for one in self.catalogue.rules if one not in before]
        gone = [replace(one, withdrawn_at=at, replaced=True) for one in before]
        number = 1 + sum(one.key == key for one in self.catalogue.rules)
        substance = repr((path, who, days))
        same = bool(before) and before[-1].substance == substance
        active = fields.pop("active_from", None) or (before[-1].active_from if same else at.date())
        made = RuleVersion(uuid.uuid4(), key, number, path, read_population(who), substance, days, active, at)
        self.catalogue = replace(self.catalogue, rules=(*others, *gone, made))
        return made

    def withdraw(self, key: str, at: datetime) -> None:
        rules = [
            replace(one, withdrawn_at=at) if one.key == key and not one.withdrawn_at else one
            for one in self.catalogue.rules
        ]
        self.catalogue = replace(self.catalogue, rules=tuple(rules))

    def block(self, since: datetime, lifted: datetime | None = None, *, entity: str = "fr", path: str = "p1") -> None:
        self.catalogue = replace(
            self.catalogue, blocks=(*self.catalogue.blocks, PathBlock(path, entity, since, lifted))
        )

    def outage(self, first: datetime, last: datetime, *, at: datetime | None = None) -> None:
        made = OutageFact(first, last, at or last)
        self.catalogue = replace(self.catalogue, outages=(*self.catalogue.outages, made))

    def withdraw_outages(self, at: datetime) -> None:
        gone = tuple(replace(one, withdrawn_at=at) for one in self.catalogue.outages)
        self.catalogue = replace(self.catalogue, outages=gone)

    def works(self, first: str, end: str = "", *, at: datetime | None = None, **fields: Any) -> str:
        fact = fields.pop("fact", f"job{next(self.names)}")
        made = Contract(
            fact,
            day(first),
            day(end) if end else None,
            fields.get("entity", "fr"),
            fields.get("country", "FR"),
            fields.get("kind", "employee"),
            fields.get("zone", PARIS),
            at or on(first, 6),
        )
        self._add("contracts", made)
        return fact

    def holds(self, key: str, first: str, end: str = "", *, at: datetime | None = None, **fields: Any) -> str:
        fact = fields.get("fact", f"role{next(self.names)}")
        kind = fields.get("kind", "role")
        self._add("holdings", Holding(fact, kind, key, day(first), day(end) if end else None, at or on(first, 6)))
        return fact

    def forget(self, kind: str, fact: str, at: datetime) -> None:
        """What was believed of this fact is superseded at that instant."""
        rows = [
            replace(one, known_to=at) if one.fact == fact and one.known_to is None else one
            for one in getattr(self.facts, kind)
        ]
        self.facts = replace(self.facts, **{kind: tuple(rows)})

    def away(self, first: str, last: str, *, at: datetime) -> str:
        fact = f"leave{next(self.names)}"
        self._add("leaves", LeaveFact(fact, day(first), day(last), at))
        return fact

    def doubts(self, module: uuid.UUID, first: str, last: str = "", *, at: datetime | None = None) -> str:
        fact = f"appeal{next(self.names)}"
        self._add("appeals", AppealFact(fact, module, day(first), day(last) if last else None, at or on(first)))
        return fact

    def does(self, module: uuid.UUID, effective: str, *, at: datetime | None = None, attested: bool = False) -> None:
        received = at or on(effective)
        self._add("done", Done(uuid.uuid4(), module, day(effective), received, None if attested else received))

    def _add(self, kind: str, fact: object) -> None:
        self.facts = replace(self.facts, **{kind: (*getattr(self.facts, kind), fact)})

    def look(self, at: datetime, path: str = "p1") -> Derived:
        """As the platform sees it then, and shows it: the notices are remembered."""
        found = derive_as_known(self.facts, self.catalogue, path, at, self.told).get("")
        if found is None:
            return Derived((), (), (), (), None)
        self.told = noticed(self.told, found.rows)
        return found

    def rows(self, at: datetime, path: str = "p1") -> list[DerivedRow]:
        return list(self.look(at, path).rows)

    def row(self, at: datetime, path: str = "p1") -> DerivedRow:
        (found,) = self.rows(at, path)
        return found


def noticed(told: Told, rows: Any) -> Told:
    from courses.assignments.derivation.values import Notice

    made = {
        key: Notice(row.noticed_on, row.computed, row.due)
        for row in rows
        if row.noticed_on and row.computed and row.due
        for key in row.keys
    }
    stood = {
        key: tuple((part.first, part.due) for part in row.segments if part.state == OPEN and part.due)
        for row in rows
        for key in row.keys
    }
    return Told(told.notices | made, told.stood | stood)
