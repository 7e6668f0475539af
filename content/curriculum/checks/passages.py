"""A module's file as a flat list of passages: each piece of text with its line, and what it is for. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from content.curriculum.module_file import QUESTION, STORY, TEXT, Block, ModuleFile, Rich
from lms.yaml_lines import LineText

PART = re.compile(r"<(p|h3|li)>(.*?)(?=</?(?:p|h3|li|ul|ol)>)", re.DOTALL)
TAG = re.compile(r"<[^<>]*>")
# Cited works keep their own spelling, whatever the language around them.
CITED = ("title", "publisher")


@dataclass(frozen=True, slots=True)
class Passage:
    """`kind` = of the block ("front", "source", "head", "text", "case", "question", …); `field` = which text of it;
    `item` = the key of the option, card or label, or the number of the row (0 = the header); `place` = the block's
    key or, in a text, the section's."""

    text: str
    line: int
    kind: str
    field: str
    section: str
    place: str
    item: str = ""

    @property
    def cited(self) -> bool:
        return self.kind == "source" and self.field in CITED

    @property
    def graded(self) -> bool:
        return self.kind in (QUESTION, STORY)


def read_passages(written: ModuleFile) -> list[Passage]:
    """Every piece of text in the file, in its order. A translation yields as many as its source."""
    return [passage for passage in _all(written) if passage.text]


def _all(written: ModuleFile) -> Iterator[Passage]:
    front = written.front
    for name, text in (("title", front.title), ("summary", front.summary), ("audience", front.audience)):
        yield Passage(text.value, text.line, "front", name, "", "front")
    for kind, entries in (("objective", front.objectives), ("source", front.sources)):
        for entry in entries:
            for name, text in entry.texts.items():
                yield Passage(text.value, text.line, kind, name, "", entry.key)
    for section in written.sections:
        yield Passage(section.title.value, section.line, "head", "title", section.key, section.key)
        for block in (*section.blocks, *section.stories, *section.questions):
            yield from block_passages(block, section.key)


def block_passages(block: Block, section: str) -> Iterator[Passage]:
    place = block.key or section
    for name, text in block.texts.items():
        for value, line in paragraphs(text):
            yield Passage(value, line, block.kind, name, section, place)
    for number, row in enumerate((block.header, *block.rows)):
        for cell in row:
            yield Passage(cell.value, cell.line, block.kind, "cell", section, place, str(number))
    for item in (*block.groups, *block.items):
        for name, text in item.texts.items():
            yield Passage(text.value, text.line, block.kind, f"item {name}", section, place, item.key)


def paragraphs(text: LineText | Rich) -> Iterator[tuple[str, int]]:
    """The text itself, or each paragraph, heading and list item of a rich one, without its tags."""
    if isinstance(text, LineText):
        yield text.value, text.line
        return
    found = [unescape(TAG.sub("", part)).strip() for _tag, part in PART.findall(text.html)]
    for value, (_place, line) in zip(found, text.shape, strict=True):
        yield value, line


def is_body(passage: Passage) -> bool:
    """Whether it is taught: neither front nor heading, and not a graded question."""
    return bool(passage.section) and passage.kind != "head" and not passage.graded


def is_prose(passage: Passage) -> bool:
    return passage.kind == TEXT
