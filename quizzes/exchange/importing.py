"""Turns questions of other platforms into drafts for the bank. Nothing is dropped in silence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext, gettext_noop, override
from wagtail.models import Locale

from lms.people.models import User
from quizzes.exchange.labels import BankLabels, NewCodes
from quizzes.interchange import QuestionsRead, read_aiken, read_gift, read_moodle_xml
from quizzes.interchange.alike import first_alike, heard
from quizzes.interchange.markup import plain_lines
from quizzes.interchange.questions import (
    FULL,
    Accepted,
    ChoiceQuestion,
    Format,
    FormattedText,
    Matching,
    MultipleChoice,
    Numeric,
    Option,
    Ordering,
    TrueFalse,
)
from quizzes.interchange.questions import PlatformQuestion as Neutral
from quizzes.interchange.sentences import Refusal, Sentence, quoted_words, say
from quizzes.models import Question

READERS: dict[str, Callable[[str, str], QuestionsRead]] = {
    "gift": read_gift,
    "xml": read_moodle_xml,
    "aiken": read_aiken,
}
LONGEST = 500
AT_ONCE = 20
NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,9})?")
# No-break spaces belong to the words.
BLANKS = re.compile(r"[ \t\n]+")
NO_FEEDBACK = gettext_noop("An option has no feedback. Write it before you publish the question.")
Blocks = list[dict[str, Any]]


class NotReadable(ValueError):
    """The file as a whole cannot be read; the sentence says why."""


@dataclass(frozen=True, slots=True)
class ExchangeRemark:
    """What happened to a question; `line` is 0 where there is no file."""

    line: int
    question: str
    sentence: str


@dataclass(slots=True)
class ImportPreview:
    """`taken` are unsaved. A question in `changed` is in `taken` too, but not as it stood; one in `refused` is not."""

    taken: list[Question] = field(default_factory=list)
    refused: list[ExchangeRemark] = field(default_factory=list)
    changed: list[ExchangeRemark] = field(default_factory=list)


def decoded_text(data: bytes) -> str:
    """Raises NotReadable."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotReadable(
            gettext("This file is not text in UTF-8 (byte %(place)d). Save it as UTF-8 and upload it again.")
            % {"place": error.start + 1}
        ) from error
    if "\0" in text:
        raise NotReadable(gettext("This file is no text: it holds NUL characters. Save it as UTF-8 and try again."))
    return text


def preview_import(text: str, format: str, prefix: str, locale: Locale) -> ImportPreview:
    """What an import of this text would bring, question by question; writes nothing."""
    read = READERS[format](text, locale.language_code)
    found = ImportPreview(
        refused=[_remark(each.line, each.question, each.why) for each in read.refused],
        changed=[_remark(each.line, each.question, each.why) for each in read.changed],
    )
    codes, labels = NewCodes(prefix), BankLabels.known()
    for line, neutral in zip(read.lines, read.questions, strict=True):
        notes: list[Sentence] = []
        try:
            with override(locale.language_code):  # "True" and "False" are words of the question
                question = _taken(neutral, notes)
        except Refusal as refusal:
            found.refused.append(_remark(line, neutral.name, refusal.sentence))
            continue
        labels.give(question, neutral, notes)
        question.code, question.locale = codes.code_for(neutral), locale
        found.taken.append(question)
        found.changed += dict.fromkeys(_remark(line, neutral.name, note) for note in notes)
    return found


def store_import(found: ImportPreview, user: User) -> int:
    """Stores what a preview showed as drafts: nothing is asked of learners before somebody publishes it.

    In transactions of a few questions each: on SQLite everybody else who writes waits for one.
    """
    for start in range(0, len(found.taken), AT_ONCE):
        with transaction.atomic():
            for question in found.taken[start : start + AT_ONCE]:
                question.live = False
                question.save()
                question.save_revision(user=user)
    return len(found.taken)


def _remark(line: int, question: str, why: Sentence) -> ExchangeRemark:
    return ExchangeRemark(line, question, gettext(why.template) % why.values)


