"""Texts inside GIFT, with their format in brackets: `[html]<b>Never</b>`."""

from __future__ import annotations

import re

from quizzes.interchange.gift_marks import escaped, unescaped
from quizzes.interchange.markup import formatted_text, holds_html
from quizzes.interchange.questions import Format, FormattedText
from quizzes.interchange.sentences import Notes

FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]")


def formatted(raw: str, default: str, notes: Notes) -> tuple[FormattedText, str]:
    """The text and the name of its format, which is `default` unless it says another. Raises Refusal."""
    raw = raw.strip()
    declared = FORMAT.match(raw)
    name = declared.group(1) if declared else default
    return formatted_text(unescaped(raw[declared.end() :] if declared else raw), name, notes), name


def text_format(text: FormattedText) -> str:
    """The format's name for a question's text; a plain one goes without, unless another reader could mistake it."""
    if text.format == Format.PLAIN:
        return "plain" if _mistakable(text.words) else "moodle"
    return text.format.value


def gift_text(text: FormattedText, default: str) -> str:
    """The text as it stands in the file, with its format where it is not `default`."""
    if not text:
        return ""
    name = text_format(text)
    if name == "moodle" and default == "plain":
        name = "plain"
    # A text that begins like a format or a weight needs a format before it.
    marker = "" if name == default and not text.words.startswith(("[", "%")) else f"[{name}]"
    return marker + escaped(text.words)


def _mistakable(words: str) -> bool:
    return words.startswith(("[", "%")) or "<" in words or holds_html(words)
