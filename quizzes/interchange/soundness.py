"""What keeps a question from being a question, in whatever format it came or goes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from quizzes.interchange.alike import first_alike
from quizzes.interchange.languages import holds_languages
from quizzes.interchange.markup import LONGEST, plain_lines
from quizzes.interchange.numbers import can_be_typed, plain_decimal
from quizzes.interchange.questions import (
    FULL,
    ChoiceQuestion,
    FormattedText,
    Matching,
    MultipleChoice,
    Numeric,
    Ordering,
    PlatformQuestion,
)
from quizzes.interchange.sentences import Refusal, Sentence, gettext_noop, quoted_words, say

# Characters no XML file may hold and no page can show, and those that turn words around; line breaks and tabs are
# welcome inside texts only.
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202d\u202e\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
NOT_ON_A_LINE = re.compile("[\t\n]|" + UNPRINTABLE.pattern)
# What Moodle shows as a formula: TeX between its marks. Of a single $ on each side only what is surely no price.
FORMULA = re.compile(
    r"\$\$[^$]{1,400}\$\$|\\\((?:(?!\\\().){1,400}?\\\)|\\\[(?:(?!\\\[).){1,400}?\\\]|\[tex\].{0,400}?\[/tex\]"
    r"|\$(?=\S)[^$\n]{0,200}(?:\\[a-zA-Z]|\^|_\{)[^$\n]{0,200}(?<=\S)\$(?!\d)",
    re.DOTALL | re.IGNORECASE,
)
SEVERAL_LANGUAGES = gettext_noop(
    "It contains marks that choose words by language ({mlang …} or multilang). Write one language only."
)
# 3 × 33 % is meant to be all of it.
ROUNDING = Decimal(1)


def refuse_unsound(question: PlatformQuestion) -> None:
    """Raises Refusal with the first thing that is wrong."""
    for sentence in unsound_points(question):
        raise Refusal(sentence)


def unsound_points(question: PlatformQuestion) -> Iterator[Sentence]:
    if not question.text.words.strip():
        yield say(gettext_noop("The question has no text. Write what is asked."))
    yield from _unprintable(question)
    if holds_languages(question.name):
        yield say(SEVERAL_LANGUAGES)
    for text in question.texts():
        yield from _unreadable(text)
    match question:
        case ChoiceQuestion():
            yield from _choice(question)
        case Matching():
            yield from _matching(question)
        case Ordering():
            yield from _ordering(question)
        case Numeric():
            yield from _numeric(question)


def _unprintable(question: PlatformQuestion) -> Iterator[Sentence]:
    found = [UNPRINTABLE.search(text.words) for text in question.texts()]
    found += [NOT_ON_A_LINE.search(line) for line in (question.name, question.category, question.code, *question.tags)]
    for character in filter(None, found):
        yield say(
            gettext_noop("It contains the invisible character U+%(code)s. Delete it and try again."),
            code=f"{ord(character.group()):04X}",
        )


def _unreadable(text: FormattedText) -> Iterator[Sentence]:
    """What another reader would take for more than words."""
    formula = FORMULA.search(text.words)
    if formula:
        yield say(
            gettext_noop(
                "It contains the formula “%(formula)s”, which stays as it was typed for everybody to read. Write it in "
                "words or signs, such as x²."
            ),
            formula=quoted_words(formula.group()),
        )
    if holds_languages(text.words):
        yield say(SEVERAL_LANGUAGES)
    if "@@PLUGINFILE@@" in text.words or len(text.words) > LONGEST:
        yield say(gettext_noop("One of its texts points to a file or is far too long. Shorten it."))


def _alike(texts: Iterable[str], template: str) -> Iterator[Sentence]:
    found = first_alike(texts)
    if found:
        yield say(template, first=quoted_words(found[0]), second=quoted_words(found[1]))


def _choice(question: ChoiceQuestion) -> Iterator[Sentence]:
    weights = [option.weight for option in question.options]
    if len(weights) < 2:
        yield say(gettext_noop("It needs at least two answers to choose from. Add one."))
    if not all(option.text.words.strip() for option in question.options):
        yield say(gettext_noop("One of its answers has no text. Write it, or delete the answer."))
    for weight in weights:
        if not abs(weight) <= FULL:
            yield say(
                gettext_noop("An answer is worth %(weight)s %%; only -100 %% to 100 %% is possible."),
                weight=plain_decimal(weight),
            )
    worth = sum(weight for weight in weights if weight > 0)
    if worth == 0:
        yield say(gettext_noop("No answer is marked as right. Mark the right one."))
    elif isinstance(question, MultipleChoice):
        if abs(worth - FULL) > ROUNDING:
            yield say(
                gettext_noop("The right answers are worth %(sum)s %% together; they must add up to 100 %%."),
                sum=plain_decimal(Decimal(worth)),
            )
    elif FULL not in weights:
        yield say(
            gettext_noop("No answer is worth 100 %%, so that nobody could answer rightly. Give the right one 100 %%.")
        )
    yield from _alike(
        (plain_lines(option.text) for option in question.options),
        gettext_noop(
            "Two of its answers read the same: “%(first)s” and “%(second)s”. Change one of them or delete it."
        ),
    )


def _matching(question: Matching) -> Iterator[Sentence]:
    if sum(bool(pair.stem.words.strip()) for pair in question.pairs) < 2:
        yield say(gettext_noop("It needs at least two pairs to match. Add one."))
    yield from _alike(
        (plain_lines(pair.stem) for pair in question.pairs if pair.stem.words.strip()),
        gettext_noop(
            "Two of its pairs begin with the same words: “%(first)s” and “%(second)s”. Change one of them or delete it."
        ),
    )
    if not all(pair.answer.strip() for pair in question.pairs):
        yield say(gettext_noop("One of its pairs has no answer. Write it, or delete the pair."))


def _ordering(question: Ordering) -> Iterator[Sentence]:
    if len(question.items) < 2:
        yield say(gettext_noop("It needs at least two items to put in order. Add one."))
    yield from _alike(
        (plain_lines(item) for item in question.items),
        gettext_noop("Two of its items read the same: “%(first)s” and “%(second)s”. Change one of them or delete it."),
    )
    if not all(item.words.strip() for item in question.items):
        yield say(gettext_noop("One of its items has no text. Write it, or delete the item."))


def _numeric(question: Numeric) -> Iterator[Sentence]:
    if FULL not in [answer.weight for answer in question.answers]:
        yield say(
            gettext_noop("No number is worth 100 %%, so that nobody could answer rightly. Give the right one 100 %%.")
        )
    for answer in question.answers:
        if not (can_be_typed(answer.value) and can_be_typed(answer.tolerance)):
            yield say(gettext_noop("A number has too many digits to be typed. Round it."))
        elif answer.tolerance < 0:
            yield say(
                gettext_noop("The tolerance %(tolerance)s is below zero. Write it without the minus sign."),
                tolerance=plain_decimal(answer.tolerance),
            )
        if not 0 <= answer.weight <= FULL:
            yield say(
                gettext_noop("An answer is worth %(weight)s %%; only -100 %% to 100 %% is possible."),
                weight=plain_decimal(answer.weight),
            )
