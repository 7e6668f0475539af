"""What an author writes about a path or a rule, read from YAML. Every fault is a sentence with file, line and field.

path: p1                       rule: r-01
title: {en: …, fr: …}          path: p1
summary: {en: …}               who: {employment: employee}   or   {role: key, role_name: "…"}
items:                         due_days: 30                  (left out: before access, no due date)
  - module: m01                basis: policy                 (or law)
    months: 24                 basis_text: {en: …}
    compulsory: true           reason: {en: …}
  - path: p0                   owner: "a role, never a name"
                               active_from: 2026-01-01       (left out: the day of publication)
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

SHIPPED = Path(__file__).parent / "shipped"
KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SOURCE_LANGUAGE = "en"
BASES = ("law", "policy")
LONGEST_MONTHS = 120
LONGEST_TERM = 3650


@dataclass(frozen=True, slots=True)
class ItemSpec:
    """Exactly one of `module` (its code) and `path` (its key). `months` None = a completion never expires."""

    module: str = ""
    path: str = ""
    months: int | None = None
    compulsory: bool = True


@dataclass(frozen=True, slots=True)
class PathSpec:
    key: str
    titles: dict[str, str]
    summaries: dict[str, str]
    items: tuple[ItemSpec, ...]


@dataclass(frozen=True, slots=True)
class RuleSpec:
    """`role` empty = every employment of an employee. `due_days` None = before access."""

    key: str
    path: str
    reasons: dict[str, str]
    basis: str
    basis_texts: dict[str, str]
    owner: str
    role: str = ""
    role_name: str = ""
    due_days: int | None = None
    active_from: date | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line}"
        return f"{where}, {self.field}: {self.message}" if self.field else f"{where}: {self.message}"


class Faulty(ValueError):
    """Files that cannot be loaded; `faults` says everything that is wrong with them."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


@dataclass
class Reader:
    """Takes fields out of one file's mapping and collects what is wrong with them."""

    file: str
    lines: dict[str, int]
    faults: list[Fault] = field(default_factory=list)

    def fault(self, name: str, message: str) -> None:
        known = name
        while known not in self.lines and "." in known:
            known = known.rpartition(".")[0]
        self.faults.append(Fault(self.file, self.lines.get(known, 1), name, message))

    def key(self, data: dict[str, Any], name: str, prefix: str = "") -> str:
        value = data.get(name)
        if isinstance(value, str) and KEY.fullmatch(value) and len(value) <= 40:
            return value
        self.fault(prefix + name, "give a key of small letters, digits and hyphens, at most 40 characters.")
        return ""

    def text(self, data: dict[str, Any], name: str, prefix: str = "", longest: int = 120) -> str:
        value = data.get(name)
        if isinstance(value, str) and 0 < len(value.strip()) <= longest:
            return value.strip()
        self.fault(prefix + name, f"give a text of 1 to {longest} characters.")
        return ""

    def texts(self, data: dict[str, Any], name: str) -> dict[str, str]:
        value = data.get(name)
        if not isinstance(value, dict) or SOURCE_LANGUAGE not in value:
            self.fault(name, f"give a text for each language, “{SOURCE_LANGUAGE}” at least.")
            return {}
        for language, text in value.items():
            if not isinstance(text, str) or not text.strip():
                self.fault(f"{name}.{language}", "give a text, or leave the language out.")
        return {str(language): str(text).strip() for language, text in value.items()}

    def number(self, data: dict[str, Any], name: str, most: int, least: int = 1, prefix: str = "") -> int | None:
        value = data.get(name)
        if value is None:
            return None
        if type(value) is int and least <= value <= most:
            return value
        self.fault(prefix + name, f"give a whole number from {least} to {most}, or leave the field out.")
        return None

    def only(self, data: dict[str, Any], known: tuple[str, ...], prefix: str = "") -> None:
        for name in data:
            if name not in known:
                self.fault(f"{prefix}{name}", f"there is no such field here. Known fields: {', '.join(known)}.")


def read(path: Path) -> PathSpec | RuleSpec:
    """The spec in one file. Raises Faulty."""
    data, lines = _parse(path)
    reader = Reader(path.name, lines)
    make: Callable[[Reader, dict[str, Any]], PathSpec | RuleSpec] = _rule if "rule" in data else _path
    if "rule" not in data and "items" not in data:
        reader.fault("", "this is neither a path (fields “path” and “items”) nor a rule (field “rule”).")
        raise Faulty(reader.faults)
    spec = make(reader, data)
    if reader.faults:
        raise Faulty(reader.faults)
    return spec


def fault_in(path: Path, field: str, message: str) -> Fault:
    """A fault that shows only when a well written file meets the database."""
    reader = Reader(path.name, _parse(path)[1])
    reader.fault(field, message)
    return reader.faults[0]


