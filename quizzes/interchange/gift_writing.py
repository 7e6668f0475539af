"""Questions as GIFT. Source: docs.moodle.org, "GIFT format"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import singledispatch

from quizzes.interchange.gift_answers import ARROW
from quizzes.interchange.gift_marks import escaped
from quizzes.interchange.gift_pieces import CATEGORY
from quizzes.interchange.gift_texts import gift_text, text_format
from quizzes.interchange.numbers import plain_decimal
from quizzes.interchange.questions import (
    FULL,
    ChoiceQuestion,
    Matching,
    Numeric,
    PlatformQuestion,
    QuestionsWritten,
    SingleChoice,
    TrueFalse,
)
from quizzes.interchange.sentences import Refusal, Sentence, gettext_noop, say
from quizzes.interchange.writing import Writing

# Inside [tag:…] a backslash means something only before ].
UNTAGGABLE = re.compile(r"[<>`]|\\\]|\\$")


def write_gift(questions: Sequence[PlatformQuestion]) -> QuestionsWritten:
    writing = Writing(_question)
    blocks, current = [], ""
    for category, block in writing.each(questions):
        if category != current:
            blocks.append(f"{CATEGORY} {category}\n")
            current = category
        blocks.append(block)
    return writing.done("\n".join(blocks))


def _question(question: PlatformQuestion, notes: list[Sentence]) -> str:
    default = text_format(question.text)
    answers = _answers(question, default)
    general = gift_text(question.general_feedback, default)
    lines = [*answers, f"####{general}"] if general else answers
    inside = "".join(f"\n\t{line}" for line in lines[1:])
    head = f"::{escaped(question.name)}::{gift_text(question.text, 'moodle')}"
    return f"{_labels(question, notes)}{head} {{{lines[0]}{inside}\n}}\n"


def _labels(question: PlatformQuestion, notes: list[Sentence]) -> str:
    """The ID number and the tags, in the comment where GIFT keeps them."""
    labels = [("id", question.code)] if question.code else []
    labels += [("tag", tag) for tag in question.tags]
    for _kind, label in labels:
        if UNTAGGABLE.search(label):
            notes.append(say(gettext_noop("GIFT cannot carry the tag “%(tag)s”."), tag=label))
    kept = [f"[{kind}:{label.replace(']', chr(92) + ']')}]" for kind, label in labels if not UNTAGGABLE.search(label)]
    return f"// {' '.join(kept)}\n" if kept else ""


@singledispatch
def _answers(question: PlatformQuestion, default: str) -> list[str]:
    """What stands between the braces, by line; the first goes behind the {."""
    raise Refusal(say(gettext_noop("GIFT has no questions of this kind. Export it as Moodle XML instead.")))


@_answers.register
def _choice(question: ChoiceQuestion, default: str) -> list[str]:
    lines = [""]
    single = isinstance(question, SingleChoice)
    # With = alone it would ask for a short answer: then one right answer bears its weight in figures.
    all_full = all(option.weight == FULL for option in question.options)
    for place, option in enumerate(question.options):
        if option.weight == FULL and single and not (all_full and place):
            mark = "="
        else:
            mark = f"~%{plain_decimal(option.weight)}%" if option.weight else "~"
        feedback = gift_text(option.feedback, default)
        lines.append(f"{mark}{gift_text(option.text, default)}" + (f" #{feedback}" if feedback else ""))
    return lines


@_answers.register
def _true_false(question: TrueFalse, default: str) -> list[str]:
    feedback = [question.feedback_false, question.feedback_true]
    wrong, right = (gift_text(text, default) for text in (feedback if question.right else feedback[::-1]))
    word = "TRUE" if question.right else "FALSE"
    if right:
        return [f"{word}#{wrong}#{right}"]
    return [f"{word}#{wrong}" if wrong else word]


@_answers.register
def _matching(question: Matching, default: str) -> list[str]:
    for pair in question.pairs:
        if ARROW in pair.stem.words:
            raise Refusal(
                say(gettext_noop("“%(stem)s” contains ->, which GIFT has no way to write."), stem=pair.stem.words)
            )
    return ["", *(f"={gift_text(pair.stem, default)} {ARROW} {escaped(pair.answer)}" for pair in question.pairs)]


@_answers.register
def _numeric(question: Numeric, default: str) -> list[str]:
    lines = ["#"]
    for answer in question.answers:
        weight = "" if answer.weight == FULL else f"%{plain_decimal(answer.weight)}%"
        feedback = gift_text(answer.feedback, default)
        tolerance = f":{plain_decimal(answer.tolerance)}" if answer.tolerance else ""
        lines.append(f"={weight}{plain_decimal(answer.value)}{tolerance}" + (f" #{feedback}" if feedback else ""))
    if question.otherwise:
        lines.append(f"~#{gift_text(question.otherwise, default)}")
    return lines
