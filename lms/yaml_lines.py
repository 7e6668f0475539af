"""YAML with the line of every value, and what is wrong with it: where, and what to do about it.

The one reader for files that authors write: the curriculum, organisation facts, paths and rules, case banks. A reader
takes out of a `YamlMapping` what it knows and calls `finish`; mistakes are collected, so that an author sees them all
at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import SafeConstructor
from yaml.reader import ReaderError

from lms.day_range import reckoned_day

KEY = re.compile(r"[a-z0-9-]{1,60}")
KEY_RULE = "A key has 1 to 60 lower-case letters, digits or hyphens."
MAPPING = "a list of “name: value” lines"


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One mistake. `line` counts from 1; `sentence` says what to do."""

    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


class FaultyFile(ValueError):
    """Files that cannot be used. `faults` holds everything that was found, in the order of the lines."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = sorted(set(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class FaultList:
    """Collects mistakes while a file is read, so that a writer sees all of them at once."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Fault] = []

    def add(self, line: int, sentence: str) -> None:
        self.found.append(Fault(self.file, line, sentence))

    def check(self) -> None:
        """Raises FaultyFile if anything was found."""
        if self.found:
            raise FaultyFile(self.found)


@dataclass(frozen=True, slots=True)
class LineText:
    """One plain string, and the line it stands on."""

    value: str
    line: int


class YamlMapping:
    """A YAML mapping that knows its lines and notices what nobody asked for."""

    def __init__(self, node: yaml.MappingNode, offset: int, faults: FaultList) -> None:
        self.offset = offset
        self.faults = faults
        self.line = offset + node.start_mark.line
        self.values: dict[str, tuple[yaml.Node, int]] = {}
        for key, value in node.value:
            self._take(key, value)
        self.unread = set(self.values)

    def _take(self, key: yaml.Node, value: yaml.Node) -> None:
        line = self.offset + key.start_mark.line
        if not isinstance(key, yaml.ScalarNode):
            self.faults.add(line, "A name is expected before the colon.")
        elif key.value in self.values:
            self.faults.add(line, f"“{key.value}” stands here twice. Keep one of them.")
        else:
            self.values[key.value] = (value, line)

    def line_of(self, name: str) -> int:
        return self.values[name][1] if name in self.values else self.line

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str, *, required: bool = True) -> LineText:
        """A string; whatever else YAML makes of it (a number, a date, yes) has to be quoted."""
        node, line = self._read(name)
        if node is None:
            if required:
                self.faults.add(self.line, f"“{name}:” is missing. Add it with its text.")
            return LineText("", self.line)
        return self._string(node, name, line, required)

    def number(self, name: str, least: int = 0, most: int | None = None) -> int:
        """A whole number within these bounds; 0 where there is none or it is a fault."""
        node, line = self._read(name)
        if node is None:
            self.faults.add(self.line, f"“{name}:” is missing. Add it with a whole number.")
        elif (
            not isinstance(node, yaml.ScalarNode)
            or not node.value.isdecimal()
            or not least <= int(node.value) <= (int(node.value) if most is None else most)
        ):
            self.faults.add(line, f"“{name}:” must be a whole number{_bounds(least, most)}.")
        else:
            return int(node.value)
        return 0

    def flag(self, name: str) -> bool:
        node, line = self._read(name)
        if node is None:
            self.faults.add(self.line, f"“{name}:” is missing. Write {name}: true or {name}: false.")
        elif not isinstance(node, yaml.ScalarNode) or node.value not in {"true", "false"}:
            self.faults.add(line, f"“{name}:” must be true or false.")
        else:
            return bool(node.value == "true")
        return False

    def day(self, name: str) -> date | None:
        node, line = self._read(name)
        if isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:timestamp":
            with suppress(ValueError):
                return reckoned_day(node.value)
        self.faults.add(line, f"“{name}:” must be a day such as 2026-10-01.")
        return None

    def mapping(self, name: str) -> YamlMapping | None:
        node, line = self._read(name)
        if isinstance(node, yaml.MappingNode):
            return YamlMapping(node, self.offset, self.faults)
        self.faults.add(line, f"“{name}:” must hold {MAPPING}.")
        return None

    def mappings(self, name: str, least: int = 1) -> Iterator[YamlMapping]:
        for node in self._list(name, least):
            if isinstance(node, yaml.MappingNode):
                yield YamlMapping(node, self.offset, self.faults)
            else:
                self.faults.add(self.offset + node.start_mark.line, f"Each entry of “{name}:” must be {MAPPING}.")

    def strings(self, name: str) -> tuple[LineText, ...]:
        return tuple(self._string(node, name, self.offset + node.start_mark.line, True) for node in self._list(name))

    def rows(self, name: str) -> tuple[tuple[LineText, ...], ...]:
        found = []
        for node in self._list(name):
            line = self.offset + node.start_mark.line
            if isinstance(node, yaml.SequenceNode):
                cells = (self._string(cell, name, self.offset + cell.start_mark.line, False) for cell in node.value)
                found.append(tuple(cells))
            else:
                self.faults.add(line, 'A row is a list of cells in brackets: ["…", "…"].')
        return tuple(found)

    def plain(self) -> dict[str, Any]:
        """Everything in it as YAML means it (numbers, days, true, lists, mappings), for facts that others judge."""
        self.unread.clear()
        return {name: self._plain(node) for name, (node, _) in self.values.items()}

    def neutral(self, name: str, *, source: bool, required: bool = True) -> str:
        """What is the same in every language: it stands in the source file and nowhere else."""
        if source:
            return self.text(name, required=required).value
        if name in self.values:
            self.faults.add(self._read(name)[1], f"Leave “{name}:” out: only the English file says it.")
        return ""

    def finish(self) -> None:
        """Whatever was not read is a misspelt name."""
        for name in sorted(self.unread):
            self.faults.add(self.line_of(name), f"“{name}:” is not known here. Check its spelling or leave it out.")

    def line_at(self, path: str) -> int:
        """The line of a value deep inside by its path, such as items.1.module (entries count from 1), or of the last of
        its steps that is there."""
        name, _, rest = path.partition(".")
        node, line = self.values.get(name, (None, self.line))
        while rest and node is not None:
            step, _, rest = rest.partition(".")
            node = _child(node, step)
            line = self.offset + node.start_mark.line if node else line
        return line

    def content_line(self, name: str) -> int:
        """The line a value's own text begins on: below the name, where it is written with |."""
        node, line = self.values[name]
        block = isinstance(node, yaml.ScalarNode) and node.style in {"|", ">"}
        return line + 1 if block else self.offset + node.start_mark.line

    def _read(self, name: str) -> tuple[yaml.Node | None, int]:
        self.unread.discard(name)
        return self.values.get(name, (None, self.line))

    def _list(self, name: str, least: int = 1) -> list[yaml.Node]:
        node, line = self._read(name)
        if isinstance(node, yaml.SequenceNode) and len(node.value) >= least:
            return list(node.value)
        self.faults.add(line, f"“{name}:” must be a list{' with at least one entry' if least else ''}.")
        return []

    def _plain(self, node: yaml.Node) -> Any:
        if isinstance(node, yaml.MappingNode):
            return YamlMapping(node, self.offset, self.faults).plain()
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(each) for each in node.value]
        try:
            return SafeConstructor().construct_object(node)
        except (yaml.YAMLError, ValueError, KeyError):  # an unknown !tag, the 31st of February, !!bool 7
            sentence = f"“{node.value}” is no day, number or text. Correct it, or put it in quotation marks."
            self.faults.add(self.offset + node.start_mark.line, sentence)
            return None

    def _string(self, node: yaml.Node, name: str, line: int, required: bool) -> LineText:
        if not isinstance(node, yaml.ScalarNode) or node.tag not in {"tag:yaml.org,2002:str", "tag:yaml.org,2002:null"}:
            self.faults.add(line, f"The value of “{name}:” must be a text. Put it in quotation marks.")
            return LineText("", line)
        value = "" if node.tag == "tag:yaml.org,2002:null" else node.value.strip()
        if required and not value:
            self.faults.add(line, f"“{name}:” is empty. Write its text.")
        return LineText(value, line)


