"""Turns questions of the bank into files for other platforms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext, gettext_noop

from quizzes import soundness
from quizzes.exchange.importing import Remark
from quizzes.interchange import Written, write_aiken, write_gift, write_moodle_xml
from quizzes.interchange.questions import (
    FULL,
    Accepted,
    Matching,
    MultipleChoice,
    Numeric,
    Option,
    Ordering,
    Pair,
    SingleChoice,
    Stem,
    Text,
    TrueFalse,
)
from quizzes.interchange.questions import Question as Neutral
from quizzes.interchange.sentences import Refusal, Sentence, say
from quizzes.models import Question


@dataclass(frozen=True, slots=True)
class Target:
    """A format to write: its name for people, the file's ending and type, and its writer."""

    label: str
    ending: str
    mime: str
    write: Callable[..., Written]


TARGETS = {
    "gift": Target("GIFT", "gift.txt", "text/plain", write_gift),
    "xml": Target("Moodle XML", "xml", "application/xml", write_moodle_xml),
    "aiken": Target("Aiken", "aiken.txt", "text/plain", write_aiken),
}


@dataclass(frozen=True, slots=True)
class Given:
    """A file. `refused` questions are not in it; `reduced` ones are, without what the sentence names."""

    text: str
    count: int
    refused: list[Remark]
    reduced: list[Remark]


def give(questions: Iterable[Question], target: Target) -> Given:
    neutrals: list[Neutral] = []
    refused: list[Remark] = []
    lost: list[Remark] = []
    for question in questions:
        gaps = list(soundness.gaps_of(question))
        if gaps:
            refused.append(Remark(0, question.code, gaps[0]))
            continue
        try:
            neutrals.append(neutral_of(question))
        except Refusal as refusal:
            refused.append(_remark(question.code, refusal.sentence))
        lost += [_remark(question.code, sentence) for sentence in losses(question)]
    written = target.write(neutrals)
    refused += [_remark(each.question, each.why) for each in written.refused]
    lost += [_remark(each.question, each.why) for each in written.reduced]
    without = {remark.question for remark in refused}
    reduced = [remark for remark in lost if remark.question not in without]
    return Given(written.text, len(neutrals) - len(written.refused), refused, reduced)


def _remark(question: str, why: Sentence) -> Remark:
    return Remark(0, question, gettext(why.template) % why.values)


def losses(question: Question) -> Iterator[Sentence]:
    """What no format takes along, before any of them is written."""
    values = [child.value for child in question.options]
    if question.story_id:
        yield say(gettext_noop("The case it is about is left out."))
    if question.kind in ("matching", "ordering") and any(value["feedback"] for value in values):
        yield say(gettext_noop("The feedback of its options is left out."))
    if question.kind == "numeric" and values[0]["unit"]:
        yield say(gettext_noop("Its unit is left out."))
    if question.kind == "multiple" and question.scoring == Question.Scoring.WHOLE:
        yield say(gettext_noop("There it gives partial credit; here it is all or nothing."))


def neutral_of(question: Question) -> Neutral:
    """The question without this platform's marks. Raises Refusal for kinds no other platform's format knows."""
    maker = MAKERS.get(question.kind)
    if maker is None:
        raise Refusal(say(gettext_noop("No format of another platform knows this kind of question.")))
    stem = Stem(
        name=question.code,
        text=Text(question.text),
        general_feedback=Text(),
        category=question.objective,
        code=question.code,
        tags=(question.requirement,) if question.requirement else (),
    )
    return maker(stem, [child.value for child in question.options])


def _option(value: Any, weight: Decimal) -> Option:
    return Option(Text(value["text"]), weight, Text(value["feedback"] or ""))


def _single(stem: Stem, values: list[Any]) -> Neutral:
    options = (_option(value, FULL if value["right"] else Decimal(0)) for value in values)
    return SingleChoice(**stem, options=tuple(options))


def _multiple(stem: Stem, values: list[Any]) -> Neutral:
    """As here, ticking everything earns nothing: the wrong options share what the right ones share."""
    right = sum(bool(value["right"]) for value in values)
    wrong = len(values) - right
    weights = {True: FULL / right if right else FULL, False: -FULL / wrong if wrong else Decimal(0)}
    rounded = {mark: weight.quantize(Decimal("0.00001")) for mark, weight in weights.items()}
    options = (_option(value, rounded[bool(value["right"])]) for value in values)
    return MultipleChoice(**stem, options=tuple(options))


def _truefalse(stem: Stem, values: list[Any]) -> Neutral:
    said = {value["key"]: value for value in values}
    return TrueFalse(
        **stem,
        right=bool(said["true"]["right"]),
        feedback_true=Text(said["true"]["feedback"] or ""),
        feedback_false=Text(said["false"]["feedback"] or ""),
    )


def _matching(stem: Stem, values: list[Any]) -> Neutral:
    return Matching(**stem, pairs=tuple(Pair(Text(value["text"]), value["match"]) for value in values))


def _ordering(stem: Stem, values: list[Any]) -> Neutral:
    return Ordering(**stem, items=tuple(Text(value["text"]) for value in values))


def _numeric(stem: Stem, values: list[Any]) -> Neutral:
    (value,) = values
    answer = Accepted(Decimal(value["value"]), Decimal(value["tolerance"]), feedback=Text(value["feedback"] or ""))
    return Numeric(**stem, answers=(answer,))


MAKERS: dict[str, Callable[[Stem, list[Any]], Neutral]] = {
    "single": _single,
    "multiple": _multiple,
    "truefalse": _truefalse,
    "matching": _matching,
    "ordering": _ordering,
    "numeric": _numeric,
}
