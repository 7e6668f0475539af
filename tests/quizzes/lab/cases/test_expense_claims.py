"""Expense claims against the given cases: truth, broken rules, totals and English texts, case by case."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from quizzes.lab.cases import expense_claims
from quizzes.lab.cases.bank import load_form
from quizzes.lab.cases.facts import FactsRefused
from quizzes.lab.cases.wording import LANGUAGES, describe_case, load_texts

VECTORS = Path(__file__).parents[3] / "vectors"
GIVEN = {form: json.loads((VECTORS / f"lab_cases_form_{form}.json").read_text(encoding="utf-8")) for form in "AB"}
CASES = [(form, case) for form in "AB" for case in GIVEN[form]["cases"] + GIVEN[form]["silent_cases"]]
ADVISED = [(form, case) for form, case in CASES if "advice" in case]
# Said once for every case by the verdict; in the given texts only wrong advice ends like this.
VERDICTS = re.compile(r" (The claim breaks rule R\d\.|No rule is broken\.|Everything is in order\.|In order\.)$")

FINE = {"city": "lyon", "filed_after_days": 10}


def name(value: Any) -> str:
    return value["id"] if isinstance(value, dict) else ""


def ours(form: str, name: str) -> Any:
    return next(case for case in load_form("expense_claims", form).everything if case.id == name)


def test_no_given_case_is_left_out() -> None:
    for form in "AB":
        loaded = load_form("expense_claims", form)
        assert [case.id for case in loaded.cases] == [case["id"] for case in GIVEN[form]["cases"]]
        assert [case.id for case in loaded.silent] == [case["id"] for case in GIVEN[form]["silent_cases"]]


@pytest.mark.parametrize(("form", "given"), CASES, ids=name)
def test_facts_are_the_given_ones(form: str, given: dict[str, Any]) -> None:
    claim, facts = ours(form, given["id"]).facts, given["facts"]
    assert [[item.kind, item.price, item.receipt] for item in claim.items] == facts["items"]
    assert [[meals.price, meals.lunch_provided] for meals in claim.meals] == facts["meals"]
    assert claim.city == facts["city"].lower()
    assert claim.filed_after_days == facts["filed_after_days"]
    assert (claim.nights, claim.hotel) == (facts.get("nights", 0), facts.get("hotel", 0))
    assert (claim.km, claim.approved) == (facts.get("km", 0), facts.get("approved", False))


@pytest.mark.parametrize(("form", "given"), CASES, ids=name)
def test_computed_truth_is_the_given_truth(form: str, given: dict[str, Any]) -> None:
    case = ours(form, given["id"])
    assert case.truth == bool(given["truth"])
    assert [found.rule for found in case.broken] == [rule for rule, _ in given["breaks"]]
    assert case.facts.total == Decimal(str(given["total"]))


@pytest.mark.parametrize(("form", "given"), [entry for entry in CASES if entry[1]["breaks"]], ids=name)
def test_the_breach_has_the_given_figures(form: str, given: dict[str, Any]) -> None:
    (_, words), *_ = given["breaks"]
    limits = set(expense_claims.FAMILY.limits.values())
    stated = {Decimal(figure) for figure in re.findall(r"\d+(?:\.\d+)?", words)} - limits
    (found,) = ours(form, given["id"]).broken
    assert stated - limits == {value for value in found.figures.values() if not isinstance(value, str)} - limits


@pytest.mark.parametrize(("form", "given"), ADVISED, ids=name)
def test_advice_is_the_given_advice(form: str, given: dict[str, Any]) -> None:
    case = ours(form, given["id"])
    assert case.advice.breaks == bool(given["advice"])
    assert case.wrong == (not given["advice_right"])
    words = describe_case(case, "en").rationale
    assert words is not None
    assert words.startswith(VERDICTS.sub("", given["ai_rationale"]))


@pytest.mark.parametrize("form", "AB")
def test_english_rules_are_the_given_ones(form: str) -> None:
    rules = describe_case(load_form("expense_claims", form).cases[0], "en").rules
    assert [rule.replace(". ", " ", 1) for rule in rules] == GIVEN[form]["rules"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_hotel_rule_names_the_cities_the_rule_function_knows(language: str) -> None:
    texts = load_texts("expense_claims", language)
    cities = {
        key
        for key in ("lyon", "nice", "paris", "madrid", "rome", "porto", "turin")
        if texts.groups["words"][key] in texts.groups["rules"]["R2"]
    }
    assert cities == set(expense_claims.LISTED_CITIES)


@pytest.mark.parametrize(
    ("facts", "rules"),
    [
        ({"items": [{"kind": "taxi", "price": 24.99, "receipt": False}]}, []),
        ({"items": [{"kind": "taxi", "price": 25, "receipt": False}]}, ["R1"]),
        ({"items": [{"kind": "taxi", "price": 25, "receipt": True}]}, []),
        ({"items": [{"kind": "taxi", "price": 24, "receipt": False}] * 2}, []),
        ({"nights": 3, "hotel": 480}, []),
        ({"nights": 3, "hotel": 480.01}, ["R2"]),
        ({"city": "rome", "nights": 2, "hotel": 440}, []),
        ({"city": "rome", "nights": 2, "hotel": 441}, ["R2"]),
        ({"filed_after_days": 30}, []),
        ({"filed_after_days": 31}, ["R3"]),
        ({"meals": [{"price": 45, "lunch_provided": False}, {"price": 25, "lunch_provided": True}]}, []),
        ({"meals": [{"price": 45.5, "lunch_provided": False}]}, ["R4"]),
        ({"meals": [{"price": 26, "lunch_provided": True}]}, ["R4"]),
        ({"km": 400}, []),
        ({"km": 401}, ["R5"]),
        ({"items": [{"kind": "flight", "price": 1000, "receipt": True}]}, []),
        ({"items": [{"kind": "flight", "price": 1000.01, "receipt": True}]}, ["R6"]),
        ({"items": [{"kind": "flight", "price": 1500, "receipt": True}], "approved": True}, []),
        ({"items": [{"kind": "flight", "price": 1500, "receipt": False}], "km": 500}, ["R1", "R5", "R6"]),
    ],
)
def test_rules_at_their_limits(facts: dict[str, Any], rules: list[str]) -> None:
    claim = expense_claims.read_claim({**FINE, **facts})
    assert [found.rule for found in expense_claims.broken_rules(claim)] == rules


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"nationality": "x"}, "“nationality” is not a fact of this family"),
        ({"filed_after_days": -1}, "whole number of at least 0"),
        ({"filed_after_days": True}, "whole number"),
        ({"city": "Lyon"}, "one lower-case word"),
        ({"hotel": 300}, "“hotel” and “nights” belong together"),
        ({"nights": 2}, "“hotel” and “nights” belong together"),
        ({"approved": "yes"}, "“approved” must be true or false"),
        ({"items": "taxi"}, "“items” must be a list"),
        ({"items": [{"kind": "taxi", "price": "25", "receipt": False}]}, "an amount in EUR"),
        ({"items": [{"kind": "taxi", "price": 25.001, "receipt": False}]}, "parts of a cent"),
        ({"items": [{"kind": "taxi", "price": 25}]}, "“receipt” must be true or false"),
        ({"meals": [{"price": 25, "lunch": False}]}, "“lunch” is not a fact"),
    ],
)
def test_facts_that_cannot_be_are_refused(facts: dict[str, Any], sentence: str) -> None:
    with pytest.raises(FactsRefused, match=re.escape(sentence)):
        expense_claims.read_claim({**FINE, **facts})
