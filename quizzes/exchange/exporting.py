"""Turns questions of the bank into files for other platforms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext, gettext_noop

from quizzes import soundness
from quizzes.exchange.importing import ExchangeRemark
from quizzes.interchange import QuestionsWritten, write_aiken, write_gift, write_moodle_xml
from quizzes.interchange.questions import (
    FULL,
    Accepted,
    FormattedText,
    Matching,
    MatchPair,
    MultipleChoice,
    Numeric,
    Option,
    Ordering,
    SingleChoice,
    Stem,
    TrueFalse,
)
from quizzes.interchange.questions import PlatformQuestion as Neutral
from quizzes.interchange.sentences import Refusal, Sentence, say
from quizzes.models import Question


@dataclass(frozen=True, slots=True)
class ExportTarget:
    """A format to write: its name for people, the file's ending and type, and its writer."""

    label: str
    ending: str
    mime: str
    write: Callable[..., QuestionsWritten]


TARGETS = {
    "gift": ExportTarget("GIFT", "gift.txt", "text/plain", write_gift),
    "xml": ExportTarget("Moodle XML", "xml", "application/xml", write_moodle_xml),
    "aiken": ExportTarget("Aiken", "aiken.txt", "text/plain", write_aiken),
}


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file. `refused` questions are not in it; `reduced` ones are, without what the sentence names."""

    text: str
    count: int
    refused: list[ExchangeRemark]
    reduced: list[ExchangeRemark]


def export_questions(questions: Iterable[Question], target: ExportTarget) -> ExportedFile:
    neutrals: list[Neutral] = []
    refused: list[ExchangeRemark] = []
    lost: list[ExchangeRemark] = []
    for question in questions:
        gaps = list(soundness.gaps_of_question(question))
        if gaps:
            refused.append(ExchangeRemark(0, question.code, gaps[0]))
            continue
        try:
            neutrals.append(platform_question(question))
        except Refusal as refusal:
            refused.append(_remark(question.code, refusal.sentence))
        lost += [_remark(question.code, sentence) for sentence in export_losses(question)]
    written = target.write(neutrals)
    refused += [_remark(each.question, each.why) for each in written.refused]
    lost += [_remark(each.question, each.why) for each in written.reduced]
    without = {remark.question for remark in refused}
    reduced = [remark for remark in lost if remark.question not in without]
    return ExportedFile(written.text, len(neutrals) - len(written.refused), refused, reduced)


def _remark(question: str, why: Sentence) -> ExchangeRemark:
    return ExchangeRemark(0, question, gettext(why.template) % why.values)


def export_losses(question: Question) -> Iterator[Sentence]:
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


def platform_question(question: Question) -> Neutral:
    """The question without this platform's marks. Raises Refusal for kinds no other platform's format knows."""
    maker = MAKERS.get(question.kind)
    if maker is None:
        raise Refusal(say(gettext_noop("No format of another platform knows this kind of question.")))
    stem = Stem(
        name=question.code,
        text=FormattedText(question.text),
        general_feedback=FormattedText(),
        category=question.objective,
        code=question.code,
        tags=(question.requirement,) if question.requirement else (),
    )
    return maker(stem, [child.value for child in question.options])


def _option(value: Any, weight: Decimal) -> Option:
    return Option(FormattedText(value["text"]), weight, FormattedText(value["feedback"] or ""))


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
        feedback_true=FormattedText(said["true"]["feedback"] or ""),
        feedback_false=FormattedText(said["false"]["feedback"] or ""),
    )


def _matching(stem: Stem, values: list[Any]) -> Neutral:
    return Matching(**stem, pairs=tuple(MatchPair(FormattedText(value["text"]), value["match"]) for value in values))


def _ordering(stem: Stem, values: list[Any]) -> Neutral:
    return Ordering(**stem, items=tuple(FormattedText(value["text"]) for value in values))


def _numeric(stem: Stem, values: list[Any]) -> Neutral:
    (value,) = values
    answer = Accepted(
        Decimal(value["value"]), Decimal(value["tolerance"]), feedback=FormattedText(value["feedback"] or "")
    )
    return Numeric(**stem, answers=(answer,))


MAKERS: dict[str, Callable[[Stem, list[Any]], Neutral]] = {
    "single": _single,
    "multiple": _multiple,
    "truefalse": _truefalse,
    "matching": _matching,
    "ordering": _ordering,
    "numeric": _numeric,
}
