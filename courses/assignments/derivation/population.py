"""Whom a rule means, as a typed value: terms over dated facts, joined by all, any and not. Pure.

As JSON (what a rule stores; courses.paths.populations makes it of what an author writes):
    {"kind": "employment"}                       every period of employment of an employee
    {"kind": "role", "role": key}                whoever holds the training role
    {"kind": "person", "is": employee | contractor | partner}
    {"kind": "entity", "entity": code}           employed by that legal entity
    {"kind": "country", "country": "FR"}         employed by an entity of that country
    {"kind": "unit", "unit": code}               placed in that unit or below it
    {"kind": "started", "from": day, "to": day}  whose employment began between those days (both included)
    {"kind": "system", "system": key}            named to oversee that AI system (not to be published yet)
    {"kind": "document", "document": key}        under that version of a document (not to be published yet)
    {"kind": "all" | "any", "of": [terms]}       {"kind": "not", "of": term}

Everybody meant is employed on that day. What makes the rule apply is the most telling fact among its terms: a system
before a role before a unit before the employment itself, and its id is what the obligation hangs on (S9).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from courses.assignments.derivation import employment, spans
from courses.assignments.derivation.values import Contract, DaySpan, Occasion, PersonFacts

EVER = DaySpan(date.min, None)
KINDS = ("employee", "contractor", "partner")
RANKS = {"role": 2, "unit": 1, "system": 3}


class PopulationError(ValueError):
    """No population; the text says what is wrong."""


@dataclass(frozen=True, slots=True)
class TermDays:
    """Days on which a term holds, because of this fact; `rank`: how telling it is, below 0 = no fact at all."""

    span: DaySpan
    fact: str
    name: str
    rank: int
    learned_at: datetime
    about: str = ""


@dataclass(frozen=True, slots=True)
class PopulationTerm:
    """One fact looked at. `value` = what it must be; of `started`, two days with a hyphen between them."""

    kind: str
    value: str = ""

    def find(self, facts: PersonFacts) -> list[TermDays]:
        if self.kind in RANKS:
            return self._held(facts)
        chosen = [one for one in facts.contracts if self._matches(one)]
        found = employment.periods(chosen)
        if self.kind == "started":
            found = [one for one in employment.periods(facts.contracts) if self._began(one.span.first)]
        return [TermDays(one.span, one.fact, "hire", 0, one.learned_at) for one in found]

    def _held(self, facts: PersonFacts) -> list[TermDays]:
        rank, about = RANKS[self.kind], self.value if self.kind == "system" else ""
        name = f"{self.kind}:{self.value}"
        rows = sorted(
            (one for one in facts.holdings if (one.kind, one.key) == (self.kind, self.value)),
            key=lambda each: (each.first, each.fact),
        )
        found: list[TermDays] = []
        for one in rows:
            last = found[-1] if found else None
            if last and (last.span.end is None or one.first <= last.span.end):
                (joined,) = spans.union([last.span, DaySpan(one.first, one.end)])
                found[-1] = replace(last, span=joined)
            else:
                learned = one.learned_at or one.known_from
                found.append(TermDays(DaySpan(one.first, one.end), one.fact, name, rank, learned, about))
        return found

    def _matches(self, one: Contract) -> bool:
        match self.kind:
            case "person":
                return one.kind == self.value
            case "entity":
                return one.entity == self.value
            case "country":
                return one.country == self.value
        return True

    def _began(self, day: date) -> bool:
        first, last = self.value.split("/")
        return date.fromisoformat(first) <= day <= date.fromisoformat(last)


@dataclass(frozen=True, slots=True)
class All:
    of: tuple[Node, ...]

    def find(self, facts: PersonFacts) -> list[TermDays]:
        found = self.of[0].find(facts)
        for term in self.of[1:]:
            others = term.find(facts)
            found = [
                replace(max((one, other), key=lambda each: each.rank), span=shared)
                for one in found
                for other in others
                if (shared := spans.both(one.span, other.span))
            ]
        return found


@dataclass(frozen=True, slots=True)
class Any_:
    of: tuple[Node, ...]

    def find(self, facts: PersonFacts) -> list[TermDays]:
        return [one for term in self.of for one in term.find(facts)]


@dataclass(frozen=True, slots=True)
class Not:
    of: Node

    def find(self, facts: PersonFacts) -> list[TermDays]:
        held = [one.span for one in self.of.find(facts)]
        return [TermDays(free, "", "", -1, datetime.min) for free in spans.without([EVER], held)]


Node = PopulationTerm | All | Any_ | Not


@dataclass(frozen=True, slots=True)
class Population:
    root: Node

    def triggers(self, facts: PersonFacts) -> list[Occasion]:
        """Each time it applied or applies to the person, oldest first; each fact's days as one or several spans."""
        employed = [
            TermDays(one.span, one.fact, "hire", 0, one.learned_at) for one in employment.periods(facts.contracts)
        ]
        found = [
            replace(max((one, period), key=lambda each: each.rank), span=shared)
            for one in self.root.find(facts)
            for period in employed
            if (shared := spans.both(one.span, period.span))
        ]
        merged: list[TermDays] = []
        for one in sorted(found, key=lambda each: (each.about, each.name, each.fact, each.span.first)):
            last = merged[-1] if merged else None
            same = last and (last.about, last.name, last.fact) == (one.about, one.name, one.fact)
            if last and same and (last.span.end is None or one.span.first <= last.span.end):
                (joined,) = spans.union([last.span, one.span])
                merged[-1] = replace(last, span=joined)
            else:
                merged.append(one)
        ends = [period.span for period in employed]
        made = [_trigger(one, ends) for one in merged]
        return sorted(made, key=lambda each: (each.first, each.name, each.fact))

    def covers(self, facts: PersonFacts, day: date) -> bool:
        """Whether it means the person on that day: the predicate beside the query."""
        return any(DaySpan(one.first, one.end).covers(day) for one in self.triggers(facts))

    def terms(self) -> Iterable[PopulationTerm]:
        return _terms(self.root)


