"""Practice in the body of a section: a question of the quiz's kinds, marked by the quiz's rules and kept nowhere.

A value here is a practice block's, as the closure has it (content/closure.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from quizzes import freezing, rehearsing, soundness
from quizzes.models import Question
from quizzes.rehearsing import Rehearsal

Value = Mapping[str, Any]


def practice_question(value: Value) -> Question:
    """The question as the bank would hold it, stored nowhere."""
    return Question(
        code=value["key"],
        kind=value["kind"],
        scoring=Question.Scoring.PART,
        text=value["text"],
        options=[dict(answer) for answer in value["answers"]],
    )


def practice_gaps(value: Value) -> list[str]:
    """What keeps it from being asked, in sentences."""
    if not value["kind"]:
        return []  # the form says so itself
    return list(soundness.gaps_of_question(practice_question(value)))


def neutral_practice(value: Value) -> dict[str, Any]:
    """What is the same in every language: the kind, the keys and what is right."""
    found = freezing.neutral_question(practice_question(value))
    return {name: found[name] for name in ("kind", "options", "categories") if name in found}


@dataclass(frozen=True)
class Practice:
    """One practice as it is shown. `value` has its facts filled in; `marked` gives a feedback its marks of sources."""

    value: Value
    locale: str
    marked: Callable[[str], str]

    @property
    def key(self) -> str:
        return str(self.value["key"])

    @property
    def gaps(self) -> list[str]:
        return practice_gaps(self.value)

    @cached_property
    def rehearsal(self) -> Rehearsal:
        found = rehearsing.rehearsal(practice_question(self.value), self.locale)
        for words in found.said["options"].values():
            words["feedback"] = self.marked(words["feedback"])
        return found

    def to_answer(self, given: list[str] | None = None, error: str = "", typed: Any = None) -> dict[str, Any]:
        """See learning/question.html."""
        return rehearsing.rehearsed_question(self.rehearsal, given or [], error, typed)

    def explained(self, given: list[str] | None = None) -> dict[str, Any]:
        """See learning/reviewed_question.html; without an answer, with the right one."""
        return rehearsing.explained_rehearsal(self.rehearsal, given)
