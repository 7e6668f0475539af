"""Questions of every kind, with the characters that formats trip over."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

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
    PlatformQuestion,
    SingleChoice,
    TrueFalse,
    name_from_words,
)
from quizzes.interchange.soundness import NOT_ON_A_LINE, UNPRINTABLE, unsound_points

WHOLE = ["->", "####", "//", "::", "[html]", "%50%", "&amp;", "<b>", "ANSWER: A", "\\n", "]]>", "@@"]
TRICKY = st.sampled_from([*"~=#{}:\\%[]<>&/$'\"|-.)éا aB1…", *WHOLE])
PLAIN = st.characters(exclude_categories=("Cs", "Cc"))


def _free(pattern: Any, extra: Any = None) -> Callable[[str], bool]:
    return lambda words: bool(words) and not pattern.search(words) and "@@PLUGINFILE@@" not in words


def one_line() -> st.SearchStrategy[str]:
    pieces = st.lists(TRICKY | PLAIN, min_size=1, max_size=10)
    return pieces.map("".join).map(lambda words: " ".join(words.split())).filter(_free(NOT_ON_A_LINE))


def words() -> st.SearchStrategy[str]:
    pieces = st.lists(TRICKY | PLAIN | st.just("\n"), min_size=1, max_size=12)
    return pieces.map("".join).map(str.strip).filter(_free(UNPRINTABLE))


def html() -> st.SearchStrategy[str]:
    word = st.sampled_from(["Never", "a = b", "5 &lt; 6", "R&amp;D", "{x}", "c:d"])
    mark = st.sampled_from(["strong", "em", "code", "sub", "sup"])
    marked = st.builds(lambda tag, inside: f"<{tag}>{inside}</{tag}>", mark, word)
    runs = st.lists(word | marked, max_size=4).map("<br>".join)
    return st.builds(lambda first, more: f"{first}<br>{more}" if more else first, marked, runs)


def texts() -> st.SearchStrategy[FormattedText]:
    markdown = st.sampled_from(["**Never**", "- one\n- two", "a = *b*", "[html] is no mark here"])
    return (
        words().map(FormattedText)
        | html().map(lambda marked: FormattedText(marked, Format.HTML))
        | markdown.map(lambda marked: FormattedText(marked, Format.MARKDOWN))
    )


def maybe(strategy: st.SearchStrategy[FormattedText]) -> st.SearchStrategy[FormattedText]:
    return st.just(FormattedText()) | strategy


@st.composite
def stems(draw: st.DrawFn) -> dict[str, Any]:
    text = draw(texts())
    tag = one_line().filter(lambda tag: not set(tag) & set("<>`\\"))
    return {
        "text": text,
        "name": draw(st.just(name_from_words(text.words)) | one_line()),
        "general_feedback": draw(maybe(texts())),
        "category": draw(st.sampled_from(["", "Data", "Data/Privacy & law", "AI: at work"])),
        "code": draw(st.just("") | tag),
        "tags": tuple(draw(st.lists(tag, max_size=2, unique=True))),
    }


WEIGHTS = st.decimals(-100, 100, places=2)
NUMBERS = st.decimals(-(10**9), 10**9, places=4)


@st.composite
def choices(draw: st.DrawFn) -> PlatformQuestion:
    some = st.builds(Option, texts(), WEIGHTS, maybe(texts()))
    options = draw(st.lists(some, min_size=1, max_size=4))
    right = Option(draw(texts()), FULL)
    return SingleChoice(**draw(stems()), options=tuple(draw(st.permutations([right, *options]))))


@st.composite
def multiple_choices(draw: st.DrawFn) -> PlatformQuestion:
    parts = draw(st.sampled_from([[100], [50, 50], [Decimal("33.33333")] * 3, [25, 75], [20] * 5]))
    right = [Option(draw(texts()), Decimal(part), draw(maybe(texts()))) for part in parts]
    wrong = draw(st.lists(st.builds(Option, texts(), st.decimals(-100, 0, places=1)), min_size=1, max_size=3))
    return MultipleChoice(**draw(stems()), options=tuple(draw(st.permutations(right + wrong))))


@st.composite
def true_false(draw: st.DrawFn) -> PlatformQuestion:
    said = maybe(texts())
    return TrueFalse(**draw(stems()), right=draw(st.booleans()), feedback_true=draw(said), feedback_false=draw(said))


@st.composite
def matching(draw: st.DrawFn) -> PlatformQuestion:
    pairs = draw(st.lists(st.builds(MatchPair, texts(), words()), min_size=2, max_size=4))
    stray = draw(st.lists(words().map(lambda answer: MatchPair(FormattedText(), answer)), max_size=1))
    return Matching(**draw(stems()), pairs=(*pairs, *stray))


@st.composite
def ordering(draw: st.DrawFn) -> PlatformQuestion:
    return Ordering(**draw(stems()), items=tuple(draw(st.lists(texts(), min_size=2, max_size=4))))


@st.composite
def numeric(draw: st.DrawFn) -> PlatformQuestion:
    tolerance = st.decimals(0, 100, places=3)
    some = st.builds(Accepted, NUMBERS, tolerance, st.decimals(0, 100, places=1), maybe(texts()))
    right = Accepted(draw(NUMBERS), draw(tolerance), FULL, draw(maybe(texts())))
    answers = (right, *draw(st.lists(some, max_size=2)))
    return Numeric(**draw(stems()), answers=answers, otherwise=draw(maybe(texts())))


def is_sound(question: PlatformQuestion) -> bool:
    """Two options that happen to read the same, or what looks like a formula, are refused on purpose."""
    return not any(unsound_points(question))


KINDS = [choices(), multiple_choices(), true_false(), matching(), ordering(), numeric()]


def questions() -> st.SearchStrategy[PlatformQuestion]:
    return st.one_of(KINDS).filter(is_sound)
