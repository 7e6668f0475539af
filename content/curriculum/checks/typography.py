"""Spaces, quotation marks and digits: one style in each language. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from content.curriculum.checks.passages import Passage, read_passages
from content.curriculum.checks.remarks import CheckRemark
from content.curriculum.checks.sentences import ADDRESS, bare
from content.curriculum.module_file import ModuleFile

ARABIC = "\u0600-\u06ff"
RULES: dict[str, tuple[tuple[re.Pattern[str], str], ...]] = {
    "en": (
        (re.compile(r"[\"']"), "Straight quotation marks or apostrophe: write “ ” and ’."),
        (re.compile(r"[«»„]"), "English quotation marks are “ ”."),
        (re.compile(r"[ \u00a0][;:?!](?:\s|$)"), "No space before ; : ? ! in English."),
        (re.compile(r"\d(?!\u00a0)[ \u202f]?%"), "Write a no-break space (U+00A0) before %, as in “78 %”."),
    ),
    "fr": (
        (re.compile(r"[\"']"), "Guillemets ou apostrophe droits: write « » and ’."),
        (re.compile(r"[“”„]"), "French quotation marks are « » with no-break spaces inside."),
        (
            re.compile(r"[^\u00a0;:?!»…(«\s][;?!»](?![^\s»;:?!.,)\]…])|[^\u00a0;:?!»\s]:(?=\s|$)|[ \u202f][;:?!»]"),
            "A no-break space (U+00A0) belongs before ; : ? ! and ».",
        ),
        (re.compile(r"\d(?!\u00a0)[ \u202f]?%"), "A no-break space (U+00A0) belongs before %."),
        (re.compile(r"«(?!\u00a0)"), "A no-break space (U+00A0) belongs after «."),
    ),
    "ar": (
        (re.compile(r"[\"'“”„]"), "Arabic quotation marks are « »."),
        (re.compile(rf"[{ARABIC}]\s?[?;,](?:\s|$|»)"), "Arabic has its own marks: ؟ ؛ ،"),
        (re.compile("[\u0660-\u0669\u06f0-\u06f9]"), "Write the digits 0 to 9."),
        (re.compile(r"\d(?!\u00a0)[ \u202f]?%|٪"), "Write a no-break space (U+00A0) before %, as in “78 %”."),
    ),
}


def check_typography(written: ModuleFile) -> Iterator[CheckRemark]:
    for passage in read_passages(written):
        if not passage.cited:
            yield from _passage(written, passage)


def _passage(written: ModuleFile, passage: Passage) -> Iterator[CheckRemark]:
    text = ADDRESS.sub("…", bare(passage.text))
    for pattern, sentence in RULES.get(written.language, ()):
        found = pattern.search(text)
        if found:
            shown = text[max(0, found.start() - 20) : found.end() + 10]
            yield CheckRemark(written.file, passage.line, "typography", passage.place, f"{sentence} Here: “…{shown}…”.")
