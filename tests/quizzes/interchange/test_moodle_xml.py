"""Moodle XML: every kind, every part that is left out, and files that mean harm."""

from __future__ import annotations

from decimal import Decimal

import pytest

from quizzes.interchange import read_moodle_xml, write_moodle_xml
from quizzes.interchange.questions import (
    Format,
    FormattedText,
    Matching,
    MultipleChoice,
    Numeric,
    Ordering,
    TrueFalse,
)
from tests.quizzes.interchange.examples import example, only

HEAD = "<name><text>N</text></name><questiontext format='html'><text>Q?</text></questiontext>"
TRUE = "<answer fraction='100'><text>true</text></answer>"
FALSE = "<answer fraction='0'><text>false</text></answer>"
RIGHT = "<answer fraction='100'><text>a</text></answer>"
WRONG = "<answer fraction='0'><text>b</text></answer>"


def quiz(kind: str, inside: str, head: str = HEAD) -> str:
    return f"<quiz>\n<question type='{kind}'>\n{head}{inside}</question>\n</quiz>"


def test_a_file_with_every_kind_is_read_whole() -> None:
    read = read_moodle_xml(example("oversight.xml"))
    kinds = [type(question) for question in read.questions]
    assert kinds == [MultipleChoice, TrueFalse, Matching, Ordering, Numeric]
    assert {question.category for question in read.questions} == {"AI at work"}
    assert [(remark.line, remark.question) for remark in read.refused] == [(59, "Your view")]
    assert "of the type “essay”" in only(read.refused)


def test_html_is_narrowed_to_inline_marks() -> None:
    question = read_moodle_xml(example("oversight.xml")).questions[0]
    assert isinstance(question, MultipleChoice)
    assert question.text == FormattedText(
        "Which of these are <strong>personal data</strong>?<br>Choose two.", Format.HTML
    )
    assert question.general_feedback == FormattedText("See the guide (https://example.org/data).")
    assert question.options[0].text == FormattedText("A name & an address")
    assert question.options[2].weight == Decimal("-33.33333")
    assert (question.code, question.tags) == ("data-1", ("privacy", "data"))


def test_what_is_left_out_is_told() -> None:
    read = read_moodle_xml(example("oversight.xml"))
    told = [str(remark.why) for remark in read.changed if remark.question == "Personal data"]
    assert told == [
        'Marks that cannot be kept (strong) were removed: “<p>Which of these are <strong style="color: red">personal '
        "data</strong>?</p><p>Choose two.</p>” reads “Which of these are personal data? Choose two.” now. Check that "
        "it still says the same.",
        "A link was replaced by its words and its address.",
        "Feedback for right, partly right and wrong answers as a whole was left out.",
        "Hints for further tries were left out.",
        "It counts like every other question: its own number of marks was left out.",
        "Its answers had a fixed order in Moodle; check that they may be shuffled.",
    ]
    assert {remark.line for remark in read.changed} == {7, 43}


def test_elements_that_nobody_knows_are_named() -> None:
    read = read_moodle_xml(quiz("truefalse", f"{TRUE}{FALSE}<colour>red</colour><empty/>"))
    assert only(read.changed) == "The elements colour are unknown and were left out."


def test_the_other_kinds_keep_their_parts() -> None:
    sure, steps, order, share = read_moodle_xml(example("oversight.xml")).questions[1:]
    assert isinstance(sure, TrueFalse)
    assert (sure.right, sure.feedback_true, sure.feedback_false) == (False, FormattedText("No."), FormattedText("Yes."))
    assert isinstance(steps, Matching)
    assert [(pair.stem.words, pair.answer) for pair in steps.pairs] == [
        ("Drafts", "Assistant"),
        ("Decides", "Case worker"),
        ("", "Nobody"),
    ]
    assert isinstance(order, Ordering)
    assert order.text.format == Format.MARKDOWN
    assert [item.words for item in order.items] == ["Read", "Decide", "Sign"]
    assert isinstance(share, Numeric)
    assert [(each.value, each.tolerance) for each in share.answers] == [(Decimal("1.5"), Decimal("0.05"))]
    assert share.otherwise == FormattedText("Count again.")


@pytest.mark.parametrize(
    "kind", ["shortanswer", "essay", "cloze", "description", "calculated", "ddwtos", "gapselect", "stack", ""]
)
def test_kinds_that_cannot_be_taken_are_refused(kind: str) -> None:
    read = read_moodle_xml(quiz(kind, RIGHT))
    assert read.questions == ()
    assert (read.refused[0].line, read.refused[0].question) == (2, "N")
    assert "cannot be taken over" in only(read.refused)


