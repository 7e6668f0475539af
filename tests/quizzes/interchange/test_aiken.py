"""Aiken: little, but nothing of it gets lost."""

from __future__ import annotations

from decimal import Decimal

import pytest

from quizzes.interchange import read_aiken, write_aiken
from quizzes.interchange.questions import FULL, Format, FormattedText, Option, SingleChoice, TrueFalse
from tests.quizzes.interchange.examples import example, only, refused

NEXT = "Next?\nA) yes\nB) no\nANSWER: B\n"


def right(question: object) -> list[str]:
    assert isinstance(question, SingleChoice)
    return [option.text.words for option in question.options if option.weight == FULL]


def test_a_file_is_read_whole_with_or_without_blank_lines() -> None:
    read = read_aiken(example("oversight.aiken.txt"))
    assert (read.refused, read.changed) == ((), ())
    assert [(question.text.words, right(question)) for question in read.questions] == [
        ("What do you do with a draft before it leaves the house?", ["Read it"]),
        ("A.I. is always right when it sounds sure.", ["False"]),
        ("Who decides?", ["The case worker"]),
    ]


@pytest.mark.parametrize(
    ("text", "line", "question", "sentence"),
    [
        ("One?\nA) a\nB) b\n", 1, "One?", "Before line 4 its options"),
        ("Heading\n\n", 1, "Heading", "Before line 3 its options"),
        ("One?\nA) a\nB) b\nANSWER: C\n", 1, "One?", "stands “C”"),
        ("One?\nA) a\nB) b\nANSWER: A, B\n", 1, "One?", "exactly one right answer"),
        ("One?\nA) a\nB) b\nANSWER:\n", 1, "One?", "stands “”"),
        ("One?\nA) a\nANSWER: A\n", 1, "One?", "at least two answers"),
        ("One?\nA) a\nB)\nANSWER: A\n", 1, "One?", "One of its answers has no text"),
        ("\nOne?\nA) a\nC) c\n\n", 2, "One?", "Line 4 has the option C where B was expected"),
        ("A) a\n", 1, "A) a", "an option without a question"),
        ("ANSWER: A\n", 1, "ANSWER: A", "belongs to no question"),
        ("One?\na) a\nb) b\nANSWER: A\n", 1, "One? a) a b) b", "stands “A”"),
    ],
)
def test_what_cannot_be_taken_is_named_with_its_line(text: str, line: int, question: str, sentence: str) -> None:
    read = read_aiken(text + NEXT)
    assert refused(read)[0][:2] == (line, question)
    assert sentence in str(read.refused[0].why)
    assert [question.text.words for question in read.questions] == ["Next?"]


def test_a_file_that_ends_too_early_says_so() -> None:
    read = read_aiken(NEXT + "Last?\nA) a\nB) b")
    assert refused(read) == [(5, "Last?", "The file ends before the line with ANSWER: and a letter.")]


def test_an_option_that_was_wrapped_makes_no_question_of_its_own() -> None:
    read = read_aiken("One?\nA) a long\nanswer\nB) b\nANSWER: B\n" + NEXT)
    assert [question.text.words for question in read.questions] == ["Next?"]
    assert [line for line, _question, _why in refused(read)] == [1, 3, 5]


def test_a_question_on_two_lines_is_one_question_and_told() -> None:
    read = read_aiken("One\nand more?\nA) a\nB) b\nANSWER: A")
    assert read.questions[0].text.words == "One\nand more?"
    assert only(read.changed) == "The question stands on several lines, which were read as one text."


def test_what_aiken_cannot_carry_is_said() -> None:
    options = (
        Option(FormattedText("yes\nindeed"), FULL, FormattedText("Right.")),
        Option(FormattedText("<em>no</em>", Format.HTML), Decimal(50)),
    )
    question = SingleChoice(name="Name", text=FormattedText("So?"), options=options, tags=("t",))
    written = write_aiken([question])
    assert written.text == "So?\nA) yes indeed\nB) no\nANSWER: A\n"
    assert [str(omission.why) for omission in written.reduced] == [
        "Aiken cannot carry the name of a question.",
        "Aiken cannot carry feedback.",
        "Aiken cannot carry categories, tags and ID numbers.",
        "Aiken cannot carry part marks: only the right answer counts.",
        "Aiken cannot carry bold, italics or other marks: the words were kept.",
        "Aiken cannot carry line breaks: the words were kept.",
    ]


@pytest.mark.parametrize(
    ("text", "weights", "sentence"),
    [
        ("So?", [100, 100], "exactly one right answer"),
        ("So?", [100] + [0] * 26, "at most 26 options"),
        ("A) So?", [100, 0], "begins like an option or an answer"),
        ("Answer: So?", [100, 0], "begins like an option or an answer"),
    ],
)
def test_questions_aiken_cannot_hold_are_refused(text: str, weights: list[int], sentence: str) -> None:
    options = tuple(Option(FormattedText(f"x{place}"), Decimal(weight)) for place, weight in enumerate(weights))
    written = write_aiken([SingleChoice(name="N", text=FormattedText(text), options=options)])
    assert written.text == ""
    assert sentence in only(written.refused)


def test_other_kinds_are_refused() -> None:
    assert only(write_aiken([TrueFalse(name="N", text=FormattedText("So?"), right=True)]).refused) == (
        "Aiken has single choice only."
    )
