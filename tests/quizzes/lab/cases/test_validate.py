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
        assert any(sentence in f"{fault.file}: {fault.sentence}" for fault in found), found
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
    assert any("At least two cases without wrong advice" in fault.sentence for fault in family_faults(CLAIMS, banks))


def test_a_missing_file_is_one_fault(tmp_path: Path) -> None:
    banks = copied(tmp_path)
    (banks / GRANT / "ar.yaml").unlink()
    (fault,) = family_faults(GRANT, banks)
    assert str(fault).startswith(f"{GRANT}/ar.yaml:1: This file cannot be read (")


def line_of(path: Path, text: str) -> int:
    """Where the one line that contains `text` stands."""
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    (number,) = (number for number, line in lines if text in line)
    return number


def test_the_mistakes_of_a_bank_are_named_with_their_lines_all_at_once(tmp_path: Path) -> None:
    folder = copied(tmp_path) / CLAIMS
    form, other, french = folder / "form_a.yaml", folder / "form_b.yaml", folder / "fr.yaml"
    edit(form, "  - id: A02\n", "  - nobody: A02\n")
    edit(form, "{breaks: false, rule: R3, ", "{breaks: perhaps, rule: R3, ")
    edit(form, "id: A14\n", "id: A14\n    truth: false\n")
    edit(form, "city: turin", "city: 7")
    edit(other, "  - id: B02\n", "  - id: B01 # again\n")
    edit(french, '  lyon: "Lyon"', "  lyon: 7")
    edit(french, '  nice: "Nice"', '  nice: "{nice.real}"')
    assert [str(fault) for fault in family_faults(CLAIMS, tmp_path / "banks")] == [
        f"{CLAIMS}/{file.name}:{line_of(file, planted)}: {sentence}"
        for file, planted, sentence in [
            (form, "nobody: A02", "a case has no id. Give it one, such as “id: A01”."),
            (form, "nobody: A02", "“nobody” is not known here. Expected: id, facts, advice."),
            (form, "perhaps", "“breaks:” must be true or false."),
            (form, "truth: false", "case A14: “truth” is computed from the facts and is not typed. Remove it."),
            (form, "city: 7", "case A20: “city” must be one lower-case word such as lyon, not 7."),
            (other, "B01 # again", "the id B01 stands 2 times. Give every case its own."),
            (french, "lyon: 7", "The value of “lyon:” must be a text. Put it in quotation marks."),
            (
                french,
                "{nice",
                "words: nice: {nice.real} is not a placeholder. Write a plain name such as {total}.",
            ),
        ]
    ]


def test_a_value_that_is_none_is_said_once_and_at_its_line(tmp_path: Path) -> None:
    form = copied(tmp_path) / GRANT / "form_a.yaml"
    edit(form, "received: 2025-03-10", "received: 2025-02-31")
    (fault,) = family_faults(GRANT, tmp_path / "banks")
    assert (fault.line, fault.sentence[:24]) == (line_of(form, "02-31"), "“2025-02-31” is no day, ")


def test_what_a_case_asks_of_a_text_is_named_at_the_text_or_at_its_group(tmp_path: Path) -> None:
    folder = copied(tmp_path) / CLAIMS
    english = folder / "en.yaml"
    edit(folder / "form_a.yaml", "rationale: [below_receipt_limit_of, filed_in_time]", "rationale: [lunch_by_host]")
    edit(folder / "form_a.yaml", "city: turin", "city: oslo")
    found = [str(fault) for fault in family_faults(CLAIMS, tmp_path / "banks")]
    assert len(found) == 2 * len(LANGUAGES)
    asks = "case A14: rationales: “lunch_by_host” asks for {lunch_day}, which is not there."
    assert f"{CLAIMS}/en.yaml:{line_of(english, '  lunch_by_host:')}: {asks}" in found
    asks = "case A20: words has no “oslo”. Write this text."
    assert f"{CLAIMS}/en.yaml:{line_of(english, 'words:')}: {asks}" in found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_listed_word_is_found_in_a_sentence(language: str) -> None:
    missed = [word for word in WORDS[language] if word not in traits_in_text(f"({word.upper()}, …)", language)]
    assert missed == []


def test_traits_lie_however_deep_in_facts() -> None:
    facts = {"items": [{"kind": "taxi", "driver": {"country_of_birth": "x"}}], "note": "born_abroad"}
    assert traits_in_facts(facts) == ["birth", "born"]
    assert traits_in_facts({"items": [{"kind": "taxi", "price": 3}], "package": "message"}) == []
