"""The facts that obligations are derived from, as values.

`first` … `end` = days [first, end), an empty end = no end known; `first` … `last` = both days included. Every fact
says from and until when the platform believed it: `known_from`, `known_to` (empty: it believes it still). Its `fact`
is the id that survives its corrections (S9).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any, Protocol, Self

ALWAYS = datetime.min


class Known(Protocol):
    @property
    def known_from(self) -> datetime: ...
    @property
    def known_to(self) -> datetime | None: ...


def is_known(fact: Known, at: datetime) -> bool:
    return fact.known_from <= at and (fact.known_to is None or at < fact.known_to)


@dataclass(frozen=True, slots=True, order=True)
class DaySpan:
    """Days [first, end); an empty end = none known."""

    first: date
    end: date | None = None

    def covers(self, day: date) -> bool:
        return self.first <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Contract:
    """One entity, kind and zone on [first, end). Those that follow day on day are one period of employment."""

    fact: str
    first: date
    end: date | None
    entity: str
    country: str
    kind: str
    zone: str
    known_from: datetime
    known_to: datetime | None = None
    learned_at: datetime | None = None
    """When the fact was first recorded, whatever was corrected since; `as_known` fills it in."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What somebody holds or is put into on [first, end): `kind` = role | unit | system, `key` = which."""

    fact: str
    kind: str
    key: str
    first: date
    end: date | None
    known_from: datetime
    known_to: datetime | None = None
    learned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LeaveFact:
    fact: str
    first: date
    last: date
    known_from: datetime
    known_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class AppealFact:
    """A doubt about the test of `module`: what asks for it waits from `first` to `last`, or while it is open."""

    fact: str
    module: uuid.UUID
    first: date
    last: date | None
    known_from: datetime
    known_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """A completion: effective `on` that day. What learners hand in counts by the instant of its receipt (S15)."""

    completion: uuid.UUID
    module: uuid.UUID
    on: date
    known_from: datetime
    received: datetime | None = None
    """None = attested by somebody: it counts by its day."""
    known_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class PersonFacts:
    contracts: tuple[Contract, ...] = ()
    holdings: tuple[Holding, ...] = ()
    leaves: tuple[LeaveFact, ...] = ()
    appeals: tuple[AppealFact, ...] = ()
    done: tuple[Done, ...] = ()

    def as_known(self, at: datetime) -> Self:
        """What was believed at that instant."""
        return self._believed(lambda fact: is_known(fact, at))

    def as_believed(self) -> Self:
        """What is believed now, whatever the clock of whoever recorded it said."""
        return self._believed(lambda fact: fact.known_to is None)

    def with_first_records(self) -> Self:
        """With `learned_at` filled in; once is enough, whatever is believed later."""
        rows: list[Contract | Holding] = [*self.contracts, *self.holdings]
        if all(one.learned_at for one in rows):
            return self
        learned = self._learned()
        return replace(
            self,
            contracts=tuple(replace(one, learned_at=learned[one.fact]) for one in self.contracts),
            holdings=tuple(replace(one, learned_at=learned[one.fact]) for one in self.holdings),
        )

    def _believed(self, wanted: Callable[[Any], bool]) -> Self:
        return self.with_first_records()._kept(wanted)

    def without_staff_since(self, at: datetime) -> Self:
        """With their employment, roles, units and leave as believed just before that instant; what they did, and what
        they doubt, counts whenever it became known."""
        kept = {
            each: tuple(
                replace(one, known_to=None if one.known_to and one.known_to >= at else one.known_to)
                for one in getattr(self, each)
                if one.known_from < at
            )
            for each in ("contracts", "holdings", "leaves")
        }
        return replace(self.with_first_records(), **kept)

    def instants(self) -> set[datetime]:
        """When what is believed changed."""
        facts: list[Known] = [fact for each in fields(self) for fact in getattr(self, each.name)]
        return {fact.known_from for fact in facts} | {fact.known_to for fact in facts if fact.known_to}

    def _learned(self) -> dict[str, datetime]:
        found: dict[str, datetime] = {}
        rows: list[Contract | Holding] = [*self.contracts, *self.holdings]
        for one in rows:
            found[one.fact] = min(found.get(one.fact, one.known_from), one.known_from)
        return found

    def _kept(self, wanted: Callable[[Any], bool]) -> Self:
        kept = {each.name: tuple(filter(wanted, getattr(self, each.name))) for each in fields(self)}
        return replace(self, **kept)


