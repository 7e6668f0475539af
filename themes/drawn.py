"""Components that are drawn again and again from the same words are drawn once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

KEPT = 4096


def render(name: str, /, **variables: Any) -> SafeString:
    return mark_safe(get_template(f"components/{name}.html").render(variables))  # noqa: S308  a template escapes


def drawn(name: str, /, **variables: Any) -> SafeString:
    """As `render`, remembered by every variable and the language: for templates that read nothing else.

    Not for what holds a person's name or a token: it would stay in memory.
    """
    if settings.DEBUG:  # somebody is editing the template
        return render(name, **variables)
    return _draw(_Drawing(name, variables))


class _Drawing:
    def __init__(self, name: str, variables: dict[str, Any]) -> None:
        self.name = name
        self.variables = variables
        self.key = (name, get_language(), marked(variables))

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Drawing) and self.key == other.key


@lru_cache(KEPT)
def _draw(drawing: _Drawing) -> SafeString:
    return render(drawing.name, **drawing.variables)


def marked(value: Any) -> Any:
    """Hashable, and different wherever what is drawn may be: a safe string is not the plain one of the same letters,
    which is escaped, and True is not 1."""
    if isinstance(value, str):
        return type(value), value
    if isinstance(value, Mapping):
        return tuple((name, marked(item)) for name, item in value.items())
    if isinstance(value, list | tuple):
        return tuple(map(marked, value))
    return type(value), value
