"""A translation says as much as its source: the same numbers, marks and about the same length. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from content.curriculum.checks.passages import Passage, read_passages
from content.curriculum.checks.remarks import CheckRemark
from content.curriculum.checks.sentences import ADDRESS, MARK, TOKEN
from content.curriculum.module_file import ModuleFile

SHORTEST, LONGEST = 0.55, 1.6
# Shorter texts vary too much to be compared.
LEAST_LETTERS, SURE_LETTERS = 60, 150
# Up to twelve, people write numbers as words as well.
SPELT = 12
GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:[,\u00a0\u202f ]\d{3})+(?!\d)")
NUMBER = re.compile(r"\d+(?:[.,٫]\d+)*")
CLOCK = re.compile(r"(\d{1,2}):00\b")


def check_parity(source: ModuleFile, translation: ModuleFile) -> Iterator[CheckRemark]:
    """Where the structure differs, that is a fault of its own, and nothing is compared here."""
    ours, theirs = read_passages(source), read_passages(translation)
    if len(ours) != len(theirs):
        return
    for one, other in zip(ours, theirs, strict=True):
        if not one.cited:
            yield from _numbers(source, one, translation, other)
            yield from _marks(source, one, translation, other)
            yield from _length(source, one, translation, other)


def numbers(text: str) -> Counter[str]:
    """The numbers of a text, written alike: 1,020 and 1 020 are 1020; 2,5 is 2.5; 7:00 is 7."""
    text = CLOCK.sub(r"\1", ADDRESS.sub("", TOKEN.sub("", MARK.sub("", text))))
    text = GROUPED.sub(lambda match: re.sub(r"\D", "", match[0]), text)
    return Counter(found.replace(",", ".").replace("٫", ".") for found in NUMBER.findall(text))


def _numbers(source: ModuleFile, one: Passage, translation: ModuleFile, other: Passage) -> Iterator[CheckRemark]:
    ours, theirs = numbers(one.text), numbers(other.text)
    if ours == theirs:
        return
    missing, extra = ours - theirs, theirs - ours
    spelt = all(number.isdecimal() and int(number) <= SPELT for number in (missing + extra))
    parts = [
        f"not here: {', '.join(sorted(missing))}" if missing else "",
        f"only here: {', '.join(sorted(extra))}" if extra else "",
    ]
    said = f"Other numbers than in {source.language}, line {one.line} ({'; '.join(filter(None, parts))})."
    name = "number-spelt" if spelt else "number-differs"
    yield CheckRemark(translation.file, other.line, name, other.place, said, stops=not spelt)


def _marks(source: ModuleFile, one: Passage, translation: ModuleFile, other: Passage) -> Iterator[CheckRemark]:
    ours, theirs = MARK.findall(one.text), MARK.findall(other.text)
    if Counter(ours) != Counter(theirs):
        said = f"Other source marks than in {source.language}, line {one.line}: {', '.join(ours) or 'none'} there."
        yield CheckRemark(translation.file, other.line, "marks-differ", other.place, said)


def _length(source: ModuleFile, one: Passage, translation: ModuleFile, other: Passage) -> Iterator[CheckRemark]:
    if len(one.text) < LEAST_LETTERS:
        return
    ratio = len(other.text) / len(one.text)
    if not SHORTEST <= ratio <= LONGEST:
        said = f"{ratio:.2f} times as long as in {source.language}, line {one.line}: is something missing or added?"
        stops = len(one.text) >= SURE_LETTERS
        yield CheckRemark(translation.file, other.line, "length-differs", other.place, said, stops)
