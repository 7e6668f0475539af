"""M07: what its lab asks, and what its text must not give away before the cases are decided."""

import re

import pytest

from content.curriculum.load import FOLDER
from content.curriculum.parse import parse_file
from quizzes.lab.cases.bank import load_form

TEXTS = FOLDER / "m07"


def test_its_lab_asks_about_people_with_something_at_stake() -> None:
    front = parse_file(TEXTS / "en.md").front
    assert front.lab["family"] == "benefit_eligibility"
    assert front.lab["mode"] == "decide-first"


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_its_text_never_tells_how_much_of_the_advice_is_wrong(language: str) -> None:
    cases = load_form("benefit_eligibility", "A").cases
    wrong = sum(case.wrong for case in cases)
    counts = re.compile(rf"(?<!\d){wrong}\D{{1,12}}{len(cases)}(?!\d)|(?<!\d){len(cases)}\D{{1,12}}{wrong}(?!\d)")
    told = (TEXTS / f"{language}.md").read_text(encoding="utf-8")
    assert [found[0] for found in counts.finditer(told)] == []
