"""The shipped banks are fit for use, and every fault planted in a copy is found and named."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from quizzes.lab.cases.bank import load_form
from quizzes.lab.cases.families import FAMILIES
from quizzes.lab.cases.protected import WORDS, traits_in_facts, traits_in_text
from quizzes.lab.cases.validate import family_faults
from quizzes.lab.cases.wording import LANGUAGES
from tests.quizzes.lab.cases.planted import PLANTED
from tests.quizzes.lab.cases.samples import copied, edit

CLAIMS, GRANT = "expense_claims", "benefit_eligibility"


@pytest.mark.parametrize("family", FAMILIES)
def test_shipped_banks_have_no_fault(family: str) -> None:
    assert family_faults(family) == []


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("form", "AB")
def test_shipped_forms_are_balanced(family: str, form: str) -> None:
    loaded = load_form(family, form)
    cells = Counter((case.truth, case.wrong) for case in loaded.cases)
    assert cells == {(True, False): 8, (True, True): 4, (False, False): 8, (False, True): 4}
    assert Counter(case.truth for case in loaded.silent) == {True: 2, False: 2}
    assert {len(case.broken) for case in loaded.everything} == {0, 1}


@pytest.mark.parametrize(("family", "file", "old", "new", "sentence"), PLANTED)
def test_every_planted_fault_is_named(
    family: str, file: str, old: str, new: str, sentence: str, tmp_path: Path
) -> None:
    banks = copied(tmp_path)
    edit(banks / family / file, old, new)
    found = family_faults(family, banks)
    if sentence:
        assert any(sentence in fault for fault in found), found
    else:
        assert found == []


def test_too_little_good_advice_to_begin_with(tmp_path: Path) -> None:
    banks = copied(tmp_path)
    rows = "".join(
        f"  - id: A{n}\n    facts: {{city: lyon, km: {100 + n}, filed_after_days: 3}}\n"
        f"    advice: {{breaks: true, rule: R5, rationale: [km_above]}}\n"
        for n in range(3)
    )
    (banks / CLAIMS / "form_a.yaml").write_text(f"cases:\n{rows}silent_cases: []\n", encoding="utf-8")
    assert any("At least two cases without wrong advice" in fault for fault in family_faults(CLAIMS, banks))


def test_a_missing_file_is_one_fault(tmp_path: Path) -> None:
    banks = copied(tmp_path)
    (banks / GRANT / "ar.yaml").unlink()
    (fault,) = family_faults(GRANT, banks)
    assert "ar.yaml: this file cannot be read" in fault


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_listed_word_is_found_in_a_sentence(language: str) -> None:
    missed = [word for word in WORDS[language] if word not in traits_in_text(f"({word.upper()}, …)", language)]
    assert missed == []


def test_traits_lie_however_deep_in_facts() -> None:
    facts = {"items": [{"kind": "taxi", "driver": {"country_of_birth": "x"}}], "note": "born_abroad"}
    assert traits_in_facts(facts) == ["birth", "born"]
    assert traits_in_facts({"items": [{"kind": "taxi", "price": 3}], "package": "message"}) == []
