"""An import never changes what a question says without a word: kept, turned into an equivalent, or refused.

The files `gift-numeric-otherwise`, `xml-arabic-names`, `xml-multilang-spans` and `xml-powers-and-indices` are inputs
that once came in with another meaning, or with none that an editor could tell apart.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from quizzes.interchange import read_aiken, read_gift, read_moodle_xml, write_aiken, write_gift, write_moodle_xml
from quizzes.interchange.alike import heard
from quizzes.interchange.markup import formatted_text, plain_lines
from quizzes.interchange.powers import as_index, as_power
from quizzes.interchange.questions import FULL, FormattedText, Numeric, Option, QuestionsRead, SingleChoice, TrueFalse
from quizzes.interchange.sentences import Notes, Refusal
from tests.quizzes.interchange.examples import example, only


def words(read: QuestionsRead) -> list[list[str]]:
    """Of each question its text and its options."""
    found = []
    for question in read.questions:
        assert isinstance(question, SingleChoice)
        found.append([plain_lines(text) for text in (question.text, *(option.text for option in question.options))])
    return found


def plain(html: str, language: str = "") -> str:
    return plain_lines(formatted_text(html, "html", Notes(language)))


# Languages


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        ("en", ["Who signs the draft?", "The clerk", "The tool"], ["Who signs?", "The clerk", "The tool"]),
        ("fr", ["Qui signe le projet ?", "L'agent", "L'outil"], ["Qui signe ?", "L'agent", "L'outil"]),
    ],
)
def test_of_words_in_several_languages_only_those_of_the_import_are_taken(
    language: str, first: list[str], second: list[str]
) -> None:
    read = read_moodle_xml(example("xml-multilang-spans.xml"), language)
    assert words(read) == [first, second]
    assert {str(remark.why) for remark in read.changed} == {
        f"It holds its words in several languages (en, fr); those for {language} were taken. Import the file once more "
        "for each of the others."
    }


def test_words_in_other_languages_alone_are_refused() -> None:
    read = read_moodle_xml(example("xml-multilang-spans.xml"), "ar")
    assert read.questions == ()
    assert {str(remark.why) for remark in read.refused} == {
        "It holds its words in en, fr and not in the language of this import (ar). Choose one of those languages, or "
        "add the missing words."
    }


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("{mlang en}Yes{mlang}{mlang other}Oui{mlang}", "Yes"),
        ("{mlang fr}Oui{mlang}{mlang other}Yes{mlang}", "Yes"),
        ("{mlang fr,en_us}OK{mlang} {mlang de}Gut{mlang}", "OK"),
        ("Both {MLANG EN}one{MLANG}{mlang fr}un{mlang} end", "Both one end"),
        ('<lang lang="en">a</lang><lang lang="fr">b</lang>', "a"),
        (
            '<span class="multilang" lang="fr">b</span> <span lang="en-GB" class="multilang">a <i>c</i></span> d',
            "a c d",
        ),
        (
            '<p><span lang="en" class="multilang">A<span>b</span></span><span lang="fr" class="multilang">C</span></p>',
            "Ab",
        ),
        ('<p>In <span lang="fr">mairie</span>, who signs?</p>', "In mairie, who signs?"),
        (
            '<span lang="en" class="multilang">1</span><span lang="fr" class="multilang">2</span> and '
            '<span lang="fr" class="multilang">3</span><span lang="en" class="multilang">4</span>',
            "1 and 4",
        ),
    ],
)
def test_languages_are_told_apart_as_moodle_tells_them(html: str, said: str) -> None:
    assert plain(html, "en") == said


@pytest.mark.parametrize(
    "html", ["{mlang en}a", "a{mlang}", "{mlang en}a{mlang en}b{mlang}", "{mlang en", "{mlang {en}}"]
)
def test_languages_that_cannot_be_told_apart_are_refused(html: str) -> None:
    with pytest.raises(Refusal, match="do not pair up"):
        plain(html, "en")


def test_every_format_tells_languages_apart() -> None:
    gift = read_gift(
        r"::\{mlang en\}N\{mlang\}\{mlang fr\}M\{mlang\}::\{mlang en\}Q?\{mlang\}\{mlang fr\}R?\{mlang\} {T}", "fr"
    )
    assert (gift.questions[0].name, gift.questions[0].text.words) == ("M", "R?")
    aiken = read_aiken(
        "{mlang en}Q?{mlang}{mlang fr}R?{mlang}\nA) a\nB) {mlang en}b{mlang}{mlang fr}c{mlang}\nANSWER: A", "fr"
    )
    assert words(aiken) == [["R?", "a", "c"]]


# Powers, indices, struck and hidden words


def test_powers_stay_powers_and_what_is_struck_out_is_refused() -> None:
    read = read_moodle_xml(example("xml-powers-and-indices.xml"))
    assert words(read) == [["A model made 10³ errors. How many is that?", "10³", "103", "2⁻¹"]]
    assert only(read.refused) == (
        "Some of its words are struck out: “<p>Data may <del>not</del> be shared</p>” would read “Data may not be "
        "shared”. Delete those words, or say in words that they are struck."
    )


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("H<sub>2</sub>O, CO<sub>2</sub>", "H₂O, CO₂"),
        ("x<sup>n+1</sup> and x<sup>y</sup>z", "xⁿ⁺¹ and x^(y)z"),
        ("a<sub>i</sub>", "a_(i)"),
        ("2<sup>3<sup>2</sup></sup>", "2^(3²)"),
        (
            "the 1<sup>st</sup>, le 2<sup>e</sup>, le XXI<sup>e</sup> siècle, M<sup>me</sup> X",
            "the 1st, le 2e, le XXIe siècle, Mme X",
        ),
        ("n<sup>o</sup> 5, Acme<sup>TM</sup>, 20<sup>°</sup>", "nº 5, Acme™, 20°"),
        ('10<span style="vertical-align: super; font-size: small">3</span>', "10³"),
        ("<p>10<sup><b>3</b></sup></p>", "10³"),
        ("<q>Never</q>", "“Never”"),
        ("<ol start=3><li>a</li><li>b</li></ol>", "3. a\n4. b"),
        ("<ol type=A><li>a</li><li value=28>b</li></ol>", "A. a\nAB. b"),
        ("<ol type=i><li>a</li><li value=9>b<ul><li>c</li></ul></li></ol>", "i. a\nix. b\n\u00a0\u00a0\u00a0\u00a0- c"),
        ("<pre>if x:\n    y = 1</pre>", "if x:\n\u00a0\u00a0\u00a0\u00a0y = 1"),
        ("10&nbsp;000 &amp; &lt;b&gt;", "10\u00a0000 & <b>"),
        ('<span dir="rtl">abc</span>', "\u2067abc\u2069"),
    ],
)
def test_marks_that_mean_something_become_characters(html: str, said: str) -> None:
    assert plain(html) == said


@pytest.mark.parametrize(
    ("html", "sentence"),
    [
        ("may <s>not</s> go", "struck out: “may <s>not</s> go” would read “may not go”"),
        ("may <strike>not</strike> go", "struck out"),
        ('may <span style="text-decoration: line-through">not</span> go', "struck out"),
        ('<p style="text-decoration:line-through">not</p>', "struck out"),
        ('Right<span style="display:none">: it is B</span>', "hidden: “Right<span"),
        ("<p hidden>Answer: B</p>", "hidden"),
        ("<bdo dir=rtl>abc</bdo>", "<bdo>"),
        ("<ruby>a<rt>b</rt></ruby>", "<ruby>"),
        ("<ol reversed><li>a</li></ol>", "numbered backwards"),
    ],
)
def test_what_has_no_equivalent_is_refused_with_before_and_after(html: str, sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        formatted_text(html, "html", Notes())
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    "html", ["a <ins>b</ins>", "a <mark>b</mark>", "a <u>b</u>", '<span style="color:red">a</span> b', "<h3>a</h3> b"]
)
def test_marks_that_go_are_shown_before_and_after(html: str) -> None:
    notes = Notes()
    formatted_text(html, "html", notes)
    assert f"“{html}” reads “a b” now" in str(notes[0])


@pytest.mark.parametrize("text", ["a ~~b~~ c", "a <del>b</del>", "| a | b |\n|---|---|\n| 1 | 2 |", "![x](y.png)"])
def test_markdown_is_held_to_the_same(text: str) -> None:
    with pytest.raises(Refusal):
        formatted_text(text, "markdown", Notes())


def test_markdown_loses_no_signs_that_are_none() -> None:
    kept = formatted_text("Is `__init__` run, and is it 2 ** 3 or 2 \\* 3?", "markdown", Notes())
    assert plain_lines(kept) == "Is __init__ run, and is it 2 ** 3 or 2 * 3?"


@pytest.mark.parametrize(
    "text", [r"$$x^2$$", r"\(x^2\)", r"\[\frac{1}{2}\]", "[tex]x[/tex]", r"Is $\alpha$ it?", "Is $x^2$ it?"]
)
def test_formulas_are_refused_on_the_way_in_and_out(text: str) -> None:
    question = TrueFalse(name="N", text=FormattedText(text), right=True)
    for write in (write_moodle_xml, write_gift):
        assert "the formula" in only(write([question]).refused)
    read = read_moodle_xml(
        f"<quiz><question type='truefalse'><questiontext format='html'><text>{text}</text></questiontext><answer "
        "fraction='100'><text>true</text></answer><answer fraction='0'><text>false</text></answer></question></quiz>"
    )
    assert "the formula" in only(read.refused)


@pytest.mark.parametrize("text", ["It costs $5 or $6.", "$10 (C:\\temp) or $20", "a (b) [c]", "US$ and A$"])
def test_prices_are_no_formulas(text: str) -> None:
    assert write_moodle_xml([TrueFalse(name="N", text=FormattedText(text), right=True)]).refused == ()


def test_characters_that_turn_words_around_are_refused() -> None:
    read = read_gift("Is it \u202eon\u202c? {T}")
    assert "invisible character U+202E" in only(read.refused)


# Options that read the same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("yes", "yes"),
        ("The clerk", "The  clerk"),
        ("10 000", "10\u00a0000"),
        ("می\u200cخواهم", "میخواهم"),
        ("e\u0301t\u00e9", "\u00e9te\u0301"),
        ("ＡＩ", "AI"),
        ("co\u00adop", "coop"),
        ("ﷲ", "الله"),
    ],
)
def test_two_options_that_read_the_same_are_refused(one: str, other: str) -> None:
    read = read_gift(f"Which? {{={one} ~{other}}}")
    assert only(read.refused).startswith("Two of its answers read the same: “")
    assert "read the same" in only(read_aiken(f"Which?\nA) {one}\nB) {other}\nANSWER: A").refused)


def test_options_that_only_marks_tell_apart_are_refused() -> None:
    read = read_gift("[html]Which? {=<b>a</b> ~a}")
    assert "read the same" in only(read.refused)


@pytest.mark.parametrize(("one", "other"), [("10³", "103"), ("½", "1/2"), ("AI", "ai"), ("①", "1"), ("x₂", "x2")])
def test_what_reads_differently_is_kept_apart(one: str, other: str) -> None:
    assert heard(one) != heard(other)
    assert read_gift(f"Which? {{={one} ~{other}}}").refused == ()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Match. {=a -> b =a\u200b -> c}", "Two of its pairs begin with the same words"),
        ("[html]Match. {=<i>a</i> -> b =a -> c}", "Two of its pairs begin with the same words"),
    ],
)
def test_pairs_that_cannot_be_told_apart_are_refused(text: str, sentence: str) -> None:
    assert sentence in only(read_gift(text).refused)


# Feedback


def test_what_is_said_to_wrong_numbers_is_kept_apart_from_the_right_one() -> None:
    (question,) = read_gift(example("gift-numeric-otherwise.gift")).questions
    assert isinstance(question, Numeric)
    assert question.answers[0].feedback == FormattedText()
    assert question.otherwise == FormattedText("That is wrong. Count again.")


@pytest.mark.parametrize(
    "text", ["Which? {=a ~b ####Why. ~c}", "Which? {=a ~b ####Why. ####More.}", "How many? {#3 ####Why =4}"]
)
def test_answers_behind_the_general_feedback_are_not_swallowed(text: str) -> None:
    assert "stand behind its ####" in only(read_gift(text).refused)


# Out again


def test_a_power_leaves_as_a_power() -> None:
    options = (
        Option(formatted_text("10<sup>3</sup>", "html", Notes()), FULL),
        Option(FormattedText("103"), Decimal(0)),
    )
    question = SingleChoice(name="N", text=FormattedText("So?"), options=options)
    assert "A) 10³\nB) 103" in write_aiken([question]).text


@pytest.mark.parametrize("raised", ["", " ", "3", "st", "a b", "³"])
def test_nothing_raised_or_lowered_gets_lost(raised: str) -> None:
    for said in (as_power(raised, "x"), as_index(raised)):
        assert bool(said) == bool(raised.strip())
