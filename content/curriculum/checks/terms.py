"""One term for one thing: the variants which the glossary forbids, or doubts, outside quotation marks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from content.curriculum.checks.passages import read_passages
from content.curriculum.checks.remarks import CheckRemark
from content.curriculum.checks.sentences import bare, plain, unquoted
from content.curriculum.module_file import ModuleFile
from lms.yaml_lines import FaultList, YamlMapping, read_yaml_file

GLOSSARY = Path(__file__).parent.parent / "glossary.yaml"
LANGUAGES = ("en", "fr", "ar")
# و ف ب ل ك and the article are written onto the word.
JOINED = "(?:[وف]?(?:[بكل]?ال|لل|[بكل])?)"


@dataclass(frozen=True, slots=True)
class GlossaryTerm:
    """`forbidden` and `doubtful`: {language: variants}."""

    key: str
    line: int
    words: Mapping[str, str]
    forbidden: Mapping[str, Sequence[str]]
    doubtful: Mapping[str, Sequence[str]]
    superseded_by: str = ""


def read_glossary(path: Path = GLOSSARY) -> list[GlossaryTerm]:
    """The terms of the file. Raises FaultyFile."""
    whole = read_yaml_file(path)
    terms = whole.mapping("terms")
    found = [_term(key, terms, whole.faults) for key in terms.values] if terms else []
    whole.finish()
    known = {term.key for term in found}
    for term in found:
        if term.superseded_by and term.superseded_by not in known:
            whole.faults.add(term.line, f"There is no term “{term.superseded_by}” that could supersede this one.")
    whole.faults.check()
    return found


def _term(key: str, terms: YamlMapping, faults: FaultList) -> GlossaryTerm:
    entry = terms.mapping(key)
    if entry is None:
        return GlossaryTerm(key, terms.line_of(key), {}, {}, {})
    words = {language: entry.text(language).value for language in LANGUAGES}
    variants = {name: _variants(entry, name) for name in ("forbidden", "doubtful")}
    entry.text("source")
    entry.day("as_of")
    later = entry.text("superseded_by", required=False).value
    entry.finish()
    for language, said in variants["forbidden"].items():
        if plain(words[language]) in map(plain, said):
            faults.add(entry.line, f"“{words[language]}” is the term itself and forbidden at once.")
    return GlossaryTerm(key, entry.line, words, variants["forbidden"], variants["doubtful"], later)


def _variants(entry: YamlMapping, name: str) -> dict[str, list[str]]:
    inner = entry.mapping(name) if name in entry else None
    if inner is None:
        return {}
    found = {language: [each.value for each in inner.strings(language)] for language in LANGUAGES if language in inner}
    inner.finish()
    return found


Rule = tuple[re.Pattern[str], str, GlossaryTerm, bool]


@cache
def _shipped(language: str) -> tuple[Rule, ...]:
    return tuple(_rules(language, read_glossary()))


def check_terms(written: ModuleFile) -> Iterator[CheckRemark]:
    rules = _shipped(written.language)
    for passage in read_passages(written):
        if passage.cited:
            continue
        text = plain(unquoted(bare(passage.text)))
        for pattern, variant, term, stops in rules:
            if pattern.search(text):
                right = f"“{variant}” is not our word: write “{term.words[written.language]}”."
                ask = f"“{variant}” is often the wrong word: do you mean “{term.words[written.language]}”?"
                name = "term" if stops else "doubtful-term"
                yield CheckRemark(written.file, passage.line, name, passage.place, right if stops else ask, stops)


def _rules(language: str, glossary: Sequence[GlossaryTerm]) -> Iterator[Rule]:
    joined = JOINED if language == "ar" else ""
    for term in glossary:
        for variants, stops in ((term.forbidden, True), (term.doubtful, False)):
            for variant in variants.get(language, ()):
                said = re.escape(plain(variant)).replace(r"\ ", r"\s+")
                yield re.compile(rf"(?<![\w-]){joined}{said}(?![\w-])"), variant, term, stops
