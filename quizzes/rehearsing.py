"""A question answered to practise: asked and explained as in a test, without number, points, or anything kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, pgettext

from quizzes import asking, explaining, freezing, grading
from quizzes.grading import FrozenQuestion
from quizzes.models import Attempt, Question, QuizEdition, QuizText
from quizzes.solutions import right_answer

SEED = "rehearsal"
"""The same for everybody: nothing hangs on what is answered."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A sitting of one question that is stored nowhere; `said` = its words (QuizText.body)."""

    attempt: Attempt
    words: QuizText
    question: FrozenQuestion

    @property
    def said(self) -> dict[str, Any]:
        found: dict[str, Any] = self.words.body[self.question["key"]]
        return found


def rehearsal(question: Question, locale: str) -> Rehearsal:
    """Of a question without gaps (quizzes.soundness)."""
    neutral = freezing.neutral_question(question)
    edition = QuizEdition(keys={"pass_percent": 100, "questions": [neutral]})
    words = QuizText(edition=edition, locale=locale, body=freezing.quiz_body([question], {}))
    return Rehearsal(Attempt(edition=edition, seed=SEED, number=1), words, neutral)


def rehearsed_question(found: Rehearsal, given: list[str], error: str, typed: Any) -> dict[str, Any]:
    """See learning/question.html. `given` = what was chosen, `error` = what is missing, `typed` = the form as sent."""
    shown = {
        "name": asking.field_name(SEED, found.question),
        "legend": asking.question_legend(gettext("Practice · not graded"), found.said["text"]),
        "kind": found.question["kind"],
        "error": error,
        "hint": asking.in_page_language(asking.how_to_answer(found.question), found.words),
        "story": None,
        **asking.controls(found.question, SEED, found.said, given, typed),
    }
    if error:
        asking.mark_wrong_rows(shown)
    return shown


def explained_rehearsal(found: Rehearsal, given: list[str] | None) -> dict[str, Any]:
    """See learning/reviewed_question.html. Without an answer (None) the right one is shown as given."""
    question = found.question
    chosen = right_answer(question) if given is None else given
    mark = grading.grade(question, chosen)
    above = gettext("Practice · not graded")
    if given is not None:
        above = explaining.mark_in_words(question, mark) % {"place": pgettext("a question", "Practice")}
    rows = explaining.explained_options(question, SEED, found.said, chosen, mark)
    return {
        "name": f"{asking.field_name(SEED, question)}-result",
        "legend": asking.question_legend(above, found.said["text"]),
        "kind": question["kind"],
        "story": None,
        "right": mark.right,
        "panel": None,
        "options": explaining.with_labels(question["kind"], rows),
    }


def missing_sentence(question: FrozenQuestion) -> str:
    """What is said where an answer is not whole."""
    if question["kind"] in asking.ROWS:
        return gettext("Choose something in every row.")
    return gettext("Choose an answer.")
