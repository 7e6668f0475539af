"""Anonymous sittings out of the database: no person, no time, no place leaves this module."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from quizzes import grading
from quizzes.analysis import items
from quizzes.analysis.items import ItemFigures, LanguageDifference, Sitting
from quizzes.corrected_keys import keys_as_corrected
from quizzes.models import Attempt, Quiz, QuizEdition, QuizText, Response

FIRST = 1
PLAIN = ("single", "multiple", "truefalse", "faults", "likert")
"""Kinds whose options are chosen as they are; only for these shares of options mean something."""


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """A question with its words in one language, its figures over all languages and in each, and differences."""

    item: ItemFigures
    kind: str
    text: str
    options: dict[str, str]
    by_language: dict[str, ItemFigures]
    differences: list[LanguageDifference]


def newest_edition(quiz: Quiz) -> QuizEdition | None:
    return quiz.editions.order_by("-number").first()


def anonymous_sittings(edition: QuizEdition) -> list[Sitting]:
    """Everybody's first try on this edition. Two queries."""
    rows = Attempt.objects.filter(
        edition=edition, number=FIRST, purpose=Attempt.Purpose.POST, submitted_at__isnull=False
    )
    languages: dict[UUID, str] = dict(rows.values_list("pk", "locale"))
    credits: dict[UUID, dict[str, float]] = defaultdict(dict)
    chosen: dict[UUID, dict[str, list[str]]] = defaultdict(dict)
    answers = Response.objects.filter(attempt__in=rows.values("pk"))
    for attempt, question, given, credit in answers.values_list("attempt", "question", "chosen", "credit"):
        chosen[attempt][question] = given
        if credit is not None:
            credits[attempt][question] = float(credit)
    # In an order that tells nothing: neither who nor when.
    found = [Sitting(languages[pk], credits[pk], chosen[pk]) for pk in languages]
    return sorted(found, key=lambda each: (each.language, sorted(each.credits.items())))


def figures_of_edition(edition: QuizEdition, language: str) -> list[QuestionFigures]:
    """Every question that is graded, in order. Five queries, however many people and questions."""
    rows = anonymous_sittings(edition)
    languages = sorted({each.language for each in rows if each.language})
    words = edition_words(edition, language)
    questions = keys_as_corrected(edition.pk, edition.keys)["questions"]
    return [
        figures_of_question(question, rows, languages, words) for question in questions if grading.is_scored(question)
    ]


def figures_of_question(
    question: dict[str, Any], rows: list[Sitting], languages: list[str], words: dict[str, Any]
) -> QuestionFigures:
    key, plain = question["key"], question["kind"] in PLAIN
    options = [option["key"] for option in question["options"]] if plain else []
    mark = grading.MARKS.get(question["kind"], "")
    right = [option["key"] for option in question["options"] if mark and option[mark]]
    within = {code: [each for each in rows if each.language == code] for code in languages}
    pairs = [(first, second) for place, first in enumerate(languages) for second in languages[place + 1 :]]
    said = words.get(key, {"text": key, "options": {}})
    return QuestionFigures(
        item=items.item_figures(rows, key, options, right),
        kind=question["kind"],
        text=said["text"],
        options={option: said["options"].get(option, {}).get("text", option) for option in options},
        by_language={code: items.item_figures(some, key, options, right) for code, some in within.items()},
        differences=[
            found
            for first, second in pairs
            if (found := items.language_difference(rows, key, first, second)) is not None
        ],
    )


def edition_words(edition: QuizEdition, language: str) -> dict[str, Any]:
    rows = {text.locale: text.body for text in QuizText.objects.filter(edition=edition).order_by("frozen_at")}
    return rows.get(language) or rows.get("en") or {}
