"""Drafts of questions as a learner would meet them, by the functions and templates of the player."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_lazy, override

from quizzes import asking, explaining, freezing, soundness
from quizzes.attempts import Answers
from quizzes.models import Attempt, Question, QuizEdition, QuizText, Story
from quizzes.solutions import right_answer

ASKED, ANSWERED = "", "answered"
MODES = [(ASKED, gettext_lazy("As it is asked")), (ANSWERED, gettext_lazy("With the right answer"))]
SEED = "preview"


@dataclass(frozen=True, slots=True)
class Draft:
    """A sitting that is stored nowhere. `gaps` = what keeps the questions from being asked, in sentences."""

    attempt: Attempt
    words: QuizText
    gaps: list[str]


def draft(questions: Sequence[Question], locale: str) -> Draft:
    """Questions with gaps are left out of the sitting and named in `gaps`."""
    found = [(question, list(soundness.gaps_of(question))) for question in questions]
    whole = [question for question, lacking in found if not lacking]
    told, untold = cases(whole)
    edition = QuizEdition(keys={"pass_percent": 100, "questions": [freezing.neutral(each) for each in whole]})
    return Draft(
        attempt=Attempt(edition=edition, seed=SEED, number=1),
        words=QuizText(edition=edition, locale=locale, body=freezing.body_of(whole, told)),
        gaps=[sentence for _question, lacking in found for sentence in lacking] + untold,
    )


def cases(questions: Sequence[Question]) -> tuple[dict[str, Story], list[str]]:
    """{code: the case in the questions' language, else as it is}, and a sentence about each that is not in it."""
    stories = {question.story.code: question.story for question in questions if question.story}
    told = {code: story.get_translation_or_none(questions[0].locale) or story for code, story in stories.items()}
    untold = [
        gettext("The case “%(code)s” is not fully translated into this language.") % {"code": code}
        for code, story in told.items()
        if story.locale_id != questions[0].locale_id
    ]
    return told, untold


def asked(found: Draft) -> list[dict[str, Any]]:
    return asking.to_answer(found.attempt, found.words, {})


def answered(found: Draft) -> list[dict[str, Any]]:
    given: Answers = {each["key"]: right_answer(each) for each in found.attempt.edition.keys["questions"]}
    return explaining.reviewed(found.attempt, found.words, given)


def show(request: HttpRequest, question: Question, mode: str) -> HttpResponse:
    """In the question's own language and direction, whatever the editor's is."""
    locale = question.locale.language_code
    with override(locale):
        found = draft([question], locale)
        context = {
            "gaps": found.gaps,
            "questions": answered(found) if mode == ANSWERED else asked(found),
            "answered": mode == ANSWERED,
        }
        return render(request, "quizzes/preview.html", context)