def read_population(value: Mapping[str, Any]) -> Population:
    """What a rule stores, as a value. Raises PopulationError."""
    return Population(_node(value))


def _node(value: Any) -> Node:
    if not isinstance(value, Mapping) or not isinstance(value.get("kind"), str):
        raise PopulationError("A population is a mapping with its “kind:”.")
    kind = value["kind"]
    if kind not in READERS:
        raise PopulationError(f"There is no kind of population “{kind}”. Known are: {', '.join(READERS)}.")
    return READERS[kind](value)


def _text(name: str) -> Callable[[Mapping[str, Any]], Node]:
    def read(value: Mapping[str, Any]) -> Node:
        _only(value, {"kind", name})
        found = value.get(name)
        if not isinstance(found, str) or not found.strip():
            raise PopulationError(f"“{value['kind']}” needs “{name}:”, a text.")
        if name == "is" and found not in KINDS:
            raise PopulationError(f"“is:” must be one of: {', '.join(KINDS)}.")
        return PopulationTerm(value["kind"], found)

    return read


def _employment(value: Mapping[str, Any]) -> Node:
    _only(value, {"kind"})
    return PopulationTerm("person", "employee")


def _started(value: Mapping[str, Any]) -> Node:
    _only(value, {"kind", "from", "to"})
    try:
        first = date.fromisoformat(value.get("from") or date.min.isoformat())
        last = date.fromisoformat(value.get("to") or date.max.isoformat())
    except (TypeError, ValueError):
        raise PopulationError("“from:” and “to:” are days like 2026-10-01.") from None
    if last < first:
        raise PopulationError(f"No day lies between {first} and {last}.")
    return PopulationTerm("started", f"{first}/{last}")


def _joined(make: Callable[[tuple[Node, ...]], Node]) -> Callable[[Mapping[str, Any]], Node]:
    def read(value: Mapping[str, Any]) -> Node:
        _only(value, {"kind", "of"})
        of = value.get("of")
        if not isinstance(of, Sequence) or isinstance(of, str) or not of:
            raise PopulationError(f"“{value['kind']}” needs “of:”, a list of terms.")
        return make(tuple(_node(one) for one in of))

    return read


def _not(value: Mapping[str, Any]) -> Node:
    _only(value, {"kind", "of"})
    return Not(_node(value.get("of")))


def _only(value: Mapping[str, Any], names: set[str]) -> None:
    unknown = sorted(set(value) - names)
    if unknown:
        raise PopulationError(f"“{value['kind']}” has no “{unknown[0]}:”.")


READERS: dict[str, Callable[[Mapping[str, Any]], Node]] = {
    "employment": _employment,
    "role": _text("role"),
    "person": _text("is"),
    "entity": _text("entity"),
    "country": _text("country"),
    "unit": _text("unit"),
    "started": _started,
    "system": _text("system"),
    "document": _text("document"),
    "all": _joined(All),
    "any": _joined(Any_),
    "not": _not,
}


def _terms(node: Node) -> Iterable[PopulationTerm]:
    if isinstance(node, PopulationTerm):
        yield node
    elif isinstance(node, Not):
        yield from _terms(node.of)
    else:
        for one in node.of:
            yield from _terms(one)


def _trigger(one: TermDays, periods: Sequence[DaySpan]) -> Occasion:
    end = one.span.end
    left = end is not None and not any(period.covers(end) for period in periods)
    return Occasion(one.fact, one.name, one.span.first, end, left, one.learned_at, one.about)
