"""Question files out of pieces that formats trip over, in which every word occurs once."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from itertools import count

from hypothesis import strategies as st

from quizzes.interchange import read_aiken, read_gift, read_moodle_xml
from quizzes.interchange.markup import plain_lines
from quizzes.interchange.questions import Matching, PlatformQuestion, QuestionsRead

Reader = Callable[[str, str], QuestionsRead]
READERS: dict[str, Reader] = {"gift": read_gift, "xml": read_moodle_xml, "aiken": read_aiken}
WORD = re.compile(r"zz\d+zz")
HTML = [
    *(
        "<b>",
        "</b>",
        "<i>",
        "</i>",
        "<p>",
        "</p>",
        "<br>",
        "<sup>",
        "</sup>",
        "<sub>",
        "</sub>",
        "<ul>",
        "<li>",
        "</ul>",
    ),
    *("<ol>", "</ol>", "<del>", "</del>", "<u>", "</u>", "<pre>", "</pre>", "<code>", "</code>", "<span>", "</span>"),
    *(
        '<span class="multilang" lang="en">',
        '<span class="multilang" lang="fr">',
        '<span style="color:red">',
        "<q>",
        "</q>",
    ),
    *(
        "{mlang en}",
        "{mlang fr}",
        "{mlang other}",
        "{mlang}",
        "<a href='https://a.example'>",
        "</a>",
        "<img>",
        "<table>",
    ),
    *("&nbsp;", "&lt;", "&amp;", "&#8203;", "<", ">", "&", "$x^2$", "\\(", "\\)", "<style>", "</style>"),
    *("\u00a0", "\u200b", "\u202e", "\ufeff", "~~", "**", "_", "`", "|", "\n\n", "- ", "1. ", "![](x)", "[", "]"),
]
# What stands in a comment is said to nobody: it may go.
MARKS = [
    *HTML,
    *"~=#{}:%\\\n ",
    "####",
    "->",
    "::",
    "//",
    "[html]",
    "[markdown]",
    "%50%",
    "ANSWER: A",
    "A) ",
    "$CATEGORY: x",
    "<!--",
    "-->",
]
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
WORDS = st.integers(0, 10**6)


def numbered(parts: list[str | int]) -> str:
    """The parts as one text; each number becomes a word that occurs nowhere else."""
    place = count(1)
    return "".join(f"zz{next(place)}zz" if isinstance(part, int) else part for part in parts)


def noise() -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(MARKS) | WORDS | st.characters(), max_size=40).map(numbered)


@st.composite
def said(draw: st.DrawFn, pieces: list[str] = HTML) -> list[str | int]:
    return [0, *draw(st.lists(st.sampled_from(pieces) | WORDS, max_size=6))]


@st.composite
def xml_documents(draw: st.DrawFn) -> str:
    """One choice with feedback everywhere, in any of Moodle's formats."""
    texts = numbered([*_joined([draw(said()) for _text in range(draw(st.integers(4, 8)))])]).split("\0")
    form = draw(st.sampled_from(["html", "moodle_auto_format", "plain_text", "markdown"]))
    question, general, *answers = (f"<text>{escape(CONTROL.sub('', text))}</text>" for text in texts)
    form_attribute = f'format="{form}"'
    inside = "".join(
        f'<answer fraction="{100 * (not place)}" {form_attribute}>{answer}'
        f"<feedback {form_attribute}>{feedback}</feedback></answer>"
        for place, (answer, feedback) in enumerate(zip(answers[::2], answers[1::2], strict=False))
    )
    return (
        f'<quiz><question type="multichoice"><questiontext format="{form}">{question}</questiontext><generalfeedback '
        f'format="{form}">{general}</generalfeedback>{inside}</question></quiz>'
    )


@st.composite
def gift_documents(draw: st.DrawFn) -> str:
    form = draw(st.sampled_from(["", "[html]", "[markdown]", "[plain]"]))
    texts = [re.sub(r"([~=#{}:\\])", r"\\\1", text) for text in _texts(draw, 4)]
    if draw(st.booleans()):
        return f"::{texts[0]}::{form}{texts[1]} {{#=3:1 #{texts[2]} ~#{texts[3]}}}"
    return f"{form}{texts[0]} {{={texts[1]} #{texts[2]} ~{texts[3]} ####{texts[0].replace('zz', 'zz9')}}}"


@st.composite
def aiken_documents(draw: st.DrawFn) -> str:
    texts = [" ".join(text.split("\n")) for text in _texts(draw, 3)]
    return f"{texts[0]}\nA) {texts[1]}\nB) {texts[2]}\nANSWER: B\n"


def _texts(draw: st.DrawFn, number: int) -> list[str]:
    return numbered([*_joined([draw(said()) for _text in range(number)])]).split("\0")


def _joined(texts: list[list[str | int]]) -> list[str | int]:
    return [part for place, text in enumerate(texts) for part in (["\0", *text] if place else text)]


def words_of(question: PlatformQuestion) -> set[str]:
    found = {word for text in question.texts() for word in WORD.findall(plain_lines(text))}
    if isinstance(question, Matching):
        found |= {word for pair in question.pairs for word in WORD.findall(pair.answer)}
    return found | set(WORD.findall(" ".join([question.name, question.category, question.code, *question.tags])))
