"""The marks of GIFT and how a backslash takes their meaning away. Source: docs.moodle.org, "GIFT format"."""

from __future__ import annotations

import re
from collections.abc import Iterator

ESCAPED = r"\\[\\~=#{}:n]"
RESERVED = re.compile(r"[\\~=#{}:\n]")
ESCAPE = re.compile(ESCAPED)


def marks(text: str, mark: str) -> Iterator[re.Match[str]]:
    """Where the pattern `mark` stands in `text` unescaped."""
    for match in re.finditer(f"(?:{ESCAPED})|({mark})", text):
        if match.group(1) is not None:
            yield match


def cut(text: str, mark: str) -> tuple[str, str, str]:
    """`str.partition` at the first unescaped mark."""
    for match in marks(text, mark):
        return text[: match.start()], match.group(), text[match.end() :]
    return text, "", ""


def unescaped(text: str) -> str:
    return ESCAPE.sub(lambda match: "\n" if match.group() == r"\n" else match.group()[1], text)


def escaped(text: str) -> str:
    return RESERVED.sub(lambda match: r"\n" if match.group() == "\n" else "\\" + match.group(), text)
