"""Cases in words: `banks/<family>/<language>.yaml` holds templates; numbers always come from facts and rules.

name, task, breaks, in_order: sentences        verdict_breaks: "The claim breaks rule {rule}."
verdict_in_order, none_broken: sentences       words: {lyon: Lyon}
rules: {R1: ...}                               facts: {city: "Destination: {city}"}
explanations: {R1: ...}                        rationales: {sentence key: ...}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from string import Formatter

from babel.dates import format_date
from babel.numbers import format_decimal

from lms.yaml_lines import Fault, FaultyFile, YamlMapping, read_yaml_file
from quizzes.lab.cases.bank import BANKS, LabCase, refuse_unknown_names
from quizzes.lab.cases.families import case_family
from quizzes.lab.cases.rulebook import FactLine, Figure, Figures

LANGUAGES = ("en", "fr", "ar")
SENTENCES = ("name", "task", "breaks", "in_order", "verdict_breaks", "verdict_in_order", "none_broken")
GROUPS = ("words", "rules", "facts", "explanations", "rationales")


@dataclass(frozen=True)
class CaseTexts:
    """One language file. `sentences` has the keys SENTENCES, `groups` one mapping of templates for each of GROUPS;
    `lines` has the line of every sentence, of every group and, by a label such as “rules: R1”, of every template."""

    family: str
    language: str
    sentences: Mapping[str, str]
    groups: Mapping[str, Mapping[str, str]]
    lines: Mapping[str, int]

    def fault(self, label: str, sentence: str) -> Fault:
        """A fault at the line of a text or, where that is missing, of its group."""
        line = self.lines.get(label) or self.lines[label.partition(": ")[0]]
        return Fault(text_file(self.family, self.language), line, sentence)

    def fill(self, group: str, key: str, figures: Figures) -> str:
        """Raises FaultyFile if the template is missing or asks for a figure that the case does not have."""
        label = f"{group}: {key}"
        template = self.groups[group].get(key)
        if template is None:
            raise FaultyFile([self.fault(label, f"{group} has no “{key}”. Write this text.")])
        try:
            return template.format_map({name: self._written(figures[name]) for name in placeholders(template)})
        except KeyError as error:
            sentence = f"{group}: “{key}” asks for {{{error.args[0]}}}, which is not there."
            raise FaultyFile([self.fault(label, sentence)]) from error

    def _written(self, figure: Figure) -> str:
        if isinstance(figure, str):
            return self.fill("words", figure, {})
        if isinstance(figure, date):
            return str(format_date(figure, self._date_pattern(figure), locale=self.language))
        whole = figure == int(figure)
        return str(format_decimal(figure, "#,##0" if whole else "#,##0.00", locale=self.language))

    def _date_pattern(self, day: date) -> str:
        return "d'er' MMMM y" if self.language == "fr" and day.day == 1 else "d MMMM y"


@dataclass(frozen=True)
class Description:
    """A case for a reader: `facts` and `rules` are lists for a screen reader, `answers` are (breaks a rule, breaks
    none). `verdict` and `rationale` are the advice: None for a silent case, and not to be sent before the answer is
    locked."""

    task: str
    facts: tuple[str, ...]
    rules: tuple[str, ...]
    answers: tuple[str, str]
    verdict: str | None
    rationale: str | None


@cache
def load_texts(family_name: str, language: str, banks: Path = BANKS) -> CaseTexts:
    """The texts of a family in a language of LANGUAGES, read once in a process. Raises NoSuchFamily and FaultyFile."""
    file = text_file(case_family(family_name).name, language)
    content = read_yaml_file(banks / file, file)
    refuse_unknown_names(content, SENTENCES + GROUPS)
    sentences = {name: _sentence(content, name) for name in SENTENCES}
    lines = {name: content.line_of(name) for name in content.values}
    groups = {}
    for name in GROUPS:
        mapping = content.mapping(name)
        if mapping is not None:
            groups[name] = {key: _text(mapping, key, f"{name}: {key}") for key in mapping.values}
            lines |= {f"{name}: {key}": mapping.line_of(key) for key in mapping.values}
    content.faults.check()
    return CaseTexts(family_name, language, sentences, groups, lines)


def text_file(family_name: str, language: str) -> str:
    """Where a language stands below the folder of the banks."""
    return f"{family_name}/{language}.yaml"


def _sentence(content: YamlMapping, name: str) -> str:
    text = _text(content, name, name)
    expected = {"rule"} if name == "verdict_breaks" else set()
    if text and placeholders(text) != expected:
        said = "the placeholder {rule} alone" if expected else "no placeholder"
        content.faults.add(content.line_of(name), f"{name} must have {said}.")
    return text


def _text(mapping: YamlMapping, name: str, label: str) -> str:
    """Empty where it cannot be used; that fault is noted."""
    text = mapping.text(name)
    faults = _placeholder_faults(text.value)
    for fault in faults:
        mapping.faults.add(text.line, f"{label}: {fault}")
    return "" if faults else text.value


def placeholders(template: str) -> set[str]:
    """The names in curly brackets."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def _placeholder_faults(template: str) -> list[str]:
    # Plain names only: `{price.real}` or `{price!r}` would reach into the program.
    try:
        parts = list(Formatter().parse(template))
    except ValueError as error:
        return [f"a curly bracket is not closed or not opened ({error})."]
    return [
        f"{{{name}}} is not a placeholder. Write a plain name such as {{total}}."
        for _, name, form, conversion in parts
        if name is not None and (not name.isidentifier() or form or conversion)
    ]