def _bounds(least: int, most: int | None) -> str:
    return f" from {least} to {most}" if most is not None else ""


def _child(node: yaml.Node, step: str) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode):
        return next((each for number, each in enumerate(node.value, 1) if str(number) == step), None)
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((value for key, value in pairs if key.value == step), None)


def read_yaml_file(path: Path, called: str = "") -> YamlMapping:
    """The mapping a whole file holds; its `faults` go on collecting. Raises FaultyFile where it holds none.

    Faults name the file as it is `called`, such as with its folder where there are more of its name."""
    faults = FaultList(called or path.name)
    try:
        mapping = load_yaml_mapping(path.read_text(encoding="utf-8"), 1, faults)
    except OSError as error:
        faults.add(1, f"This file cannot be read ({error.strerror}).")
        mapping = None
    except UnicodeDecodeError:
        faults.add(1, "This file is not UTF-8. Save it as UTF-8.")
        mapping = None
    if mapping is None:
        raise FaultyFile(faults.found)
    return mapping


def load_yaml_mapping(text: str, line: int, faults: FaultList) -> YamlMapping | None:
    """The mapping in `text`, whose first line is line `line` of the file."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        hint = "A text with a colon, # or quotation marks must stand in quotation marks."
        faults.add(line + (mark.line if mark else 0), f"This is not valid YAML ({error.problem}). {hint}")
        return None
    except ReaderError as error:
        faults.add(line + text.count("\n", 0, error.position), f"This is not valid YAML ({error.reason}).")
        return None
    if not isinstance(node, yaml.MappingNode):
        faults.add(line, f"Here must stand {MAPPING}.")
        return None
    return YamlMapping(node, line, faults)


def check_key(key: str, line: int, faults: FaultList) -> None:
    if not KEY.fullmatch(key):
        faults.add(line, f"{KEY_RULE} “{key}” is none." if key else f"The key is missing. {KEY_RULE}")
