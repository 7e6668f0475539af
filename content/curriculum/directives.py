"""The directives of a section (`::: kind key … :::`): which fields each has, and which only the source file says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from content.curriculum import prose, question_directive
from content.curriculum.keys import check_unique, plain_text
from content.curriculum.module_file import FIGURE, PRACTICE, QUESTION, STORY, Block, DirectiveItem, Rich
from lms.yaml_lines import FaultList, LineText, YamlMapping, check_key, load_yaml_mapping

FILE = re.compile(r"[a-z0-9-]{1,60}\.svg")
SECTORS = ("health", "finance", "transport", "education", "public", "work")


@dataclass(frozen=True, slots=True)
class DirectiveForm:
    """The fields of one kind of directive. `optional` = texts and items that may be left out. `choices`, `files` and
    `flags` (true or false) stand in the source file only."""

    plain: tuple[str, ...] = ()
    rich: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    items: str = ""
    item_texts: tuple[str, ...] = ()
    answers: bool = False
    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()
    files: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


FORMS = {
    "key": DirectiveForm(plain=("text",)),
    "case": DirectiveForm(
        plain=("title", "question"),
        rich=("story", "lesson"),
        optional=("question", "lesson", "options"),
        items="options",
        item_texts=("text",),
        choices=(("sector", SECTORS),),
    ),
    "cards": DirectiveForm(items="items", item_texts=("term", "text")),
    "reveal": DirectiveForm(plain=("question",), rich=("answer",)),
    "check": DirectiveForm(plain=("question",), items="options", item_texts=("text", "feedback"), answers=True),
    "steps": DirectiveForm(items="items", item_texts=("title", "text")),
    "checklist": DirectiveForm(plain=("title",), items="items", item_texts=("text",)),
    "table": DirectiveForm(plain=("caption",)),
    FIGURE: DirectiveForm(
        plain=("alt", "caption"),
        rich=("description",),
        optional=("description", "labels"),
        items="labels",
        item_texts=("text",),
        files=("file",),
        flags=("mirror",),
    ),
    STORY: DirectiveForm(plain=("title",), rich=("text",)),
}

ASKED = (QUESTION, PRACTICE)
"""What the question bank's own reader reads (question_directive)."""


def read_directive(head: str, body: Sequence[str], line: int, source: bool, faults: FaultList) -> Block | None:
    """The directive whose head ("kind key") stands on line `line` and whose YAML follows it."""
    kind, _, key = head.partition(" ")
    if kind not in FORMS and kind not in ASKED:
        faults.add(line, f"There is no directive “{kind}”. Known are: {', '.join((*FORMS, *ASKED))}.")
        return None
    check_key(key.strip(), line, faults)
    marked = load_yaml_mapping("\n".join(body), line + 1, faults)
    if marked is None:
        return None
    if kind in ASKED:
        return question_directive.read_question(kind, marked, key.strip(), line, source, faults)
    form = FORMS[kind]
    block = Block(
        kind=kind,
        key=key.strip(),
        line=line,
        texts=_texts(marked, form, faults),
        items=_items(marked, form, source, faults) if _has_items(marked, form) else (),
        header=marked.strings("header") if kind == "table" else (),
        rows=marked.rows("rows") if kind == "table" else (),
        neutral=_neutral(marked, form, source, faults),
    )
    marked.finish()
    _check(block, source, faults)
    return block


def _texts(marked: YamlMapping, form: DirectiveForm, faults: FaultList) -> dict[str, LineText | Rich]:
    found: dict[str, LineText | Rich] = {}
    for name in form.plain:
        if name not in form.optional or name in marked:
            found[name] = plain_text(marked, name, faults)
    for name in form.rich:
        if name not in form.optional or name in marked:
            text = marked.text(name)
            if name in marked:
                found[name] = prose.read_prose(text.value, marked.content_line(name), faults)
    return found


def _has_items(marked: YamlMapping, form: DirectiveForm) -> bool:
    return bool(form.items) and (form.items not in form.optional or form.items in marked)


def _items(marked: YamlMapping, form: DirectiveForm, source: bool, faults: FaultList) -> tuple[DirectiveItem, ...]:
    found = []
    for entry in marked.mappings(form.items):
        key = entry.text("key").value
        check_key(key, entry.line, faults)
        texts = {name: plain_text(entry, name, faults) for name in form.item_texts}
        found.append(DirectiveItem(key, entry.line, texts, _right(entry, form, source)))
        entry.finish()
    check_unique([(item.key, item.line) for item in found], faults)
    return tuple(found)


def _right(entry: YamlMapping, form: DirectiveForm, source: bool) -> bool | None:
    if not form.answers:
        return None
    if source:
        return entry.flag("right")
    entry.neutral("right", source=False)
    return None


def _neutral(marked: YamlMapping, form: DirectiveForm, source: bool, faults: FaultList) -> dict[str, str]:
    found = {}
    for name, allowed in form.choices:
        found[name] = marked.neutral(name, source=source)
        if source and found[name] not in allowed:
            faults.add(marked.line_of(name), f"“{name}:” must be one of: {', '.join(allowed)}.")
    for name in form.files:
        found[name] = marked.neutral(name, source=source)
        if source and found[name] and not FILE.fullmatch(found[name]):
            faults.add(marked.line_of(name), f"“{name}:” is the name of a drawing beside this file, such as loop.svg.")
    for name in form.flags:
        if name in marked and source:
            found[name] = "true" if marked.flag(name) else "false"
        else:
            marked.neutral(name, source=source, required=False)
    return found


def _check(block: Block, source: bool, faults: FaultList) -> None:
    for row in block.rows:
        if len(row) != len(block.header) and row:
            faults.add(row[0].line, f"This row has {len(row)} cells, but the header has {len(block.header)}.")
    if block.kind == "case":
        _check_case(block, faults)
    if not FORMS[block.kind].answers:
        return
    if len(block.items) < 2:
        faults.add(block.line, "A question needs at least two options.")
    if source and not any(item.right for item in block.items):
        faults.add(block.line, "No option is right. Give at least one option “right: true”.")


def _check_case(block: Block, faults: FaultList) -> None:
    """A question and its options come together, and the lesson speaks to what was chosen."""
    if bool(block.items) != ("question" in block.texts):
        faults.add(block.line, "A case that asks has both: “question:”, and “options:” to choose from.")
    if len(block.items) == 1:
        faults.add(block.line, "A case that asks needs at least two options.")
    if block.items and "lesson" not in block.texts:
        faults.add(block.line, "A case that asks has a “lesson:” that speaks to each of the options.")
