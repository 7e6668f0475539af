"""One sound question of every kind, as an editor writes it."""

from __future__ import annotations

from typing import Any

from wagtail.models import Locale

from quizzes.models import Question

WHY = "Because."


def block(kind: str, key: str, **value: Any) -> dict[str, Any]:
    return {"type": kind, "value": {"key": key, "text": f"Words of {key}", **value}}


def options(*keys: str, right: str = "a") -> list[dict[str, Any]]:
    return [block("option", key, right=key == right, feedback=WHY) for key in keys]


def number(value: str = "12.5", tolerance: str = "0.5", unit: str = "%") -> dict[str, Any]:
    return {"type": "number", "value": {"value": value, "tolerance": tolerance, "unit": unit, "feedback": WHY}}


def cards(**groups: str) -> list[dict[str, Any]]:
    return [block("card", key, category=group, feedback=WHY) for key, group in groups.items()]


GROUPS = [{"type": "category", "value": {"key": key, "text": f"Words of {key}"}} for key in ("yes", "no")]
BLOCKS: dict[str, list[dict[str, Any]]] = {
    "single": options("a", "b"),
    "multiple": options("a", "b"),
    "truefalse": options("true", "false", right="true"),
    "ordering": [block("step", key, feedback=WHY) for key in "abc"],
    "matching": [block("pair", key, match=f"Match of {key}", feedback=WHY) for key in "ab"],
    "sorting": [*GROUPS, *cards(a="yes", b="no")],
    "numeric": [number()],
    "faults": [block("sentence", key, fault=key == "a", feedback=WHY) for key in "ab"],
    "likert": [block("point", key) for key in "abc"],
    "dilemma": [block("view", key, panel=3, feedback=WHY) for key in "ab"],
}


def make_question(kind: str = "single", code: str = "", **fields: Any) -> Question:
    """Published, in the source language."""
    values = {"locale": Locale.get_default(), "text": "What now?", "options": BLOCKS[kind]} | fields
    return Question.objects.create(code=code or f"a-{kind}", kind=kind, **values)
