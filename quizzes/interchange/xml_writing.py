"""Questions as Moodle XML. It carries every kind of question and every part."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import singledispatch
from html import escape

from quizzes.interchange.numbers import plain_decimal
from quizzes.interchange.questions import (
    FULL,
    ChoiceQuestion,
    Format,
    FormattedText,
    Matching,
    Numeric,
    Ordering,
    PlatformQuestion,
    QuestionsWritten,
    SingleChoice,
    TrueFalse,
)
from quizzes.interchange.sentences import Refusal, Sentence, gettext_noop, say
from quizzes.interchange.writing import Writing

FORMATS = {Format.PLAIN: "plain_text", Format.MARKDOWN: "markdown", Format.HTML: "html"}
NOTHING = Decimal(0)


def write_moodle_xml(questions: Sequence[PlatformQuestion]) -> QuestionsWritten:
    writing = Writing(_question)
    blocks, current = [], ""
    for category, block in writing.each(questions):
        if category != current:
            blocks.append(_category(category))
            current = category
        blocks.append(block)
    return writing.done('<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n' + "".join(blocks) + "</quiz>\n")


def _category(path: str) -> str:
    said = f"<category><text>$course$/top/{escape(path, quote=False)}</text></category>"
    return f'  <question type="category">\n    {said}\n  </question>\n'


def _question(question: PlatformQuestion, notes: list[Sentence]) -> str:
    kind, *answers = _answers(question)
    lines = [
        _worded("name", FormattedText(question.name), formatted=False),
        _worded("questiontext", question.text),
        _worded("generalfeedback", question.general_feedback),
        "<defaultgrade>1</defaultgrade>",
        f"<idnumber>{escape(question.code, quote=False)}</idnumber>",
        *answers,
        *(
            ["<tags>", *(_worded("tag", FormattedText(tag), formatted=False) for tag in question.tags), "</tags>"]
            * bool(question.tags)
        ),
    ]
    inside = "".join(f"    {line}\n" for line in lines)
    return f'  <question type="{kind}">\n{inside}  </question>\n'


def _worded(name: str, text: FormattedText, inside: str = "", attributes: str = "", formatted: bool = True) -> str:
    form = f' format="{FORMATS[text.format]}"' if formatted else ""
    return f"<{name}{attributes}{form}><text>{escape(text.words, quote=False)}</text>{inside}</{name}>"


def _answer(text: FormattedText, weight: Decimal, feedback: FormattedText, more: str = "") -> str:
    said = _worded("feedback", feedback) if feedback else ""
    return _worded("answer", text, said + more, f' fraction="{plain_decimal(weight)}"')


@singledispatch
def _answers(question: PlatformQuestion) -> list[str]:
    """The type's name in Moodle, then the elements that only this type has."""
    raise Refusal(say(gettext_noop("Moodle XML has no questions of this kind.")))


@_answers.register
def _choice(question: ChoiceQuestion) -> list[str]:
    single = "true" if isinstance(question, SingleChoice) else "false"
    options = (_answer(option.text, option.weight, option.feedback) for option in question.options)
    return ["multichoice", f"<single>{single}</single>", "<shuffleanswers>true</shuffleanswers>", *options]


@_answers.register
def _true_false(question: TrueFalse) -> list[str]:
    true, false = (FULL, NOTHING) if question.right else (NOTHING, FULL)
    return [
        "truefalse",
        _answer(FormattedText("true"), true, question.feedback_true),
        _answer(FormattedText("false"), false, question.feedback_false),
    ]


@_answers.register
def _matching(question: Matching) -> list[str]:
    pairs = (
        _worded("subquestion", pair.stem, _worded("answer", FormattedText(pair.answer), formatted=False))
        for pair in question.pairs
    )
    return ["matching", "<shuffleanswers>true</shuffleanswers>", *pairs]


@_answers.register
def _ordering(question: Ordering) -> list[str]:
    items = (_answer(item, Decimal(place), FormattedText()) for place, item in enumerate(question.items, start=1))
    head = ["<layouttype>VERTICAL</layouttype>", "<selecttype>ALL</selecttype>", "<selectcount>0</selectcount>"]
    return ["ordering", *head, *items]


@_answers.register
def _numeric(question: Numeric) -> list[str]:
    answers = [
        _answer(
            FormattedText(plain_decimal(each.value)),
            each.weight,
            each.feedback,
            f"<tolerance>{plain_decimal(each.tolerance)}</tolerance>",
        )
        for each in question.answers
    ]
    if question.otherwise:
        answers.append(_answer(FormattedText("*"), NOTHING, question.otherwise, "<tolerance>0</tolerance>"))
    return ["numerical", *answers]
