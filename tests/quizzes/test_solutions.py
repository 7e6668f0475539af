"""A question with its solution: one line an option, whatever the kind."""

from __future__ import annotations

import pytest

from quizzes import freezing
from quizzes.solutions import solution
from tests.quizzes.questions import BLOCKS, WHY, make_question, number

pytestmark = pytest.mark.django_db
LINES: dict[str, list[tuple[str, bool | None]]] = {
    "single": [("Words of a", True), ("Words of b", False)],
    "multiple": [("Words of a", True), ("Words of b", False)],
    "truefalse": [("Words of true", True), ("Words of false", False)],
    "ordering": [("1. Words of a", True), ("2. Words of b", True), ("3. Words of c", True)],
    "matching": [("Words of a → Match of a", True), ("Words of b → Match of b", True)],
    "sorting": [("Words of a → Words of yes", True), ("Words of b → Words of no", True)],
    "numeric": [("12.5 ± 0.5 %", True)],
    "faults": [("Words of a", True), ("Words of b", False)],
    "likert": [("Words of a", None), ("Words of b", None), ("Words of c", None)],
    "dilemma": [("Words of a (3)", None), ("Words of b (3)", None)],
}


@pytest.mark.parametrize("kind", sorted(BLOCKS))
def test_every_kind_says_what_is_right(kind: str) -> None:
    question = make_question(kind)
    found = solution(freezing.neutral_question(question), freezing.question_words(question))
    assert [(line["text"], line["right"]) for line in found] == LINES[kind]
    assert {line["feedback"] for line in found} == {"" if kind == "likert" else WHY}


def test_a_number_without_tolerance_and_unit_stands_alone() -> None:
    question = make_question("numeric", options=[number("3", "0", "")])
    assert solution(freezing.neutral_question(question), freezing.question_words(question))[0]["text"] == "3"
