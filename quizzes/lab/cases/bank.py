"""Case banks as files: `banks/<family>/form_<name>.yaml`, facts and advice only.

    cases:                       # with advice
      - id: A09
        facts: {...}             # what the family's `read` takes
        advice: {breaks: false, rule: R4, rationale: [meals_within_usual, receipts_present]}
    silent_cases:                # without advice
      - {id: AS1, facts: {...}}

`rule` is the rule that the advice alleges (breaks: true) or passes over although it is broken (breaks: false); advice
that rightly finds nothing has none. `rationale` lists sentences of the language files. Truth has no place in a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from quizzes.lab.cases.facts import FactsRefused
from quizzes.lab.cases.families import case_family
from quizzes.lab.cases.rulebook import Broken

BANKS = Path(__file__).parent / "banks"
FORMS = ("A", "B")
"""The two parallel blocks."""
SHORT_FORMS = ("practice", "follow-30", "follow-180")
"""Two cases to try it out, and eight after 30 and after 180 days, half of them without advice."""


class BankRefused(ValueError):
    """A bank file cannot be read; the message says where, what is wrong and what to do."""


@dataclass(frozen=True)
class CaseAdvice:
    """What the system says: `breaks` a rule or not, and the keys of the sentences of its rationale."""

    breaks: bool
    rule: str | None
    rationale: tuple[str, ...]


@dataclass(frozen=True)
class LabCase:
    """`facts` is the family's own type, `given` the same facts as the file has them. A silent case has no advice.

    An id may tell a reader where in its form a case stands and so what it is: show a place in the order, not the id."""

    id: str
    family: str
    facts: Any
    given: Mapping[str, Any]
    advice: CaseAdvice | None

    @property
    def broken(self) -> tuple[Broken, ...]:
        return case_family(self.family).broken_rules(self.facts)

    @property
    def truth(self) -> bool:
        """Whether the case breaks a rule. Computed, never typed."""
        return bool(self.broken)

    @property
    def wrong(self) -> bool:
        """Whether the advice is wrong; false for a silent case."""
        return self.advice is not None and self.advice.breaks != self.truth


@dataclass(frozen=True)
class CaseForm:
    """The cases of one block of a family."""

    family: str
    name: str
    cases: tuple[LabCase, ...]
    silent: tuple[LabCase, ...]

    @property
    def everything(self) -> tuple[LabCase, ...]:
        return self.cases + self.silent


@cache
def load_form(family_name: str, form: str, banks: Path = BANKS) -> CaseForm:
    """A form of FORMS or SHORT_FORMS of a family, read once in a process. Raises NoSuchFamily and BankRefused."""
    path = banks / case_family(family_name).name / f"form_{form.lower()}.yaml"
    content = read_mapping(path)
    _only(content, ("cases", "silent_cases"), path.name)
    cases = tuple(_case(row, family_name, path.name, True) for row in _rows(content, "cases", path.name))
    silent = tuple(_case(row, family_name, path.name, False) for row in _rows(content, "silent_cases", path.name))
    return CaseForm(family_name, form, cases, silent)


def read_mapping(path: Path) -> dict[str, Any]:
    """A YAML file of `name: value` lines. Raises BankRefused."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BankRefused(f"{path}: this file cannot be read ({error.strerror}).") from error
    except yaml.YAMLError as error:
        raise BankRefused(f"{path.name}: this is not valid YAML. {error}") from error
    return _mapping(content, path.name)


def _case(row: Any, family_name: str, file: str, advised: bool) -> LabCase:
    mapping = _mapping(row, f"{file}: every case")
    name = mapping.get("id")
    if not isinstance(name, str) or not name:
        raise BankRefused(f"{file}: a case has no id. Give it one, such as “id: A01”.")
    where = f"{file}: case {name}"
    _only(mapping, ("id", "facts", "advice") if advised else ("id", "facts"), where)
    given = _mapping(mapping.get("facts"), f"{where}: facts")
    try:
        facts = case_family(family_name).read(given)
    except FactsRefused as refused:
        raise BankRefused(f"{where}: {refused}") from refused
    return LabCase(name, family_name, facts, given, _advice(mapping.get("advice"), where) if advised else None)


def _advice(value: Any, where: str) -> CaseAdvice:
    mapping = _mapping(value, f"{where}: advice")
    _only(mapping, ("breaks", "rule", "rationale"), f"{where}: advice")
    breaks, rule, rationale = mapping.get("breaks"), mapping.get("rule"), mapping.get("rationale")
    if not isinstance(breaks, bool):
        raise BankRefused(f"{where}: advice: “breaks” must be true or false.")
    if rule is not None and not isinstance(rule, str):
        raise BankRefused(f"{where}: advice: “rule” must be the id of a rule, such as R1.")
    if not isinstance(rationale, list) or not rationale or not all(isinstance(key, str) for key in rationale):
        raise BankRefused(f"{where}: advice: “rationale” must list at least one sentence of the language files.")
    return CaseAdvice(breaks, rule, tuple(rationale))


def _mapping(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BankRefused(f"{where}: “name: value” lines are expected here.")
    return value


def _rows(content: Mapping[str, Any], name: str, file: str) -> list[Any]:
    rows = content.get(name)
    if not isinstance(rows, list):
        raise BankRefused(f"{file}: “{name}” must be a list of cases.")
    return rows


def _only(mapping: Mapping[str, Any], names: Iterable[str], where: str) -> None:
    expected = list(names)
    for name in mapping:
        if name in ("truth", "breaks_rules", "advice_right"):
            raise BankRefused(f"{where}: “{name}” is computed from the facts and is not typed. Remove it.")
        if name not in expected:
            raise BankRefused(f"{where}: “{name}” is not known here. Expected: {', '.join(expected)}.")
