"""The command with which an organisation checks and reads its own case banks."""

from __future__ import annotations

import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from quizzes.lab.cases import bank, validate
from quizzes.lab.cases.families import FAMILIES


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("case_bank", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_the_shipped_banks_are_fit_for_use(family: str) -> None:
    assert validate.family_faults(family) == []
    assert run("check", family) == f"{family}: fit for use\n"


def test_a_broken_bank_is_named_case_by_case(tmp_path: Path) -> None:
    shutil.copytree(bank.BANKS, tmp_path / "banks")
    file = tmp_path / "banks" / "expense_claims" / "form_follow-30.yaml"
    file.write_text(file.read_text().replace("km: 400", "km: 401"))
    out = StringIO()
    with pytest.raises(CommandError, match="Mend these"):
        call_command("case_bank", "check", "expense_claims", "--banks", str(tmp_path / "banks"), stdout=out)
    said, *faults = out.getvalue().splitlines()
    assert said == f"expense_claims: {len(faults)} faults"
    where = "expense_claims/form_follow-30.yaml:1: "
    assert all(fault.startswith(where) for fault in faults)
    assert f"{where}Form follow-30 has 3 cases with advice that break a rule; it needs 2." in out.getvalue()


def test_what_cannot_be_read_is_named_by_file_and_line_in_both_uses_of_the_command(tmp_path: Path) -> None:
    banks = Path(shutil.copytree(bank.BANKS, tmp_path / "banks"))
    file = banks / "expense_claims" / "form_practice.yaml"
    text = file.read_text()
    file.write_text(text.replace("breaks: ", "broken: "))
    line = text[: text.index("breaks: ")].count("\n") + 1
    sentence = f"expense_claims/form_practice.yaml:{line}: “breaks:” is missing. Write breaks: true or breaks: false.\n"
    out = StringIO()
    with pytest.raises(CommandError, match="Mend these"):
        call_command("case_bank", "check", "expense_claims", "--banks", str(banks), stdout=out)
    assert sentence in out.getvalue()
    with pytest.raises(CommandError) as refused:
        run("preview", "expense_claims", "practice", "--banks", str(banks))
    assert sentence in f"{refused.value}\n"


@pytest.mark.parametrize(("form", "cases", "wrong"), [("A", 28, 8), ("practice", 2, 1), ("follow-180", 8, 2)])
def test_a_preview_shows_truth_and_advice(form: str, cases: int, wrong: int) -> None:
    shown = run("preview", "expense_claims", form)
    assert shown.count("\n\n") == cases - 1 or shown.count("It breaks") >= cases
    assert shown.count("WRONG advice") == wrong


def test_a_preview_speaks_the_language_asked_for() -> None:
    assert "Aucune règle" in run("preview", "expense_claims", "practice", "--language", "fr")


def test_an_unknown_family_is_named() -> None:
    with pytest.raises(CommandError, match="There is no family of cases called"):
        run("check", "parking")


@pytest.mark.parametrize("family", sorted(FAMILIES))
@pytest.mark.parametrize("form", bank.SHORT_FORMS[1:])
def test_a_follow_up_has_one_miss_one_false_alarm_and_half_its_cases_without_advice(family: str, form: str) -> None:
    found = bank.load_form(family, form)
    assert sorted(case.truth for case in found.cases if case.wrong) == [False, True]
    assert (len(found.cases), len(found.silent)) == (4, 4)
