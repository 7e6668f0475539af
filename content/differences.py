"""Two states of a text beside each other: only what differs, line by line, with the words that changed marked. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import zip_longest

WORD = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True, slots=True)
class Part:
    """A section, a question, the terms of a quiz: `key` is the same in both states, `title` is what people call it."""

    key: str
    title: str
    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class MarkedRun:
    """Some words of a line; `changed` where the other state does not have them."""

    words: str
    changed: bool


Line = Sequence[MarkedRun]


@dataclass(frozen=True, slots=True)
class PartChange:
    """A part that differs. `pairs` = [(line before, line after)]; an empty line stands beside what came or went."""

    title: str
    pairs: Sequence[tuple[Line, Line]] = field(default_factory=list)


def part_changes(before: Sequence[Part], after: Sequence[Part]) -> list[PartChange]:
    """In the order of what is new; parts that are gone come last."""
    known = {part.key: part for part in before}
    kept = {part.key for part in after}
    found = [PartChange(part.title, line_pairs(_lines(known.get(part.key)), part.lines)) for part in after]
    found += [PartChange(part.title, line_pairs(part.lines, [])) for part in before if part.key not in kept]
    return [change for change in found if change.pairs]


def _lines(part: Part | None) -> Sequence[str]:
    return part.lines if part else []


def line_pairs(before: Sequence[str], after: Sequence[str]) -> list[tuple[Line, Line]]:
    found: list[tuple[Line, Line]] = []
    for kind, left, right, top, bottom in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            beside = zip_longest(before[left:right], after[top:bottom], fillvalue="")
            found += [_marked(old, new) for old, new in beside]
    return found


def _marked(old: str, new: str) -> tuple[Line, Line]:
    words, others = WORD.findall(old), WORD.findall(new)
    opcodes = SequenceMatcher(None, words, others, autojunk=False).get_opcodes()
    return (
        list(_runs((kind, words[left:right]) for kind, left, right, _top, _bottom in opcodes)),
        list(_runs((kind, others[top:bottom]) for kind, _left, _right, top, bottom in opcodes)),
    )


def _runs(pieces: Iterator[tuple[str, list[str]]]) -> Iterator[MarkedRun]:
    for kind, words in pieces:
        if words:
            yield MarkedRun("".join(words), kind != "equal")
