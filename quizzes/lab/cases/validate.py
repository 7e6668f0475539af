"""Whether a bank is fit for use. Every check answers with faults that say where, what is wrong and what to do.

What makes wrong advice detectable here: it stakes a rule by name (a false alarm alleges it, a miss passes it over),
and the rule function, reading only facts the learner sees too, finds the opposite.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from statistics import fmean
from typing import NamedTuple, TypeVar

from lms.yaml_lines import Fault, FaultyFile
from quizzes.lab.cases import ordering
from quizzes.lab.cases.bank import BANKS, FORMS, SHORT_FORMS, CaseForm, LabCase, load_form
from quizzes.lab.cases.families import case_family
from quizzes.lab.cases.protected import traits_in_facts, traits_in_text
from quizzes.lab.cases.wording import (
    GROUPS,
    LANGUAGES,
    SENTENCES,
    CaseTexts,
    describe_case,
    explain_truth,
    load_texts,
    placeholders,
)


class Design(NamedTuple):
    """How many cases of each sort a form has."""

    broken: int
    in_order: int
    misses: int
    false_alarms: int
    silent: int
    silent_broken: int


BLOCK = Design(12, 12, 4, 4, 4, 2)
FOLLOW_UP = Design(2, 2, 1, 1, 4, 2)
DESIGNS = {
    "A": BLOCK,
    "B": BLOCK,
    "practice": Design(0, 2, 0, 1, 0, 0),
    "follow-30": FOLLOW_UP,
    "follow-180": FOLLOW_UP,
}
# Texts of right and of wrong advice may differ in mean length by this factor, or length alone would tell them apart.
LENGTHS = 1.25

Read = TypeVar("Read")


def family_faults(family_name: str, banks: Path = BANKS) -> list[Fault]:
    """All faults of a family's files, none if it is fit for use. Files are compared once each can be read.
    Raises NoSuchFamily."""
    forms, faults = _read_each(load_form, family_name, (*FORMS, *SHORT_FORMS), banks)
    texts, unread = _read_each(load_texts, family_name, LANGUAGES, banks)
    faults += unread
    compared = [] if faults else [*form_pair_faults(forms), *text_faults(texts), *wording_faults(forms, texts, banks)]
    return sorted({*faults, *compared, *(fault for form in forms for fault in form_faults(form))})


def _read_each(
    read: Callable[[str, str, Path], Read], family_name: str, names: Sequence[str], banks: Path
) -> tuple[list[Read], list[Fault]]:
    """The files of these names that can be read, and what is wrong with the others."""
    found, faults = [], []
    for name in names:
        try:
            found.append(read(family_name, name, banks))
        except FaultyFile as refused:
            faults += refused.faults
    return found, faults


def form_faults(form: CaseForm) -> list[Fault]:
    """Balance of the form, and each of its cases by itself."""
    where = f"Form {form.name}"
    return [
        *(form.fault(sentence) for sentence in (*_numbers(form, where), *_order(form, where))),
        *_repeated_ids(form),
        *(form.fault(f"case {case.id}: {said}", case.line) for case in form.everything for said in _case(case)),
    ]


def _numbers(form: CaseForm, where: str) -> Iterator[str]:
    misses = sum(case.wrong and case.truth for case in form.cases)
    false_alarms = sum(case.wrong and not case.truth for case in form.cases)
    broken = sum(case.truth for case in form.cases)
    design = DESIGNS[form.name]
    counted = [
        (broken, design.broken, "cases with advice that break a rule"),
        (len(form.cases) - broken, design.in_order, "cases with advice that break none"),
        (misses, design.misses, "misses (wrong advice on a case that breaks a rule)"),
        (false_alarms, design.false_alarms, "false alarms (wrong advice on a case that breaks none)"),
        (len(form.silent), design.silent, "silent cases"),
        (sum(case.truth for case in form.silent), design.silent_broken, "silent cases that break a rule"),
    ]
    for found, wanted, what in counted:
        if found != wanted:
            yield f"{where} has {found} {what}; it needs {wanted}. Change facts or advice until it has."


def _repeated_ids(form: CaseForm) -> Iterator[Fault]:
    lines = {case.id: case.line for case in form.everything}
    for name, times in Counter(case.id for case in form.everything).items():
        if times > 1:
            yield form.fault(f"the id {name} stands {times} times. Give every case its own.", lines[name])


def _case(case: LabCase) -> Iterator[str]:
    broken = [found.rule for found in case.broken]
    if len(broken) > 1:
        yield f"it breaks {len(broken)} rules ({', '.join(broken)}). Change the facts so that it breaks one at most."
    traits = traits_in_facts(case.given)
    if traits:
        yield f"its facts point at a protected trait or a name ({', '.join(traits)}). Leave that out."
    if case.advice is not None:
        yield from _rule_named(case, set(broken), case.advice.rule, case.advice.breaks)


def _rule_named(case: LabCase, broken: set[str], rule: str | None, alarm: bool) -> Iterator[str]:
    if rule is not None and rule not in case_family(case.family).rules:
        yield f"the advice names {rule}, which is not a rule of this family."
    elif rule is None and (alarm or broken):
        yield "the advice must name the rule it alleges or passes over, so that the facts can contradict it."
    elif rule is not None and not alarm and rule not in broken:
        yield f"the advice is meant to pass over {rule}, but the facts break {_either(broken)}: nothing contradicts it."
    elif alarm and broken and rule not in broken:
        yield f"the advice alleges {rule}, but the facts break {_either(broken)}. It must be right or wrong as a whole."


def _either(broken: set[str]) -> str:
    return ", ".join(sorted(broken)) or "no rule"


def _order(form: CaseForm, where: str) -> Iterator[str]:
    try:
        ordering.cases_in_order(form.everything, seed=0)
    except ordering.NoSuchOrder as error:
        yield f"{where}: {error}"


def form_pair_faults(forms: Sequence[CaseForm]) -> list[Fault]:
    """The first two are parallel, the same rules broken and the same advice given equally often; no case stands twice
    in all of them."""
    first, second = forms[: len(FORMS)]
    return [*(second.fault(sentence) for sentence in _design(first, second)), *_repeated_facts(forms)]


def _repeated_facts(forms: Sequence[CaseForm]) -> Iterator[Fault]:
    everything = [(form, case) for form in forms for case in form.everything]
    for (_, one), (form, other) in combinations(everything, 2):
        if one.facts == other.facts:
            sentence = (
                f"Cases {one.id} and {other.id} have the same facts. Who knows one would know the other: change one."
            )
            yield form.fault(sentence, other.line)


def _design(first: CaseForm, second: CaseForm) -> Iterator[str]:
    one, other = _cells(first), _cells(second)
    for cell in sorted({*one, *other}):
        if one[cell] != other[cell]:
            yield (
                f"Forms {first.name} and {second.name} are not parallel: {cell}: {one[cell]} and {other[cell]} cases. "
                "Make them equally many."
            )


def _cells(form: CaseForm) -> Counter[str]:
    return Counter(
        f"{', '.join(found.rule for found in case.broken) or 'no rule'} broken and "
        f"{'a breach' if case.advice and case.advice.breaks else 'no breach'} advised"
        for case in form.cases
    )


def text_faults(texts: Sequence[CaseTexts]) -> list[Fault]:
    """Every language has the texts and placeholders of the first one; no typed numbers, no protected traits."""
    reference = texts[0]
    return [
        *(fault for other in texts[1:] for fault in _differences(reference, other)),
        *(fault for each in texts for fault in _content(each)),
    ]


def _all(texts: CaseTexts) -> dict[str, str]:
    grouped = {f"{group}: {key}": text for group in GROUPS for key, text in texts.groups[group].items()}
    return {**texts.sentences, **grouped}


def _differences(reference: CaseTexts, other: CaseTexts) -> Iterator[Fault]:
    source = f"{reference.language}.yaml"
    wanted, found = _all(reference), _all(other)
    for key in sorted({*wanted, *found}):
        if key not in found:
            yield other.fault(key, f"“{key}” is missing. {source} has it: translate it.")
        elif key not in wanted:
            yield other.fault(key, f"“{key}” is not in {source}. Remove it, or write it there.")
        elif placeholders(wanted[key]) != placeholders(found[key]):
            names = ", ".join(sorted(placeholders(wanted[key]))) or "none"
            yield other.fault(key, f"“{key}” must have the same placeholders as {source}: {names}.")


def _content(texts: CaseTexts) -> Iterator[Fault]:
    for key, text in _all(texts).items():
        plain = re.sub(r"\{[^{}]*\}", "", text)
        if re.search(r"\d", plain):
            yield texts.fault(
                key, f"“{key}” has a typed number. Use a {{placeholder}}: it cannot differ from the rules."
            )
        traits = traits_in_text(plain, texts.language) if key not in SENTENCES else []
        if traits:
            yield texts.fault(
                key, f"“{key}” points at a protected trait or a name ({', '.join(traits)}). Say it without."
            )


def wording_faults(forms: Sequence[CaseForm], texts: Sequence[CaseTexts], banks: Path = BANKS) -> list[Fault]:
    """Every case can be shown and explained in every language, no rationale lies unused, and lengths tell nothing."""
    cases = [case for form in forms for case in form.everything]
    unreadable = [fault for each in texts for case in cases for fault in _unreadable(case, each.language, banks)]
    if unreadable:
        return unreadable
    lengths = [
        form.fault(sentence)
        for each in texts
        for form in forms
        if form.name in FORMS
        for sentence in _lengths(form, each.language, banks)
    ]
    return [*_unused(cases, texts[0]), *lengths]


def _unreadable(case: LabCase, language: str, banks: Path) -> Iterator[Fault]:
    for told in (describe_case, explain_truth):
        try:
            told(case, language, banks)
        except FaultyFile as refused:
            for fault in refused.faults:
                yield replace(fault, sentence=f"case {case.id}: {fault.sentence}")


def _unused(cases: Sequence[LabCase], texts: CaseTexts) -> Iterator[Fault]:
    used = {key for case in cases if case.advice for key in case.advice.rationale}
    for key in sorted(set(texts.groups["rationales"]) - used):
        sentence = f"no case uses the rationale “{key}”. Remove it from every language."
        yield texts.fault(f"rationales: {key}", sentence)


def _lengths(form: CaseForm, language: str, banks: Path) -> Iterator[str]:
    lengths: dict[bool, list[int]] = {True: [], False: []}
    for case in form.cases:
        lengths[case.wrong].append(len(describe_case(case, language, banks).rationale or ""))
    if not lengths[True] or not lengths[False]:
        return
    wrong, right = fmean(lengths[True]), fmean(lengths[False])
    if not 1 / LENGTHS <= wrong / right <= LENGTHS:
        yield (
            f"Form {form.name}, {language}: rationales of wrong advice have {wrong:.0f} characters on average, those "
            f"of right advice {right:.0f}. Bring them closer: length must not tell them apart."
        )
