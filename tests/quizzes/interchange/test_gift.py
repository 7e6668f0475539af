"""GIFT: what the format says, and what is said where a file does not keep to it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from quizzes.interchange import read_gift, write_gift
from quizzes.interchange.questions import (
    FULL,
    Accepted,
    Format,
    FormattedText,
    Matching,
    MatchPair,
    MultipleChoice,
    Numeric,
    Option,
    Ordering,
    SingleChoice,
    TrueFalse,
)
from tests.quizzes.interchange.examples import example, only, refused


def test_a_file_with_every_kind_is_read_whole() -> None:
    read = read_gift(example("oversight.gift"))
    assert (read.refused, read.changed) == ((), ())
    kinds = [type(question) for question in read.questions]
    assert kinds == [SingleChoice, MultipleChoice, TrueFalse, Matching, Numeric, Numeric, SingleChoice]
    assert [question.category for question in read.questions] == ["AI at work/Data"] * 2 + ["AI at work/Oversight"] * 5


def test_a_single_choice_keeps_its_part_marks_feedback_and_labels() -> None:
    question = read_gift(example("oversight.gift")).questions[0]
    assert isinstance(question, SingleChoice)
    assert [(option.weight, option.feedback.words) for option in question.options] == [
        (100, "Right: it is public already."),
        (50, "Only after somebody checked it."),
        (0, "These are personal data."),
    ]
    assert question.general_feedback == FormattedText("Ask first when in doubt.")
    assert (question.name, question.code) == ("Customer data", "ai-data-1")
    assert question.tags == ("privacy", "data [personal]")


def test_options_inherit_the_format_of_the_question_unless_they_say_another() -> None:
    question = read_gift(example("oversight.gift")).questions[1]
    assert isinstance(question, MultipleChoice)
    assert question.text == FormattedText("Which <strong>two</strong> signs speak for a made-up source?", Format.HTML)
    assert question.options[3].text == FormattedText("It is in <English>")
    assert [option.weight for option in question.options] == [50, 50, -50, 0]


def test_the_first_feedback_of_true_and_false_is_for_the_wrong_answer() -> None:
    question = read_gift(example("oversight.gift")).questions[2]
    assert isinstance(question, TrueFalse)
    assert not question.right
    assert question.feedback_true == FormattedText("Sure and right are two things.")
    assert question.feedback_false == FormattedText("Well seen.")
    assert question.name == question.text.words == "An assistant's answer is right if it sounds sure."


def test_an_answer_that_fits_nowhere_has_no_stem() -> None:
    question = read_gift(example("oversight.gift")).questions[3]
    assert isinstance(question, Matching)
    assert question.pairs[0] == MatchPair(FormattedText("Drafts the letter"), "The assistant")
    assert question.pairs[2] == MatchPair(FormattedText(), "Nobody")


def test_numbers_come_with_a_tolerance_or_as_a_range() -> None:
    share, years = read_gift(example("oversight.gift")).questions[4:6]
    assert isinstance(share, Numeric)
    assert isinstance(years, Numeric)
    assert share.answers == (
        Accepted(Decimal(3), Decimal(0), FULL, FormattedText("Exactly.")),
        Accepted(Decimal(3), Decimal(1), Decimal(50), FormattedText("Nearly.")),
    )
    assert share.otherwise == FormattedText("Count again.")
    assert years.answers == (Accepted(Decimal(6), Decimal(1)),)


def test_answers_in_the_middle_of_a_sentence_leave_a_gap() -> None:
    question = read_gift(example("oversight.gift")).questions[6]
    assert question.text.words == "Every draft must be _____ before it leaves the house."


def test_no_question_is_lost_where_blank_lines_are_missing() -> None:
    read = read_gift(example("no_blank_lines.gift"))
    assert [question.text.words for question in read.questions] == [
        "First?",
        "Second?",
        "Third?",
        "Fourth is _____ as\nwell. Fourth goes on.",
        "Fifth?",
        "Sixth?",
    ]
    assert [question.category for question in read.questions] == ["One"] * 5 + ["Two"]
    assert [question.tags for question in read.questions][1:3] == [(), ("third",)]
    assert read.refused == ()
    assert [remark.line for remark in read.changed] == [2, 3, 8, 9, 11, 13]
    assert str(read.changed[1].why).startswith("The blank line before line 3 is missing.")


def test_two_questions_that_cannot_be_told_apart_are_refused_aloud() -> None:
    read = read_gift("Fine? {T}\n\nOne {=a ~b} is first. Two {=c ~d}\n\nFine too? {F}")
    assert [question.text.words for question in read.questions] == ["Fine?", "Fine too?"]
    assert refused(read)[0][:2] == (3, "One")
    assert "more than one set of answers" in only(read.refused)


@pytest.mark.parametrize(
    ("text", "line", "question", "sentence"),
    [
        ("\n\nJust words.\n", 3, "Just words.", "it is a description, not a question"),
        ("::Essay::Say why. {}", 1, "Essay", "free text (an essay)"),
        ("Say why. {####Well said.}", 1, "Say why.", "free text (an essay)"),
        ("Two and two is {=four =4}.", 1, "Two and two is", "a short answer to be typed"),
        ("Order! {>2 ALL VERTICAL\none\ntwo\n}", 1, "Order!", "Ordering questions are no part of GIFT"),
        ("// a\n\nOpen {=a ~b\n\nNext {T}", 3, "Open", "The { of line 3 is never closed"),
        ("Open {=a ~b\nNext {T}", 1, "Open", "not closed before the next { in line 2"),
        ("Shut\n =a} {T}", 2, "Shut =a}", "Line 2 has a } without a { before it"),
        ("Which? {=a}", 1, "Which?", "a short answer"),
        ("Which? {~a ~b}", 1, "Which?", "No answer is marked as right"),
        ("Which? {~%40%a ~%50%b ~c}", 1, "Which?", "worth 90 % together; they must add up to 100 %"),
        ("Which? {=%50%a ~b}", 1, "Which?", "No answer is worth 100 %"),
        ("Which? {=a ~%120%b}", 1, "Which?", "An answer is worth 120 %"),
        ("Which? {=a ~}", 1, "Which?", "One of its answers has no text"),
        ("Which? {a ~b =c}", 1, "Which?", "The answer “a” has neither ~ nor = before it"),
        ("Match. {=a -> b}", 1, "Match.", "at least two pairs"),
        ("Match. {=a -> b =c}", 1, "Match.", "The pair “c” needs the form =question -> answer"),
        ("Match. {=a -> b =c -> d #why}", 1, "Match.", "feedback after #, which pairs cannot have"),
        ("Match. {=a -> b =c -> }", 1, "Match.", "One of its pairs has no answer"),
        ("How many? {#3,5}", 1, "How many?", "“3,5” is not a number"),
        ("How many? {#three}", 1, "How many?", "“three” is not a number"),
        ("How many? {#5..1}", 1, "How many?", "The range 5..1 ends before it begins"),
        ("How many? {#5:-1}", 1, "How many?", "The tolerance -1 is below zero"),
        ("How many? {#1e500}", 1, "How many?", "“1e500” is not a number"),
        ("How many? {#=3 ~4}", 1, "How many?", "after ~ only #feedback may stand"),
        ("How many? {#}", 1, "How many?", "No number is worth 100 %"),
        ("{T}", 1, "{T}", "The question has no text"),
        ("A\x07? {T}", 1, "A\x07?", "the invisible character U+0007"),
        ('[html]<img src\\="x.png"> What? {T}', 1, '<img src="x.png"> What?', "a picture or a file"),
        ("[markdown]![alt](x.png) What? {T}", 1, "![alt](x.png) What?", "a picture or a file"),
        ("[html]<table><tr><td>1</td></tr></table>{T}", 1, "<table><tr><td>1</td></tr></table>", "element <table>"),
    ],
)
def test_what_cannot_be_taken_is_named_with_its_line(text: str, line: int, question: str, sentence: str) -> None:
    read = read_gift(f"{text}\n\nRight after it? {{T}}")
    found = read.refused[0]
    assert (found.line, found.question) == (line, question)
    assert sentence in str(found.why)
    assert "Right after it?" in [question.text.words for question in read.questions]


def test_a_category_holds_even_if_the_question_below_it_is_broken() -> None:
    read = read_gift("$CATEGORY: Data\nOpen {=a ~b\n\n::Next::Next? {T}")
    assert [question.category for question in read.questions] == ["Data"]
    assert "The { of line 2 is never closed" in only(read.refused)


def test_a_blank_line_between_the_answers_is_passed_over_and_told() -> None:
    read = read_gift("Which? {\n=a\n\n~b\n\n}\n\n::Next::Next? {T}")
    assert [question.name for question in read.questions] == ["Which?", "Next"]
    assert "blank line between { and }" in only(read.changed)


def test_windows_lines_a_mark_of_order_and_comments_do_no_harm() -> None:
    read = read_gift("\ufeff// first\r\nWhich?\r\n// between\r\n{=a ~b}\r\n\r\n// last\r\n")
    assert [question.text.words for question in read.questions] == ["Which?"]


def test_escapes_stand_for_themselves() -> None:
    read = read_gift(r"::a\:\:b::1 \= 1, \{x\}, \~, \#, C\\d, one\ntwo {=\=a ~\~b#\#c}")
    question = read.questions[0]
    assert isinstance(question, SingleChoice)
    assert (question.name, question.text.words) == ("a::b", "1 = 1, {x}, ~, #, C\\d, one\ntwo")
    assert [option.text.words for option in question.options] == ["=a", "~b"]
    assert question.options[1].feedback.words == "#c"


def test_brackets_that_name_no_format_are_words() -> None:
    assert read_gift("[sic] Right? {T}").questions[0].text == FormattedText("[sic] Right?")


def test_words_without_a_format_are_html_only_where_they_hold_html() -> None:
    plain, marked = read_gift("Is 1 < 2, R&D; so? {T}\n\nIs it <b>true</b>?\nReally &gt;? {T}").questions
    assert plain.text == FormattedText("Is 1 < 2, R&D; so?")
    assert marked.text == FormattedText("Is it <strong>true</strong>?<br>Really &gt;?", Format.HTML)


def test_what_gift_cannot_carry_is_said() -> None:
    order = Ordering(name="Order", text=FormattedText("Order!"), items=(FormattedText("one"), FormattedText("two")))
    arrow = Matching(
        name="Arrow",
        text=FormattedText("Match"),
        pairs=(MatchPair(FormattedText("a->b"), "c"), MatchPair(FormattedText("d"), "e")),
    )
    tagged = TrueFalse(name="Tagged", text=FormattedText("So?"), right=True, tags=("<x>", "y"))
    written = write_gift([order, arrow, tagged])
    assert [(omission.number, omission.question) for omission in written.refused] == [(1, "Order"), (2, "Arrow")]
    assert "no questions of this kind" in str(written.refused[0].why)
    assert "“a->b” contains ->" in str(written.refused[1].why)
    assert only(written.reduced) == "GIFT cannot carry the tag “<x>”."
    assert read_gift(written.text).questions[0].tags == ("y",)


def test_a_question_that_is_none_is_not_written() -> None:
    written = write_gift(
        [SingleChoice(name="Bad", text=FormattedText("Bad?"), options=(Option(FormattedText("a"), FULL),))]
    )
    assert written.text == ""
    assert only(written.refused) == "It needs at least two answers to choose from. Add one."


def test_questions_without_a_category_come_first() -> None:
    inside = TrueFalse(name="In", text=FormattedText("In?"), right=True, category="Data")
    outside = TrueFalse(name="Out", text=FormattedText("Out?"), right=True)
    text = write_gift([inside, outside]).text
    assert text == "::Out::Out? {TRUE\n}\n\n$CATEGORY: Data\n\n::In::In? {TRUE\n}\n"
