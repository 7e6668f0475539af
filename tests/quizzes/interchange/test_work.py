"""Work on a file grows with the file and no faster, whatever somebody repeats in it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from quizzes.interchange import read_aiken, read_gift, read_moodle_xml
from quizzes.interchange.questions import MOST_QUESTIONS
from tests.growth import assert_linear

OPENERS = [
    *(
        "[id:",
        "[tag:",
        "[id:\\]",
        "[html]",
        "\\",
        "\\[",
        "\\]",
        "{",
        "}",
        "{}",
        "{=",
        "~",
        "=",
        "#",
        "####",
        "::",
        "%",
        "%1",
    ),
    *("->", "$CATEGORY:", "$a$", "//", "\n//", "\n\n", "\n", "\r", "\n{\n\n", "\n}\n\n", " ", "\t", "a ", "\u00a0"),
    *(
        "<",
        "<<",
        "<b",
        "<b>",
        "</b>",
        "<b></b>",
        "<p>",
        "</p>",
        "<br",
        "<br>",
        "<a ",
        "<a href=",
        "<a href='",
        '<a b="',
        "<a b=c ",
    ),
    *(
        "<i>",
        "</i></i>",
        "<b><p></b>",
        "<a href=x>",
        "</a>",
        "<pre>\n",
        "<style>",
        "</style ",
        "<script",
        "<!",
        "<!--",
        "<!-->",
    ),
    *(
        "--",
        "<![",
        "<![CDATA[",
        "]]>",
        "<?",
        "?>",
        "</",
        "<a/",
        "<a\n",
        "&",
        "&#",
        "&#x",
        "&a",
        "&lt",
        "&lt;",
        "&#1114112;",
    ),
    *(
        "![",
        "![]",
        "![](",
        "](",
        "**",
        "__",
        "`",
        "*a",
        "@",
        "ANSWER:",
        "ANSWER ",
        "A.",
        "A)",
        "\nA) x",
        "\nANSWER: A\n",
        "0",
        "1e",
    ),
    *(
        "{mlang",
        "{mlang en}",
        "\\{mlang en\\}",
        "{mlang}",
        '<span class="multilang" lang="en">',
        "<lang lang=fr>a",
        "</span>",
    ),
    *(
        "<sup>",
        "<sup>1",
        "<span dir=rtl>",
        "<ol>",
        "<ol><li>",
        "<q>",
        "~~",
        "$",
        "$$",
        "$^",
        "\\(",
        "\\)",
        "[tex]",
        "[",
    ),
    *("<question>", "<text>", "'", '"', "1..", "1:", "٣", "é", "\u200b"),
]


def in_every_place(text: str) -> str:
    return f"// {text}\n::{text}:: {text} {{={text} ~{text}#{text}####{text}}}"


READERS: dict[str, Callable[[str], object]] = {
    "gift": read_gift,
    "gift, in every place": lambda text: read_gift(in_every_place(text[: len(text) // 6])),
    "gift, as HTML": lambda text: read_gift(f"[html]{text[:9000]} {{=a ~b}}"),
    "gift, as Markdown": lambda text: read_gift(f"[markdown]{text[:9000]} {{=a ~b}}"),
    "aiken": read_aiken,
    "xml": lambda text: read_moodle_xml("<quiz>" + text),
    "xml, an attribute": lambda text: read_moodle_xml(f'<quiz a="{text}"/>'),
    "xml, a text": lambda text: read_moodle_xml(
        '<quiz><question type="multichoice"><questiontext format="html"><text><![CDATA['
        f"{text[:9000].replace(']]>', '')}]]></text></questiontext></question></quiz>"
    ),
}


@pytest.mark.parametrize("opener", OPENERS)
def test_reading_takes_twice_the_work_for_twice_the_file(opener: str) -> None:
    for reader in READERS.values():
        assert_linear(reader, opener)


def test_the_measure_sees_a_pattern_that_reads_on_from_every_opener() -> None:
    pattern = re.compile(r"\[id:((?:\\\]|[^\]])+)\]")
    with pytest.raises(AssertionError, match="times the work"):
        assert_linear(pattern.search, "[id:", sizes=(4_000,))


def test_a_file_is_read_up_to_a_number_of_questions_and_says_where_it_ended() -> None:
    one = {"gift": ":: n :: q {=a#b ~c#d}\n\n", "aiken": "q\nA) a\nB) b\nANSWER: A\n"}
    for read, text in ((read_gift, one["gift"]), (read_aiken, one["aiken"])):
        found = read(text * (MOST_QUESTIONS + 5))
        assert len(found.questions) == MOST_QUESTIONS
        assert "At most 500 questions are read of one file." in str(found.refused[0].why)
        assert read((text * MOST_QUESTIONS).rstrip()).refused == ()
    found = read_moodle_xml("<quiz>" + "<question/>\n" * (MOST_QUESTIONS + 5) + "</quiz>")
    assert (len(found.refused), found.refused[-1].line) == (MOST_QUESTIONS + 1, MOST_QUESTIONS + 1)


def test_elements_lie_only_so_deep_in_each_other() -> None:
    (refused,) = read_moodle_xml("<quiz>" + "<a>" * 50_000).refused
    assert "40 deep" in str(refused.why)
