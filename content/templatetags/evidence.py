"""What a source says of itself, in words: its level of evidence, and the day somebody read it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template

from content.blocks.module import LEVELS

register = template.Library()
NAMES = dict(LEVELS)


@register.filter
def level_name(level: Any) -> str:
    """Empty where none is given."""
    return str(NAMES.get(level or "", ""))


@register.filter
def as_day(written: Any) -> date | None:
    """The day in a text such as 2026-11-29; None where it is none."""
    try:
        return date.fromisoformat(str(written or ""))
    except ValueError:
        return None
