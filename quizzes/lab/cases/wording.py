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
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from quizzes.lab.cases.bank import BANKS, BankRefused, LabCase, read_mapping
from quizzes.lab.cases.families import case_family
from quizzes.lab.cases.rulebook import FactLine, Figure, Figures

LANGUAGES = ("en", "fr", "ar")
SENTENCES = ("name", "task", "breaks", "in_order", "verdict_breaks", "verdict_in_order", "none_broken")
GROUPS = ("words", "rules", "facts", "explanations", "rationales")


@dataclass(frozen=True)
class CaseTexts:
    """One language file. `sentences` has the keys SENTENCES, `groups` one mapping of templates for each of GROUPS."""

    family: str
    language: str
    sentences: Mapping[str, str]
    groups: Mapping[str, Mapping[str, str]]

    def fill(self, group: str, key: str, figures: Figures) -> str:
        """Raises BankRefused if the template is missing or asks for a figure that the case does not have."""
        where = f"{self.family}/{self.language}.yaml"
        template = self.groups[group].get(key)
        if template is None:
            raise BankRefused(f"{where}: {group} has no “{key}”. Write this text.")
        try:
            return template.format_map({name: self._written(figures[name]) for name in placeholders(template)})
        except KeyError as error:
            raise BankRefused(f"{where}: {group}: “{key}” asks for {{{error.args[0]}}}, which is not there.") from error

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
    """The texts of a family in a language of LANGUAGES, read once in a process. Raises NoSuchFamily and BankRefused."""
    path = banks / case_family(family_name).name / f"{language}.yaml"
    content = read_mapping(path)
    where = f"{family_name}/{path.name}"
    strange = sorted(set(content) - {*SENTENCES, *GROUPS})
    if strange:
        raise BankRefused(f"{where}: “{strange[0]}” is not known here. Expected: {', '.join(SENTENCES + GROUPS)}.")
    sentences = {name: _sentence(content.get(name), name, where) for name in SENTENCES}
    groups = {name: _group(content.get(name), f"{where}: {name}") for name in GROUPS}
    return CaseTexts(family_name, language, sentences, groups)


def _sentence(value: Any, name: str, where: str) -> str:
    text = _text(value, f"{where}: {name}")
    expected = {"rule"} if name == "verdict_breaks" else set()
    if placeholders(text) != expected:
        raise BankRefused(
            f"{where}: {name} must have {'the placeholder {rule} alone' if expected else 'no placeholder'}."
        )
    return text


def _group(value: Any, where: str) -> dict[str, str]:
    if not isinstance(value, dict):
        raise BankRefused(f"{where}: “name: text” lines are expected here.")
    return {str(key): _text(text, f"{where}: {key}") for key, text in value.items()}


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise BankRefused(f"{where}: a text is missing. Write it, in quotation marks.")
    _check_placeholders(value, where)
    return value.strip()


def placeholders(template: str) -> set[str]:
    """The names in curly brackets."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def _check_placeholders(template: str, where: str) -> None:
    # Plain names only: `{price.real}` or `{price!r}` would reach into the program.
    try:
        parts = list(Formatter().parse(template))
    except ValueError as error:
        raise BankRefused(f"{where}: a curly bracket is not closed or not opened ({error}).") from error
    for _, name, form, conversion in parts:
        if name is not None and (not name.isidentifier() or form or conversion):
            raise BankRefused(f"{where}: {{{name}}} is not a placeholder. Write a plain name such as {{total}}.")


def describe_case(case: LabCase, language: str, banks: Path = BANKS) -> Description:
    """The case in a language of LANGUAGES. Raises BankRefused if a text is missing."""
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
