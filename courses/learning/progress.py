"""How far someone is, from what an edition asks and what is done. Computed, never stored."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from content.minutes import whole_minutes


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    seconds: int
    quiz: bool
    done: bool
    lab: str = ""

    @property
    def minutes(self) -> int:
        return whole_minutes(self.seconds)


@dataclass(frozen=True, slots=True)
class Progress:
    sections: tuple[Section, ...]

    @property
    def done(self) -> int:
        return sum(section.done for section in self.sections)

    @property
    def total(self) -> int:
        return len(self.sections)

    @property
    def left(self) -> int:
        return self.total - self.done

    @property
    def complete(self) -> bool:
        return all(section.done for section in self.sections)

    @property
    def minutes_left(self) -> int:
        return whole_minutes(sum(section.seconds for section in self.sections if not section.done))

    @property
    def minutes(self) -> int:
        return whole_minutes(sum(section.seconds for section in self.sections))

    def timed(self, seconds: Mapping[str, Any]) -> Progress:
        """As it takes in the text that is read: `seconds` as in ModuleText."""
        found: Mapping[str, int] = seconds.get("sections", {})
        return Progress(tuple(replace(each, seconds=found.get(each.key, each.seconds)) for each in self.sections))

    @property
    def quiz(self) -> Section | None:
        return next((section for section in self.sections if section.quiz), None)

    @property
    def next(self) -> Section | None:
        """Where one resumes: the first section that is not done."""
        return next((section for section in self.sections if not section.done), None)

    def place(self, key: str) -> int:
        """The section's number, from 1. Raises KeyError when this edition has no such section."""
        for number, section in enumerate(self.sections, 1):
            if section.key == key:
                return number
        raise KeyError(key)

    def section(self, key: str) -> Section:
        return self.sections[self.place(key) - 1]

    def before(self, key: str) -> Section | None:
        place = self.place(key)
        return self.sections[place - 2] if place > 1 else None

    def after(self, key: str) -> Section | None:
        """What follows: the next open section behind this one, else the first open one anywhere."""
        behind = self.sections[self.place(key) :]
        return next((section for section in behind if not section.done), None) or self.next


def measure(structure: Mapping[str, Any], done: Collection[str], passed: bool) -> Progress:
    """`structure` as in ModuleEdition; `done` = section keys. The section with the quiz is done by passing it."""
    return Progress(
        tuple(
            Section(
                key=section["key"],
                seconds=section["minutes"] * 60,
                quiz=bool(section["quiz"]),
                done=passed if section["quiz"] else section["key"] in done,
                lab=section.get("lab", ""),
            )
            for section in structure["sections"]
        )
    )
