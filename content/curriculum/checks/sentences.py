"""Sentences, words and quotations of a text in English, French or Arabic. Pure."""

from __future__ import annotations

import re
import unicodedata

MARK = re.compile(r"\[\^([a-z0-9-]{1,60})\]")
TOKEN = re.compile(r"\{[a-z]+:[^{}]*\}")
ADDRESS = re.compile(r"\b(?:https?://|mailto:)\S+|\b[\w.-]+@[\w.-]+\b|\b[\w-]+(?:\.[\w-]+)+/\S*")
WORD = re.compile(r"[^\W_]+(?:[-’'.][^\W_]+)*")
QUOTED = re.compile(r"“[^”]*”|«[^»]*»|‘[^’]*’(?!\w)")
END = re.compile(r"[.!?؟…]+[”»)\"’]*(?:\[\^[a-z0-9-]{1,60}\])*(?=\s|$)")
NO_END = re.compile(r"(?:\b(?:e\.g|i\.e|cf|etc|vs|Art|No|Nr|St|Dr|p|pp|al|ex|M|Mme)\.)$")
TASHKEEL = re.compile("[\u064b-\u0652\u0640\u0670]")


def split_sentences(text: str) -> list[str]:
    """The sentences of one paragraph, each with the source marks that follow it."""
    found, start = [], 0
    for end in END.finditer(text):
        if NO_END.search(text[start : end.end()]):
            continue
        found.append(text[start : end.end()].strip())
        start = end.end()
    rest = text[start:].strip()
    return [sentence for sentence in (*found, rest) if sentence]


def bare(text: str) -> str:
    """The text as it is read: without source marks; what an organisation fills in counts as one word."""
    return TOKEN.sub("…", MARK.sub("", text))


def words(text: str) -> list[str]:
    """The words as they stand. A number is a word; an apostrophe, a hyphen or a full stop inside divides none."""
    return WORD.findall(TASHKEEL.sub("", bare(text)))


def folded(text: str) -> list[str]:
    """The words for comparison: small letters, no vowel signs, one sort of apostrophe."""
    return [plain(word) for word in words(text)]


def plain(text: str) -> str:
    """Small letters, one sort of apostrophe, Arabic without vowel signs and with one alef."""
    text = TASHKEEL.sub("", unicodedata.normalize("NFC", text)).replace("'", "’").replace("\u00a0", " ")
    return re.sub("[أإآ]", "ا", text).casefold()


def unquoted(text: str) -> str:
    """The text with every quotation blanked, its length kept: what is quoted are somebody else's words."""
    return QUOTED.sub(lambda match: " " * len(match[0]), text)


def runs(tokens: list[str], length: int) -> set[tuple[str, ...]]:
    """Every run of `length` words in a row."""
    return {tuple(tokens[at : at + length]) for at in range(len(tokens) - length + 1)}
