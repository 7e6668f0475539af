"""What is wrong with a module's file: where, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One mistake. `line` counts from 1; `sentence` says what to do."""

    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


class Invalid(ValueError):
    """The file cannot be used. `faults` holds everything that was found, in the order of the lines."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = sorted(set(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class Faults:
    """Collects mistakes while a file is read, so that a writer sees all of them at once."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Fault] = []

    def add(self, line: int, sentence: str) -> None:
        self.found.append(Fault(self.file, line, sentence))

    def check(self) -> None:
        """Raises Invalid if anything was found."""
        if self.found:
            raise Invalid(self.found)
