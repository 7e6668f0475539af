"""Loads the graded questions of a module in the source language, and the quiz that holds them."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Max
from wagtail.models import Locale

from content.curriculum.build import question_of
from content.curriculum.models import LoadedSection
from content.curriculum.parts import QUESTION, Step, question_digests, steps
from content.curriculum.written import Written
from quizzes.models import Question, Quiz, QuizItem

FIELDS = ("kind", "objective", "text", "options")


def load_questions(
    written: Written, locale: Locale, loaded: Mapping[str, LoadedSection]
) -> tuple[Quiz | None, dict[str, Step]]:
    """Writes what is to be taken. Returns the module's quiz and a step for every question."""
    fresh, kept = wanted(written, locale), stored(written.code, locale)
    rows = {name: row for name, row in loaded.items() if name.startswith(QUESTION)}
    chosen = steps(rows, question_digests(kept), question_digests(fresh))
    for name, step in chosen.items():
        if step is Step.TAKE and name in fresh:
            _write(fresh[name], kept.get(name))
    return _quiz(written.code, locale, fresh, chosen), chosen


def wanted(written: Written, locale: Locale) -> dict[str, Question]:
    """{part: unsaved question} as the source file has them."""
    return {QUESTION + block.key: question_of(written.code, block, block, locale) for block in written.questions}


def stored(code: str, locale: Locale) -> dict[str, Question]:
    """{part: question} of a module as they stand in the database."""
    found = Question.objects.filter(code__startswith=f"{code}-", locale=locale)
    return {QUESTION + question.code.removeprefix(f"{code}-"): question for question in found}


def _write(fresh: Question, kept: Question | None) -> None:
    question = kept or fresh
    for field in FIELDS:
        setattr(question, field, getattr(fresh, field))
    question.full_clean(validate_constraints=False)
    question.save()


def _quiz(code: str, locale: Locale, fresh: Mapping[str, Question], chosen: Mapping[str, Step]) -> Quiz | None:
    """New questions of the file enter the quiz, those gone from it leave; the rest is the editors'."""
    quiz = Quiz.objects.filter(code=code).first()
    if quiz is None and fresh:
        quiz = Quiz.objects.create(code=code)
    if quiz is None:
        return None
    for name, question in stored(code, locale).items():
        if chosen.get(name) is not Step.TAKE:
            continue
        if name in fresh:
            last = quiz.items.aggregate(last=Max("sort_order"))["last"]
            place = 0 if last is None else last + 1
            QuizItem.objects.get_or_create(quiz=quiz, question=question, defaults={"sort_order": place})
        else:
            quiz.items.filter(question=question).delete()
    return quiz
