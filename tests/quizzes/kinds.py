"""One frozen question of every kind, with the answers that are wholly right; the scales have any answer."""

from __future__ import annotations

from typing import Any

from quizzes import drawing


def keyed(*keys: str, **marks: str) -> list[dict[str, Any]]:
    """Options; `right="ab"` marks the options named by one of these letters."""
    return [{"key": key} | {name: key in wanted for name, wanted in marks.items()} for key in keys]


def question(kind: str, options: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"key": f"a-{kind}", "kind": kind, "objective": "", "options": options, **more}


QUESTIONS: dict[str, dict[str, Any]] = {
    "single": question("single", keyed("a", "b", "c", right="b")),
    "multiple": question("multiple", keyed("a", "b", "c", "d", right="ac")),
    "truefalse": question("truefalse", keyed("true", "false", right="true")),
    "ordering": question("ordering", keyed("ask", "check", "change", "use")),
    "matching": question("matching", keyed("en", "fr", "ar")),
    "sorting": question(
        "sorting",
        [
            {"key": "memo", "category": "allowed"},
            {"key": "draft", "category": "allowed"},
            {"key": "scores", "category": "forbidden"},
            {"key": "faces", "category": "forbidden"},
        ],
        categories=["allowed", "forbidden"],
    ),
    "numeric": question("numeric", [], answer={"value": "12.5", "tolerance": "0.5"}),
    "faults": question("faults", keyed("a", "b", "c", "d", fault="bd")),
    "likert": question("likert", keyed("disagree", "neither", "agree")),
    "dilemma": question("dilemma", [{"key": "tell", "panel": 4}, {"key": "wait", "panel": 1}]),
}
RIGHT: dict[str, list[str]] = {
    "single": ["b"],
    "multiple": ["a", "c"],
    "truefalse": ["true"],
    "ordering": ["ask", "check", "change", "use"],
    "matching": ["en=en", "fr=fr", "ar=ar"],
    "sorting": ["memo=allowed", "draft=allowed", "scores=forbidden", "faces=forbidden"],
    "numeric": ["12.5"],
    "faults": ["b", "d"],
    "likert": ["agree"],
    "dilemma": ["tell", "Others rely on it."],
}


def part(kind: str) -> dict[str, Any]:
    return QUESTIONS[kind] | {"scoring": "part"}


def as_posted(seed: str, asked: dict[str, Any], answer: list[str]) -> list[str]:
    """The answer in the names a browser knows."""
    names, sides = drawing.tokens(seed, asked), drawing.targets(seed, asked)
    match asked["kind"]:
        case "numeric":
            return answer
        case "dilemma":
            return [names[answer[0]], *answer[1:]]
        case "matching" | "sorting":
            pairs = [pair.split("=") for pair in answer]
            return [f"{names[left]}={sides[right]}" for left, right in pairs]
    return [names[key] for key in answer]
