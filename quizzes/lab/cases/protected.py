"""Words that point at a protected trait: neither facts nor texts of a case may use them, so no advice can rest on one.

The grounds are those of Article 21 of the Charter of Fundamental Rights of the European Union, without “property”
(income is what a benefit is about), with family status, pregnancy, nationality and union membership; and names, which
hint at several of them. A list of words cannot prove that a case is fair: it stops the plain mistakes, a reviewer the
others.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lms.yaml_lines import read_yaml_file


def _listed_words(path: Path) -> dict[str, frozenset[str]]:
    """{language: its words}. Raises FaultyFile."""
    lists = read_yaml_file(path)
    words = {language: frozenset(word.value for word in lists.strings(language)) for language in lists.values}
    lists.faults.check()
    return words


WORDS: Mapping[str, frozenset[str]] = _listed_words(Path(__file__).with_name("protected.yaml"))
ARABIC_PREFIX = re.compile(r"^[وفبكل]?(?:ال|لل)?(?=..)")


def traits_in_text(text: str, language: str) -> list[str]:
    """The listed words that occur in a text as whole words (in Arabic also behind article and prefixed particles)."""
    return sorted({word for word in _words(text) if not WORDS[language].isdisjoint(_forms(word, language))})


def traits_in_facts(facts: Mapping[str, Any]) -> list[str]:
    """The listed English words in the keys and values of facts as a bank file gives them, however deep they lie."""
    return sorted({word for text in _strings(facts) for word in traits_in_text(text.replace("_", " "), "en")})


def _words(text: str) -> list[str]:
    plain = "".join(letter for letter in unicodedata.normalize("NFC", text) if unicodedata.category(letter) != "Mn")
    return re.findall(r"[^\W\d_]+", plain.casefold())


def _forms(word: str, language: str) -> set[str]:
    return {word, ARABIC_PREFIX.sub("", word)} if language == "ar" else {word}


def _strings(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [text for key, inner in value.items() for text in [str(key), *_strings(inner)]]
    if isinstance(value, list):
        return [text for inner in value for text in _strings(inner)]
    return [value] if isinstance(value, str) else []
