"""What keeps questions and pools from being asked, in sentences for editors."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from quizzes import grading
from quizzes.models import Question, Quiz, QuizItem

Kind = Question.Kind
Values = list[tuple[str, Any]]
BLOCKS: dict[str, tuple[str, ...]] = {
    Kind.SINGLE: ("option",),
    Kind.MULTIPLE: ("option",),
    Kind.TRUE_FALSE: ("option",),
    Kind.ORDERING: ("step",),
    Kind.MATCHING: ("pair",),
    Kind.SORTING: ("category", "card"),
    Kind.NUMERIC: ("number",),
    Kind.FAULTS: ("sentence",),
    Kind.LIKERT: ("point",),
    Kind.DILEMMA: ("view",),
}
LEAST = {Kind.ORDERING: 3, Kind.LIKERT: 3}


def question_gaps(questions: Sequence[Question]) -> list[str]:
    if not questions:
        return [_("The quiz has no questions.")]
    return [sentence for question in questions for sentence in gaps_of_question(question)]


def gaps_of_question(question: Question) -> Iterator[str]:
    named = {"code": question.code}
    values = [(child.block_type, child.value) for child in question.options]
    if not question.text.strip():
        yield _("The question “%(code)s” has no text.") % named
    if any(kind not in BLOCKS[question.kind] for kind, _value in values):
        yield _("The question “%(code)s” holds answers of another kind of question.") % named
        return
    if question.scoring == Question.Scoring.PART and question.kind not in grading.RULES:
        yield _("The question “%(code)s” is of a kind that has no partial credit.") % named
    yield from _count(question, values, named)
    yield from KINDS[Kind(question.kind)](values, named)
    yield from _words(values, named)


def _count(question: Question, values: Values, named: dict[str, str]) -> Iterator[str]:
    answers = [value for kind, value in values if kind != "category"]
    if question.kind == Kind.NUMERIC:
        if len(answers) != 1:
            yield _("The question “%(code)s” needs exactly one right number.") % named
        return
    least = LEAST.get(Kind(question.kind), 2)
    if len(answers) < least:
        if least == 2:
            yield _("The question “%(code)s” needs at least two options.") % named
        else:
            yield _("The question “%(code)s” needs at least three of them.") % named
    keys = [value["key"] for value in answers if value["key"]]
    if len(set(keys)) < len(keys):
        yield _("The question “%(code)s” uses the key of an option twice.") % named


def _words(values: Values, named: dict[str, str]) -> Iterator[str]:
    if any(kind != "number" and not value["key"] for kind, value in values):
        yield _("The question “%(code)s” has an answer or a group without a key.") % named
    for kind, value in values:
        if kind == "number":
            if not value["feedback"].strip():
                yield _("The number of the question “%(code)s” needs feedback.") % named
        elif not value["text"].strip() or ("feedback" in value and not value["feedback"].strip()):
            yield (
                _("The option “%(option)s” of the question “%(code)s” needs a text and feedback.")
                % {"option": value["key"], **named}
            )


def _one(values: Values, named: dict[str, str]) -> Iterator[str]:
    right = sum(bool(value["right"]) for _kind, value in values)
    if not right:
        yield _("The question “%(code)s” has no right option.") % named
    if right > 1:
        yield _("The question “%(code)s” has several right options, but takes one answer.") % named


def _several(values: Values, named: dict[str, str]) -> Iterator[str]:
    if not any(value["right"] for _kind, value in values):
        yield _("The question “%(code)s” has no right option.") % named


def _truefalse(values: Values, named: dict[str, str]) -> Iterator[str]:
    yield from _one(values, named)
    if {value["key"] for _kind, value in values} != {"true", "false"}:
        yield _("The options of the question “%(code)s” have the keys “true” and “false”.") % named


def _matching(values: Values, named: dict[str, str]) -> Iterator[str]:
    matches = [value["match"].strip() for _kind, value in values]
    if len(set(matches)) < len(matches) or not all(matches):
        yield _("Every pair of the question “%(code)s” needs a right side of its own.") % named


def _sorting(values: Values, named: dict[str, str]) -> Iterator[str]:
    groups = [value["key"] for kind, value in values if kind == "category"]
    if len(groups) < 2:
        yield _("The question “%(code)s” needs at least two groups.") % named
    if len(set(groups)) < len(groups):
        yield _("The question “%(code)s” uses the key of a group twice.") % named
    for kind, value in values:
        if kind == "card" and value["category"] not in groups:
            yield (
                _("The card “%(card)s” of the question “%(code)s” belongs to a group that is not there.")
                % {"card": value["key"], **named}
            )


def _numeric(values: Values, named: dict[str, str]) -> Iterator[str]:
    if not all(value["value"] and value["tolerance"] for _kind, value in values):
        yield _("The number of the question “%(code)s” needs a right value and a tolerance.") % named
    elif any(Decimal(value["tolerance"]) < 0 for _kind, value in values):
        yield _("The tolerance of the question “%(code)s” is less than 0.") % named


def _faults(values: Values, named: dict[str, str]) -> Iterator[str]:
    faulty = [bool(value["fault"]) for _kind, value in values]
    if not any(faulty) or all(faulty):
        yield _("The text of the question “%(code)s” needs at least one piece with a fault and one without.") % named


def _dilemma(values: Values, named: dict[str, str]) -> Iterator[str]:
    for _kind, value in values:
        if value["panel"] is None:
            yield (
                _("The option “%(option)s” of the question “%(code)s” does not say how many of the panel chose it.")
                % {"option": value["key"], **named}
            )


def _free(values: Values, named: dict[str, str]) -> Iterator[str]:
    yield from ()


KINDS = {
    Kind.SINGLE: _one,
    Kind.MULTIPLE: _several,
    Kind.TRUE_FALSE: _truefalse,
    Kind.ORDERING: _free,
    Kind.MATCHING: _matching,
    Kind.SORTING: _sorting,
    Kind.NUMERIC: _numeric,
    Kind.FAULTS: _faults,
    Kind.LIKERT: _free,
    Kind.DILEMMA: _dilemma,
}


def gaps_of_pools(quiz: Quiz, items: Sequence[QuizItem]) -> list[str]:
    return [*_pools(quiz, items), *_compulsory(items)]


def _pools(quiz: Quiz, items: Sequence[QuizItem]) -> Iterator[str]:
    sizes = Counter(item.pool for item in items if item.pool)
    kinds: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for item in items:
        if item.pool:
            kinds[item.pool].add((item.question.kind, item.question.scoring))
    for pool in quiz.pools.all():
        if sizes[pool.key] < pool.take:
            yield (
                _("The pool “%(pool)s” holds %(size)d questions, but %(take)d are drawn from it.")
                % {"pool": pool.key, "size": sizes[pool.key], "take": pool.take}
            )
    for key in sorted(key for key, found in kinds.items() if len(found) > 1):
        yield _("The questions of the pool “%(pool)s” differ in kind or scoring, so they are not equal.") % {
            "pool": key
        }
    if quiz.pretest and not sizes:
        yield _("A pre-test needs pools: without them it would ask the very questions of the test.")


def _compulsory(items: Sequence[QuizItem]) -> Iterator[str]:
    if items and all(item.question.kind in grading.UNSCORED for item in items):
        yield _("None of the questions is graded, so nobody could pass.")
    for item in items:
        if item.compulsory and item.question.kind in grading.UNSCORED:
            yield (
                _("The question “%(code)s” is not graded, so it cannot be a key item.") % {"code": item.question.code}
            )
