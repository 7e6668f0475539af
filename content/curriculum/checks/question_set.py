"""Rules for a module's questions taken together: how many, of which kinds, in which pools. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from content.curriculum.checks.items import CHOICE, item_words
from content.curriculum.checks.remarks import CheckRemark
from content.curriculum.checks.sentences import plain
from content.curriculum.module_file import Block, ModuleFile

LEAST_QUESTIONS, LEAST_KINDS, LEAST_POOLS = 24, 4, 2
APART = 0.2
ABSOLUTES = {
    "en": r"always|never|all|every|everything|everyone|everybody|only|none|nothing|nobody|no one",
    "fr": r"toujours|jamais|tous|toutes|tout|seulement|uniquement|aucun|aucune|rien",
    "ar": r"دائما|ابدا|كل|جميع|فقط|لا احد|قط",
}


def check_test(written: ModuleFile, source: ModuleFile) -> Iterator[CheckRemark]:
    """What is said of the source's questions is said once; lengths and absolutes in every language."""
    if not source.questions:
        return
    if written is source:
        yield from _numbers(source)
        yield from _objectives(source)
    yield from _partners(written, source)
    yield from _absolutes(written, source)
    yield from _often_longest(written, source)


def _numbers(source: ModuleFile) -> Iterator[CheckRemark]:
    questions = source.questions
    line = next(section.line for section in source.sections if section.questions)
    kinds = {question.neutral.get("kind", "") for question in questions}
    if len(questions) < LEAST_QUESTIONS:
        said = f"{len(questions)} questions; a module has at least {LEAST_QUESTIONS}."
        yield CheckRemark(source.file, line, "few-questions", "quiz", said)
    if len(kinds) < LEAST_KINDS:
        said = f"{len(kinds)} kinds of question; a module has at least {LEAST_KINDS}."
        yield CheckRemark(source.file, line, "few-kinds", "quiz", said)
    said_case = [question for question in questions if question.neutral.get("case")]
    fresh = [question for question in said_case if question.neutral["case"] == "new"]
    if said_case and len(fresh) * 2 < len(questions):
        said = f"{len(fresh)} of {len(questions)} questions put a new case; at least half have to (case: new)."
        yield CheckRemark(source.file, line, "few-new-cases", "quiz", said)


def _objectives(source: ModuleFile) -> Iterator[CheckRemark]:
    pools: dict[str, set[str]] = defaultdict(set)
    for question in source.questions:
        pools[question.neutral.get("objective", "")].add(question.neutral.get("pool") or question.key)
    served = set()
    for entry in source.front.objectives:
        served |= set(entry.neutral.get("sections", "").split())
        count = len(pools[entry.key])
        if count < LEAST_POOLS:
            said = f"The objective “{entry.key}” has {count} pool of questions; give it at least {LEAST_POOLS}."
            yield CheckRemark(source.file, entry.line, "few-pools", entry.key, said)
    for section in source.sections:
        if not section.questions and section.key not in served:
            said = f"No objective names the section “{section.key}”."
            yield CheckRemark(source.file, section.line, "section-unserved", section.key, said)


def _partners(written: ModuleFile, source: ModuleFile) -> Iterator[CheckRemark]:
    pools: dict[str, list[Block]] = defaultdict(list)
    named = {question.key: question.neutral.get("pool", "") for question in source.questions}
    for question in written.questions:
        if named.get(question.key):
            pools[named[question.key]].append(question)
    for pool, partners in pools.items():
        counts = {question.key: item_words(question) for question in partners}
        mean = sum(counts.values()) / len(counts)
        for question in partners:
            if abs(counts[question.key] - mean) > APART * mean:
                said = (
                    f"{counts[question.key]} words, but the pool “{pool}” has {mean:.0f} on average: "
                    "parallel questions differ by a fifth at most."
                )
                yield CheckRemark(
                    written.file, question.line, "unequal-partners", question.key, said, stops=written is source
                )


def _absolutes(written: ModuleFile, source: ModuleFile) -> Iterator[CheckRemark]:
    pattern = re.compile(rf"(?<!\w)(?:{ABSOLUTES[written.language]})(?!\w)") if written.language in ABSOLUTES else None
    if pattern is None:
        return
    counts = {True: [0, 0], False: [0, 0]}
    for right, text in _choices(written, source):
        counts[right][0] += bool(pattern.search(plain(text)))
        counts[right][1] += 1
    (ours, rights), (theirs, wrongs) = counts[True], counts[False]
    if not rights or not wrongs or theirs < 4:
        return
    line = next(section.line for section in written.sections if section.questions)
    if not ours:
        said = f"Absolute words (always, never, all, only …) stand in {theirs} wrong options and in no right one."
        yield CheckRemark(written.file, line, "absolutes-give-away", "quiz", said)
    elif theirs / wrongs > 2 * ours / rights:
        said = f"Absolute words stand in {theirs} of {wrongs} wrong options, but in {ours} of {rights} right ones."
        yield CheckRemark(written.file, line, "absolutes-uneven", "quiz", said, stops=False)


def _often_longest(written: ModuleFile, source: ModuleFile) -> Iterator[CheckRemark]:
    english = {question.key: question for question in source.questions}
    asked = longest = 0
    for question in written.questions:
        ours = english.get(question.key)
        if ours is None or ours.neutral.get("kind") != "single" or len(question.items) < 3:
            continue
        right = {item.key for item in ours.items if item.right}
        asked += 1
        longest += max(question.items, key=lambda item: len(item.texts["text"].value)).key in right
    if asked >= 6 and longest > 0.5 * asked:
        line = next(section.line for section in written.sections if section.questions)
        said = f"The right option is the longest in {longest} of {asked} single-choice questions."
        yield CheckRemark(written.file, line, "right-often-longest", "quiz", said, stops=False)


def _choices(written: ModuleFile, source: ModuleFile) -> Iterator[tuple[bool, str]]:
    """Every option of a choice: whether it is right, and its text."""
    english = {question.key: question for question in source.questions}
    for question in written.questions:
        ours = english.get(question.key)
        if ours is None or ours.neutral.get("kind") not in CHOICE:
            continue
        right = {item.key for item in ours.items if item.right}
        for item in question.items:
            yield item.key in right, item.texts["text"].value
