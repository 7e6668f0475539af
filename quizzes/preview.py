"""Drafts of questions as a learner would meet them, by the functions and templates of the player."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, override

from quizzes import asking, explaining, freezing, soundness
from quizzes.attempts import Answers
from quizzes.models import Attempt, Question, QuizEdition, QuizText, Story
from quizzes.solutions import right_answer

SEED = "preview"


@dataclass(frozen=True, slots=True)
class DraftSitting:
    """A sitting that is stored nowhere. `gaps` = what keeps the questions from being asked, in sentences."""

    attempt: Attempt
    words: QuizText
    gaps: list[str]


def draft_sitting(questions: Sequence[Question], locale: str) -> DraftSitting:
    """Questions with gaps are left out of the sitting and named in `gaps`."""
    found = [(question, list(soundness.gaps_of_question(question))) for question in questions]
    whole = [question for question, lacking in found if not lacking]
    told, untold = stories_told(whole)
    edition = QuizEdition(keys={"pass_percent": 100, "questions": [freezing.neutral_question(each) for each in whole]})
    return DraftSitting(
        attempt=Attempt(edition=edition, seed=SEED, number=1),
        words=QuizText(edition=edition, locale=locale, body=freezing.quiz_body(whole, told)),
        gaps=[sentence for _question, lacking in found for sentence in lacking] + untold,
    )


def stories_told(questions: Sequence[Question]) -> tuple[dict[str, Story], list[str]]:
    """{code: the case in the questions' language, else as it is}, and a sentence about each that is not in it."""
    stories = {question.story.code: question.story for question in questions if question.story}
    told = {code: story.get_translation_or_none(questions[0].locale) or story for code, story in stories.items()}
    untold = [
        gettext("The case “%(code)s” is not fully translated into this language.") % {"code": code}
        for code, story in told.items()
        if story.locale_id != questions[0].locale_id
    ]
    return told, untold


def questions_to_answer(found: DraftSitting) -> list[dict[str, Any]]:
    return asking.questions_on_page(found.attempt, found.words, {})


def questions_with_answers(found: DraftSitting) -> list[dict[str, Any]]:
    given: Answers = {each["key"]: right_answer(each) for each in found.attempt.edition.keys["questions"]}
    return explaining.explained_questions(found.attempt, found.words, given)


def render_question_preview(request: HttpRequest, question: Question, mode: str) -> HttpResponse:
    """In the question's own language and direction, whatever the editor's is."""
    locale = question.locale.language_code
    with override(locale):
        found = draft_sitting([question], locale)
        context = {
            "gaps": found.gaps,
            "questions": questions_with_answers(found) if mode == Question.ANSWERED else questions_to_answer(found),
            "answered": mode == Question.ANSWERED,
        }
        return render(request, "quizzes/preview.html", context)
