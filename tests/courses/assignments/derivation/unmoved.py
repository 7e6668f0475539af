"""What may happen to somebody's history without moving what stands, or without moving it for the worse: properties."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from courses.assignments.derivation import employment
from courses.assignments.derivation.derive import derive
from courses.assignments.derivation.population import Any_, Population, PopulationTerm
from courses.assignments.derivation.rows import Derived, DerivedRow
from courses.assignments.derivation.values import (
    AppealFact,
    Catalogue,
    LeaveFact,
    PersonFacts,
    PublishedPath,
    RuleVersion,
    Told,
)
from tests.courses.assignments.derivation.histories import History
from tests.courses.assignments.derivation.world import A, B, C, leaf, noticed

SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Standing:
    """What stands at an instant, by what was known then."""

    facts: PersonFacts
    catalogue: Catalogue
    at: datetime
    derived: Derived

    @property
    def just_before(self) -> datetime:
        return self.at - SECOND

    @property
    def today(self) -> date:
        return employment.local_day(self.facts.contracts, self.just_before)

    def otherwise(self, facts: PersonFacts | None = None, catalogue: Catalogue | None = None) -> Derived:
        found = derive(facts or self.facts, catalogue or self.catalogue, "p1", self.at)
        return found.get("", Derived((), (), (), (), None))


def check_unmoved(history: History, at: datetime, dice: random.Random) -> None:
    """One of them a history."""
    facts, catalogue = history.facts.as_known(at), history.catalogue.as_known(at)
    derived = derive(facts, catalogue, "p1", at).get("")
    if derived:
        dice.choice(UNMOVED)(Standing(facts, catalogue, at, derived), dice)


def time_passes(one: Standing, dice: random.Random) -> None:
    """Nothing changes before the day that is announced."""
    wakes = one.derived.wakes_on
    later = one.at + timedelta(days=dice.randint(1, 800))
    if wakes:
        later = max(one.at, min(later, employment.day_begins(one.facts.contracts, wakes) - SECOND))
    told = noticed(Told(), one.derived.rows)
    found = derive(one.facts, one.catalogue, "p1", later, told)[""]
    assert _lasting(found.rows) == _lasting(one.derived.rows), f"{later} comes, and only {wakes} was announced"
    assert (found.required, found.valid) == (one.derived.required, one.derived.valid)


def others_are_meant_too(one: Standing, dice: random.Random) -> None:
    """Whom else a rule means changes nothing for whom it meant (S9)."""
    rule = _some_rule(one, dice)
    if rule:
        who = Population(Any_((rule.who.root, PopulationTerm("person", "partner"))))  # type: ignore[attr-defined]
        found = one.otherwise(catalogue=_next(one, rule, who=who, substance="others too"))
        assert _lasting(found.rows) == _lasting(one.derived.rows), f"{rule.key} means others too"


def a_term_is_cut(one: Standing, dice: random.Random) -> None:
    """No later version of a rule brings a date forward, whoever it means (S11)."""
    rule = _some_rule(one, dice)
    if rule and rule.due_days is not None:
        who = dice.choice([rule.who, *(each.who for each in one.catalogue.rules)])
        found = one.otherwise(catalogue=_next(one, rule, who=who, substance="cut", due_days=1))
        _none_earlier(one, found, f"the term of {rule.key} is cut")


def a_version_is_published(one: Standing, dice: random.Random) -> None:
    """Another version of the path changes nothing by itself (S12), and takes nothing where a module goes (S8)."""
    newer = replace(one.catalogue, versions=(*one.catalogue.versions, _version(one, dice)))
    found = one.otherwise(catalogue=newer)
    assert _before(found, one.today) == _before(one.derived, one.today), "a version of the path moves what stands"
    gone = dice.choice((A, B))
    versions = [
        replace(
            each,
            leaves=tuple(
                replace(leaf, withdrawn_at=one.just_before) if leaf.module == gone else leaf for leaf in each.leaves
            ),
        )
        for each in newer.versions
    ]
    found = one.otherwise(catalogue=replace(newer, versions=tuple(versions)))
    assert _satisfied(found, one.today) == _satisfied(one.derived, one.today), "a withdrawn module takes something"


def more_time_is_given(one: Standing, dice: random.Random) -> None:
    """No leave and no doubt brings a date forward (S7, S13)."""
    first = one.today + timedelta(days=dice.randint(-100, 30))
    last = first + timedelta(days=dice.randint(0, 60))
    leave = LeaveFact("more", first, last, one.at)
    doubt = AppealFact("more", dice.choice((A, B)), first, last, one.at)
    _none_earlier(one, one.otherwise(replace(one.facts, leaves=(*one.facts.leaves, leave))), str(leave))
    _none_earlier(one, one.otherwise(replace(one.facts, appeals=(*one.facts.appeals, doubt))), str(doubt))


UNMOVED: tuple[Callable[[Standing, random.Random], None], ...] = (
    time_passes,
    others_are_meant_too,
    a_term_is_cut,
    a_version_is_published,
    more_time_is_given,
)


def _some_rule(one: Standing, dice: random.Random) -> RuleVersion | None:
    live = [rule for rule in one.catalogue.rules if not rule.withdrawn_at]
    return dice.choice(live) if live else None


def _next(one: Standing, rule: RuleVersion, **changed: object) -> Catalogue:
    """The catalogue with another version of the rule, published just before."""
    made = replace(rule, id=uuid.uuid4(), number=rule.number + 1, known_from=one.just_before, **changed)  # type: ignore[arg-type]
    gone = replace(rule, withdrawn_at=one.just_before, replaced=True)
    others = [each for each in one.catalogue.rules if each is not rule]
    return replace(one.catalogue, rules=(*others, gone, made))


def _version(one: Standing, dice: random.Random) -> PublishedPath:
    months = dice.choice((1, 6, 24, 48))
    leaves = dice.choice(
        ((leaf(A, months),), (leaf(A, 6), leaf(C, months)), (leaf(A, 36), leaf(B, 36)), (leaf(C, 24),))
    )
    number = one.catalogue.versions[-1].number + 1
    return PublishedPath(uuid.uuid4(), "p1", number, leaves, one.just_before)


def _none_earlier(one: Standing, found: Derived, why: str) -> None:
    standing = {row.key: row for row in one.derived.rows}
    for row in found.rows:
        was = standing.get(row.key)
        same = was and (was.state, was.state_on) == (row.state, row.state_on) and was.state_on < one.today
        if was and same and was.computed and row.computed:
            assert row.computed >= was.computed, f"{why}: {row.key} was due on {was.computed}, and is on {row.computed}"


def _lasting(rows: Iterable[DerivedRow]) -> list[tuple[object, ...]]:
    """What it says, without the instants that follow from the notice alone, and without its reasons."""
    return [
        (*_brief(row), row.waiting_since, row.required_until, [(one.state, one.first, one.end) for one in row.segments])
        for row in rows
    ]


def _brief(row: DerivedRow) -> tuple[object, ...]:
    return row.key, row.state, row.anchor, row.state_on, row.computed, row.valid_until, row.version


def _before(found: Derived, day: date) -> list[tuple[object, ...]]:
    return [_brief(row) for row in found.rows if row.anchor < day]


def _satisfied(found: Derived, day: date) -> list[tuple[object, ...]]:
    return [_brief(row) for row in found.rows if row.state == "satisfied" and row.state_on < day]