def _taken(neutral: Neutral, notes: list[Sentence]) -> Question:
    """An unsaved question. Raises Refusal; `notes` gets what was changed."""
    if neutral.general_feedback:
        notes.append(
            say(
                gettext_noop("Its general feedback is left out: here every option has its own. It was: “%(words)s”"),
                words=quoted_words(plain_lines(neutral.general_feedback)),
            )
        )
    match neutral:
        case TrueFalse():
            kind, options = Question.Kind.TRUE_FALSE, _truefalse(neutral, notes)
        case MultipleChoice():
            kind, options = Question.Kind.MULTIPLE, list(_options(neutral.options, notes))
        case ChoiceQuestion():
            kind, options = Question.Kind.SINGLE, list(_single(neutral.options, notes))
        case Matching():
            kind, options = Question.Kind.MATCHING, _pairs(neutral, notes)
        case Ordering():
            kind, options = Question.Kind.ORDERING, _steps(neutral, notes)
        case Numeric():
            kind, options = Question.Kind.NUMERIC, _number(neutral, notes)
        case _:
            raise Refusal(say(gettext_noop("This kind of question is not known here.")))
    part = kind == Question.Kind.MULTIPLE
    return Question(
        kind=kind,
        scoring=Question.Scoring.PART if part else Question.Scoring.WHOLE,
        text=plain_words(neutral.text, notes),
        options=options,
    )


def with_letters(items: Sequence[Any]) -> Iterable[tuple[str, Any]]:
    """Each with a key: a, b … z, then a2 …"""
    for number, item in enumerate(items):
        turn, letter = divmod(number, 26)
        yield chr(ord("a") + letter) + (str(turn + 1) if turn else ""), item


def _block(kind: str, key: str, **value: Any) -> dict[str, Any]:
    return {"type": kind, "value": {"key": key, **value}}


def _options(options: Sequence[Option], notes: list[Sentence]) -> Iterator[dict[str, Any]]:
    if len({option.weight for option in options if option.weight > 0}) > 1:
        notes.append(say(gettext_noop("Its right options had different weights; here each counts the same.")))
    wrong = [option.weight for option in options if option.weight <= 0]
    if any(abs(weight + FULL / len(wrong)) > 1 for weight in wrong):
        notes.append(
            say(gettext_noop("Its wrong options cost nothing or different marks; here each one costs the same."))
        )
    _note_capitals(options, notes)
    for key, option in with_letters(options):
        yield _option(key, option, option.weight > 0, notes)


def _single(options: Sequence[Option], notes: list[Sentence]) -> Iterator[dict[str, Any]]:
    if sum(option.weight == FULL for option in options) > 1:
        raise Refusal(
            say(gettext_noop("Several options are wholly right, but only one can be given. Make it multiple choice."))
        )
    if any(0 < option.weight < FULL for option in options):
        notes.append(say(gettext_noop("An option was worth a part of the mark; here it counts as not right.")))
    if any(option.weight < 0 for option in options):
        notes.append(say(gettext_noop("A wrong option cost marks; here it only earns none.")))
    _note_capitals(options, notes)
    for key, option in with_letters(options):
        yield _option(key, option, option.weight == FULL, notes)


def _note_capitals(options: Sequence[Option], notes: list[Sentence]) -> None:
    """Options that a listener cannot tell apart, though their letters may be what is asked about."""
    found = first_alike(plain_lines(option.text).casefold() for option in options)
    if found:
        notes.append(
            say(
                gettext_noop(
                    "Two of its options differ in capital letters only: “%(words)s”. Nobody hears that difference."
                ),
                words=quoted_words(found[0]),
            )
        )


def _option(key: str, option: Option, right: bool, notes: list[Sentence]) -> dict[str, Any]:
    if not option.feedback:
        notes.append(say(NO_FEEDBACK))
    return _block(
        "option", key, text=_line(option.text, notes), right=right, feedback=plain_words(option.feedback, notes)
    )


def _truefalse(neutral: TrueFalse, notes: list[Sentence]) -> Blocks:
    said = {"true": neutral.feedback_true, "false": neutral.feedback_false}
    shown = {"true": gettext("True"), "false": gettext("False")}
    return [
        _option(key, Option(FormattedText(shown[key]), FULL, said[key]), neutral.right == (key == "true"), notes)
        for key in ("true", "false")
    ]


