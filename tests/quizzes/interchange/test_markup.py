"""HTML of other platforms: what stays, what goes, and what is refused."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.interchange.markup import formatted_text, plain_lines
from quizzes.interchange.questions import Format, FormattedText
from quizzes.interchange.sentences import Notes, Refusal


@pytest.mark.parametrize(
    ("html", "words", "format_"),
    [
        ("<p>One</p>\n<p>Two</p>", "One\nTwo", Format.PLAIN),
        ("One<br/>Two &amp; three", "One\nTwo & three", Format.PLAIN),
        ("<ul><li>One</li><li>Two</li></ul>", "- One\n- Two", Format.PLAIN),
        ("<pre>a\n  b</pre>", "a\n\u00a0\u00a0b", Format.PLAIN),
        ("<p> a   <b>b </b> c</p>", "a <strong>b </strong>c", Format.HTML),
        ('<i onclick="x()">a</i>', "<em>a</em>", Format.HTML),
        ("<b>a", "<strong>a</strong>", Format.HTML),
        ("<b><i>a</b>b</i>", "<strong><em>a</em></strong>b", Format.HTML),
        ("<p><strong></strong></p>", "", Format.PLAIN),
        ("H<sub>2</sub>O &lt; 5", "H<sub>2</sub>O &lt; 5", Format.HTML),
        ("<style>p { color: red }</style>a", "a", Format.PLAIN),
        ("<!-- a --><p>b</p>", "b", Format.PLAIN),
        ("&lt;b&gt;", "<b>", Format.PLAIN),
        ("<p>5 < 6</p>", "5 < 6", Format.PLAIN),
    ],
)
def test_html_is_narrowed(html: str, words: str, format_: Format) -> None:
    assert formatted_text(html, "html", Notes()) == FormattedText(words, format_)


def test_what_goes_is_told_once_with_its_tags() -> None:
    notes = Notes()
    assert formatted_text(
        "<u>a</u> <font>b</font> <a href='https://example.org/'>c</a>", "html", notes
    ) == FormattedText("a b c (https://example.org/)")
    assert [str(note) for note in notes] == [
        "A link was replaced by its words and its address.",
        "Marks that cannot be kept (font, u) were removed: “<u>a</u> <font>b</font> "
        "<a href='https://example.org/'>c</a>” reads “a b c (https://example.org/)” now. Check that it still says "
        "the same.",
    ]


def test_an_address_that_runs_code_is_not_kept() -> None:
    assert formatted_text("<a href='javascript:x()'>c</a>", "html", Notes()) == FormattedText("c")


@pytest.mark.parametrize("tag", ["img", "script", "iframe", "object", "svg", "form", "input", "table", "video"])
def test_what_words_cannot_replace_is_refused(tag: str) -> None:
    with pytest.raises(Refusal):
        formatted_text(f"a <{tag}> b", "html", Notes())


def test_html_in_markdown_stays_what_was_typed() -> None:
    notes = Notes()
    assert formatted_text("**a** <b>c</b>", "markdown", notes) == FormattedText("**a** <b>c</b>", Format.MARKDOWN)
    assert notes == []


def test_a_text_beyond_measure_is_refused() -> None:
    with pytest.raises(Refusal, match="longer than 20000 characters"):
        formatted_text("a" * 20_001, "plain", Notes())


@pytest.mark.parametrize("part", ["<a ", "<!--", "<![CDATA[", "<b>", "</", "<a b='", "&", "<?"])
def test_no_text_keeps_the_reader_busy(part: str) -> None:
    """Four times the text costs about four times the work; were it sixteen times, it would grow with the square."""
    assert work(part, 20_000) < 10 * work(part, 5_000)


def work(part: str, length: int) -> float:
    """CPU seconds of one reading, the quickest of five: what else the machine does then hardly counts."""
    text, quickest = (part * length)[:length], float("inf")
    for _ in range(5):
        start = time.process_time()
        formatted_text(text, "html", Notes())
        quickest = min(quickest, time.process_time() - start)
    return quickest


@given(
    st.lists(
        st.sampled_from(["<b>", "</b>", "<i>", "</i>", "<p>", "</p>", "<br>", "<li>", " ", "a", "&lt;", "\n", "<a>"])
    )
)
def test_what_was_narrowed_is_stable_and_balanced(parts: list[str]) -> None:
    text = formatted_text("".join(parts), "html", Notes())
    if text.format == Format.HTML:
        assert formatted_text(text.words, "html", Notes()) == text
    for tag in ("strong", "em"):
        assert text.words.count(f"<{tag}>") == text.words.count(f"</{tag}>")
    assert plain_lines(text).count("a") == parts.count("a")
