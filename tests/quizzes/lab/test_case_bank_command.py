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
    assert "Form follow-30 has 3 cases with advice that break a rule; it needs 2." in out.getvalue()


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
