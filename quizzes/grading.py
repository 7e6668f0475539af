"""Marking, pure and explained. A question is right only when exactly the right options are chosen.

There are no part marks: with part marks, ticking everything would earn points, and "passed" would need an argument.

A question here is one of `QuizEdition.keys["questions"]`:
`{"key": str, "kind": "single" | "multiple", "objective": str, "options": [{"key": str, "right": bool}]}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Question = Mapping[str, Any]
Verdict = Literal["right", "wrong", "missed", ""]


class UnknownAnswer(ValueError):
    """What was chosen is not among the options, or is more than the question takes. The message says which."""


@dataclass(frozen=True)
class Mark:
    """`verdicts` = {option key: rightly chosen | wrongly chosen | right but not chosen | rightly left alone}."""

    question: str
    right: bool
    verdicts: Mapping[str, Verdict]


def check(question: Question, chosen: Iterable[str]) -> list[str]:
    """The chosen keys, each once, in the question's own order. Raises UnknownAnswer."""
    wanted = set(chosen)
    known = [option["key"] for option in question["options"]]
    strange = sorted(wanted - set(known))
    if strange:
        raise UnknownAnswer(f"Question {question['key']} has no option {strange[0]!r}: it has {', '.join(known)}.")
    if question["kind"] == "single" and len(wanted) > 1:
        raise UnknownAnswer(f"Question {question['key']} takes one answer, not {len(wanted)}.")
    return [key for key in known if key in wanted]


def grade(question: Question, chosen: Iterable[str]) -> Mark:
    """The mark for one question. Nothing chosen is not right. Raises UnknownAnswer."""
    picked = set(check(question, chosen))
    wanted = {option["key"] for option in question["options"] if option["right"]}
    verdicts = {
        option["key"]: verdict(option["key"] in wanted, option["key"] in picked) for option in question["options"]
    }
    return Mark(question["key"], bool(picked) and picked == wanted, verdicts)


def verdict(right: bool, chosen: bool) -> Verdict:
    if chosen:
        return "right" if right else "wrong"
    return "missed" if right else ""


def passed(right: int, total: int, percent: int) -> bool:
    """Whether `right` of `total` questions reach `percent`: whole numbers only, so that 80 % of 10 is 8, exactly."""
    return total > 0 and right * 100 >= percent * total


def needed(total: int, percent: int) -> int:
    """The smallest number of right answers that passes: the pass mark in a learner's words."""
    return -(-percent * total // 100)
