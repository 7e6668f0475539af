"""Every case can be read in every language; before the answer nothing but the facts tells what is right."""

from __future__ import annotations

import re

import pytest

from lms.yaml_lines import FaultyFile
from quizzes.lab.cases.bank import LabCase, load_form
from quizzes.lab.cases.families import FAMILIES, NoSuchFamily, case_family
from quizzes.lab.cases.wording import LANGUAGES, describe_case, explain_truth, load_texts
from tests.quizzes.lab.cases.samples import case

EVERY = [each for name in FAMILIES for form in "AB" for each in load_form(name, form).everything]
RIGHT_TO_LEFT = re.compile(r"[\u0600-\u06ff]")


def name(value: object) -> str:
    return f"{value.family}-{value.id}" if isinstance(value, LabCase) else str(value)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("each", EVERY, ids=name)
def test_every_case_is_whole_in_every_language(each: LabCase, language: str) -> None:
    described = describe_case(each, language)
    texts = [described.task, *described.facts, *described.rules, *described.answers, *explain_truth(each, language)]
    assert (described.verdict is None) == (described.rationale is None) == (each.advice is None)
    texts += [text for text in (described.verdict, described.rationale) if text is not None]
    assert all(text.strip() and not set("{}") & set(text) for text in texts)
    assert all(bool(RIGHT_TO_LEFT.search(text)) == (language == "ar") for text in texts)
    assert len(described.rules) == len(case_family(each.family).rules)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("family_name", FAMILIES)
def test_translations_do_not_repeat_the_english(family_name: str, language: str) -> None:
    if language == "en":
        return
    english, other = load_texts(family_name, "en"), load_texts(family_name, language)
    for group in ("rules", "facts", "explanations", "rationales"):
        same = [key for key, text in other.groups[group].items() if text == english.groups[group][key]]
        assert same == []


@pytest.mark.parametrize("each", [one for one in EVERY if one.advice], ids=name)
def test_verdicts_differ_in_nothing_but_the_rule_they_allege(each: LabCase) -> None:
    verdict = describe_case(each, "en").verdict
    assert verdict is not None
    subject = "claim" if each.family == "expense_claims" else "application"
    assert re.fullmatch(rf"The {subject} breaks (rule R\d|no rule)\.", verdict)


@pytest.mark.parametrize("language", LANGUAGES)
def test_facts_and_rules_are_the_same_before_and_after_the_advice(language: str) -> None:
    shown = case("expense_claims", "A09")
    silent = LabCase(shown.id, shown.family, shown.facts, shown.given, None)
    before, after = describe_case(silent, language), describe_case(shown, language)
    assert (before.facts, before.rules, before.task) == (after.facts, after.rules, after.task)
    assert before.verdict is None
    assert before.rationale is None


def test_a_claim_is_read_as_a_list_of_facts() -> None:
    assert describe_case(case("expense_claims", "A09"), "en").facts == (
        "Destination: Paris",
        "Train: 54 EUR, with receipt",
        "Hotel: 410 EUR in all; number of nights: 2",
        "Meals on day 1: 38 EUR; lunch not provided by the host",
        "Meals on day 2: 29 EUR; lunch provided by the host",
        "Total of the claim: 531 EUR",
        "Prior approval: none",
        "Days from the last travel day to filing: 10",
    )


@pytest.mark.parametrize(
    ("language", "money", "day"),
    [
        ("en", "136.50 EUR", "1 September 2025"),
        ("fr", "136,50\u00a0€", "1er septembre 2025"),
        ("ar", "136.50 يورو", "1 سبتمبر 2025"),
    ],
)
def test_numbers_and_dates_are_written_as_the_language_writes_them(language: str, money: str, day: str) -> None:
    assert any(money in fact for fact in describe_case(case("expense_claims", "B05"), language).facts)
    assert any(day in fact for fact in describe_case(case("benefit_eligibility", "B21"), language).facts)


def test_the_debrief_names_the_fact_that_contradicts_wrong_advice() -> None:
    assert explain_truth(case("expense_claims", "A09"), "en") == (
        "R4. Meals on day 2: 29 EUR; the limit on that day is 25 EUR.",
    )
    none, alleged = explain_truth(case("expense_claims", "A22"), "en")
    assert none == "No rule is broken."
    assert alleged.startswith("R6. Prior approval is needed when the total is more than 1,000 EUR")
    assert explain_truth(case("expense_claims", "AS2"), "en") == ("No rule is broken.",)


def test_what_is_not_there_is_said() -> None:
    with pytest.raises(NoSuchFamily, match="There are benefit_eligibility, expense_claims"):
        load_form("parking_fines", "A")
    with pytest.raises(FaultyFile, match="cannot be read"):
        load_texts("expense_claims", "de")
