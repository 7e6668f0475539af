"""Small frozen quizzes for tests that need no editor."""

from __future__ import annotations

from typing import Any

from certification.ledger import clock
from quizzes.models import Quiz, QuizEdition


def keys(questions: int = 3, pass_percent: int = 80) -> dict[str, Any]:
    """`questions` questions: the odd ones single (right: b), the even ones multiple (right: a and c)."""
    return {"pass_percent": pass_percent, "questions": [question(number) for number in range(1, questions + 1)]}


def question(number: int) -> dict[str, Any]:
    right = "b" if number % 2 else "ac"
    options = [{"key": key, "right": key in right} for key in "abc"]
    return {"key": f"q{number}", "kind": "single" if number % 2 else "multiple", "objective": "", "options": options}


def edition(questions: int = 3, pass_percent: int = 80, code: str = "sample") -> QuizEdition:
    quiz, _ = Quiz.objects.get_or_create(code=code, defaults={"pass_percent": pass_percent})
    number = quiz.editions.count() + 1
    return QuizEdition.objects.create(
        quiz=quiz,
        number=number,
        keys=keys(questions, pass_percent),
        sha256=f"{number:064d}",
        frozen_at=clock.now(),
    )


def right_answers(frozen: QuizEdition) -> dict[str, list[str]]:
    return {
        question["key"]: [option["key"] for option in question["options"] if option["right"]]
        for question in frozen.keys["questions"]
    }


def wrong_answers(frozen: QuizEdition) -> dict[str, list[str]]:
    return {
        question["key"]: [next(option["key"] for option in question["options"] if not option["right"])]
        for question in frozen.keys["questions"]
    }
