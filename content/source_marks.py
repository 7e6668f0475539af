"""Marks of sources in a text: `[^key]` after the sentence that a source carries, shown as a small number that leads to
the source and back. Pure.

The number is the source's place in the module's list, so that it is the same on every page of the module.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

MARK = re.compile(r"\s?\[\^([a-z0-9-]{1,60})\]")
MARKED = frozenset({"text", "feedback"})
"""The plain fields that may hold marks, beside the cells of a table."""
Source = Mapping[str, Any]


def keys_marked(value: Any) -> Iterator[str]:
    """The key of every mark in a block's plain data, in order; of those that are shown as words too."""
    if isinstance(value, str):
        yield from MARK.findall(value)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from keys_marked(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from keys_marked(item)


class SourceMarks:
    """The marks of one section. `places`: each can be led back to, and so has a name of its own."""

    def __init__(self, sources: Sequence[Source], section: str, *, places: bool = True) -> None:
        self.sources = {source["key"]: dict(source) | {"number": number} for number, source in enumerate(sources, 1)}
        self.section = section
        self.places = places
        self.found: dict[str, list[str]] = {}

    def notice(self, value: Any) -> None:
        """The value's sources stand at the section's foot, though its words are shown elsewhere."""
        for key in keys_marked(value):
            if key in self.sources:
                self.found.setdefault(key, [])

    def linked(self, value: Any, name: str = "") -> Any:
        """The value with its marks as links: in rich text and in the plain fields that may hold any."""
        if isinstance(value, SafeString):
            return mark_safe(MARK.sub(self._link, value))  # noqa: S308 -- safe before, and the link is made here
        if isinstance(value, dict):
            return {
                each: item if each in ("labels", "svg") else self.linked(item, each) for each, item in value.items()
            }
        if isinstance(value, list):
            return [self.linked(item, name) for item in value]
        return self.plain(value) if isinstance(value, str) and (name in MARKED or name == "rows") else value

    def plain(self, text: str) -> str:
        """Plain words with their marks as links; without marks they stay as they are."""
        if not MARK.search(text):
            return text
        return mark_safe(MARK.sub(self._link, conditional_escape(text)))  # noqa: S308 -- escaped here

    def noted(self) -> list[dict[str, Any]]:
        """The sources that were marked, in the module's order: each with its number and the names of its marks."""
        found = [self.sources[key] | {"places": places} for key, places in self.found.items()]
        return sorted(found, key=lambda source: int(source["number"]))

    def _link(self, match: re.Match[str]) -> str:
        source = self.sources.get(match[1])
        if source is None:
            return match[0]
        places = self.found.setdefault(match[1], [])
        name = ""
        if self.places:
            places.append(f"mark-{self.section}-{match[1]}-{len(places) + 1}")
            name = format_html(' id="{}"', places[-1])
        said = _("Source %(number)s: %(title)s") % {"number": source["number"], "title": source["title"]}
        return format_html(
            '<sup class="source-mark"><a href="#source-{}-{}"{} role="doc-noteref" aria-label="{}">{}</a></sup>',
            self.section,
            match[1],
            name,
            said,
            source["number"],
        )
