"""The questions of a file, graded (`::: question key … :::`) or to practise with (`::: practice key … :::`): one way of
writing for each kind."""

from __future__ import annotations

import re
from collections.abc import Sequence

from content.curriculum import limits
from content.curriculum.keys import check_unique, plain_text
from content.curriculum.limits import KINDS, LARGEST_PANEL
from content.curriculum.module_file import QUESTION, Block, DirectiveItem, Rich
from lms.yaml_lines import KEY, KEY_RULE, FaultList, LineText, YamlMapping, check_key
from quizzes.grading import MARKS, RULES, UNSCORED

NUMBER = re.compile(r"^-?\d{1,12}(\.\d{1,9})?$")
NAMES = ("pool", "requirement", "story")
ITEM_TEXTS = ("text", "match", "feedback")
CASES = ("new", "taught")
PRACTICE_KINDS = ("sorting", "matching", "faults", "ordering")


def read_question(what: str, marked: YamlMapping, key: str, line: int, source: bool, faults: FaultList) -> Block:
    """The question; `what` = "question" or "practice". In a translation nobody knows its kind: every word that is there
    is read, and `structure_faults` judges."""
    neutral = _neutral(marked, source, faults) if what == QUESTION else _practice(marked, source, faults)
    kind = neutral.get("kind", "")
    texts: dict[str, LineText | Rich] = {"text": plain_text(marked, "text", faults)}
    if kind == "numeric" or (not source and "options" not in marked):
        texts["feedback"] = plain_text(marked, "feedback", faults)
        texts["unit"] = plain_text(marked, "unit", faults, required=False)
        items: tuple[DirectiveItem, ...] = ()
    else:
        items = _items(marked, kind, source, faults)
    groups = _groups(marked, faults) if kind == "sorting" or (not source and "categories" in marked) else ()
    marked.finish()
    block = Block(what, key, line, texts=texts, items=items, groups=groups, neutral=neutral)
    if source:
        _check(block, kind, faults)
    return block


def _neutral(marked: YamlMapping, source: bool, faults: FaultList) -> dict[str, str]:
    found = {name: marked.neutral(name, source=source) for name in ("kind", "objective")}
    for name in (*NAMES, "scoring", "case"):
        found[name] = marked.neutral(name, source=source, required=False)
    found["compulsory"] = _flag(marked, "compulsory", source)
    if not source:
        return {}
    for name in NAMES:
        if found[name] and not KEY.fullmatch(found[name]):
            faults.add(marked.line_of(name), f"{KEY_RULE} “{found[name]}” is none.")
    if found["kind"] not in KINDS:
        faults.add(marked.line_of("kind"), f"“kind:” must be one of: {', '.join(KINDS)}.")
    if found["case"] not in ("", *CASES):
        faults.add(marked.line_of("case"), f"“case:” must be one of: {', '.join(CASES)}.")
    if found["scoring"] not in ("", "whole", "part"):
        faults.add(marked.line_of("scoring"), "“scoring:” must be whole or part.")
    if found["scoring"] == "part" and found["kind"] not in RULES:
        faults.add(
            marked.line_of("scoring"),
            f"A question of this kind has no partial credit. Those that have: {', '.join(RULES)}.",
        )
    if found["kind"] == "numeric":
        found |= {name: _number(marked, name, faults) for name in ("answer", "tolerance")}
    return {name: value for name, value in found.items() if value}


def _practice(marked: YamlMapping, source: bool, faults: FaultList) -> dict[str, str]:
    kind = marked.neutral("kind", source=source)
    if source and kind not in PRACTICE_KINDS:
        faults.add(marked.line_of("kind"), f"“kind:” must be one of: {', '.join(PRACTICE_KINDS)}.")
    return {"kind": kind} if source else {}


def _flag(marked: YamlMapping, name: str, source: bool) -> str:
    if name not in marked:
        return ""
    if not source:
        return marked.neutral(name, source=False)
    return "true" if marked.flag(name) else ""


def _number(marked: YamlMapping, name: str, faults: FaultList) -> str:
    value = marked.text(name).value
    if value and not NUMBER.match(value):
        faults.add(marked.line_of(name), f'“{name}:” is a number with digits and a point, in quotation marks: "12.5".')
    return value


def _items(marked: YamlMapping, kind: str, source: bool, faults: FaultList) -> tuple[DirectiveItem, ...]:
    found = []
    for entry in marked.mappings("options"):
        key = entry.text("key").value
        check_key(key, entry.line, faults)
        limits.check_option_key(key, entry.line, faults)
        texts = {name: plain_text(entry, name, faults) for name in ITEM_TEXTS if _has(entry, name, kind, source)}
        mark, group = _mark(entry, kind, source), _group(entry, kind, source)
        found.append(DirectiveItem(key, entry.line, texts, mark, group, _panel(entry, kind, source, faults)))
        entry.finish()
    check_unique([(item.key, item.line) for item in found], faults)
    return tuple(found)


def _has(entry: YamlMapping, name: str, kind: str, source: bool) -> bool:
    """Whether options of this kind have this text. In a translation whatever is there is read."""
    if name == "text":
        return True
    if not source:
        return name in entry
    return kind == "matching" if name == "match" else kind != "likert"


