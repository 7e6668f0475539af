"""Authored answers as the form of a sitting would send them: behind the names that only this sitting gives out."""

from __future__ import annotations

from typing import Any

from courses.learning import enrolments
from courses.learning.models import Enrolment
from quizzes import asking, attempts, drawing


def said(way: Enrolment, question: str, option: str) -> str:
    """What the browser knows an option by."""
    return drawing.tokens(seed(way), asked(way, question))[option]


def name(way: Enrolment, question: str) -> str:
    """What the browser knows a question's field by."""
    return asking.field_name(seed(way), asked(way, question))


def seed(way: Enrolment) -> str:
    return attempts.seed_of(enrolments.subject(way))


def asked(way: Enrolment, key: str) -> Any:
    assert way.edition.quiz_edition
    return next(each for each in way.edition.quiz_edition.keys["questions"] if each["key"] == key)


def fields(way: Enrolment, answers: dict[str, list[str]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, chosen in answers.items():
        found |= field(asked(way, key), seed(way), chosen)
    return found


def field(question: Any, secret: str, chosen: list[str]) -> dict[str, Any]:
    name, names = asking.field_name(secret, question), drawing.tokens(secret, question)
    match question["kind"]:
        case "ordering":
            return {f"{name}.{names[key]}": str(place) for place, key in enumerate(chosen, 1)}
        case "matching" | "sorting":
            sides = drawing.targets(secret, question)
            pairs = (each.split("=", 1) for each in chosen)
            return {f"{name}.{names[left]}": sides[right] for left, right in pairs}
        case "numeric":
            return {name: chosen}
        case "dilemma":
            return {name: names[chosen[0]], f"{name}.reason": chosen[1]}
    return {name: [names[key] for key in chosen]}


def right_fields(way: Enrolment) -> dict[str, list[str]]:
    """{field name: values} that are wholly right, of every question there is: a sitting asks those it has drawn."""
    assert way.edition.quiz_edition
    known = {question["key"]: right(question) for question in way.edition.quiz_edition.keys["questions"]}
    found = fields(way, {key: chosen for key, chosen in known.items() if chosen})
    return {name: [value] if isinstance(value, str) else list(value) for name, value in found.items()}


def right(question: Any) -> list[str]:
    """As it is stored; empty where nothing is right or wrong."""
    match question["kind"]:
        case "likert" | "dilemma":
            return []
        case "numeric":
            return [question["answer"]["value"]]
        case "ordering":
            return [option["key"] for option in question["options"]]
        case "matching" | "sorting":
            return [f"{option['key']}={option.get('category', option['key'])}" for option in question["options"]]
    return [option["key"] for option in question["options"] if option.get("fault", option.get("right"))]
