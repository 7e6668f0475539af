"""A translation must have the source's structure: every paragraph of one answers to a paragraph of the other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from content import fact_tokens
from content.curriculum import limits
from content.curriculum.module_file import PRACTICE, Block, DirectiveItem, FileSection, FrontEntry, ModuleFile, Rich
from lms.yaml_lines import Fault, FaultList, LineText

NOTHING = LineText("", 0)
LINK = re.compile(r'<a href="([^"<>]*)">')


class Keyed(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def line(self) -> int: ...


def structure_faults(source: ModuleFile, translation: ModuleFile) -> list[Fault]:
    """What is different in the translation's structure, in its lines' order. Empty if nothing is."""
    faults = FaultList(translation.file)
    if source.code != translation.code:
        faults.add(2, f"The code must be {source.code.upper()}, as in {source.file}.")
    _entries("objective", source.front.objectives, translation.front.objectives, faults)
    _entries("source", source.front.sources, translation.front.sources, faults)
    if _same_keys("section", source.sections, translation.sections, 1, faults):
        for ours, theirs in zip(source.sections, translation.sections, strict=True):
            _section(ours, theirs, faults)
    return sorted(faults.found)


def _same_keys(what: str, source: Sequence[Keyed], translation: Sequence[Keyed], line: int, faults: FaultList) -> bool:
    """Names the first place where the keys part ways; what follows would only repeat it."""
    for ours, theirs in zip(source, translation, strict=False):
        if ours.key != theirs.key:
            faults.add(theirs.line, f"The {what} “{ours.key}” is expected here (English: line {ours.line}).")
            return False
    if len(source) > len(translation):
        missing = source[len(translation)]
        last = translation[-1].line if translation else line
        faults.add(last, f"The {what} “{missing.key}” is missing after this (English: line {missing.line}).")
    elif len(translation) > len(source):
        extra = translation[len(source)]
        faults.add(extra.line, f"The {what} “{extra.key}” is not in the English file. Take it out.")
    return len(source) == len(translation)


def _entries(what: str, source: Sequence[FrontEntry], translation: Sequence[FrontEntry], faults: FaultList) -> None:
    if _same_keys(what, source, translation, 2, faults):
        for ours, theirs in zip(source, translation, strict=True):
            _items_texts(ours, theirs, faults)


def _items_texts(ours: FrontEntry | DirectiveItem, theirs: FrontEntry | DirectiveItem, faults: FaultList) -> None:
    for name in (*ours.texts, *(name for name in theirs.texts if name not in ours.texts)):
        one, other = ours.texts.get(name, NOTHING), theirs.texts.get(name, NOTHING)
        if bool(one.value) != bool(other.value):
            faults.add(theirs.line, f"“{name}:” of “{ours.key}” stands in only one of the two languages.")
        _facts(one, other, faults)


def _section(source: FileSection, translation: FileSection, faults: FaultList) -> None:
    for ours, theirs in zip(source.blocks, translation.blocks, strict=False):
        if (ours.kind, ours.key) != (theirs.kind, theirs.key):
            faults.add(theirs.line, f"{_name(ours)} is expected here (English: line {ours.line}).")
            return
    if len(source.blocks) != len(translation.blocks):
        counts = f"{len(translation.blocks)} texts and directives, the English one {len(source.blocks)}"
        faults.add(translation.line, f"The section “{source.key}” has {counts}.")
        return
    for ours, theirs in zip(source.blocks, translation.blocks, strict=True):
        _block(ours, theirs, faults)
        if ours.kind == PRACTICE:
            limits.check_question(ours.neutral["kind"], theirs, faults)
    if _same_keys("story", source.stories, translation.stories, translation.line, faults):
        for ours, theirs in zip(source.stories, translation.stories, strict=True):
            _block(ours, theirs, faults)
            limits.check_story(theirs, faults)
    if _same_keys("question", source.questions, translation.questions, translation.line, faults):
        for ours, theirs in zip(source.questions, translation.questions, strict=True):
            _block(ours, theirs, faults)
            limits.check_question(ours.neutral["kind"], theirs, faults)


def _name(block: Block) -> str:
    return f"The {block.kind} “{block.key}”" if block.key else "A run of text"


def _block(source: Block, translation: Block, faults: FaultList) -> None:
    for name in source.texts.keys() ^ translation.texts.keys():
        faults.add(translation.line, f"“{name}:” stands in only one of the two languages.")
    for name in source.texts.keys() & translation.texts.keys():
        _text(source.texts[name], translation.texts[name], faults)
    if _same_keys("option or item", source.items, translation.items, translation.line, faults):
        for ours, theirs in zip(source.items, translation.items, strict=True):
            _items_texts(ours, theirs, faults)
    if _same_keys("category", source.groups, translation.groups, translation.line, faults):
        for ours, theirs in zip(source.groups, translation.groups, strict=True):
            _items_texts(ours, theirs, faults)
    _table(source, translation, faults)


def _table(source: Block, translation: Block, faults: FaultList) -> None:
    if len(source.header) != len(translation.header) or len(source.rows) != len(translation.rows):
        ours = f"{len(source.rows)} rows of {len(source.header)} cells"
        faults.add(translation.line, f"The table must have {ours}, as in English (line {source.line}).")


def _text(source: LineText | Rich, translation: LineText | Rich, faults: FaultList) -> None:
    _facts(source, translation, faults)
    if isinstance(source, Rich) and isinstance(translation, Rich):
        _paragraphs(source, translation, faults)
        if LINK.findall(source.html) != LINK.findall(translation.html):
            faults.add(translation.line, f"The links must be those of the English text (line {source.line}).")


def _paragraphs(source: Rich, translation: Rich, faults: FaultList) -> None:
    for (ours, line), (theirs, here) in zip(source.shape, translation.shape, strict=False):
        if ours != theirs:
            faults.add(here, f"{_kind(ours)} is expected here (English: line {line}), not {_kind(theirs).lower()}.")
            return
    counts = len(source.shape), len(translation.shape)
    if counts[0] != counts[1]:
        here = translation.shape[-1][1] if translation.shape else translation.line
        faults.add(
            here,
            f"This text has {counts[1]} paragraphs and list items, the English one (line {source.line}) {counts[0]}. "
            "Each paragraph must answer to one.",
        )


def _kind(place: str) -> str:
    return {"p": "A paragraph", "h3": "A heading"}.get(place, "A list item")


def _facts(source: LineText | Rich, translation: LineText | Rich, faults: FaultList) -> None:
    ours, theirs = set(fact_tokens.TOKEN.findall(source.value)), set(fact_tokens.TOKEN.findall(translation.value))
    for key in sorted(ours ^ theirs):
        faults.add(translation.line, f"The fact {{fact:{key}}} stands in only one of the two languages.")
