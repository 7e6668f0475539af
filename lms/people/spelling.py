"""How names and numbers are spelt, and which of it carries nothing. Pure.

A name is kept as its owner writes it: only what no reader can see and no script needs is taken away. A staff number is
compared in one normal form, so that nobody becomes two people by a blank, a capital or an invisible sign.
"""

from __future__ import annotations

import re
import unicodedata

JOINERS = "\u200c\u200d"
"""Between letters they belong to the spelling: Persian, Urdu, Indian scripts."""
NOTHING = re.compile("[\u00ad\u034f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
"""Soft hyphen, zero-width blank, byte order mark, signs of direction: a name is shown with its own direction."""
EDGE_JOINERS = re.compile(f"(?<![^ ])[{JOINERS}]+|[{JOINERS}]+(?![^ ])")
DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
SELECTORS = re.compile("[\ufe00-\ufe0f\u034f\u115f\u1160\u3164\uffa0]")


def clean_name(text: str) -> str:
    """Composed (NFC), with ordinary blanks, one at a time, and without signs that carry nothing; joiners stay."""
    spaced = "".join(" " if unicodedata.category(each) == "Zs" else each for each in text)
    bare = NOTHING.sub("", unicodedata.normalize("NFC", spaced))
    return EDGE_JOINERS.sub("", re.sub(" +", " ", bare).strip())


def is_writable(text: str) -> bool:
    """Whether nothing in it is a line break or a sign that cannot be shown; a joiner can."""
    return all(each.isprintable() or each in JOINERS for each in text)


def unseen_in(text: str) -> list[str]:
    """The signs in it that nobody sees, as `U+200B`, each once."""
    return [f"U+{ord(each):04X}" for each in dict.fromkeys(text) if _is_unseen(each)]


def clean_number(text: str) -> str:
    """A staff number as it is kept and shown: as written, without what nobody sees."""
    return "".join(each for each in unicodedata.normalize("NFC", text) if not _is_unseen(each)).strip()


def number_key(text: str) -> str:
    """The one form in which staff numbers are compared: any case, any digits, any dash, nothing invisible."""
    if text.isascii() and text.isprintable():
        return text.replace(" ", "").casefold()
    composed = unicodedata.normalize("NFKC", text)
    kept = "".join(each for each in composed if not _is_unseen(each) and not each.isspace())
    return unicodedata.normalize("NFKC", DASHES.sub("-", latin_digits(kept)).casefold())


def loose_key(text: str) -> str:
    """What a spreadsheet leaves of a number it takes for one to reckon with: no leading zeros, no `.0`, no groups."""
    key = number_key(text).lstrip("'")
    if re.fullmatch(r"\d{1,3}([,.'’]\d{3})+", key):
        key = re.sub(r"\D", "", key)
    key = re.sub(r"^(\d+)[.,]0+$", r"\1", key)
    return (key.lstrip("0") or "0") if key.isdigit() else key


def name_key(*names: str) -> str:
    """By which two people may have the same name: without accents, case, blanks, apostrophes and hyphens."""
    spread = unicodedata.normalize("NFKD", " ".join(names)).casefold()
    return "".join(each for each in spread if each.isalnum())


def latin_digits(text: str) -> str:
    """Digits of every script as 0 to 9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(each)) if each.isdecimal() else each for each in text)


def _is_unseen(sign: str) -> bool:
    return unicodedata.category(sign) == "Cf" or bool(SELECTORS.match(sign))
