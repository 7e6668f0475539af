"""What every reader of a curriculum file checks: keys, and plain strings."""

from __future__ import annotations

import re
from collections.abc import Sequence

from content.curriculum.faults import Faults
from content.curriculum.marked import Marked
from content.curriculum.written import Text

KEY = re.compile(r"^[a-z0-9-]{1,60}$")
KEY_RULE = "A key has 1 to 60 lower-case letters, digits or hyphens."
MARKUP = re.compile(r"\*\S[^*]*\*|\]\(|<[a-zA-Z/][^>]*>")


def check_key(key: str, line: int, faults: Faults) -> None:
    if not KEY.match(key):
        faults.add(line, f"{KEY_RULE} “{key}” is none." if key else f"The key is missing. {KEY_RULE}")


def plain(marked: Marked, name: str, faults: Faults, *, required: bool = True) -> Text:
    """A plain string: it is shown as it is, so Markdown in it would show its stars."""
    text = marked.text(name, required=required)
    if MARKUP.search(text.value):
        faults.add(text.line, f"“{name}:” is plain text: take the stars, links or tags out.")
    return text


def check_unique(keys: Sequence[tuple[str, int]], faults: Faults) -> None:
    seen: dict[str, int] = {}
    for key, line in keys:
        if key in seen:
            faults.add(line, f"The key “{key}” stands on line {seen[key]} already. Keys must differ.")
        seen.setdefault(key, line)
