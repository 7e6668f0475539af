"""YAML with the line of every value, so that a mistake can be shown where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

from content.curriculum.faults import Faults
from content.curriculum.written import Text

MAPPING = "a list of “name: value” lines"


class Marked:
    """A YAML mapping that knows its lines and notices what nobody asked for."""

    def __init__(self, node: yaml.MappingNode, offset: int, faults: Faults) -> None:
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

    def text(self, name: str, *, required: bool = True) -> Text:
        """A string; whatever else YAML makes of it (a number, a date, yes) has to be quoted."""
        node, line = self._read(name)
        if node is None:
            if required:
                self.faults.add(self.line, f"“{name}:” is missing. Add it with its text.")
            return Text("", self.line)
        return self._string(node, name, line, required)

    def number(self, name: str) -> int:
        node, line = self._read(name)
        if node is None:
            self.faults.add(self.line, f"“{name}:” is missing. Add it with a whole number.")
        elif not isinstance(node, yaml.ScalarNode) or not node.value.isdecimal():
            self.faults.add(line, f"“{name}:” must be a whole number.")
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

    def mapping(self, name: str) -> Marked | None:
        node, line = self._read(name)
        if isinstance(node, yaml.MappingNode):
            return Marked(node, self.offset, self.faults)
        self.faults.add(line, f"“{name}:” must hold {MAPPING}.")
        return None

    def mappings(self, name: str) -> Iterator[Marked]:
        for node in self._list(name):
            if isinstance(node, yaml.MappingNode):
                yield Marked(node, self.offset, self.faults)
            else:
                self.faults.add(self.offset + node.start_mark.line, f"Each entry of “{name}:” must be {MAPPING}.")

    def strings(self, name: str) -> tuple[Text, ...]:
        return tuple(self._string(node, name, self.offset + node.start_mark.line, True) for node in self._list(name))

    def rows(self, name: str) -> tuple[tuple[Text, ...], ...]:
        found = []
        for node in self._list(name):
            line = self.offset + node.start_mark.line
            if isinstance(node, yaml.SequenceNode):
                cells = (self._string(cell, name, self.offset + cell.start_mark.line, False) for cell in node.value)
                found.append(tuple(cells))
            else:
                self.faults.add(line, 'A row is a list of cells in brackets: ["…", "…"].')
        return tuple(found)

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

    def content_line(self, name: str) -> int:
        """The line a value's own text begins on: below the name, where it is written with |."""
        node, line = self.values[name]
        block = isinstance(node, yaml.ScalarNode) and node.style in {"|", ">"}
        return line + 1 if block else self.offset + node.start_mark.line

    def _read(self, name: str) -> tuple[yaml.Node | None, int]:
        self.unread.discard(name)
        return self.values.get(name, (None, self.line))

    def _list(self, name: str) -> list[yaml.Node]:
        node, line = self._read(name)
        if isinstance(node, yaml.SequenceNode) and node.value:
            return list(node.value)
        self.faults.add(line, f"“{name}:” must be a list with at least one entry.")
        return []

    def _string(self, node: yaml.Node, name: str, line: int, required: bool) -> Text:
        if not isinstance(node, yaml.ScalarNode) or node.tag not in {"tag:yaml.org,2002:str", "tag:yaml.org,2002:null"}:
            self.faults.add(line, f"The value of “{name}:” must be a text. Put it in quotation marks.")
            return Text("", line)
        value = node.value.strip()
        if required and not value:
            self.faults.add(line, f"“{name}:” is empty. Write its text.")
        return Text(value, line)


def load(text: str, line: int, faults: Faults) -> Marked | None:
    """The mapping in `text`, whose first line is line `line` of the file."""
    try:
        node: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        hint = "A text with a colon, # or quotation marks must stand in quotation marks."
        faults.add(line + (mark.line if mark else 0), f"This is not valid YAML ({error.problem}). {hint}")
        return None
    if not isinstance(node, yaml.MappingNode):
        faults.add(line, f"Here must stand {MAPPING}.")
        return None
    return Marked(node, line, faults)
