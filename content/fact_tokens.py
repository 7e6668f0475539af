"""`{fact:key}`: where a text leaves room for what differs between organisations."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

TOKEN = re.compile(r"\{fact:([a-z0-9-]{1,60})\}")


def find_facts(value: Any) -> set[str]:
    """The keys of all facts that strings anywhere in `value` (strings, lists, dicts) ask for."""
    if isinstance(value, str):
        return set(TOKEN.findall(value))
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return {key for item in value for key in find_facts(item)}
    return set()


def fill_facts(text: str, words: Callable[[str], str]) -> str:
    """The text with every fact replaced by `words(key)`."""
    return TOKEN.sub(lambda match: words(match[1]), text)
