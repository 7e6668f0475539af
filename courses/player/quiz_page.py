"""An answered form as `attempts` takes it, and the words in which a quiz is asked. How it looks: quizzes.asking."""

from __future__ import annotations

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext

from content.editions import ModuleText
from lms.people.models import Person
from lms.people.prepared import Prepared, slot
from quizzes import attempts, drawing, grading
from quizzes.asking import FALLBACK, PREFIX, field_name
from quizzes.attempts import AnswerSheet
from quizzes.grading import FrozenQuestion, NoNumber
from quizzes.models import Accommodation, Attempt, QuizEdition, QuizText

SPACED = Prepared(lambda: Accommodation.objects.filter(person=slot("person"), spacing=True).values_list("pk"))


def wants_spacing(person: Person) -> bool:
    """Whether the person chose wider spacing for the questions of a test."""
    return bool(SPACED(person=person.pk))


def posted(data: QueryDict, attempt: Attempt) -> AnswerSheet:
    """The answers a form sends, checked. What it leaves blank is not sent: a blank tab never erases another's answers.

    Only a question the person touched here (`touched`) and left without a tick is cleared. Raises UnknownAnswer for a
    question, an option or a name that this sitting does not have.
    """
    asked = {field_name(attempt.seed, question): question for question in attempts.questions(attempt)}
    touched = set(data.getlist("touched"))
    strange = [name for name in data if name.startswith(PREFIX) and name.partition(".")[0] not in asked]
    if strange:
        raise grading.UnknownAnswer(f"This sitting does not ask {strange[0][:80]!r}.")
    found = AnswerSheet(attempt)
    for name, question in asked.items():
        _take(found, question, sent(data, name, question, attempt.seed), name in touched, attempt.seed)
    return found


def sent(data: QueryDict, name: str, question: FrozenQuestion, seed: str) -> list[str]:
    """What the fields of one question hold, in the form `drawing.untoken` takes; empty = nothing was filled in."""
    if question["kind"] == "ordering":
        places = {said: data.get(f"{name}.{said}", "") for said in drawing.tokens(seed, question).values()}
        return [f"{place}={said}" for said, place in places.items() if place]
    if question["kind"] in ("matching", "sorting"):
        rows = {said: data.get(f"{name}.{said}", "") for said in drawing.tokens(seed, question).values()}
        return [f"{said}={to}" for said, to in rows.items() if to]
    if question["kind"] == "dilemma":
        chosen, reason = str(data.get(name, "")), str(data.get(f"{name}.reason", ""))
        return [chosen, reason] if chosen or reason.strip() else []
    return [str(value) for value in data.getlist(name) if str(value).strip()]


def _take(found: AnswerSheet, question: FrozenQuestion, values: list[str], touched: bool, seed: str) -> None:
    key = question["key"]
    if not values:
        if touched:
            found.answers[key] = []
        return
    if question["kind"] == "ordering":
        order = in_order(values, len(question["options"]))
        if order is None:
            found.errors[key] = gettext("Give every step a place of its own, from 1 to %(last)s.") % {
                "last": len(question["options"])
            }
            return
        values = order
    try:
        found.answers[key] = grading.checked_answer(question, drawing.untoken(seed, question, values))
    except NoNumber:
        found.errors[key] = gettext("Write a number, such as 12.5, and thousands without a comma.")


def in_order(places: list[str], count: int) -> list[str] | None:
    """["2=x", "1=y"] as ["y", "x"]; None while a place is missing, taken twice or none at all."""
    found = dict(each.split("=", 1) for each in places)
    wanted = [str(place) for place in range(1, count + 1)]
    return [found[place] for place in wanted] if len(places) == count and sorted(found) == sorted(wanted) else None


def words_for(edition: QuizEdition, text: ModuleText) -> QuizText:
    """The words of `edition` in the language of `text`, else in English; only ones a signed-off module showed."""
    if text.quiz_text and text.quiz_text.edition_id == edition.pk:
        return text.quiz_text
    rows = edition.texts.filter(Q(module_texts__sign_off__isnull=False), locale__in=[text.locale, FALLBACK])
    found = {words.locale: words for words in rows.order_by("frozen_at")}
    return found.get(text.locale) or found[FALLBACK]
