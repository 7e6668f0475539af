"""A quiz as a page shows it, and an answered form as `attempts` takes it. No key reaches a page before submission."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from content.editions import ModuleText
from quizzes import attempts
from quizzes.attempts import Answers
from quizzes.models import QuizEdition, QuizText

PREFIX = "answer-"
FALLBACK = "en"


def name_of(question: str) -> str:
    """The form field's name, which is also the id an error leads to."""
    return PREFIX + question


def posted(data: QueryDict) -> Answers:
    """The answers a form sends. What it leaves blank is not sent, so a blank tab never erases another tab's answers.

    Only a question the person touched here (`touched`) and left without a tick is cleared.
    """
    names = [name for name in data if name.startswith(PREFIX)]
    cleared = [name for name in data.getlist("touched") if name.startswith(PREFIX) and name not in data]
    answers = {name.removeprefix(PREFIX): list(map(str, data.getlist(name))) for name in names}
    return answers | {name.removeprefix(PREFIX): [] for name in cleared}


def words_for(edition: QuizEdition, text: ModuleText) -> QuizText:
    """The words of `edition` in the language of `text`, else in English; only ones a signed-off module showed."""
    if text.quiz_text and text.quiz_text.edition_id == edition.pk:
        return text.quiz_text
    rows = edition.texts.filter(Q(module_texts__sign_off__isnull=False), locale__in=[text.locale, FALLBACK])
    found = {words.locale: words for words in rows.order_by("frozen_at")}
    return found.get(text.locale) or found[FALLBACK]


def to_answer(
    edition: QuizEdition, words: QuizText, given: Answers, unanswered: Collection[str] = ()
) -> list[dict[str, Any]]:
    """The questions with what was chosen so far: key, name, number, total, text, kind, error, options."""
    questions = attempts.questions(edition)
    return [
        {
            "key": question["key"],
            "name": name_of(question["key"]),
            "number": number,
            "total": len(questions),
            "text": words.body[question["key"]]["text"],
            "kind": question["kind"],
            "error": _("Question %(number)s: choose an answer.") % {"number": number}
            if question["key"] in unanswered
            else "",
            "options": [
                {
                    "key": option["key"],
                    "text": words.body[question["key"]]["options"][option["key"]]["text"],
                    "checked": option["key"] in given.get(question["key"], []),
                }
                for option in question["options"]
            ],
            "answered": bool(given.get(question["key"])),
        }
        for number, question in enumerate(questions, 1)
    ]


def reviewed(edition: QuizEdition, words: QuizText, given: Answers) -> list[dict[str, Any]]:
    """As `to_answer`, after submission: whether it was right, and verdict and feedback for every option."""
    shown = to_answer(edition, words, given)
    for question, mark in zip(shown, attempts.marks(edition, given), strict=True):
        question["right"] = mark.right
        for option in question["options"]:
            option["verdict"] = mark.verdicts[option["key"]]
            option["feedback"] = words.body[question["key"]]["options"][option["key"]]["feedback"]
    return shown
