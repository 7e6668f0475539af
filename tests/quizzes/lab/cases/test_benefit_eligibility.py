"""The heating grant: rules at their limits, and rationales that are false in nothing but what makes advice wrong."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from quizzes.lab.cases import benefit_eligibility
from quizzes.lab.cases.bank import LabCase, load_form
from quizzes.lab.cases.facts import FactsRefused

FINE = {
    "received": date(2025, 3, 10),
    "persons": 2,
    "registered": 2,
    "income": 1500,
    "income_proof": date(2025, 2, 10),
    "resident_since": date(2020, 5, 20),
    "bill": date(2025, 2, 20),
    "amount": 300,
}
# What a sentence of a rationale claims: (rule, whether it is said to be broken).
CLAIMS = {
    "income_above": ("R1", True),
    "income_above_smaller": ("R1", True),
    "income_within": ("R1", False),
    "residence_short": ("R2", True),
    "residence_enough": ("R2", False),
    "proof_too_old": ("R3", True),
    "proof_counts": ("R3", False),
    "deadline_missed": ("R4", True),
    "deadline_missed_first": ("R4", True),
    "deadline_missed_corrected": ("R4", True),
    "in_time": ("R4", False),
    "in_time_corrected": ("R4", False),
    "sizes_differ": ("R5", True),
    "sizes_agree": ("R5", False),
    "reading_missing": ("R6", True),
    "reading_attached": ("R6", False),
    "reading_not_needed": ("R6", False),
}
ADVISED = [case for form in "AB" for case in load_form("benefit_eligibility", form).cases]


def name(value: Any) -> str:
    return value.id if isinstance(value, LabCase) else ""


@pytest.mark.parametrize(
    ("facts", "rules"),
    [
        ({"income": 1800}, []),
        ({"income": 1800.01}, ["R1"]),
        ({"persons": 1, "registered": 1, "income": 1400}, []),
        ({"persons": 1, "registered": 1, "income": 1401}, ["R1"]),
        ({"persons": 5, "registered": 5, "income": 3000}, []),
        ({"resident_since": date(2024, 3, 10)}, []),
        ({"resident_since": date(2024, 3, 11)}, ["R2"]),
        ({"income_proof": date(2025, 1, 9)}, []),
        ({"income_proof": date(2025, 1, 8)}, ["R3"]),
        ({"bill": date(2025, 1, 24)}, []),
        ({"bill": date(2025, 1, 23)}, ["R4"]),
        ({"bill": date(2024, 11, 1), "corrected_bill": date(2025, 1, 24)}, []),
        ({"bill": date(2024, 11, 1), "corrected_bill": date(2025, 1, 23)}, ["R4"]),
        ({"persons": 3}, ["R5"]),
        ({"persons": 1}, ["R5"]),
        ({"persons": 3, "income": 2000}, ["R1", "R5"]),
        ({"amount": 500}, []),
        ({"amount": 500.01}, ["R6"]),
        ({"amount": 900, "meter_reading": True}, []),
    ],
)
def test_rules_at_their_limits(facts: dict[str, Any], rules: list[str]) -> None:
    application = benefit_eligibility.read_application({**FINE, **facts})
    assert [found.rule for found in benefit_eligibility.broken_rules(application)] == rules


@pytest.mark.parametrize(
    ("since", "months"),
    [
        (date(2025, 3, 10), 0),
        (date(2025, 2, 11), 0),
        (date(2025, 2, 10), 1),
        (date(2024, 12, 31), 2),
        (date(2024, 3, 10), 12),
        (date(2023, 3, 11), 23),
    ],
)
def test_months_in_the_town_are_full_months(since: date, months: int) -> None:
    assert benefit_eligibility.read_application({**FINE, "resident_since": since}).months == months


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"age": 70}, "“age” is not a fact of this family"),
        ({"persons": 0}, "“persons” must be a whole number of at least 1"),
        ({"bill": "2025-02-20"}, "“bill” must be a date"),
        ({"bill": date(2025, 3, 11)}, "which is after 2025-03-10"),
        ({"corrected_bill": date(2025, 2, 19)}, "which is before the bill"),
        ({"income": None}, "“income” must be an amount"),
    ],
)
def test_facts_that_cannot_be_are_refused(facts: dict[str, Any], sentence: str) -> None:
    with pytest.raises(FactsRefused, match=re.escape(sentence)):
        benefit_eligibility.read_application({**FINE, **facts})


@pytest.mark.parametrize("case", ADVISED, ids=name)
def test_a_rationale_is_false_only_about_the_rule_its_advice_gets_wrong(case: LabCase) -> None:
    advice = case.advice
    assert advice is not None
    broken = {found.rule for found in case.broken}
    false = {rule for key in advice.rationale for rule, said in [CLAIMS[key]] if said != (rule in broken)}
    assert false <= ({advice.rule} if case.wrong else set())
    if advice.breaks:
        assert (advice.rule, True) in [CLAIMS[key] for key in advice.rationale]


@pytest.mark.parametrize("case", ADVISED, ids=name)
def test_a_rationale_speaks_of_the_bill_that_is_there(case: LabCase) -> None:
    advice = case.advice
    assert advice is not None
    corrected = case.facts.corrected_bill is not None
    for key in advice.rationale:
        if key.endswith("_corrected") or key == "deadline_missed_first":
            assert corrected
        if key in ("in_time", "deadline_missed"):
            assert not corrected


@pytest.mark.parametrize("case", ADVISED, ids=name)
def test_days_in_rationales_agree_with_the_arabic_noun(case: LabCase) -> None:
    # The sentences say “يومًا”, the form for 11 to 99; other numbers would need another one.
    cited = {
        "proof": [case.facts.proof_age],
        "in_time": [case.facts.days_used],
        "deadline": [case.facts.days_used, case.facts.bill_age],
    }
    advice = case.advice
    assert advice is not None
    for start, days in cited.items():
        if any(key.startswith(start) for key in advice.rationale):
            assert all(11 <= number <= 99 for number in days)


def test_right_and_wrong_advice_are_said_in_equally_many_sentences() -> None:
    assert {len(case.advice.rationale) for case in ADVISED if case.advice} == {2}


def test_what_practice_teaches_is_no_trap_of_the_parts_that_count() -> None:
    def traps(cases: list[LabCase]) -> set[tuple[str | None, bool]]:
        return {(case.advice.rule, case.advice.breaks) for case in cases if case.advice and case.wrong}

    practice = traps(list(load_form("benefit_eligibility", "practice").cases))
    assert practice
    assert not practice & traps(ADVISED)
