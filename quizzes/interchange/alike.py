"""Whether two texts read the same: whatever no reader sees or hears in them is passed over."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# Powers, indices and fractions look different and mean something else; every other compatibility form reads the same.
TELLING = ("<super>", "<sub>", "<fraction>", "<circle>")
UNSEEN = re.compile("[\u00ad\u034f\u0640\u180b-\u180e\ufe00-\ufe0f]")


def heard(words: str) -> str:
    """Equal for texts that read the same, differing at most in what is invisible, in blanks and in width."""
    folded = "".join(_folded(character) for character in unicodedata.normalize("NFC", words))
    plain = UNSEEN.sub("", unicodedata.normalize("NFC", folded))
    return " ".join("".join(each for each in plain if unicodedata.category(each) != "Cf").split())


def first_alike(texts: Iterable[str]) -> tuple[str, str] | None:
    """The first two that read the same, as they were given."""
    known: dict[str, str] = {}
    for text in texts:
        key = heard(text)
        if key in known:
            return known[key], text
        known[key] = text
    return None


def _folded(character: str) -> str:
    form = unicodedata.decomposition(character)
    if not form.startswith("<") or form.startswith(TELLING):
        return character
    return unicodedata.normalize("NFKC", character)
