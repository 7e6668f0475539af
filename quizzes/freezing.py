"""Freezes a quiz: an edition (keys and right answers, language-neutral) and its words in one language."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from wagtail.models import Locale

from certification.ledger import canonical
from quizzes.models import Question, Quiz, QuizEdition, QuizText
from quizzes.translations import unfinished


class Incomplete(ValueError):
    """The quiz cannot be frozen in this language; `sentences` says everything that is missing."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self.sentences = list(sentences)
        super().__init__(" ".join(self.sentences))


def freeze(quiz: Quiz, locale_code: str, at: datetime) -> tuple[QuizEdition, QuizText]:
    """The edition and text of the quiz as it stands; the same rows again as long as nothing changed.

    The edition comes from the questions in the source language, whatever language is asked for.
    Raises Incomplete.
    """
    source = source_questions(quiz)
    words = source if locale_code == settings.LANGUAGE_CODE else translated_questions(source, locale_code)
    missing = gaps(source) or gaps(words)
    if missing:
        raise Incomplete(missing)
    with transaction.atomic():
        Quiz.objects.select_for_update().get(pk=quiz.pk)
        edition = _edition(quiz, keys_of(quiz, source), at)
        return edition, _text(edition, locale_code, body_of(words), at)


def source_questions(quiz: Quiz) -> list[Question]:
    return [item.question for item in quiz.items.select_related("question__locale").order_by("sort_order", "pk")]


def translated_questions(source: Sequence[Question], locale_code: str) -> list[Question]:
    """The questions in another language, in the same order. Raises Incomplete."""
    keys = [question.translation_key for question in source]
    locale = Locale.objects.get(language_code=locale_code)
    translations = Question.objects.filter(translation_key__in=keys, locale=locale)
    found = {question.translation_key: question for question in translations}
    for key in unfinished(keys, locale):
        found.pop(key, None)
    missing = [
        _("The question “%(code)s” is not fully translated into this language.") % {"code": question.code}
        for question in source
        if question.translation_key not in found or _keys(question) != _keys(found[question.translation_key])
    ]
    if missing:
        raise Incomplete(missing)
    return [found[key] for key in keys]


def _keys(question: Question) -> list[str]:
    return [option.value["key"] for option in question.options]


def gaps(questions: Sequence[Question]) -> list[str]:
    """What keeps these questions from being asked, in sentences."""
    if not questions:
        return [_("The quiz has no questions.")]
    return [sentence for question in questions for sentence in _gaps_of(question)]


def _gaps_of(question: Question) -> list[str]:
    options = [option.value for option in question.options]
    right = [option for option in options if option["right"]]
    named = {"code": question.code}
    found = []
    if not question.text.strip():
        found.append(_("The question “%(code)s” has no text.") % named)
    if len(options) < 2:
        found.append(_("The question “%(code)s” needs at least two options.") % named)
    if not right:
        found.append(_("The question “%(code)s” has no right option.") % named)
    if question.kind == Question.Kind.SINGLE and len(right) > 1:
        found.append(_("The question “%(code)s” has several right options, but takes one answer.") % named)
    if len({option["key"] for option in options}) < len(options):
        found.append(_("The question “%(code)s” uses the key of an option twice.") % named)
    for option in options:
        if not option["text"].strip() or not option["feedback"].strip():
            found.append(
                _("The option “%(option)s” of the question “%(code)s” needs a text and feedback.")
                % {"option": option["key"], **named}
            )
    return found


def keys_of(quiz: Quiz, questions: Sequence[Question]) -> dict[str, Any]:
    """What an edition fixes; see QuizEdition.keys."""
    return {
        "pass_percent": quiz.pass_percent,
        "questions": [
            {
                "key": question.code,
                "kind": question.kind,
                "objective": question.objective,
                "options": [
                    {"key": option.value["key"], "right": bool(option.value["right"])} for option in question.options
                ],
            }
            for question in questions
        ],
    }


def body_of(questions: Sequence[Question]) -> dict[str, Any]:
    """The words of an edition in one language; see QuizText.body."""
    return {
        question.code: {
            "text": question.text,
            "options": {
                option.value["key"]: {"text": option.value["text"], "feedback": option.value["feedback"]}
                for option in question.options
            },
        }
        for question in questions
    }


def _edition(quiz: Quiz, keys: dict[str, Any], at: datetime) -> QuizEdition:
    digest = sha256(keys)
    found = quiz.editions.filter(sha256=digest).first()
    if found:
        return found
    number = (quiz.editions.aggregate(last=Max("number"))["last"] or 0) + 1
    return QuizEdition.objects.create(quiz=quiz, number=number, keys=keys, sha256=digest, frozen_at=at)


def _text(edition: QuizEdition, locale_code: str, body: dict[str, Any], at: datetime) -> QuizText:
    digest = sha256(body)
    text, _created = QuizText.objects.get_or_create(
        edition=edition, locale=locale_code, sha256=digest, defaults={"body": body, "frozen_at": at}
    )
    return text


def sha256(value: dict[str, Any]) -> str:
    return hashlib.sha256(canonical.encode(value)).hexdigest()
