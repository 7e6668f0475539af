"""Random histories of one person: what happened, when it became known, corrections and mistakes included."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from courses.assignments.derivation.values import Catalogue, Leaf, PersonFacts
from tests.courses.assignments.derivation.world import EVERYBODY, A, B, M, Story

START = date(2024, 1, 1)
DAYS = 1500
ZONES = ("Europe/Paris", "America/Santiago", "Pacific/Auckland", "Africa/Casablanca", "Asia/Kathmandu")
ROLE = {"kind": "role", "role": "overseer"}


@dataclass(frozen=True)
class History:
    facts: PersonFacts
    catalogue: Catalogue
    end: datetime

    def until(self, at: datetime) -> History:
        """What the platform had been told by then."""
        told = {
            each.name: tuple(_told(one, at) for one in getattr(self.facts, each.name) if one.known_from <= at)
            for each in fields(self.facts)
        }
        return History(replace(self.facts, **told), self.catalogue.as_known(at), at)

    def instants(self) -> list[datetime]:
        return sorted(one for one in self.facts.instants() | self.catalogue.instants() if one < self.end)


def _told(one: Any, at: datetime) -> Any:
    return replace(one, known_to=None) if one.known_to and one.known_to > at else one


class Teller:
    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.story = Story()

    def tell(self) -> History:
        dice, story = self.dice, self.story
        months = dice.choice((1, 6, 12, 24))
        story.path(self._leaf(A, months), self._leaf(B, dice.choice((months, 12, None))))
        story.rule("r-01", who=dice.choice((EVERYBODY, ROLE)), days=dice.choice((10, 30, None)), at=self.at(0, 150))
        if dice.random() < 0.95:
            hired(self)
        if dice.random() < 0.5:
            given_role(self)
        for kind in dice.choices(EVENTS, k=dice.randint(5, 16)):
            kind(self)
        latest = max(self.story.facts.instants() | self.story.catalogue.instants())
        return History(story.facts, story.catalogue, latest + timedelta(days=dice.randint(0, 500)))

    def _leaf(self, module: uuid.UUID, months: int | None) -> Leaf:
        return Leaf(module, str(module)[:4], True, months)

    def day(self, first: int = 0, last: int = DAYS) -> date:
        return START + timedelta(days=self.dice.randint(first, last))

    def at(self, first: int = 0, last: int = DAYS) -> datetime:
        seconds = self.dice.randrange(86400)
        return datetime.combine(self.day(first, last), time(), UTC) + timedelta(seconds=seconds)

    def after(self, instant: datetime) -> datetime:
        return instant + timedelta(days=self.dice.randint(0, 60), seconds=self.dice.randrange(1, 86400))

    def noon(self, day: date) -> datetime:
        return datetime.combine(day, time(12), UTC)


def hired(teller: Teller) -> None:
    """A new period after the last one, known before or after its first day."""
    facts, dice = teller.story.facts, teller.dice
    live = [one for one in facts.contracts if one.known_to is None]
    if any(one.end is None for one in live):
        return
    first = max((one.end for one in live if one.end), default=teller.day(0, 400)) + timedelta(days=dice.randint(0, 500))
    learned = max([teller.noon(first) + timedelta(days=dice.randint(-20, 20)), *(one.known_from for one in live)])
    teller.story.works(
        str(first), at=learned, zone=dice.choice(ZONES), entity=dice.choice(("fr", "de")), kind="employee"
    )


def left(teller: Teller) -> None:
    live = [one for one in teller.story.facts.contracts if one.known_to is None and one.end is None]
    if not live:
        return
    one = live[0]
    end = one.first + timedelta(days=teller.dice.randint(20, 700))
    at = max(teller.noon(end) + timedelta(days=teller.dice.randint(-30, 30)), one.known_from + timedelta(seconds=1))
    teller.story.forget("contracts", one.fact, at)
    _again(teller, replace(one, end=end, known_from=at))


def moved(teller: Teller) -> None:
    """Another zone, or another entity, from a day on."""
    live = [one for one in teller.story.facts.contracts if one.known_to is None and one.end is None]
    if not live:
        return
    one, dice = live[0], teller.dice
    on = one.first + timedelta(days=dice.randint(1, 600))
    at = max(teller.noon(on) + timedelta(days=dice.randint(-60, 20)), one.known_from + timedelta(seconds=1))
    _supersede(teller, one, at)
    _again(teller, replace(one, end=on, known_from=at))
    other = "de" if one.entity == "fr" else "fr"
    changed = replace(one, first=on, known_from=at, zone=dice.choice(ZONES))
    if dice.random() < 0.5:
        changed = replace(changed, entity=other, fact=f"job{next(teller.story.names)}")
    _again(teller, changed)


def corrected(teller: Teller) -> None:
    """The first day of the only contract was another one."""
    live = [one for one in teller.story.facts.contracts if one.known_to is None]
    if len(live) != 1:
        return
    one = live[0]
    first = one.first + timedelta(days=teller.dice.randint(-40, 40))
    if one.end and one.end <= first:
        return
    at = teller.after(one.known_from)
    _supersede(teller, one, at)
    _again(teller, replace(one, first=first, known_from=at))


def given_role(teller: Teller) -> None:
    first = teller.day(0, 1100)
    end = "" if teller.dice.random() < 0.5 else str(first + timedelta(days=teller.dice.randint(5, 500)))
    at = max(teller.noon(first) + timedelta(days=teller.dice.randint(-30, 30)), teller.at(0, 0))
    teller.story.holds("overseer", str(first), end, at=at)


def away(teller: Teller) -> None:
    first = teller.day()
    at = teller.noon(first) + timedelta(days=teller.dice.randint(-40, 40))
    teller.story.away(str(first), str(first + timedelta(days=teller.dice.randint(0, 150))), at=at)


def back_early(teller: Teller) -> None:
    live = [one for one in teller.story.facts.leaves if one.known_to is None]
    if live:
        teller.story.forget("leaves", live[0].fact, teller.after(live[0].known_from))


def doubted(teller: Teller) -> None:
    at = teller.at()
    end = at + timedelta(days=teller.dice.randint(0, 20))
    module = teller.dice.choice((A, B))
    fact = teller.story.doubts(module, str(at.date()), at=at)
    if teller.dice.random() < 0.8:
        teller.story.forget("appeals", fact, end + timedelta(seconds=1))
        one = next(each for each in teller.story.facts.appeals if each.fact == fact)
        teller.story._add(
            "appeals", replace(one, last=end.date(), known_from=end + timedelta(seconds=1), known_to=None)
        )


def did(teller: Teller) -> None:
    began = [(one.first - START).days for one in teller.story.facts.contracts if one.known_to is None]
    at = teller.at(min([*began, DAYS - 1]), DAYS)
    if teller.dice.random() < 0.25:
        day = at.date() - timedelta(days=teller.dice.randint(0, 90))
        teller.story.does(teller.dice.choice((A, B)), str(day), at=at, attested=True)
    else:
        for module in teller.dice.choice(((A,), (B,), (A, B))):
            teller.story.does(module, str(at.date()), at=at)


def rule_changed(teller: Teller) -> None:
    latest = max((one.known_from for one in teller.story.catalogue.rules), default=teller.at())
    dice = teller.dice
    days = dice.choice((5, 30, 60, None, 30))
    active = None if dice.random() < 0.5 else (latest + timedelta(days=dice.randint(-200, 100))).date()
    live = [one for one in teller.story.catalogue.rules if not one.withdrawn_at]
    who = EVERYBODY if not live or "employee" in live[-1].substance or dice.random() < 0.5 else ROLE
    teller.story.rule("r-01", who=who, days=days, active_from=active, at=teller.after(latest))


def rule_withdrawn(teller: Teller) -> None:
    live = [one for one in teller.story.catalogue.rules if not one.withdrawn_at]
    if live and teller.dice.random() < 0.5:
        teller.story.withdraw(live[0].key, teller.after(live[0].known_from))


def path_changed(teller: Teller) -> None:
    versions = teller.story.catalogue.versions
    months = teller.dice.choice((6, 12, 36))
    leaves = [teller._leaf(A, months), teller._leaf(B, 12)][: teller.dice.randint(1, 2)]
    if teller.dice.random() < 0.3:
        leaves.append(replace(teller._leaf(M, 12), compulsory=False))
    teller.story.path(*leaves, at=teller.after(versions[-1].known_from))


def blocked(teller: Teller) -> None:
    if teller.story.catalogue.blocks:
        return
    since = teller.at()
    lifted = teller.after(since) if teller.dice.random() < 0.8 else None
    teller.story.block(since, lifted, entity=teller.dice.choice(("fr", "de")))


def second_rule(teller: Teller) -> None:
    if not any(one.key == "r-09" for one in teller.story.catalogue.rules):
        teller.story.rule("r-09", who=ROLE, days=teller.dice.choice((7, 90)), at=teller.at(0, 800))


EVENTS: tuple[Callable[[Teller], None], ...] = (
    hired, left, moved, corrected, corrected, given_role, away, back_early, doubted, did, did, did, did, rule_changed,
    rule_withdrawn, path_changed, blocked, second_rule,
)  # fmt: skip


def tell(seed: int) -> History:
    return Teller(seed).tell()


def _supersede(teller: Teller, one: object, at: datetime) -> None:
    rows = [replace(each, known_to=at) if each is one else each for each in teller.story.facts.contracts]
    teller.story.facts = replace(teller.story.facts, contracts=tuple(rows))


def _again(teller: Teller, one: object) -> None:
    teller.story._add("contracts", replace(one, known_to=None))  # type: ignore[type-var]
