"""A module as its file says it: typed, with the line of every part, and without a database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from lms.yaml_lines import LineText

QUESTION = "question"
PRACTICE = "practice"
STORY = "story"
FIGURE = "figure"
TEXT = "text"


@dataclass(frozen=True, slots=True)
class Rich:
    """Rich text: `shape` = one word for each paragraph, heading and list item, with its line."""

    html: str
    shape: tuple[tuple[str, int], ...]
    line: int

    @property
    def value(self) -> str:
        return self.html


@dataclass(frozen=True, slots=True)
class DirectiveItem:
    """A card, step, point or option. `right` is None where nothing is right or wrong, and in translations; for a
    piece of a text with planted faults it says whether it has one. `group` = where a card is to be sorted; `panel` =
    how many of a panel chose this way out of a dilemma."""

    key: str
    line: int
    texts: dict[str, LineText]
    right: bool | None = None
    group: str = ""
    panel: int | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text (kind "text", no key) or a directive. `neutral` holds what only the source file says."""

    kind: str
    key: str
    line: int
    texts: dict[str, LineText | Rich] = field(default_factory=dict)
    items: tuple[DirectiveItem, ...] = ()
    header: tuple[LineText, ...] = ()
    rows: tuple[tuple[LineText, ...], ...] = ()
    groups: tuple[DirectiveItem, ...] = ()
    neutral: dict[str, str] = field(default_factory=dict)

    def words(self) -> Iterator[LineText | Rich]:
        """Everything a reader reads, in a fixed order."""
        yield from self.texts.values()
        yield from chain.from_iterable(item.texts.values() for item in (*self.items, *self.groups))
        yield from self.header
        yield from chain.from_iterable(self.rows)


@dataclass(frozen=True, slots=True)
class FileSection:
    """`minutes` is 0 in a translation; `blocks` holds everything but the graded questions and their stories."""

    key: str
    title: LineText
    minutes: int
    line: int
    blocks: tuple[Block, ...]
    questions: tuple[Block, ...] = ()
    stories: tuple[Block, ...] = ()
    lab: str = ""


@dataclass(frozen=True, slots=True)
class FrontEntry:
    """An objective (text) or a source (title, publisher, note; date, url, level and checked in `neutral`)."""

    key: str
    line: int
    texts: dict[str, LineText]
    neutral: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Front:
    """What stands above the sections. `provenance` is "human" or "ai": who wrote, or in a translation translated.
    `lab` = family, mode, rationale and confidence; `pretest` = "true" or "". Both only in the source file."""

    code: str
    title: LineText
    summary: LineText
    audience: LineText
    minutes: int
    objectives: tuple[FrontEntry, ...]
    sources: tuple[FrontEntry, ...]
    provenance: str
    lab: dict[str, str] = field(default_factory=dict)
    pretest: str = ""


@dataclass(frozen=True, slots=True)
class ModuleFile:
    """One file: a module in one language."""

    file: str
    language: str
    front: Front
    sections: tuple[FileSection, ...]

    @property
    def code(self) -> str:
        return self.front.code

    @property
    def questions(self) -> tuple[Block, ...]:
        return tuple(chain.from_iterable(section.questions for section in self.sections))

    @property
    def stories(self) -> tuple[Block, ...]:
        return tuple(chain.from_iterable(section.stories for section in self.sections))
