"""The minutes of a module's file, counted as those of the text that is frozen from it (content/minutes.py)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from content.curriculum.module_file import FIGURE, PRACTICE, Block, FileSection, ModuleFile
from content.minutes import LAB_FORMS, Effort, count_words, lab_effort, together, whole_minutes
from lms.yaml_lines import Fault

ASKING = ("reveal", "check", PRACTICE)
UNSEEN = {FIGURE: ("alt", "description")}


def file_efforts(written: ModuleFile, source: ModuleFile) -> dict[str, Effort]:
    """{section key: what it asks of a reader} in the language of `written`; `source` says what is asked together."""
    frames = {section.key: section for section in source.sections}
    return {
        section.key: _section(written, section, frames[section.key], source)
        for section in written.sections
        if section.key in frames
    }


def _section(written: ModuleFile, section: FileSection, frame: FileSection, source: ModuleFile) -> Effort:
    found = Effort(count_words(section.title.value)) + together(_block(block) for block in section.blocks)
    if section.questions:
        found += _test(section, frame)
    if frame.lab in LAB_FORMS:
        lab = source.front.lab
        found += lab_effort({**lab, "rationale": lab["rationale"] == "true"}, frame.lab, written.language)
    return found


def _block(block: Block) -> Effort:
    asks = block.kind in ASKING or (block.kind == "case" and "lesson" in block.texts)
    return Effort(_words(block), int(asks))


def _words(block: Block) -> int:
    unseen = [block.texts[name] for name in UNSEEN.get(block.kind, ()) if name in block.texts]
    return sum(count_words(text.value) for text in block.words() if text not in unseen)


def _test(section: FileSection, frame: FileSection) -> Effort:
    words = {block.key: block for block in (*section.questions, *section.stories)}
    pools: dict[str, list[Block]] = defaultdict(list)
    for question in frame.questions:
        pools[question.neutral.get("pool") or f"alone {question.key}"].append(question)
    found = Effort()
    told: dict[str, float] = defaultdict(float)
    for partners in pools.values():
        share = 1 / len(partners)
        for question in partners:
            if question.key in words:
                found += Effort(_words(words[question.key]), 1) * share
            told[question.neutral.get("story", "")] += share
    stories = (Effort(_words(words[key])) * min(1.0, share) for key, share in told.items() if key in words)
    return found + together(stories)


def file_minutes(written: ModuleFile, source: ModuleFile) -> int:
    """Of the whole module in this language."""
    return whole_minutes(sum(effort.seconds for effort in file_efforts(written, source).values()))


def minutes_faults(source: ModuleFile) -> Iterator[Fault]:
    """Where the file says other minutes than are computed. Nobody has to say any."""
    computed = file_efforts(source, source)
    for section in source.sections:
        minutes = whole_minutes(computed[section.key].seconds)
        if section.minutes and section.minutes != minutes:
            said = f"This section takes {minutes} minutes, not {section.minutes}. Leave the number out."
            yield Fault(source.file, section.line, said)
    total = file_minutes(source, source)
    if source.front.minutes and source.front.minutes != total:
        yield Fault(source.file, 2, f"The module takes {total} minutes, not {source.front.minutes}. Leave it out.")
