"""The directives of a section (`::: kind key … :::`): which fields each has, and which only the source file says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from content.curriculum import prose, question_directive
from content.curriculum.keys import check_unique, plain_text
from content.curriculum.module_file import QUESTION, STORY, Block, DirectiveItem, Rich
from lms.yaml_lines import FaultList, LineText, YamlMapping, check_key, load_yaml_mapping

SECTORS = ("health", "finance", "transport", "education", "public", "work")


@dataclass(frozen=True, slots=True)
class DirectiveForm:
    """The fields of one kind of directive; `choices` stand in the source file only."""

    plain: tuple[str, ...] = ()
    rich: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    items: str = ""
    item_texts: tuple[str, ...] = ()
    answers: bool = False
    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()


FORMS = {
    "key": DirectiveForm(plain=("text",)),
    "case": DirectiveForm(
        plain=("title",), rich=("story", "lesson"), optional=("lesson",), choices=(("sector", SECTORS),)
    ),
    "cards": DirectiveForm(items="items", item_texts=("term", "text")),
    "reveal": DirectiveForm(plain=("question",), rich=("answer",)),
    "check": DirectiveForm(plain=("question",), items="options", item_texts=("text", "feedback"), answers=True),
    "steps": DirectiveForm(items="items", item_texts=("title", "text")),
    "checklist": DirectiveForm(plain=("title",), items="items", item_texts=("text",)),
    "table": DirectiveForm(plain=("caption",)),
    STORY: DirectiveForm(plain=("title",), rich=("text",)),
}


def read_directive(head: str, body: Sequence[str], line: int, source: bool, faults: FaultList) -> Block | None:
    """The directive whose head ("kind key") stands on line `line` and whose YAML follows it."""
    kind, _, key = head.partition(" ")
    if kind not in FORMS and kind != QUESTION:
        faults.add(line, f"There is no directive “{kind}”. Known are: {', '.join((*FORMS, QUESTION))}.")
        return None
    check_key(key.strip(), line, faults)
    marked = load_yaml_mapping("\n".join(body), line + 1, faults)
    if marked is None:
        return None
    if kind == QUESTION:
        return question_directive.read_question(marked, key.strip(), line, source, faults)
    form = FORMS[kind]
    block = Block(
        kind=kind,
        key=key.strip(),
        line=line,
        texts=_texts(marked, form, faults),
        items=_items(marked, form, source, faults) if form.items else (),
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
        found[name] = plain_text(marked, name, faults)
    for name in form.rich:
        if name not in form.optional or name in marked:
            text = marked.text(name)
            if name in marked:
                found[name] = prose.read_prose(text.value, marked.content_line(name), faults)
    return found


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
    return found


def _check(block: Block, source: bool, faults: FaultList) -> None:
    for row in block.rows:
        if len(row) != len(block.header) and row:
            faults.add(row[0].line, f"This row has {len(row)} cells, but the header has {len(block.header)}.")
    if not FORMS[block.kind].answers:
        return
    if len(block.items) < 2:
        faults.add(block.line, "A question needs at least two options.")
    if source and not any(item.right for item in block.items):
        faults.add(block.line, "No option is right. Give at least one option “right: true”.")
