"""The directives of a section (`::: kind key … :::`): which fields each has, and which only the source file says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from content.curriculum import asked, prose
from content.curriculum.faults import Faults
from content.curriculum.keys import check_key, check_unique, plain
from content.curriculum.marked import Marked, load
from content.curriculum.written import QUESTION, STORY, Block, Item, Rich, Text

SECTORS = ("health", "finance", "transport", "education", "public", "work")


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of one kind of directive; `choices` stand in the source file only."""

    plain: tuple[str, ...] = ()
    rich: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    items: str = ""
    item_texts: tuple[str, ...] = ()
    answers: bool = False
    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()


FORMS = {
    "key": Form(plain=("text",)),
    "case": Form(plain=("title",), rich=("story", "lesson"), optional=("lesson",), choices=(("sector", SECTORS),)),
    "cards": Form(items="items", item_texts=("term", "text")),
    "reveal": Form(plain=("question",), rich=("answer",)),
    "check": Form(plain=("question",), items="options", item_texts=("text", "feedback"), answers=True),
    "steps": Form(items="items", item_texts=("title", "text")),
    "checklist": Form(plain=("title",), items="items", item_texts=("text",)),
    "table": Form(plain=("caption",)),
    STORY: Form(plain=("title",), rich=("text",)),
}


def read(head: str, body: Sequence[str], line: int, source: bool, faults: Faults) -> Block | None:
    """The directive whose head ("kind key") stands on line `line` and whose YAML follows it."""
    kind, _, key = head.partition(" ")
    if kind not in FORMS and kind != QUESTION:
        faults.add(line, f"There is no directive “{kind}”. Known are: {', '.join((*FORMS, QUESTION))}.")
        return None
    check_key(key.strip(), line, faults)
    marked = load("\n".join(body), line + 1, faults)
    if marked is None:
        return None
    if kind == QUESTION:
        return asked.read(marked, key.strip(), line, source, faults)
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


def _texts(marked: Marked, form: Form, faults: Faults) -> dict[str, Text | Rich]:
    found: dict[str, Text | Rich] = {}
    for name in form.plain:
        found[name] = plain(marked, name, faults)
    for name in form.rich:
        if name not in form.optional or name in marked:
            text = marked.text(name)
            if name in marked:
                found[name] = prose.read(text.value, marked.content_line(name), faults)
    return found


def _items(marked: Marked, form: Form, source: bool, faults: Faults) -> tuple[Item, ...]:
    found = []
    for entry in marked.mappings(form.items):
        key = entry.text("key").value
        check_key(key, entry.line, faults)
        texts = {name: plain(entry, name, faults) for name in form.item_texts}
        found.append(Item(key, entry.line, texts, _right(entry, form, source)))
        entry.finish()
    check_unique([(item.key, item.line) for item in found], faults)
    return tuple(found)


def _right(entry: Marked, form: Form, source: bool) -> bool | None:
    if not form.answers:
        return None
    if source:
        return entry.flag("right")
    entry.neutral("right", source=False)
    return None


def _neutral(marked: Marked, form: Form, source: bool, faults: Faults) -> dict[str, str]:
    found = {}
    for name, allowed in form.choices:
        found[name] = marked.neutral(name, source=source)
        if source and found[name] not in allowed:
            faults.add(marked.line_of(name), f"“{name}:” must be one of: {', '.join(allowed)}.")
    return found


def _check(block: Block, source: bool, faults: Faults) -> None:
    for row in block.rows:
        if len(row) != len(block.header) and row:
            faults.add(row[0].line, f"This row has {len(row)} cells, but the header has {len(block.header)}.")
    if not FORMS[block.kind].answers:
        return
    if len(block.items) < 2:
        faults.add(block.line, "A question needs at least two options.")
    if source and not any(item.right for item in block.items):
        faults.add(block.line, "No option is right. Give at least one option “right: true”.")