def _panel(entry: YamlMapping, kind: str, source: bool, faults: FaultList) -> int | None:
    if not source:
        entry.neutral("panel", source=False)
        return None
    if kind != "dilemma":
        return None
    found = entry.number("panel")
    if found > LARGEST_PANEL:
        faults.add(entry.line_of("panel"), f"“panel:” is a number of people, at most {LARGEST_PANEL}.")
    return found


def _mark(entry: YamlMapping, kind: str, source: bool) -> bool | None:
    if not source:
        for name in set(MARKS.values()):
            entry.neutral(name, source=False)
        return None
    if kind in MARKS:
        return entry.flag(MARKS[kind])
    if kind not in KINDS and "right" in entry:  # its kind is reported already
        entry.flag("right")
    return None


def _group(entry: YamlMapping, kind: str, source: bool) -> str:
    if not source:
        return entry.neutral("category", source=False)
    return entry.text("category").value if kind == "sorting" else ""


def _groups(marked: YamlMapping, faults: FaultList) -> tuple[DirectiveItem, ...]:
    found = []
    for entry in marked.mappings("categories"):
        key = entry.text("key").value
        check_key(key, entry.line, faults)
        limits.check_option_key(key, entry.line, faults)
        found.append(DirectiveItem(key, entry.line, {"text": plain_text(entry, "text", faults)}))
        entry.finish()
    check_unique([(group.key, group.line) for group in found], faults)
    return tuple(found)


def _check(block: Block, kind: str, faults: FaultList) -> None:
    if kind in KINDS:
        limits.check_question(kind, block, faults)
    if kind in MARKS:
        _check_marks(block, kind, faults)
    if kind == "sorting":
        known = {group.key for group in block.groups}
        for item in block.items:
            if item.group not in known:
                faults.add(item.line, f"There is no category “{item.group}”. Known are: {', '.join(sorted(known))}.")
    if kind == "dilemma" and not any(item.panel for item in block.items):
        faults.add(block.line, "Nobody of the panel chose anything. Give the counts of a panel that has voted.")
    if kind in UNSCORED and block.neutral.get("compulsory"):
        faults.add(block.line, "A question of this kind is not graded, so it cannot be compulsory.")
    least = limits.least_options(kind)
    if kind != "numeric" and len(block.items) < least:
        faults.add(block.line, f"A question needs at least {'two' if least == 2 else 'three'} options.")


def _check_marks(block: Block, kind: str, faults: FaultList) -> None:
    name, right = MARKS[kind], sum(bool(item.right) for item in block.items)
    if right == 0:
        what = "is right" if name == "right" else "has a fault"
        faults.add(block.line, f"No option {what}. Give at least one option “{name}: true”.")
    if kind in ("single", "truefalse") and right > 1:
        faults.add(block.line, f"{right} options are right, but the kind is {kind}. Keep one, or write kind: multiple.")
    if kind == "faults" and right == len(block.items):
        faults.add(block.line, "Every piece has a fault. Leave at least one piece without.")
    if kind == "truefalse" and {item.key for item in block.items} != {"true", "false"}:
        faults.add(block.line, "The options of a true-or-false question have the keys “true” and “false”.")


def check_pools(questions: Sequence[Block], pretest: bool, line: int, faults: FaultList) -> None:
    """Questions of one pool stand for each other, so they are of one kind and count alike."""
    first: dict[str, Block] = {}
    for question in questions:
        pool = question.neutral.get("pool", "")
        if not pool:
            continue
        same = first.setdefault(pool, question)
        for name in ("kind", "scoring", "objective", "compulsory"):
            if question.neutral.get(name) != same.neutral.get(name):
                faults.add(
                    question.line, f"“{name}:” differs from that of “{same.key}” in the same pool (line {same.line})."
                )
    if pretest and not first:
        faults.add(line, "A pre-test needs questions in pools: without them it would ask the test's own questions.")


def check_graded(questions: Sequence[Block], line: int, faults: FaultList) -> None:
    if questions and all(question.neutral.get("kind") in UNSCORED for question in questions):
        faults.add(line, "None of the questions is graded, so nobody could pass. Add one that is.")


def check_stories(stories: Sequence[Block], questions: Sequence[Block], faults: FaultList) -> None:
    """A story and the questions about it find each other; its text is as plain as a question's page needs it."""
    known = {story.key for story in stories}
    told = {question.neutral.get("story", "") for question in questions}
    for question in questions:
        name = question.neutral.get("story", "")
        if name and name not in known:
            faults.add(question.line, f"There is no story “{name}” in this file. Add it with ::: story {name}.")
    for story in stories:
        if story.key not in told:
            faults.add(story.line, f"No question is about the story “{story.key}”. Give one “story: {story.key}”.")
        text = story.texts["text"]
        if "<h3>" in text.value or "<a " in text.value:
            faults.add(text.line, "The text of a story has paragraphs, lists, bold and italics; no headings or links.")
        limits.check_story(story, faults)
