"""Whom a rule means, as its author writes it under “who:”, made into what the rule stores. Pure.

    who: {employment: employee}                     every employee
    who: {role: key, role_name: "…"}                whoever holds the training role; a new one is made with its name
    who:                                            terms joined: all of them, any of them, not this one
      all:
        - employment: employee
        - any: [{country: FR}, {unit: sales}]       a unit means all below it as well
        - not: {role: overseer-high-risk}
    {entity: code}   {person: employee | contractor | partner}   {started: {from: 2026-10-01, to: 2026-12-31}}

What is stored is read by courses.assignments.derivation.population.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lms.yaml_lines import YamlMapping

KINDS = ("employee", "contractor", "partner")
MISSING = {"system": "AI systems", "document": "documents"}
"""Terms whose tables do not exist yet, and what those tables would hold."""
JOINED = ("all", "any")
DEEPEST, MOST_TERMS = 5, 50
LONGEST_KEY, LONGEST_WORDS = 40, 120
LONGEST_CODE = 60
KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
COUNTRY = re.compile(r"[A-Z]{2}")
BEGIN = "Say “employment: employee”, or give a “role:” with its “role_name:”"
KNOWN = "employment, role, person, entity, country, unit, started, all, any, not"

Stored = dict[str, Any]


@dataclass(slots=True)
class Who:
    """What was read: the population as it is stored, and the names given to training roles."""

    population: Stored = field(default_factory=dict)
    role_names: dict[str, str] = field(default_factory=dict)


def read_who(data: YamlMapping) -> Who:
    """What stands under “who:”. Faults go to the file's list."""
    who = data.mapping("who")
    found = Who()
    if who is None:
        data.faults.add(data.line_of("who"), f"{BEGIN}, or terms joined by all, any and not.")
        return found
    found.population = _term(who, found, DEEPEST) or {}
    if sum(1 for _ in terms_with_places(found.population)) > MOST_TERMS:
        data.faults.add(data.line_of("who"), f"This population has more than {MOST_TERMS} terms. Split the rule.")
    if found.population.get("kind") == "role" and not found.role_names and "role_name" not in who:
        who.faults.add(who.line, "“role_name:” is missing. Add it with its text.")
    return found


def terms_with_places(population: Mapping[str, Any], place: str = "who") -> Iterator[tuple[Mapping[str, Any], str]]:
    """Each single term, and where it stands in the file, as in who.all.2.unit."""
    kind = population.get("kind", "")
    if kind in JOINED:
        for number, each in enumerate(population["of"], 1):
            yield from terms_with_places(each, f"{place}.{kind}.{number}")
    elif kind == "not":
        yield from terms_with_places(population["of"], f"{place}.not")
    elif kind:
        yield population, f"{place}.{kind}"


def _term(node: YamlMapping, found: Who, depth: int) -> Stored | None:
    named = [name for name in (*READERS, *MISSING) if name in node]
    if len(named) != 1:
        node.faults.add(node.line, f"{BEGIN}, or one of: {KNOWN}.")
        return None
    (name,) = named
    if name in MISSING:
        sentence = f"“{name}:” cannot be used yet: this platform keeps no table of {MISSING[name]}."
        node.faults.add(node.line_of(name), sentence)
        return None
    if depth == 0:
        node.faults.add(node.line, f"Terms may stand in each other {DEEPEST} deep at most. Split the rule.")
        return None
    made = READERS[name](node, found, depth - 1)
    node.finish()
    return made


def _employment(node: YamlMapping, _found: Who, _depth: int) -> Stored:
    if node.text("employment").value != "employee":
        node.faults.add(node.line_of("employment"), "“employment:” must be employee.")
    return {"kind": "employment"}


def _role(node: YamlMapping, found: Who, _depth: int) -> Stored:
    role = _matching(node, "role", KEY, LONGEST_KEY, "a key of small letters, digits and hyphens")
    if "role_name" in node:
        name = node.text("role_name")
        if len(name.value) > LONGEST_WORDS:
            node.faults.add(name.line, f"“role_name:” must be a text of 1 to {LONGEST_WORDS} characters.")
        found.role_names[role] = name.value
    return {"kind": "role", "role": role}


def _person(node: YamlMapping, _found: Who, _depth: int) -> Stored:
    kind = node.text("person")
    if kind.value and kind.value not in KINDS:
        node.faults.add(kind.line, f"“person:” must be one of: {', '.join(KINDS)}.")
    return {"kind": "person", "is": kind.value}


def _code(name: str) -> Callable[[YamlMapping, Who, int], Stored]:
    def read(node: YamlMapping, _found: Who, _depth: int) -> Stored:
        code = node.text(name)
        if len(code.value) > LONGEST_CODE:
            node.faults.add(code.line, f"“{name}:” must be a code of at most {LONGEST_CODE} characters.")
        return {"kind": name, name: code.value}

    return read


def _country(node: YamlMapping, _found: Who, _depth: int) -> Stored:
    return {"kind": "country", "country": _matching(node, "country", COUNTRY, 2, "two capital letters, such as FR,")}


def _started(node: YamlMapping, _found: Who, _depth: int) -> Stored:
    inner = node.mapping("started")
    made: Stored = {"kind": "started"}
    if inner is None:
        return made
    days = {name: inner.day(name) for name in ("from", "to") if name in inner}
    if not days:
        inner.faults.add(inner.line, "“started:” needs “from:”, “to:” or both, days such as 2026-10-01.")
    first, last = days.get("from"), days.get("to")
    if first and last and last < first:
        inner.faults.add(inner.line_of("to"), f"No day lies between {first} and {last}.")
    inner.finish()
    return made | {name: day.isoformat() for name, day in days.items() if day}


def _joined(name: str) -> Callable[[YamlMapping, Who, int], Stored]:
    def read(node: YamlMapping, found: Who, depth: int) -> Stored:
        made = [_term(each, found, depth) for each in node.mappings(name)]
        return {"kind": name, "of": [each for each in made if each]}

    return read


def _not(node: YamlMapping, found: Who, depth: int) -> Stored | None:
    inner = node.mapping("not")
    made = _term(inner, found, depth) if inner else None
    return {"kind": "not", "of": made} if made else None


def _matching(node: YamlMapping, name: str, form: re.Pattern[str], longest: int, called: str) -> str:
    text = node.text(name)
    if text.value and (not form.fullmatch(text.value) or len(text.value) > longest):
        node.faults.add(text.line, f"“{name}:” must be {called}, at most {longest} characters.")
    return text.value


READERS: dict[str, Callable[[YamlMapping, Who, int], Stored | None]] = {
    "employment": _employment,
    "role": _role,
    "person": _person,
    "entity": _code("entity"),
    "country": _country,
    "unit": _code("unit"),
    "started": _started,
    "all": _joined("all"),
    "any": _joined("any"),
    "not": _not,
}