def _pairs(neutral: Matching, notes: list[Sentence]) -> Blocks:
    pairs = [pair for pair in neutral.pairs if pair.stem]
    if len(pairs) < len(neutral.pairs):
        strays = "; ".join(pair.answer for pair in neutral.pairs if not pair.stem)
        notes.append(
            say(gettext_noop("Answers that fit nowhere are left out: “%(words)s”"), words=quoted_words(strays))
        )
    if len({heard(pair.answer) for pair in pairs}) < len(pairs):
        raise Refusal(
            say(gettext_noop("Two of its pairs have the same answer. Make it a question that sorts into groups."))
        )
    notes.append(say(NO_FEEDBACK))
    return [
        _block("pair", key, text=_line(pair.stem, notes), match=_line(FormattedText(pair.answer), notes), feedback="")
        for key, pair in with_letters(pairs)
    ]


def _steps(neutral: Ordering, notes: list[Sentence]) -> Blocks:
    notes.append(say(NO_FEEDBACK))
    return [_block("step", key, text=_line(item, notes), feedback="") for key, item in with_letters(neutral.items)]


def _number(neutral: Numeric, notes: list[Sentence]) -> Blocks:
    whole = [answer for answer in neutral.answers if answer.weight == FULL]
    if len(whole) != 1:
        raise Refusal(
            say(gettext_noop("It accepts several numbers as wholly right; here there is one, with a tolerance."))
        )
    answer = whole[0]
    value = {"value": f"{answer.value:f}", "tolerance": f"{answer.tolerance:f}", "unit": ""}
    if not NUMBER.fullmatch(value["value"]) or not NUMBER.fullmatch(value["tolerance"]):
        raise Refusal(say(gettext_noop("Its number has more digits than fit. Round it.")))
    _note_numbers(neutral, answer, notes)
    return [{"type": "number", "value": value | {"feedback": plain_words(answer.feedback, notes)}}]


def _note_numbers(neutral: Numeric, right: Accepted, notes: list[Sentence]) -> None:
    """Here a number has one feedback, which everybody reads beside the right value."""
    partial = [answer for answer in neutral.answers if answer is not right]
    if partial:
        numbers = "; ".join(f"{answer.value:f} {plain_lines(answer.feedback)}".strip() for answer in partial)
        notes.append(
            say(
                gettext_noop("Numbers that were worth less than the whole mark are left out: “%(words)s”"),
                words=quoted_words(numbers),
            )
        )
    if neutral.otherwise:
        notes.append(
            say(
                gettext_noop(
                    "What was said to wrong numbers is left out, for everybody would read it beside the right one: "
                    "“%(words)s”"
                ),
                words=quoted_words(plain_lines(neutral.otherwise)),
            )
        )
    if right.feedback:
        notes.append(
            say(
                gettext_noop(
                    "Its feedback was for the right number; here everybody reads it, beside the right number. Check "
                    "that it fits: “%(words)s”"
                ),
                words=quoted_words(plain_lines(right.feedback)),
            )
        )
    else:
        notes.append(say(NO_FEEDBACK))


def _line(text: FormattedText, notes: list[Sentence]) -> str:
    """Raises Refusal where it is longer than a line of the bank takes."""
    lines = plain_words(text, notes)
    found = BLANKS.sub(" ", lines)
    if "\n" in lines:
        notes.append(
            say(
                gettext_noop("An option stands on one line here: it reads “%(after)s” now. Check that it is clear."),
                after=quoted_words(found),
            )
        )
    if len(found) > LONGEST:
        raise Refusal(
            say(
                gettext_noop("An option has %(length)s characters; at most %(most)s fit."),
                length=len(found),
                most=LONGEST,
            )
        )
    return found


def plain_words(text: FormattedText, notes: list[Sentence]) -> str:
    """Plain words, powers and indices in characters; what formatting there was is gone, and said so."""
    plain = plain_lines(text).strip()
    if text.format is not Format.PLAIN and plain != text.words:
        notes.append(
            say(
                gettext_noop(
                    "Questions are plain text here: “%(before)s” reads “%(after)s”. Check that it still says the same."
                ),
                before=quoted_words(text.words),
                after=quoted_words(plain),
            )
        )
    return plain