@dataclass(frozen=True, slots=True)
class Occasion:
    """A fact that makes a rule apply on [first, end). `name` = hire | role:<key> | …; `left`: whether its end is the
    end of employment; `learned_at`: when it was first recorded, which no correction changes."""

    fact: str
    name: str
    first: date
    end: date | None
    left: bool
    learned_at: datetime
    about: str = ""

    @property
    def key(self) -> str:
        return f"{self.name}:{self.fact}"


class PopulationReader(Protocol):
    """Whom a rule means: from facts to the days on which it applies, and because of which fact."""

    def triggers(self, facts: PersonFacts) -> Iterable[Occasion]: ...


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """One published version of a rule. `replaced`: whether a later version took its place when it was withdrawn."""

    id: uuid.UUID
    key: str
    number: int
    path: str
    who: PopulationReader = field(repr=False)
    substance: str
    """Equal for two versions that ask the same of the same people: they differ in words only."""
    due_days: int | None
    active_from: date
    known_from: datetime
    withdrawn_at: datetime | None = None
    replaced: bool = False
    known_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Leaf:
    """A module a path version asks for; `months` None = a completion never expires."""

    module: uuid.UUID
    code: str
    compulsory: bool
    months: int | None
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PublishedPath:
    id: uuid.UUID
    path: str
    number: int
    leaves: tuple[Leaf, ...]
    known_from: datetime


@dataclass(frozen=True, slots=True)
class PathBlock:
    """A path that could not be assigned in an entity, from `known_from` until `lifted_at`."""

    path: str
    entity: str
    known_from: datetime
    lifted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OutageFact:
    """The platform could not be reached between two instants, as an administrator recorded it (S15).

    Withdrawn, it was a mistake: it goes on counting where it moved a deadline that then still lay ahead."""

    first: datetime
    last: datetime
    known_from: datetime
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What is the same for everybody: rules, versions of paths, blocks, outages."""

    rules: tuple[RuleVersion, ...] = ()
    versions: tuple[PublishedPath, ...] = ()
    blocks: tuple[PathBlock, ...] = ()
    outages: tuple[OutageFact, ...] = ()

    def as_known(self, at: datetime) -> Catalogue:
        """What was published by then; a withdrawal or the end of a block that came later is not known yet."""
        return Catalogue(
            tuple(_until(rule, "withdrawn_at", at) for rule in self.rules if rule.known_from <= at),
            tuple(
                replace(version, leaves=tuple(_until(leaf, "withdrawn_at", at) for leaf in version.leaves))
                for version in self.versions
                if version.known_from <= at
            ),
            tuple(_until(block, "lifted_at", at) for block in self.blocks if block.known_from <= at),
            tuple(_until(outage, "withdrawn_at", at) for outage in self.outages if outage.known_from <= at),
        )

    def instants(self) -> set[datetime]:
        found: set[datetime | None] = {rule.known_from for rule in self.rules}
        found |= {rule.withdrawn_at for rule in self.rules}
        found |= {version.known_from for version in self.versions}
        found |= {leaf.withdrawn_at for version in self.versions for leaf in version.leaves}
        found |= {instant for block in self.blocks for instant in (block.known_from, block.lifted_at)}
        found |= {instant for outage in self.outages for instant in (outage.known_from, outage.withdrawn_at)}
        return {instant for instant in found if instant}

    def for_path(self, path: str) -> Catalogue:
        """What concerns one path. A version of a rule that asked for another path before stays: it ends what was."""
        keys = {rule.key for rule in self.rules if rule.path == path}
        return Catalogue(
            tuple(rule for rule in self.rules if rule.key in keys),
            tuple(one for one in self.versions if one.path == path),
            tuple(one for one in self.blocks if one.path == path),
            self.outages,
        )

    def of_path(self, path: str) -> list[PublishedPath]:
        return sorted((one for one in self.versions if one.path == path), key=lambda each: each.number)


@dataclass(frozen=True, slots=True)
class Notice:
    """What has stood on the person's own page: since which day a duty with this computed date, shown as `due` (S19)."""

    on: date
    computed: date
    due: date


@dataclass(frozen=True, slots=True)
class Told:
    """{cycle key: its latest notice}, and the due days that stood while it was asked for: (from when, which)."""

    notices: dict[str, Notice] = field(default_factory=dict)
    stood: dict[str, tuple[tuple[date, date], ...]] = field(default_factory=dict)


def _until(value: Any, name: str, at: datetime) -> Any:
    instant = getattr(value, name)
    return replace(value, **{name: None}) if instant and instant > at else value
