"""Reading the facts of a bank file: what is not expected is refused with a sentence, never ignored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any


class FactsRefused(ValueError):
    """A fact is missing, unknown or of the wrong kind; the message says which and what is expected."""


def refuse_unknown(facts: Mapping[str, Any], expected: Iterable[str]) -> None:
    """Raises FactsRefused if there is a fact that no rule and no reader knows."""
    names = list(expected)
    strange = sorted(str(name) for name in facts if name not in names)
    if strange:
        raise FactsRefused(f"“{strange[0]}” is not a fact of this family. It knows {', '.join(names)}.")


def fact_count(facts: Mapping[str, Any], name: str, default: int | None = None, least: int = 0) -> int:
    value = facts.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise FactsRefused(f"“{name}” must be a whole number of at least {least}, not {value!r}.")
    return value


def fact_money(facts: Mapping[str, Any], name: str, default: int | None = None) -> Decimal:
    """An amount in EUR, to the cent."""
    value = facts.get(name, default)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < 10**9:
        raise FactsRefused(f"“{name}” must be an amount in EUR such as 25 or 136.50, not {value!r}.")
    amount = Decimal(str(value))
    if amount != round(amount, 2):
        raise FactsRefused(f"“{name}” has parts of a cent: {value!r}. Give at most two decimals.")
    return amount


def fact_flag(facts: Mapping[str, Any], name: str, default: bool | None = None) -> bool:
    value = facts.get(name, default)
    if not isinstance(value, bool):
        raise FactsRefused(f"“{name}” must be true or false, not {value!r}.")
    return value


def fact_day(facts: Mapping[str, Any], name: str, not_after: date | None = None) -> date:
    value = facts.get(name)
    if not isinstance(value, date) or isinstance(value, datetime):
        raise FactsRefused(f"“{name}” must be a date such as 2025-03-10, not {value!r}.")
    if not_after is not None and value > not_after:
        raise FactsRefused(f"“{name}” is {value}, which is after {not_after}. A document cannot come from the future.")
    return value


def fact_word(facts: Mapping[str, Any], name: str) -> str:
    """The key of a word which the language files translate."""
    value = facts.get(name)
    if not isinstance(value, str) or not value.isidentifier() or not value.islower():
        raise FactsRefused(f"“{name}” must be one lower-case word such as lyon, not {value!r}.")
    return value


def fact_rows(facts: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """A list of entries that have names themselves; none if the fact is absent."""
    value = facts.get(name, [])
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise FactsRefused(f"“{name}” must be a list of entries such as {{price: 25}}, not {value!r}.")
    return value
