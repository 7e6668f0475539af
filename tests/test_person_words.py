"""The interface makes no person of a system: no "the system thinks", outside of what people are quoted with.

M01 teaches that systems compute; the strings around it must not say otherwise.
"""

from __future__ import annotations

import re
from ast import literal_eval
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract
from django.utils.translation.template import templatize

ROOT = Path(__file__).parents[1]
PACKAGES = ("lms", "courses", "quizzes", "certification", "content", "themes")
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
SYSTEM = r"(?:systems?|models?|AIs?|AI|tools?|advice|programs?|machines?|assistants?|algorithms?|chatbots?)"
BETWEEN = r"(?:(?:has|have|had|is|are|was|were|also|never|always|only|itself|alone|%\(\w+\)s|%%|[\d.,]+|not)\s+){0,4}"
MIND = (
    r"(?:think|thinks|thought|know|knows|knew|known|see|sees|saw|seen|say|says|said|sure|understand|understands|"
    r"understood|decide|decides|decided|believe|believes|believed|feel|feels|want|wants|wanted)"
)
PERSON = re.compile(rf"\b{SYSTEM}\s+{BETWEEN}{MIND}\b", re.IGNORECASE)
LITERAL = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""", re.DOTALL)
QUOTED = re.compile(r"“[^”]*”|‘[^’]*’|«[^»]*»|\"[^\"]*\"")


def person_words(words: str) -> list[str]:
    """Where the words make a person of a system; what stands in quotation marks is somebody's."""
    return PERSON.findall(QUOTED.sub(" ", words))


def msgids(path: Path) -> Iterator[str]:
    """Every string of a file that is translated, in English."""
    text = path.read_text("utf-8")
    if path.suffix != ".py":  # all that is no string is blotted out
        yield from (literal_eval(found[0]) for found in LITERAL.finditer(templatize(text, origin=str(path))))
        return
    for _line, words, _comments, _context in extract("python", BytesIO(text.encode()), keywords=KEYWORDS):
        yield from [words] if isinstance(words, str) else [each for each in words if each]


def sources() -> list[Path]:
    found = [path for name in PACKAGES for path in (ROOT / name).rglob("*") if path.suffix in (".py", ".html", ".txt")]
    return [path for path in found if not {"migrations", "node_modules"} & set(path.parts)]


def test_no_string_of_the_interface_makes_a_person_of_a_system() -> None:
    seen, wrong = 0, []
    for path in sources():
        for words in msgids(path):
            seen += 1
            wrong += [f"{path.relative_to(ROOT)}: {words!r}"] if person_words(words) else []
    assert wrong == []
    assert seen > 1500  # nothing would be found where nothing is read


@pytest.mark.parametrize(
    "words",
    [
        "The system is %(percent)s %% sure.",
        "What the system says",
        "a broken rule you missed, where the advice saw none either",
        "The model never understood you",
        "All that an AI has decided",
    ],
)
def test_persons_are_found(words: str) -> None:
    assert person_words(words)


@pytest.mark.parametrize(
    "words",
    [
        "Confidence shown: %(percent)s %%",
        "a rule was broken, and the advice reported none",
        "If all you can write is “the system said so”, you have not finished.",
        "People decide with the help of a system.",
    ],
)
def test_what_is_none_is_not_found(words: str) -> None:
    assert not person_words(words)
