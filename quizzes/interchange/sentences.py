"""What is told to the person who imports or exports: sentences that can be shown in any language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SHOWN = 160
"""Characters of a text that a sentence quotes."""


def gettext_noop(message: str) -> str:
    """Marks a sentence for the catalogues without knowing of any language."""
    return message


@dataclass(frozen=True)
class Sentence:
    """`str()` gives English; a page shows `gettext(sentence.template) % sentence.values`."""

    template: str
    values: Mapping[str, str | int] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template % self.values


def say(template: str, **values: str | int) -> Sentence:
    return Sentence(template, values)


def quoted_words(words: str) -> str:
    """The beginning of a text on one line, as a sentence quotes it."""
    line = " ".join(words[: 2 * SHOWN].split())
    return line if len(line) <= SHOWN else line[: SHOWN - 1].rstrip() + "…"


class Notes(list[Sentence]):
    """What was changed in one question; `language` is the one its words are wanted in, or empty."""

    def __init__(self, language: str = "") -> None:
        super().__init__()
        self.language = language


class Refusal(Exception):
    """This question cannot be taken or written. `line` is set where it is another than the question's first."""

    def __init__(self, sentence: Sentence, line: int | None = None) -> None:
        self.sentence = sentence
        self.line = line
        super().__init__(str(sentence))
