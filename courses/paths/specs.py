"""What an author writes about a path or a rule, read from YAML. Every fault is a sentence with file and line.

path: p1                       rule: r-01
title: {en: …, fr: …}          path: p1
summary: {en: …}               who: {employment: employee}   (see courses.paths.populations)
items:                         due_days: 30                  (left out: before access, no due date)
  - module: m01                basis: policy                 (or law)
    months: 24                 basis_text: {en: …}
    compulsory: true           reason: {en: …}
  - path: p0                   owner: "a role, never a name"
                               active_from: 2026-01-01       (left out: the day of publication)
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from courses.paths.populations import read_who
from lms.yaml_lines import Fault, YamlMapping, read_yaml_file

SHIPPED = Path(__file__).parent / "shipped"
KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SOURCE_LANGUAGE = "en"
BASES = ("law", "policy")
LONGEST_MONTHS = 120
LONGEST_TERM = 3650
LONGEST_KEY = 40
LONGEST_WORDS = 120


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
    """`population` = whom it means, as it is stored; without it, `role`, or where that is empty every employment of an
    employee. `role_names` = {training role: its name}, for those to be made. `due_days` None = before access."""

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
    population: dict[str, Any] | None = None
    role_names: dict[str, str] = field(default_factory=dict)

    @property
    def meant(self) -> dict[str, Any]:
        if self.population:
            return self.population
        return {"kind": "role", "role": self.role} if self.role else {"kind": "employment"}

    @property
    def named_roles(self) -> dict[str, str]:
        return {self.role: self.role_name} if self.role else self.role_names


def read_spec(path: Path) -> PathSpec | RuleSpec:
    """The spec in one file. Raises FaultyFile."""
    data = read_yaml_file(path)
    if "rule" not in data and "items" not in data:
        data.faults.add(data.line, "This is neither a path (“path:” and “items:”) nor a rule (“rule:”).")
        data.faults.check()
    spec = _rule(data) if "rule" in data else _path(data)
    data.finish()
    data.faults.check()
    return spec


def fault_in(path: Path, place: str, sentence: str) -> Fault:
    """A fault that shows only when a well written file meets the database; `place` as in items.1.module."""
    return Fault(path.name, read_yaml_file(path).line_at(place), sentence)


def _path(data: YamlMapping) -> PathSpec:
    items = tuple(_item(entry) for entry in data.mappings("items"))
    if items and not any(item.compulsory for item in items):
        sentence = "A path needs at least one compulsory item, or nothing could ever fulfil it."
        data.faults.add(data.line_of("items"), sentence)
    return PathSpec(_key(data, "path"), _languages(data, "title"), _languages(data, "summary"), items)


def _item(entry: YamlMapping) -> ItemSpec:
    if ("module" in entry) == ("path" in entry):
        entry.faults.add(entry.line, "Give either a module or a path.")
        return ItemSpec()
    compulsory = entry.flag("compulsory") if "compulsory" in entry else True
    months = entry.number("months", 1, LONGEST_MONTHS) if "months" in entry else None
    if "path" in entry:
        if months is not None:
            sentence = "The modules of a path inside a path keep their own months; leave “months:” out."
            entry.faults.add(entry.line_of("months"), sentence)
        spec = ItemSpec(path=_key(entry, "path"), compulsory=compulsory)
    else:
        spec = ItemSpec(module=_key(entry, "module"), months=months, compulsory=compulsory)
    entry.finish()
    return spec


def _rule(data: YamlMapping) -> RuleSpec:
    basis = data.text("basis")
    if basis.value and basis.value not in BASES:
        data.faults.add(basis.line, "“basis:” must be law (law in force) or policy (company policy).")
    who = read_who(data)
    return RuleSpec(
        key=_key(data, "rule"),
        path=_key(data, "path"),
        reasons=_languages(data, "reason"),
        basis=basis.value,
        basis_texts=_languages(data, "basis_text"),
        owner=_words(data, "owner"),
        due_days=data.number("due_days", 1, LONGEST_TERM) if "due_days" in data else None,
        active_from=data.day("active_from") if "active_from" in data else None,
        population=who.population,
        role_names=who.role_names,
    )


def _key(data: YamlMapping, name: str) -> str:
    text = data.text(name)
    if text.value and (not KEY.fullmatch(text.value) or len(text.value) > LONGEST_KEY):
        sentence = f"“{name}:” must be a key of small letters, digits and hyphens, at most {LONGEST_KEY} characters."
        data.faults.add(text.line, sentence)
    return text.value


def _words(data: YamlMapping, name: str) -> str:
    text = data.text(name)
    if len(text.value) > LONGEST_WORDS:
        data.faults.add(text.line, f"“{name}:” must be a text of 1 to {LONGEST_WORDS} characters.")
    return text.value


def _languages(data: YamlMapping, name: str) -> dict[str, str]:
    """{language: text}."""
    inner = data.mapping(name)
    if inner is None or SOURCE_LANGUAGE not in inner:
        data.faults.add(data.line_of(name), f"Give “{name}:” in each language, in “{SOURCE_LANGUAGE}:” at least.")
        return {}
    found = {language: inner.text(language).value for language in inner.values}
    inner.finish()
    return found
