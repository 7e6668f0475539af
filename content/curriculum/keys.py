"""What every reader of a curriculum file checks: keys, and plain strings."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lms.yaml_lines import FaultList, LineText, YamlMapping

MARKUP = re.compile(r"\*\S[^*]*\*|\]\(|<[a-zA-Z/][^<>]*>")


def plain_text(marked: YamlMapping, name: str, faults: FaultList, *, required: bool = True) -> LineText:
    """A plain string: it is shown as it is, so Markdown in it would show its stars."""
    text = marked.text(name, required=required)
    if MARKUP.search(text.value):
        faults.add(text.line, f"“{name}:” is plain text: take the stars, links or tags out.")
    return text


def check_unique(keys: Sequence[tuple[str, int]], faults: FaultList) -> None:
    seen: dict[str, int] = {}
    for key, line in keys:
        if key in seen:
            faults.add(line, f"The key “{key}” stands on line {seen[key]} already. Keys must differ.")
        seen.setdefault(key, line)
