"""Freezes a quiz: an edition (keys and right answers, language-neutral) and its words in one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from wagtail.models import Locale
from wagtail.rich_text import expand_db_html

from certification.ledger import canonical
from lms.signatures.authored import Authored
from quizzes import soundness
from quizzes.models import Question, Quiz, QuizEdition, QuizItem, QuizText, Story
from quizzes.translations import unfinished_translations

PAUSE = (2, 24)
"""After how many failures, and for how many hours, where an edition does not say."""


class Incomplete(ValueError):
    """The quiz cannot be frozen in this language; `sentences` says everything that is missing."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self.sentences = list(sentences)
        super().__init__(" ".join(self.sentences))


def freeze_quiz(quiz: Quiz, locale_code: str, at: datetime) -> tuple[QuizEdition, QuizText]:
    """The edition and text of the quiz as it stands; the same rows again as long as nothing changed.

    The edition comes from the questions in the source language, whatever language is asked for.
    Raises Incomplete.
    """
    keys, words = frozen_words(quiz, locale_code)
    with transaction.atomic():
        Quiz.objects.select_for_update().get(pk=quiz.pk)
        edition = _edition(quiz, keys, at)
        return edition, _text(edition, locale_code, words, at)


def frozen_words(quiz: Quiz, locale_code: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """(keys, words) as they would be frozen now, without freezing them. Raises Incomplete."""
    items = items_of(quiz)
    source = [item.question for item in items]
    asked = source if locale_code == settings.LANGUAGE_CODE else translated_questions(source, locale_code)
    missing = quiz_gaps(quiz) or soundness.question_gaps(asked)
    if missing:
        raise Incomplete(missing)
    return quiz_keys(quiz, items), quiz_body(asked, stories_in(source, locale_code))


def quiz_parts(quiz: Quiz, locale_code: str) -> list[Authored]:
    """All that is frozen with a quiz in a language, each with a trail of its own. Raises Incomplete."""
    source = [item.question for item in items_of(quiz)]
    asked = source if locale_code == settings.LANGUAGE_CODE else translated_questions(source, locale_code)
    return [quiz, *asked, *stories_in(source, locale_code).values()]


def items_of(quiz: Quiz) -> list[QuizItem]:
    """The quiz's items with their questions in the source language, in order; only published questions are asked."""
    rows = quiz.items.select_related("question__locale", "question__story").order_by("sort_order", "pk")
    return [item for item in rows if item.question.live]


def translated_questions(source: Sequence[Question], locale_code: str) -> list[Question]:
    """The questions in another language, in the same order. Raises Incomplete."""
    keys = [question.translation_key for question in source]
    locale = Locale.objects.get(language_code=locale_code)
    translations = Question.objects.filter(translation_key__in=keys, locale=locale, live=True)
    found = {question.translation_key: question for question in translations.select_related("story")}
    for key in unfinished_translations(keys, locale):
        found.pop(key, None)
    missing = [
        _("The question “%(code)s” is not fully translated into this language.") % {"code": question.code}
        for question in source
        if question.translation_key not in found
        or neutral_question(question) != neutral_question(found[question.translation_key])
    ]
    if missing:
        raise Incomplete(missing)
    return [found[key] for key in keys]


def stories_in(questions: Sequence[Question], locale_code: str) -> dict[str, Story]:
    """{code: the case in this language} that these questions are about. Raises Incomplete."""
    wanted = {question.story.translation_key: question.story.code for question in questions if question.story}
    if not wanted:
        return {}
    locale = Locale.objects.get(language_code=locale_code)
    rows = Story.objects.filter(translation_key__in=wanted, locale=locale, live=True)
    found = {story.translation_key: story for story in rows}
    for key in unfinished_translations(wanted, locale):
        found.pop(key, None)
    missing = [
        _("The case “%(code)s” is not fully translated into this language.") % {"code": code}
        for key, code in wanted.items()
        if key not in found
    ]
    if missing:
        raise Incomplete(missing)
    return {story.code: story for story in found.values()}


def quiz_gaps(quiz: Quiz) -> list[str]:
    """What keeps this quiz from being asked, in sentences: its questions in the source language, and its pools."""
    items = items_of(quiz)
    if not quiz.live:
        return [_("The quiz “%(code)s” is a draft: a reviewer has to approve it first.") % {"code": quiz.code}]
    return soundness.question_gaps([item.question for item in items]) + soundness.gaps_of_pools(quiz, items)


def quiz_keys(quiz: Quiz, items: Sequence[QuizItem]) -> dict[str, Any]:
    """What an edition fixes; see QuizEdition.keys. What is as usual is left out, so old editions stay what they are."""
    keys: dict[str, Any] = {
        "pass_percent": quiz.pass_percent,
        "questions": [
            neutral_question(item.question)
            | {name: value for name, value in (("pool", item.pool), ("compulsory", item.compulsory)) if value}
            for item in items
        ],
    }
    if quiz.pretest:
        keys["pretest"] = True
    if (quiz.pause_after, quiz.pause_hours) != PAUSE:
        keys["pause"] = {"after": quiz.pause_after, "hours": quiz.pause_hours}
    if quiz.minutes:
        keys["minutes"] = quiz.minutes
    takes = {pool.key: pool.take for pool in sorted(quiz.pools.all(), key=lambda pool: pool.key) if pool.take > 1}
    return keys | {"pools": takes} if takes else keys


def neutral_question(question: Question) -> dict[str, Any]:
    """The question without its words: the same in every language."""
    values = [(child.block_type, child.value) for child in question.options]
    found: dict[str, Any] = {
        "key": question.code,
        "kind": question.kind,
        "objective": question.objective,
        "options": [_neutral_option(kind, value) for kind, value in values if kind not in ("category", "number")],
    }
    if question.kind == Question.Kind.SORTING:
        found["categories"] = [value["key"] for kind, value in values if kind == "category"]
    if question.kind == Question.Kind.NUMERIC:
        found["answer"] = next(
            ({"value": value["value"], "tolerance": value["tolerance"]} for kind, value in values if kind == "number"),
            {},
        )
    if question.scoring != Question.Scoring.WHOLE:
        found["scoring"] = question.scoring
    if question.requirement:
        found["requirement"] = question.requirement
    return found | {"story": question.story.code} if question.story else found


def _neutral_option(kind: str, value: Any) -> dict[str, Any]:
    key = {"key": value["key"]}
    match kind:
        case "option":
            return key | {"right": bool(value["right"])}
        case "sentence":
            return key | {"fault": bool(value["fault"])}
        case "card":
            return key | {"category": value["category"]}
        case "view":
            return key | {"panel": value["panel"]}
    return key


def quiz_body(questions: Sequence[Question], told: Mapping[str, Story]) -> dict[str, Any]:
    """The words of an edition in one language; see QuizText.body. `told` = {code: the case in this language}."""
    return {question.code: question_words(question) | story_words(question, told) for question in questions}


def question_words(question: Question) -> dict[str, Any]:
    """The words of the question itself, without its case."""
    found: dict[str, Any] = {"text": question.text, "options": {}}
    for child in question.options:
        kind, value = child.block_type, child.value
        if kind == "category":
            found.setdefault("categories", {})[value["key"]] = value["text"]
        elif kind == "number":
            found |= {"unit": value["unit"] or "", "feedback": value["feedback"]}
        else:
            said = {name: value[name] for name in ("text", "feedback", "match") if name in value}
            found["options"][value["key"]] = {"feedback": ""} | said
    return found


def story_words(question: Question, told: Mapping[str, Story]) -> dict[str, Any]:
    if not question.story:
        return {}
    story = told[question.story.code]
    return {"story": {"title": story.title, "html": expand_db_html(story.text)}}


def _edition(quiz: Quiz, keys: dict[str, Any], at: datetime) -> QuizEdition:
    digest = canonical.digest(keys)
    found = quiz.editions.filter(sha256=digest).first()
    if found:
        return found
    number = (quiz.editions.aggregate(last=Max("number"))["last"] or 0) + 1
    return QuizEdition.objects.create(quiz=quiz, number=number, keys=keys, sha256=digest, frozen_at=at)


def _text(edition: QuizEdition, locale_code: str, body: dict[str, Any], at: datetime) -> QuizText:
    digest = canonical.digest(body)
    text, _created = QuizText.objects.get_or_create(
        edition=edition, locale=locale_code, sha256=digest, defaults={"body": body, "frozen_at": at}
    )
    return text