def describe_case(case: LabCase, language: str, banks: Path = BANKS) -> Description:
    """The case in a language of LANGUAGES. Raises FaultyFile if a text is missing."""
    texts = load_texts(case.family, language, banks)
    kind = case_family(case.family)
    return Description(
        task=texts.sentences["task"],
        facts=tuple(_line(texts, line) for line in kind.lines(case.facts)),
        rules=tuple(rule_in_words(texts, rule) for rule in kind.rules),
        answers=(texts.sentences["breaks"], texts.sentences["in_order"]),
        verdict=_verdict(case, texts),
        rationale=_rationale(case, texts),
    )


def explain_truth(case: LabCase, language: str, banks: Path = BANKS) -> tuple[str, ...]:
    """The truth in words, for the debrief: each broken rule with the facts that show it; or that none is broken,
    with the rule that a false alarm alleged."""
    texts = load_texts(case.family, language, banks)
    if case.broken:
        return tuple(f"{found.rule}. {_explanation(case, texts, found.rule, found.figures)}" for found in case.broken)
    alleged = case.advice.rule if case.advice else None
    none = texts.sentences["none_broken"]
    return (none, rule_in_words(texts, alleged)) if alleged else (none,)


def rule_in_words(texts: CaseTexts, rule: str) -> str:
    """Its id and its sentence, with the limits the rule function uses."""
    return f"{rule}. {texts.fill('rules', rule, case_family(texts.family).limits)}"


def _line(texts: CaseTexts, line: FactLine) -> str:
    return texts.fill("facts", line.key, line.figures)


def _explanation(case: LabCase, texts: CaseTexts, rule: str, figures: Figures) -> str:
    return texts.fill("explanations", rule, {**case_family(case.family).limits, **figures})


def _verdict(case: LabCase, texts: CaseTexts) -> str | None:
    # Said in the same words for every case: a rationale that alone names its rule would give wrong advice away.
    if case.advice is None:
        return None
    if not case.advice.breaks:
        return texts.sentences["verdict_in_order"]
    return texts.sentences["verdict_breaks"].format(rule=case.advice.rule)


def _rationale(case: LabCase, texts: CaseTexts) -> str | None:
    if case.advice is None:
        return None
    kind = case_family(case.family)
    figures = {**kind.limits, **kind.figures(case.facts)}
    return " ".join(texts.fill("rationales", key, figures) for key in case.advice.rationale)
