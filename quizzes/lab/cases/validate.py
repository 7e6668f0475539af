"""Whether a bank is fit for use. Every check answers with sentences that say where, what is wrong and what to do.

What makes wrong advice detectable here: it stakes a rule by name (a false alarm alleges it, a miss passes it over),
and the rule function, reading only facts the learner sees too, finds the opposite.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from quizzes.lab.cases import ordering
from quizzes.lab.cases.bank import BANKS, FORMS, SHORT_FORMS, BankRefused, CaseForm, LabCase, load_form
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


def family_faults(family_name: str, banks: Path = BANKS) -> list[str]:
    """All faults of a family's files, none if it is fit for use. A file that cannot be read is one fault.
    Raises NoSuchFamily."""
    try:
        forms = [load_form(family_name, name, banks) for name in (*FORMS, *SHORT_FORMS)]
        texts = [load_texts(family_name, language, banks) for language in LANGUAGES]
        described = [fault for form in forms for fault in form_faults(form)]
        everything = [case for form in forms for case in form.everything]
        return [
            *described,
            *_repeated_facts(everything),
            *pair_faults(*forms[: len(FORMS)]),
            *text_faults(texts),
            *wording_faults(forms, texts, banks),
        ]
    except BankRefused as refused:
        return [str(refused)]


def form_faults(form: CaseForm) -> list[str]:
    """Balance of the form, and each of its cases by itself."""
    where = f"Form {form.name}"
    return [
        *_numbers(form, where),
        *_repeated_ids(form, where),
        *(f"{where}, case {case.id}: {fault}" for case in form.everything for fault in _case(case)),
        *_order(form, where),
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


def _repeated_ids(form: CaseForm, where: str) -> Iterator[str]:
    for name, times in Counter(case.id for case in form.everything).items():
        if times > 1:
            yield f"{where}: the id {name} stands {times} times. Give every case its own."


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


def pair_faults(first: CaseForm, second: CaseForm) -> list[str]:
    """Parallel forms: the same rules broken and the same advice given equally often."""
    return list(_design(first, second))


def _repeated_facts(cases: Sequence[LabCase]) -> Iterator[str]:
    for one, other in combinations(cases, 2):
        if one.facts == other.facts:
            yield f"Cases {one.id} and {other.id} have the same facts. Who knows one would know the other: change one."


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


def text_faults(texts: Sequence[CaseTexts]) -> list[str]:
    """Every language has the texts and placeholders of the first one; no typed numbers, no protected traits."""
    reference = texts[0]
    return [
        *(fault for other in texts[1:] for fault in _differences(reference, other)),
        *(fault for each in texts for fault in _content(each)),
    ]


def _all(texts: CaseTexts) -> dict[str, str]:
    grouped = {f"{group}: {key}": text for group in GROUPS for key, text in texts.groups[group].items()}
    return {**texts.sentences, **grouped}


def _differences(reference: CaseTexts, other: CaseTexts) -> Iterator[str]:
    where, source = f"{other.family}/{other.language}.yaml", f"{reference.language}.yaml"
    wanted, found = _all(reference), _all(other)
    for key in sorted({*wanted, *found}):
        if key not in found:
            yield f"{where}: “{key}” is missing. {source} has it: translate it."
        elif key not in wanted:
            yield f"{where}: “{key}” is not in {source}. Remove it, or write it there."
        elif placeholders(wanted[key]) != placeholders(found[key]):
            names = ", ".join(sorted(placeholders(wanted[key]))) or "none"
            yield f"{where}: “{key}” must have the same placeholders as {source}: {names}."


def _content(texts: CaseTexts) -> Iterator[str]:
    where = f"{texts.family}/{texts.language}.yaml"
    for key, text in _all(texts).items():
        if re.search(r"\d", re.sub(r"\{.*?\}", "", text)):
            yield f"{where}: “{key}” has a typed number. Use a {{placeholder}}: it cannot differ from the rules."
        traits = traits_in_text(re.sub(r"\{.*?\}", "", text), texts.language) if key not in SENTENCES else []
        if traits:
            yield f"{where}: “{key}” points at a protected trait or a name ({', '.join(traits)}). Say it without."


def wording_faults(forms: Sequence[CaseForm], texts: Sequence[CaseTexts], banks: Path = BANKS) -> list[str]:
    """Every case can be shown and explained in every language, no rationale lies unused, and lengths tell nothing."""
    cases = [case for form in forms for case in form.everything]
    unreadable = [fault for each in texts for case in cases for fault in _unreadable(case, each.language, banks)]
    if unreadable:
        return sorted(set(unreadable))
    lengths = [
        fault
        for each in texts
        for form in forms
        if form.name in FORMS
        for fault in _lengths(form, each.language, banks)
    ]
    return [*_unused(cases, texts[0]), *lengths]


def _unreadable(case: LabCase, language: str, banks: Path) -> Iterator[str]:
    try:
        describe_case(case, language, banks)
        explain_truth(case, language, banks)
    except BankRefused as refused:
        yield f"Case {case.id}: {refused}"


def _unused(cases: Sequence[LabCase], texts: CaseTexts) -> Iterator[str]:
    used = {key for case in cases if case.advice for key in case.advice.rationale}
    for key in sorted(set(texts.groups["rationales"]) - used):
        yield f"{texts.family}: no case uses the rationale “{key}”. Remove it from every language."


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