@pytest.mark.parametrize(
    ("kind", "inside", "line", "sentence"),
    [
        ("multichoice", "<answer fraction='100'><text>a</text></answer>", 2, "at least two answers"),
        ("multichoice", WRONG * 2, 2, "No answer is marked as right"),
        ("multichoice", f"\n{RIGHT}\n<answer fraction='x'><text>b</text></answer>", 5, "“x” is not a number"),
        ("multichoice", f"<single>false</single>{RIGHT * 2}", 2, "worth 200 % together"),
        ("truefalse", TRUE, 2, "two answers “true” and “false”"),
        ("truefalse", TRUE + TRUE + FALSE, 2, "two answers “true” and “false”"),
        ("truefalse", TRUE + FALSE.replace("'0'", "'100'"), 2, "must be worth 100 %, the other 0 %"),
        ("matching", "<subquestion><text>a</text><answer><text>b</text></answer></subquestion>", 2, "two pairs"),
        ("ordering", RIGHT, 2, "two items"),
        ("numerical", "\n<answer fraction='100'><text>1,5</text></answer>", 4, "“1,5” is not a number"),
        (
            "numerical",
            "<answer fraction='100'><text>1</text></answer><units><unit><unit_name>m</unit_name></unit></units>",
            2,
            "It asks for a unit",
        ),
        (
            "multichoice",
            f"\n<file name='x.png' encoding='base64'>aGVsbG8=</file>{RIGHT}{WRONG}",
            4,
            "a picture or a file",
        ),
        ("multichoice", f"\n<image>x.png</image>{RIGHT}{WRONG}", 4, "a picture or a file"),
        (
            "multichoice",
            f"{RIGHT}<answer format='html'><text><![CDATA[<img src='data:image/png;base64,AA'>]]></text></answer>",
            2,
            "a picture or a file",
        ),
        (
            "multichoice",
            f"{RIGHT}<answer><text>@@PLUGINFILE@@/a.mp3</text></answer>",
            2,
            "a picture or a file",
        ),
        ("multichoice", f"\n<answer><text>a <b>b</b></text></answer>{RIGHT}", 4, "tags that are not protected"),
        (
            "multichoice",
            f"{RIGHT}<answer format='html'><text>&lt;script&gt;alert(1)&lt;/script&gt;</text></answer>",
            2,
            "the HTML element <script>",
        ),
    ],
)
def test_what_cannot_be_taken_is_named_with_its_line(kind: str, inside: str, line: int, sentence: str) -> None:
    following = "<question type='truefalse'>" + HEAD.replace("N", "Next") + TRUE + FALSE + "</question></quiz>"
    read = read_moodle_xml(quiz(kind, inside).replace("</quiz>", following))
    assert sentence in only(read.refused)
    assert (read.refused[0].line, read.refused[0].question) == (line, "N")
    assert [question.name for question in read.questions] == ["Next"]


ENTITIES = "".join(f'<!ENTITY e{n} "&e{n - 1};&e{n - 1};&e{n - 1};&e{n - 1};">' for n in range(1, 30))


@pytest.mark.parametrize(
    "declaration",
    [
        f'<!DOCTYPE quiz [<!ENTITY e0 "ha">{ENTITIES}]>',
        '<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE quiz SYSTEM "http://127.0.0.1/evil.dtd">',
        '<!DOCTYPE quiz [<!ENTITY % x SYSTEM "http://127.0.0.1/evil.dtd"> %x;]>',
    ],
)
def test_a_file_that_declares_anything_is_refused_whole(declaration: str) -> None:
    name = "<name><text>&e29;&x;</text></name>"
    read = read_moodle_xml('<?xml version="1.0"?>\n' + declaration + "\n" + quiz("truefalse", TRUE + FALSE, name))
    assert read.questions == ()
    assert read.refused[0].line == 2
    assert "declares a document type" in only(read.refused)


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("", 1, "not well-formed"),
        ("<quiz>\n<question>\n</quiz>", 3, "not well-formed"),
        ("\n\n<quiz>\n<b></quiz>", 4, "not well-formed"),
        ("<quiz>&nbsp;</quiz>", 1, "not well-formed"),
        ("<html></html>", 1, "begins with <html> instead of <quiz>"),
    ],
)
def test_a_file_that_is_none_is_refused_with_its_line(text: str, line: int, sentence: str) -> None:
    read = read_moodle_xml(text)
    assert read.questions == ()
    assert read.refused[0].line == line
    assert sentence in only(read.refused)


def test_the_declared_encoding_does_not_spoil_text_that_is_decoded_already() -> None:
    text = '<?xml version="1.0" encoding="ISO-8859-1"?>' + quiz("truefalse", TRUE + FALSE).replace(
        "Q?", "Était-ce sûr ?"
    )
    assert read_moodle_xml(text).questions[0].text == FormattedText("Était-ce sûr ?")


def test_a_choice_without_a_word_about_it_is_single_and_a_name_is_made_from_the_text() -> None:
    read = read_moodle_xml(quiz("multichoice", RIGHT + WRONG, "<questiontext><text>Which?</text></questiontext>"))
    assert type(read.questions[0]).__name__ == "SingleChoice"
    assert read.questions[0].name == "Which?"


def test_categories_are_written_where_moodle_looks_for_them() -> None:
    question = TrueFalse(name="A & B", text=FormattedText("1 < 2?"), right=True, category="Data/R&D")
    text = write_moodle_xml([question]).text
    assert "<category><text>$course$/top/Data/R&amp;D</text></category>" in text
    assert '<questiontext format="plain_text"><text>1 &lt; 2?</text></questiontext>' in text
    assert '<answer fraction="100" format="plain_text"><text>true</text></answer>' in text


def test_a_character_that_xml_cannot_hold_is_named() -> None:
    written = write_moodle_xml([TrueFalse(name="Bell", text=FormattedText("Ring\x07?"), right=True)])
    assert "<question" not in written.text
    assert "the invisible character U+0007" in only(written.refused)
