"""Texts that hold their words in several languages: {mlang en}…{mlang}, and spans of the class multilang.

Moodle shows each reader one of them. Here a question has one language, so the words in that language are taken, and
where there are none the question is refused: never two languages in one sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from quizzes.interchange.sentences import Notes, Refusal, Sentence, gettext_noop, say

MARK = re.compile(r"\{mlang(?:[ \t]+([^{}]{1,200}))?[ \t]*\}", re.IGNORECASE)
OPENS = re.compile(r"\{mlang", re.IGNORECASE)
SPAN = re.compile(r"<span\b[^<>]*\bmultilang\b[^<>]*>|<lang\s[^<>]*>", re.IGNORECASE)
OTHER = "other"


@dataclass
class LanguageGroup:
    """The languages of words that stand for each other, and whether those wanted were among them."""

    wanted: str
    found: list[str] = field(default_factory=list)
    met: bool = False

    def takes(self, languages: str) -> bool:
        """Whether words in these (divided by commas) are taken: only the first that fit are."""
        names = [name.strip().lower().replace("_", "-") for name in languages.split(",") if name.strip()]
        self.found += [name for name in names if name not in self.found]
        fits = not self.met and any(name == OTHER or _primary(name) == _primary(self.wanted) for name in names)
        self.met = self.met or fits
        return fits

    def close(self, notes: Notes) -> None:
        """Raises Refusal where words were in other languages only."""
        if not self.found:
            return
        languages = ", ".join(self.found)
        if not self.met:
            raise Refusal(_elsewhere(languages, self.wanted))
        notes.append(_taken(languages, self.wanted))


def words_in_language(raw: str, notes: Notes) -> str:
    """The text without {mlang}: what stands outside, and what stands in the wanted language. Raises Refusal."""
    if not OPENS.search(raw):
        return raw
    group, kept, inside, place = LanguageGroup(notes.language), list[str](), False, 0
    taken = True
    for mark in MARK.finditer(raw):
        if taken:
            kept.append(raw[place : mark.start()])
        place = mark.end()
        opens = mark.group(1) is not None
        if (opens and inside) or (not opens and not inside):
            raise Refusal(_unpaired())
        inside = opens
        taken = group.takes(mark.group(1)) if opens else True
    rest = raw[place:]
    if inside or OPENS.search("".join(kept) + rest):
        raise Refusal(_unpaired())
    group.close(notes)
    return "".join([*kept, rest])


def holds_spans(words: str) -> bool:
    """Whether there are spans of the class multilang, or what stood for them before."""
    return bool(SPAN.search(words))


def holds_languages(words: str) -> bool:
    return bool(OPENS.search(words)) or holds_spans(words)


def _primary(name: str) -> str:
    return name.lower().replace("_", "-").partition("-")[0]


def _taken(languages: str, wanted: str) -> Sentence:
    return say(
        gettext_noop(
            "It holds its words in several languages (%(languages)s); those for %(language)s were taken. Import the "
            "file once more for each of the others."
        ),
        languages=languages,
        language=wanted,
    )


def _elsewhere(languages: str, wanted: str) -> Sentence:
    return say(
        gettext_noop(
            "It holds its words in %(languages)s and not in the language of this import (%(language)s). Choose one of "
            "those languages, or add the missing words."
        ),
        languages=languages,
        language=wanted or "–",
    )


def _unpaired() -> Sentence:
    return say(
        gettext_noop(
            "Its {mlang …} marks do not pair up, so that its languages cannot be told apart. Write {mlang en}…{mlang}."
        )
    )
