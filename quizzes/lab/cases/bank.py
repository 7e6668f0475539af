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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from lms.yaml_lines import Fault, YamlMapping, read_yaml_file
from quizzes.lab.cases.facts import FactsRefused
from quizzes.lab.cases.families import case_family
from quizzes.lab.cases.rulebook import Broken

BANKS = Path(__file__).parent / "banks"
FORMS = ("A", "B")
"""The two parallel blocks."""
SHORT_FORMS = ("practice", "follow-30", "follow-180")
"""Two cases to try it out, and eight after 30 and after 180 days, half of them without advice."""
COMPUTED = ("truth", "breaks_rules", "advice_right")


@dataclass(frozen=True)
class CaseAdvice:
    """What the system says: `breaks` a rule or not, and the keys of the sentences of its rationale."""

    breaks: bool
    rule: str | None
    rationale: tuple[str, ...]


@dataclass(frozen=True)
class LabCase:
    """`facts` is the family's own type, `given` the same facts as the file has them. A silent case has no advice.
    `line` is where it stands in the file of its form.

    An id may tell a reader where in its form a case stands and so what it is: show a place in the order, not the id."""

    id: str
    family: str
    facts: Any
    given: Mapping[str, Any]
    advice: CaseAdvice | None
    line: int = field(default=1, compare=False)

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

    def fault(self, sentence: str, line: int = 1) -> Fault:
        """A fault of the whole form, or at the line of a case."""
        return Fault(form_file(self.family, self.name), line, sentence)


@cache
def load_form(family_name: str, form: str, banks: Path = BANKS) -> CaseForm:
    """A form of FORMS or SHORT_FORMS of a family, read once in a process. Raises NoSuchFamily and FaultyFile."""
    file = form_file(case_family(family_name).name, form)
    content = read_yaml_file(banks / file, file)
    refuse_unknown_names(content, ("cases", "silent_cases"))
    cases = tuple(_case(row, family_name, True) for row in content.mappings("cases", least=0))
    silent = tuple(_case(row, family_name, False) for row in content.mappings("silent_cases", least=0))
    content.faults.check()
    return CaseForm(family_name, form, tuple(case for case in cases if case), tuple(case for case in silent if case))


def form_file(family_name: str, form: str) -> str:
    """Where a form stands below the folder of the banks."""
    return f"{family_name}/form_{form.lower()}.yaml"


def refuse_unknown_names(mapping: YamlMapping, expected: Sequence[str], where: str = "") -> None:
    """A fault for every name that nobody reads, with those that are read."""
    for name in mapping.values:
        if name in COMPUTED:
            sentence = f"{where}“{name}” is computed from the facts and is not typed. Remove it."
        elif name not in expected:
            sentence = f"{where}“{name}” is not known here. Expected: {', '.join(expected)}."
        else:
            continue
        mapping.faults.add(mapping.line_of(name), sentence)


def _case(row: YamlMapping, family_name: str, advised: bool) -> LabCase | None:
    """None where its facts cannot be used; that fault is noted."""
    name = _case_id(row)
    where = f"case {name}: " if name else ""
    refuse_unknown_names(row, ("id", "facts", "advice") if advised else ("id", "facts"), where)
    advice = _advice(row, where) if advised else None
    mapping = row.mapping("facts")
    if mapping is None:
        return None
    known = len(row.faults.found)
    given = mapping.plain()
    if len(row.faults.found) > known:
        return None
    try:
        facts = case_family(family_name).read(given)
    except FactsRefused as refused:
        row.faults.add(mapping.line, f"{where}{refused}")
        return None
    return LabCase(name, family_name, facts, given, advice, row.line)


def _case_id(row: YamlMapping) -> str:
    if "id" in row:
        return row.text("id").value
    row.faults.add(row.line, "a case has no id. Give it one, such as “id: A01”.")
    return ""


def _advice(row: YamlMapping, where: str) -> CaseAdvice | None:
    mapping = row.mapping("advice")
    if mapping is None:
        return None
    refuse_unknown_names(mapping, ("breaks", "rule", "rationale"), f"{where}advice: ")
    return CaseAdvice(
        breaks=mapping.flag("breaks"),
        rule=mapping.text("rule", required=False).value or None,
        rationale=tuple(key.value for key in mapping.strings("rationale")),
    )
