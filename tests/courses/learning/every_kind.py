"""A module whose quiz has a question of every kind, drawn from pools, about a case, and with a key question."""

from __future__ import annotations

import copy
from typing import Any

from content.editions import ModuleEdition
from quizzes.models import QuizEdition
from tests.courses.learning import factories
from tests.quizzes.kinds import QUESTIONS, RIGHT

IN_PARTS = ("multiple", "faults", "matching", "sorting", "ordering")
STORY = ("single", "multiple")
"""The kinds whose questions are about the case."""
WRONG: dict[str, list[str]] = {
    "single": ["a"],
    "multiple": ["b", "d"],
    "truefalse": ["false"],
    "ordering": ["use", "change", "check", "ask"],
    "matching": ["en=fr", "fr=ar", "ar=en"],
    "sorting": ["memo=forbidden", "draft=forbidden", "scores=allowed", "faces=allowed"],
    "numeric": ["99"],
    "faults": ["a", "c"],
}


def keys(**more: Any) -> dict[str, Any]:
    """As QuizEdition.keys; option keys are words that stand nowhere else on a page. `more` = pretest, minutes, …"""
    questions = [copy.deepcopy(QUESTIONS[kind]) for kind in QUESTIONS]
    for question in questions:
        question["key"], question["objective"] = code(question["kind"]), "can"
        rename(question)
        if question["kind"] in IN_PARTS:
            question["scoring"] = "part"
        if question["kind"] in STORY:
            question["story"] = "authored-case"
        if question["kind"] == "single":
            question["compulsory"] = True
    return {"pass_percent": 80, "questions": questions, **more}


def with_pools(**more: Any) -> dict[str, Any]:
    """Every question has a twin: one of the two is drawn."""
    found = keys(**more)
    twins = copy.deepcopy(found["questions"])
    for question in found["questions"] + twins:
        question["pool"] = f"pool-{question['kind']}"
    for twin in twins:
        twin["key"] += "-twin"
    return found | {"questions": [*found["questions"], *twins]}


def code(kind: str) -> str:
    return f"authored-{kind}"


def option(key: str) -> str:
    return f"zq-{key}"


def rename(question: dict[str, Any]) -> None:
    for each in question["options"]:
        each["key"] = option(each["key"])
        if "category" in each:
            each["category"] = option(each["category"])
    if "categories" in question:
        question["categories"] = [option(key) for key in question["categories"]]


def answers(by_kind: dict[str, list[str]]) -> dict[str, list[str]]:
    """{question key: chosen} for answers as tests.quizzes.kinds writes them."""
    return {code(kind): renamed(kind, chosen) for kind, chosen in by_kind.items()}


def renamed(kind: str, chosen: list[str]) -> list[str]:
    if kind == "numeric":
        return chosen
    if kind == "dilemma":
        return [option(chosen[0]), *chosen[1:]]
    return ["=".join(map(option, each.split("="))) for each in chosen]


def right() -> dict[str, list[str]]:
    return answers(RIGHT)


def wrong() -> dict[str, list[str]]:
    return answers(WRONG)


def taught(number: int = 1, found: dict[str, Any] | None = None, code: str = "m90") -> ModuleEdition:
    """One section to read and the quiz, in English, signed off."""
    edition = factories.taught(code, sections=1, questions=1, locales=(), number=number)
    quiz = edition.quiz_edition
    assert quiz
    quiz.keys = found or keys()
    quiz.save()
    text = factories.text(edition, "en")
    assert text.quiz_text
    text.quiz_text.body = body(quiz)
    text.quiz_text.save()
    factories.sign(text)
    return edition


def body(quiz: QuizEdition) -> dict[str, Any]:
    return {question["key"]: said(question) for question in quiz.keys["questions"]}


def said(question: dict[str, Any]) -> dict[str, Any]:
    """Words that do not give the keys away, with feedback that is told apart."""
    key = question["key"]
    found: dict[str, Any] = {
        "text": f"What about {question['kind']}{' then' if key.endswith('twin') else ''}?",
        "options": {
            each["key"]: {
                "text": f"Words {place}",
                "match": f"Other half {place}",
                "feedback": f"Because {key} {each['key']}.",
            }
            for place, each in enumerate(sorted(question["options"], key=lambda each: str(each["key"])), 1)
        },
    }
    if question["kind"] == "sorting":
        found["categories"] = {name: f"Group {place}" for place, name in enumerate(question["categories"], 1)}
    if question["kind"] == "numeric":
        found |= {"unit": "per cent", "feedback": f"Because {key} number."}
    if question.get("story"):
        found["story"] = {"title": "The night shift", "html": "<p>Amina opened the tool at two.</p>"}
    return found
