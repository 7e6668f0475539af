"""Every claim leads to its source: a mark right after the sentence, and every source used. Pure but for today."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from content.curriculum.checks.passages import Passage, is_body, read_passages
from content.curriculum.checks.remarks import CheckRemark
from content.curriculum.checks.sentences import ADDRESS, MARK, TOKEN, split_sentences, unquoted
from content.curriculum.module_file import FrontEntry, ModuleFile
from content.curriculum.parse import LEVELS

STALE = timedelta(days=180)
ADDRESSED = re.compile(r"^https?://\S+$|^(?:doi:)?10\.\d{4,9}/\S+$")
RUN = re.compile(r"(?:\[\^[a-z0-9-]{1,60}\])+")
AFTER_SENTENCE = re.compile(r"[.!?؟…;؛][”»)\"’]*$")
STUDY = re.compile(
    r"\b(?:studies|experiments?|meta-analys[ei]s|randomi[sz]ed|researchers (?:found|asked|compared|tested|measured))\b"
    r"|\bstudy\b(?! (?:the|your|each|it|them|for)\b)",
    re.IGNORECASE,
)
ARTICLE = re.compile(r"\b(?:articles?|art\.|recitals?|directive|regulation)\s+(?:\(EU\)\s+)?\d+", re.IGNORECASE)
YEAR = re.compile(r"(?<![\d/,.])(?:19|20)\d\d(?![\d/,.]\d)")
PERCENT = re.compile(r"\d\s?%|\bper ?cent\b")
# What happens in a story, or is asked, is no claim about the world; a rule of law that is named there is one.
TOLD = ("case", "check", "practice", "reveal")
CLAIMED = ("answer", "lesson")


def check_sources(
    written: ModuleFile, source: ModuleFile, today: date, *, release: bool = False
) -> Iterator[CheckRemark]:
    """`release`: what was read longer ago than half a year stops too."""
    known = {entry.key for entry in source.front.sources}
    used: set[str] = set()
    passages = read_passages(written)
    for passage in passages:
        used |= set(MARK.findall(passage.text))
        yield from _placed(written, passage, known)
    if written is not source:
        return
    sourced = {
        (passage.place, passage.item) for passage in passages if passage.field == "cell" and MARK.search(passage.text)
    }
    for passage in passages:
        if passage.field != "cell" or (passage.place, passage.item) not in sourced:
            yield from _unmarked(written, passage)
    for entry in source.front.sources:
        yield from _source(source, entry, entry.key in used, today, release=release)


def _placed(written: ModuleFile, passage: Passage, known: set[str]) -> Iterator[CheckRemark]:
    for run in RUN.finditer(passage.text):
        for key in MARK.findall(run[0]):
            if key not in known:
                said = f"There is no source “{key}” in the front of the file."
                yield CheckRemark(written.file, passage.line, "unknown-source", passage.place, said)
        before, after = passage.text[: run.start()], passage.text[run.end() :]
        ends = AFTER_SENTENCE.search(before) or not after.strip()
        if not ends or before[-1:].isspace() or (after and not after[0].isspace()):
            said = f"“{run[0]}” belongs right after the full stop of its sentence, before the space."
            yield CheckRemark(written.file, passage.line, "mark-misplaced", passage.place, said)
        if not may_cite(passage):
            said = "No source marks here: put the claim and its mark into the text of a section."
            yield CheckRemark(written.file, passage.line, "mark-misplaced", passage.place, said)


def may_cite(passage: Passage) -> bool:
    """Prose, story, lesson, key, cards, steps, reveal, table cells, feedback; no titles, figures, questions."""
    if not is_body(passage) or passage.field in ("title", "caption", "alt"):
        return False
    if passage.kind == "figure":
        return passage.field == "description"
    if passage.kind in ("check", "practice"):
        return passage.field == "item feedback"
    return not (passage.kind == "cards" and passage.field == "item term") and passage.field != "question"


def _unmarked(written: ModuleFile, passage: Passage) -> Iterator[CheckRemark]:
    if not may_cite(passage) or passage.kind == "figure":
        return
    told = passage.kind in TOLD and passage.field not in CLAIMED
    for sentence in split_sentences(passage.text):
        if MARK.search(sentence):
            continue
        text = ADDRESS.sub("", TOKEN.sub("", unquoted(sentence)))
        for pattern, what, weighs in (
            (STUDY, "a study", not told),
            (ARTICLE, "a provision", True),
            (YEAR, "a year", not told),
            (PERCENT, "a percentage", not told),
        ):
            found = pattern.search(text)
            if found and weighs:
                said = f"This sentence names {what} (“{found[0]}”) and no source: add its [^key] after the full stop."
                example = what == "a percentage" and passage.kind in ("table", "cards", "case")
                name = "example-percentage" if example else "claim-without-source"
                yield CheckRemark(written.file, passage.line, name, passage.place, said, stops=not example)
                break


def _source(source: ModuleFile, entry: FrontEntry, used: bool, today: date, *, release: bool) -> Iterator[CheckRemark]:
    def found(check: str, sentence: str, *, stops: bool = True) -> CheckRemark:
        return CheckRemark(source.file, entry.line, check, entry.key, sentence, stops)

    if not used:
        yield found("unused-source", f"No sentence has the mark [^{entry.key}]. Cite the source or take it out.")
    if entry.neutral.get("level") not in LEVELS:
        yield found("source-level", f"“level:” must be one of: {', '.join(LEVELS)}.")
    url = entry.neutral.get("url", "")
    if not url:
        yield found("source-unaddressed", "No “url:”: give an address or a DOI, so that people find it.", stops=False)
    elif not ADDRESSED.match(url):
        yield found("source-address", "“url:” must be an address that begins with https:// or a DOI.")
    checked = entry.neutral.get("checked", "")
    if not checked:
        return
    try:
        day = date.fromisoformat(checked)
    except ValueError:
        yield found("source-checked", "“checked:” must be a day such as 2026-11-29.")
        return
    if day > today:
        yield found("source-checked", "“checked:” lies in the future.")
    elif today - day > STALE:
        said = f"Last read on {checked}, more than {STALE.days} days ago: read it again."
        yield found("source-stale", said, stops=release)
