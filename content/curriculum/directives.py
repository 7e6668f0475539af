"""The directives of a section (`::: kind key … :::`): which fields each has, and which only the source file says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from content.curriculum import prose
from content.curriculum.faults import Faults
from content.curriculum.marked import Marked, load
from content.curriculum.written import QUESTION, Block, Item, Rich, Text

KEY = re.compile(r"^[a-z0-9-]{1,60}$")
KEY_RULE = "A key has 1 to 60 lower-case letters, digits or hyphens."
MARKUP = re.compile(r"\*\S[^*]*\*|\]\(|<[a-zA-Z/][^>]*>")
SECTORS = ("health", "finance", "transport", "education", "public", "work")


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of one kind of directive; `choices` and `names` stand in the source file only."""

    plain: tuple[str, ...] = ()
    rich: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    items: str = ""
    item_texts: tuple[str, ...] = ()
    answers: bool = False
    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()
    names: tuple[str, ...] = ()


FORMS = {
    "key": Form(plain=("text",)),
    "case": Form(plain=("title",), rich=("story", "lesson"), optional=("lesson",), choices=(("sector", SECTORS),)),
    "cards": Form(items="items", item_texts=("term", "text")),
    "reveal": Form(plain=("question",), rich=("answer",)),
    "check": Form(plain=("question",), items="options", item_texts=("text", "feedback"), answers=True),
    "steps": Form(items="items", item_texts=("title", "text")),
    "checklist": Form(plain=("title",), items="items", item_texts=("text",)),
    "table": Form(plain=("caption",)),
    QUESTION: Form(
        plain=("text",),
        items="options",
        item_texts=("text", "feedback"),
        answers=True,
        choices=(("kind", ("single", "multiple")),),
        names=("objective",),
    ),
}


def read(head: str, body: Sequence[str], line: int, source: bool, faults: Faults) -> Block | None:
    """The directive whose head ("kind key") stands on line `line` and whose YAML follows it."""
    kind, _, key = head.partition(" ")
    if kind not in FORMS:
        faults.add(line, f"There is no directive “{kind}”. Known are: {', '.join(FORMS)}.")
        return None
    check_key(key.strip(), line, faults)
    marked = load("\n".join(body), line + 1, faults)
    if marked is None:
        return None
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


def check_key(key: str, line: int, faults: Faults) -> None:
    if not KEY.match(key):
        faults.add(line, f"{KEY_RULE} “{key}” is none." if key else f"The key is missing. {KEY_RULE}")


def plain(marked: Marked, name: str, faults: Faults, *, required: bool = True) -> Text:
    """A plain string: it is shown as it is, so Markdown in it would show its stars."""
    text = marked.text(name, required=required)
    if MARKUP.search(text.value):
        faults.add(text.line, f"“{name}:” is plain text: take the stars, links or tags out.")
    return text


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
    found = {name: marked.neutral(name, source=source) for name in form.names}
    for name, allowed in form.choices:
        found[name] = marked.neutral(name, source=source)
        if source and found[name] not in allowed:
            faults.add(marked.line_of(name), f"“{name}:” must be one of: {', '.join(allowed)}.")
    return found


def check_unique(keys: Sequence[tuple[str, int]], faults: Faults) -> None:
    seen: dict[str, int] = {}
    for key, line in keys:
        if key in seen:
            faults.add(line, f"The key “{key}” stands on line {seen[key]} already. Keys must differ.")
        seen.setdefault(key, line)


def _check(block: Block, source: bool, faults: Faults) -> None:
    for row in block.rows:
        if len(row) != len(block.header) and row:
            faults.add(row[0].line, f"This row has {len(row)} cells, but the header has {len(block.header)}.")
    if not FORMS[block.kind].answers:
        return
    if len(block.items) < 2:
        faults.add(block.line, "A question needs at least two options.")
    right = sum(1 for item in block.items if item.right)
    if source and right == 0:
        faults.add(block.line, "No option is right. Give at least one option “right: true”.")
    if source and block.neutral.get("kind") == "single" and right > 1:
        faults.add(block.line, f"{right} options are right, but the kind is single. Keep one, or write kind: multiple.")
