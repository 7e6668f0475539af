"""What a family of cases consists of. A family reads facts, says which rules they break, and lists them for a reader.

Truth is never typed: a case breaks a rule exactly when the family's rule function finds one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Generic, TypeVar

# A count, an amount of money in EUR, a day, or the key of a word which each language file translates.
Figure = int | Decimal | date | str
Figures = Mapping[str, Figure]
Facts = TypeVar("Facts")


@dataclass(frozen=True)
class FactLine:
    """One fact as a reader sees it: `key` names a template of the language files, `figures` fill it."""

    key: str
    figures: Figures


@dataclass(frozen=True)
class Broken:
    """One breach: `rule` is the rule's id, `figures` fill the language files' template that explains it."""

    rule: str
    figures: Figures


@dataclass(frozen=True)
class CaseFamily(Generic[Facts]):
    """`read` turns the facts of a bank file into the family's own type and raises FactsRefused. `limits` are the
    numbers of the rules, so that the rules in words can show them without typing them again. `figures` are the
    numbers a rationale may cite."""

    name: str
    rules: tuple[str, ...]
    limits: Figures
    read: Callable[[Mapping[str, Any]], Facts]
    broken_rules: Callable[[Facts], tuple[Broken, ...]]
    lines: Callable[[Facts], tuple[FactLine, ...]]
    figures: Callable[[Facts], Figures]