def _path(reader: Reader, data: dict[str, Any]) -> PathSpec:
    reader.only(data, ("path", "title", "summary", "items"))
    rows = data.get("items")
    if not isinstance(rows, list) or not rows:
        reader.fault("items", "give at least one module or path.")
        rows = []
    items = tuple(_item(reader, f"items.{number}.", row) for number, row in enumerate(rows, 1))
    if items and not any(item.compulsory for item in items):
        reader.fault("items", "a path needs at least one compulsory item, or nothing could ever fulfil it.")
    return PathSpec(reader.key(data, "path"), reader.texts(data, "title"), reader.texts(data, "summary"), items)


def _item(reader: Reader, prefix: str, row: Any) -> ItemSpec:
    if not isinstance(row, dict) or ("module" in row) == ("path" in row):
        reader.fault(prefix.rstrip("."), "give either a module or a path.")
        return ItemSpec()
    reader.only(row, ("module", "path", "months", "compulsory"), prefix)
    compulsory = row.get("compulsory", True)
    if not isinstance(compulsory, bool):
        reader.fault(f"{prefix}compulsory", "give true or false.")
    if "path" in row:
        if "months" in row:
            reader.fault(f"{prefix}months", "the modules of a path inside a path keep their own months; leave it out.")
        return ItemSpec(path=reader.key(row, "path", prefix), compulsory=bool(compulsory))
    months = reader.number(row, "months", LONGEST_MONTHS, prefix=prefix)
    return ItemSpec(module=reader.key(row, "module", prefix), months=months, compulsory=bool(compulsory))


def _rule(reader: Reader, data: dict[str, Any]) -> RuleSpec:
    known = ("rule", "path", "who", "due_days", "basis", "basis_text", "reason", "owner", "active_from")
    reader.only(data, known)
    if data.get("basis") not in BASES:
        reader.fault("basis", "say “law” (law in force) or “policy” (company policy).")
    active_from = data.get("active_from")
    if active_from is not None and type(active_from) is not date:
        reader.fault(
            "active_from", "give a day such as 2026-10-01, or leave it out: then it is the day of publication."
        )
    role, role_name = _who(reader, data.get("who"))
    return RuleSpec(
        key=reader.key(data, "rule"),
        path=reader.key(data, "path"),
        reasons=reader.texts(data, "reason"),
        basis=str(data.get("basis")),
        basis_texts=reader.texts(data, "basis_text"),
        owner=reader.text(data, "owner"),
        role=role,
        role_name=role_name,
        due_days=reader.number(data, "due_days", LONGEST_TERM),
        active_from=active_from,
    )


def _who(reader: Reader, who: Any) -> tuple[str, str]:
    if who == {"employment": "employee"}:
        return "", ""
    if not isinstance(who, dict) or "role" not in who:
        reader.fault("who", "say “employment: employee”, or give a “role” with its “role_name”.")
        return "", ""
    reader.only(who, ("role", "role_name"), "who.")
    return reader.key(who, "role", "who."), reader.text(who, "role_name", "who.")


def _parse(path: Path) -> tuple[dict[str, Any], dict[str, int]]:
    """The file's mapping, and the line of each field by its dotted name (items count from 1)."""
    try:
        loader = yaml.SafeLoader(path.read_text(encoding="utf-8"))
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Faulty([Fault(path.name, line, "", f"this is not YAML: {error.problem}.")]) from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Faulty([Fault(path.name, 1, "", f"the file cannot be read: {error}.")]) from error
    if not isinstance(node, yaml.MappingNode):
        raise Faulty([Fault(path.name, 1, "", "the file must begin with fields such as “path: p1”.")])
    lines: dict[str, int] = {}
    repeated = _walk(node, "", lines)
    if repeated:
        raise Faulty([Fault(path.name, line, name, "this field stands here twice.") for name, line in repeated])
    try:
        return loader.construct_document(node), lines
    except (yaml.MarkedYAMLError, ValueError) as error:
        raise Faulty([Fault(path.name, 1, "", f"a value cannot be read: {error}.")]) from error


def _walk(node: yaml.Node, name: str, lines: dict[str, int]) -> list[tuple[str, int]]:
    repeated: list[tuple[str, int]] = []
    children: list[tuple[str, yaml.Node, yaml.Node]] = []
    if isinstance(node, yaml.MappingNode):
        children = [(f"{name}.{key.value}".lstrip("."), key, value) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        children = [(f"{name}.{number}", value, value) for number, value in enumerate(node.value, 1)]
    for full, mark, value in children:
        line = mark.start_mark.line + 1
        if full in lines:
            repeated.append((full, line))
        lines[full] = line
        repeated += _walk(value, full, lines)
    return repeated
