"""A question as every format can be turned into: neutral, immutable, without the marks of any format."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TypedDict

from quizzes.interchange.sentences import Sentence, gettext_noop, say

FULL = Decimal(100)
NAME_LENGTH = 80
MOST_QUESTIONS = 500
"""Of one file, taken and refused together: more than anybody looks through."""
# Which course or system a category belongs to there says nothing here.
CONTEXT = re.compile(r"^\$\w+\$(/top(?=/|$))?/?")


class Format(StrEnum):
    """How the words are to be read. HTML has only strong, em, code, sub, sup and br, without attributes."""

    PLAIN = "plain"
    MARKDOWN = "markdown"
    HTML = "html"


@dataclass(frozen=True)
class FormattedText:
    words: str = ""
    format: Format = Format.PLAIN

    def __bool__(self) -> bool:
        return bool(self.words)


@dataclass(frozen=True)
class Option:
    """`weight` in percent of the question's mark, from -100 to 100."""

    text: FormattedText
    weight: Decimal
    feedback: FormattedText = FormattedText()


@dataclass(frozen=True)
class MatchPair:
    """`answer` is plain. Without a `stem` it is an answer that fits nowhere."""

    stem: FormattedText
    answer: str


@dataclass(frozen=True)
class Accepted:
    """Every number from `value - tolerance` to `value + tolerance`, both included."""

    value: Decimal
    tolerance: Decimal
    weight: Decimal = FULL
    feedback: FormattedText = FormattedText()


@dataclass(frozen=True, kw_only=True)
class PlatformQuestion:
    """`category` is a path with `/`; `code` is the identifier the other platform calls "ID number"."""

    name: str
    text: FormattedText
    general_feedback: FormattedText = FormattedText()
    category: str = ""
    tags: tuple[str, ...] = ()
    code: str = ""

    def texts(self) -> Iterator[FormattedText]:
        """Everything a learner may read."""
        yield self.text
        yield self.general_feedback


class Stem(TypedDict):
    """What a Question holds before its answers."""

    name: str
    text: FormattedText
    general_feedback: FormattedText
    category: str
    code: str
    tags: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ChoiceQuestion(PlatformQuestion):
    options: tuple[Option, ...]

    def texts(self) -> Iterator[FormattedText]:
        yield from super().texts()
        for option in self.options:
            yield option.text
            yield option.feedback


@dataclass(frozen=True, kw_only=True)
class SingleChoice(ChoiceQuestion):
    """One answer is given; at least one is worth 100 %, others may be worth a part."""


@dataclass(frozen=True, kw_only=True)
class MultipleChoice(ChoiceQuestion):
    """Several answers may be given; the positive weights add up to 100 %."""


@dataclass(frozen=True, kw_only=True)
class TrueFalse(PlatformQuestion):
    right: bool
    feedback_true: FormattedText = FormattedText()
    feedback_false: FormattedText = FormattedText()

    def texts(self) -> Iterator[FormattedText]:
        yield from super().texts()
        yield self.feedback_true
        yield self.feedback_false


@dataclass(frozen=True, kw_only=True)
class Matching(PlatformQuestion):
    pairs: tuple[MatchPair, ...]

    def texts(self) -> Iterator[FormattedText]:
        yield from super().texts()
        for pair in self.pairs:
            yield pair.stem
            yield FormattedText(pair.answer)


@dataclass(frozen=True, kw_only=True)
class Ordering(PlatformQuestion):
    """`items` in the right order."""

    items: tuple[FormattedText, ...]

    def texts(self) -> Iterator[FormattedText]:
        yield from super().texts()
        yield from self.items


@dataclass(frozen=True, kw_only=True)
class Numeric(PlatformQuestion):
    """The first of `answers` that accepts the number counts; `otherwise` is shown when none does."""

    answers: tuple[Accepted, ...]
    otherwise: FormattedText = FormattedText()

    def texts(self) -> Iterator[FormattedText]:
        yield from super().texts()
        yield self.otherwise
        for answer in self.answers:
            yield answer.feedback


@dataclass(frozen=True)
class ReadRemark:
    """`line` of the file that was read, counted from 1; `question` is its name or the beginning of its text."""

    line: int
    question: str
    why: Sentence


@dataclass(frozen=True)
class Omission:
    """`number` of the question among those given, counted from 1."""

    number: int
    question: str
    why: Sentence


@dataclass(frozen=True)
class QuestionsRead:
    """`lines`: where each of the questions begins. `changed` names those that were taken, but not as they stood."""

    questions: tuple[PlatformQuestion, ...] = ()
    lines: tuple[int, ...] = ()
    refused: tuple[ReadRemark, ...] = ()
    changed: tuple[ReadRemark, ...] = ()


@dataclass(frozen=True)
class QuestionsWritten:
    """`refused` questions are not in `text`; `reduced` ones are, without what the sentence names."""

    text: str
    refused: tuple[Omission, ...] = ()
    reduced: tuple[Omission, ...] = ()


@dataclass
class Reading:
    """A `QuestionsRead` while it grows."""

    questions: list[PlatformQuestion] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    refused: list[ReadRemark] = field(default_factory=list)
    changed: list[ReadRemark] = field(default_factory=list)

    def take(self, question: PlatformQuestion, line: int, notes: list[Sentence]) -> None:
        self.questions.append(question)
        self.lines.append(line)
        # A note that applies to several options is said once.
        once = {str(note): note for note in notes}
        self.changed += [ReadRemark(line, question.name, note) for note in once.values()]

    def refuse(self, line: int, question: str, why: Sentence) -> None:
        self.refused.append(ReadRemark(line, name_from_words(question), why))

    def is_full(self, line: int) -> bool:
        """Whether the file has been read far enough; what stands in `line` and after it is then refused as a whole."""
        full = len(self.questions) + len(self.refused) >= MOST_QUESTIONS
        if full:
            why = gettext_noop(
                "At most %(most)s questions are read of one file. Nothing was read from here on: split it."
            )
            self.refuse(line, "", say(why, most=MOST_QUESTIONS))
        return full

    def done(self) -> QuestionsRead:
        return QuestionsRead(tuple(self.questions), tuple(self.lines), tuple(self.refused), tuple(self.changed))


def name_from_words(words: str) -> str:
    """A name for a question that has none: the beginning of its text, on one line."""
    line = " ".join(words.split())
    return line if len(line) <= NAME_LENGTH else line[: NAME_LENGTH - 1].rstrip() + "…"


def category_path(path: str) -> str:
    """The category's path without the other platform's course: `$course$/top/Data/Privacy` is `Data/Privacy`."""
    return CONTEXT.sub("", " ".join(path.split()))
