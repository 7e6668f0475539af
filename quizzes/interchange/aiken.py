"""Aiken: one question a line, one option a line, `ANSWER: B`. Source: docs.moodle.org, "Aiken format".

It carries single choice with one right answer, and nothing else: no names, feedback, tags, formats or part marks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from string import ascii_uppercase

from quizzes.interchange.markup import formatted_text, plain_lines
from quizzes.interchange.questions import (
    FULL,
    Format,
    FormattedText,
    Option,
    PlatformQuestion,
    QuestionsRead,
    QuestionsWritten,
    Reading,
    SingleChoice,
    name_from_words,
)
from quizzes.interchange.sentences import Notes, Refusal, Sentence, gettext_noop, say
from quizzes.interchange.soundness import refuse_unsound
from quizzes.interchange.writing import Writing

# "A.I. is …" is no option, though it begins like one: after a point there must be a blank.
OPTION = re.compile(r"([A-Z])(?:\)|\.(?=\s|$))(.*)")
ANSWER = re.compile(r"ANSWER\s*:(.*)", re.IGNORECASE)


@dataclass
class AikenDraft:
    """A question while its lines come in. `parted` says that a blank line followed its text."""

    line: int
    words: list[str]
    options: list[str] = field(default_factory=list)
    parted: bool = False

    @property
    def text(self) -> str:
        return "\n".join(self.words)


def read_aiken(text: str, language: str = "") -> QuestionsRead:
    """The questions of the file; of words in several languages those in `language`."""
    reader = _Reader(language)
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, line in enumerate(lines, start=1):
        reader.line(number, line.strip())
        if not reader.draft and number < len(lines) and reader.reading.is_full(number + 1):
            break
    reader.abandon(say(gettext_noop("The file ends before the line with ANSWER: and a letter.")))
    return reader.reading.done()


class _Reader:
    def __init__(self, language: str) -> None:
        self.language = language
        self.reading = Reading()
        self.draft: AikenDraft | None = None

    def line(self, number: int, line: str) -> None:
        option, answer = OPTION.fullmatch(line), ANSWER.fullmatch(line)
        if not line:
            if self.draft:
                self.draft.parted = True
        elif option:
            self._option(number, line, option.group(1), option.group(2).strip())
        elif answer:
            self._answer(number, line, answer.group(1).strip())
        else:
            self._text(number, line)

    def abandon(self, why: Sentence) -> None:
        if self.draft:
            self.reading.refuse(self.draft.line, self.draft.text, why)
            self.draft = None

    def _text(self, number: int, line: str) -> None:
        if self.draft and not self.draft.options and not self.draft.parted:
            self.draft.words.append(line)
            return
        self.abandon(
            say(
                gettext_noop(
                    "Before line %(line)s its options (A. or A) and a blank, in capital letters) or its line with "
                    "ANSWER: are missing."
                ),
                line=number,
            )
        )
        self.draft = AikenDraft(number, [line])

    def _option(self, number: int, line: str, letter: str, words: str) -> None:
        if self.draft is None:
            why = say(gettext_noop("This is an option without a question before it. Nothing was read from this line."))
            self.reading.refuse(number, line, why)
            return
        expected = ascii_uppercase[min(len(self.draft.options), 25)]
        if letter != expected or len(self.draft.options) == 26:
            self.abandon(
                say(
                    gettext_noop(
                        "Line %(line)s has the option %(letter)s where %(expected)s was expected. Options go from A "
                        "to Z in their order, each on one line."
                    ),
                    line=number,
                    letter=letter,
                    expected=expected,
                )
            )
            return
        self.draft.options.append(words)

    def _answer(self, number: int, line: str, letter: str) -> None:
        draft, self.draft = self.draft, None
        if draft is None:
            why = say(gettext_noop("This answer belongs to no question. Nothing was read from this line."))
            self.reading.refuse(number, line, why)
            return
        try:
            notes = Notes(self.language)
            question = _question(draft, letter, notes)
            refuse_unsound(question)
        except Refusal as refusal:
            self.reading.refuse(draft.line, draft.text, refusal.sentence)
        else:
            self.reading.take(question, draft.line, [*notes, *_joined(draft)])


def _question(draft: AikenDraft, letter: str, notes: Notes) -> SingleChoice:
    right = letter.upper().rstrip(".)").strip()
    if right not in list(ascii_uppercase[: len(draft.options)]):
        raise Refusal(
            say(
                gettext_noop(
                    "After ANSWER: stands “%(letter)s”, which is not the letter of one of its options. Aiken has "
                    "exactly one right answer."
                ),
                letter=letter,
            )
        )
    options = tuple(
        Option(formatted_text(words, "plain", notes), FULL if mark == right else Decimal(0))
        for mark, words in zip(ascii_uppercase, draft.options, strict=False)
    )
    text = formatted_text(draft.text, "plain", notes)
    return SingleChoice(name=name_from_words(text.words), text=text, options=options)


def _joined(draft: AikenDraft) -> list[Sentence]:
    if len(draft.words) == 1:
        return []
    return [say(gettext_noop("The question stands on several lines, which were read as one text."))]


def write_aiken(questions: Sequence[PlatformQuestion]) -> QuestionsWritten:
    writing = Writing(_written)
    return writing.done("\n".join(block for _category, block in writing.each(questions)))


def _written(question: PlatformQuestion, notes: list[Sentence]) -> str:
    if not isinstance(question, SingleChoice):
        raise Refusal(say(gettext_noop("Aiken has single choice only.")))
    if [option.weight for option in question.options].count(FULL) != 1:
        raise Refusal(say(gettext_noop("Aiken has exactly one right answer, and this question has several.")))
    if len(question.options) > len(ascii_uppercase):
        raise Refusal(say(gettext_noop("Aiken has at most 26 options.")))
    text = _line(question.text)
    if OPTION.fullmatch(text) or ANSWER.fullmatch(text):
        raise Refusal(
            say(gettext_noop("Its text begins like an option or an answer, which Aiken could not tell apart."))
        )
    notes += _left_out(question)
    lines = [f"{mark}) {_line(option.text)}" for mark, option in zip(ascii_uppercase, question.options, strict=False)]
    right = next(mark for mark, option in zip(ascii_uppercase, question.options, strict=False) if option.weight == FULL)
    return "\n".join([text, *lines, f"ANSWER: {right}", ""])


def _line(text: FormattedText) -> str:
    return " ".join(plain_lines(text).split())


def _left_out(question: SingleChoice) -> list[Sentence]:
    """What of this question Aiken has no place for."""
    shown = [question.text, *(option.text for option in question.options)]
    feedback = [question.general_feedback, *(option.feedback for option in question.options)]
    left_out = {
        gettext_noop("Aiken cannot carry the name of a question."): question.name
        != name_from_words(_line(question.text)),
        gettext_noop("Aiken cannot carry feedback."): any(feedback),
        gettext_noop("Aiken cannot carry categories, tags and ID numbers."): any(
            (question.category, question.tags, question.code)
        ),
        gettext_noop("Aiken cannot carry part marks: only the right answer counts."): any(
            option.weight not in (0, FULL) for option in question.options
        ),
        gettext_noop("Aiken cannot carry bold, italics or other marks: the words were kept."): any(
            text.format != Format.PLAIN for text in shown
        ),
        gettext_noop("Aiken cannot carry line breaks: the words were kept."): any(
            "\n" in plain_lines(text) for text in shown
        ),
    }
    return [say(sentence) for sentence, applies in left_out.items() if applies]
