"""A question with its solution, for people who answer for it. Pure: keys as QuizEdition, words as QuizText has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quizzes.grading import MARKS, FrozenQuestion


def solution(question: FrozenQuestion, said: Mapping[str, Any]) -> list[dict[str, Any]]:
    """[{"text", "right", "feedback"}] in the authored order; `right` is None where nothing is right or wrong.

    Steps carry their place, pairs and cards what they belong to, a number its tolerance and unit.
    """
    if question["kind"] == "numeric":
        return [
            {"text": number_in_words(question["answer"], said["unit"]), "right": True, "feedback": said["feedback"]}
        ]
    return [
        {
            "text": solution_line(question, place, option, said),
            "right": is_right(question["kind"], option),
            "feedback": said["options"][option["key"]]["feedback"],
        }
        for place, option in enumerate(question["options"], 1)
    ]


def is_right(kind: str, option: Mapping[str, Any]) -> bool | None:
    if kind in ("likert", "dilemma"):
        return None
    return bool(option[MARKS[kind]]) if kind in MARKS else True


def solution_line(question: FrozenQuestion, place: int, option: Mapping[str, Any], said: Mapping[str, Any]) -> str:
    words = said["options"][option["key"]]
    match question["kind"]:
        case "ordering":
            return f"{place}. {words['text']}"
        case "matching":
            return f"{words['text']} → {words['match']}"
        case "sorting":
            return f"{words['text']} → {said['categories'][option['category']]}"
        case "dilemma":
            return f"{words['text']} ({option['panel']})"
    text: str = words["text"]
    return text


def number_in_words(answer: Mapping[str, str], unit: str) -> str:
    span = answer["value"] if not float(answer["tolerance"]) else f"{answer['value']} ± {answer['tolerance']}"
    return f"{span} {unit}".strip()


def right_answer(question: FrozenQuestion) -> list[str]:
    """An answer that earns the whole mark, as Response.chosen has it; of what is not graded, the first."""
    options = question["options"]
    match question["kind"]:
        case "numeric":
            return [question["answer"]["value"]]
        case "ordering":
            return [option["key"] for option in options]
        case "matching" | "sorting":
            return [f"{option['key']}={option.get('category', option['key'])}" for option in options]
        case "likert":
            return [options[0]["key"]]
        case "dilemma":
            return [options[0]["key"], ""]
    right = [option["key"] for option in options if option[MARKS[question["kind"]]]]
    return right[:1] if question["kind"] in ("single", "truefalse") else right
