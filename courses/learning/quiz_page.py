"""A quiz as a page shows it, and an answered form as `attempts` takes it. No key reaches a page before submission."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info, gettext

from content.editions import ModuleText
from quizzes import attempts
from quizzes.attempts import Answers
from quizzes.grading import Question, Verdict
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
    """The questions with what was chosen so far: name, legend, kind, error, answered, options."""
    questions = attempts.questions(edition)
    return [
        {
            "name": name_of(question["key"]),
            "legend": legend(place(number, len(questions)), words.body[question["key"]]["text"]),
            "kind": question["kind"],
            "error": gettext("Question %(number)s: choose an answer.") % {"number": number}
            if question["key"] in unanswered
            else "",
            "options": options(question, words, given.get(question["key"], [])),
            "answered": bool(given.get(question["key"])),
        }
        for number, question in enumerate(questions, 1)
    ]


def options(question: Question, words: QuizText, chosen: list[str]) -> list[dict[str, Any]]:
    said = words.body[question["key"]]["options"]
    return [
        {"key": option["key"], "text": said[option["key"]]["text"], "checked": option["key"] in chosen}
        for option in question["options"]
    ]


def reviewed(edition: QuizEdition, words: QuizText, given: Answers) -> list[dict[str, Any]]:
    """As `to_answer`, after submission: whether it was right, and verdict and feedback for every option."""
    shown = to_answer(edition, words, given)
    pairs = zip(attempts.questions(edition), attempts.marks(edition, given), strict=True)
    for number, (question, mark) in enumerate(pairs, 1):
        said = words.body[question["key"]]
        where = gettext("%(place)s · right") if mark.right else gettext("%(place)s · not right")
        shown[number - 1]["legend"] = legend(where % {"place": place(number, len(shown))}, said["text"])
        for option in shown[number - 1]["options"]:
            option["verdict"] = verdict(question, mark.verdicts[option["key"]])
            option["feedback"] = said["options"][option["key"]]["feedback"]
    return shown


def verdict(question: Question, found: Verdict) -> Verdict:
    """The one right answer of a single choice is called right, not "right too", when another was chosen."""
    return "right" if found == "missed" and question["kind"] == "single" else found


def place(number: int, total: int) -> str:
    return gettext("Question %(number)s of %(total)s") % {"number": number, "total": total}


def legend(above: str, text: str) -> SafeString:
    """The question under its place; that line keeps the page's language where the question is in another."""
    language = get_language() or FALLBACK
    direction = "rtl" if get_language_info(language)["bidi"] else "ltr"
    return format_html('<span class="kicker" lang="{}" dir="{}">{}</span>{}', language, direction, above, text)
