"""Turns a written module into the values of a page and of its questions, in the words of one language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from wagtail.models import Locale

from content.curriculum.identity import module_id, part_id
from content.curriculum.limits import answer_block
from content.curriculum.module_file import (
    FIGURE,
    PRACTICE,
    TEXT,
    Block,
    DirectiveItem,
    FileSection,
    FrontEntry,
    ModuleFile,
)
from content.editions import Provenance
from content.models import ModulePage
from quizzes.models import Question, Story

BLOCK_TYPES = {"key": "key_idea"}
NAMES = {"checked": "checked_on"}
"""What is called otherwise in the editor than in the files."""
ITEMS = {"check": "options", "case": "options", FIGURE: "labels"}
RawStream = list[dict[str, Any]]


def unsaved_page(source: ModuleFile, words: ModuleFile, locale: Locale) -> ModulePage:
    """An unsaved page: what is neutral from `source`, every word from `words` (the same file for the source)."""
    module = module_id(source.code)
    return ModulePage(
        translation_key=module,
        locale=locale,
        slug=source.code,
        code=source.code,
        title=words.front.title.value,
        summary=words.front.summary.value,
        audience=words.front.audience.value,
        **lab_fields(source),
        provenance=page_provenance(words, words is source),
        objectives=_entries("objective", module, source.front.objectives, words.front.objectives),
        sections=[
            section_value(module, ours, theirs) for ours, theirs in zip(source.sections, words.sections, strict=True)
        ],
        sources=_entries("source", module, source.front.sources, words.front.sources),
    )


def lab_fields(source: ModuleFile) -> dict[str, Any]:
    """The page's fields for the lab; as usual where it has none."""
    lab = source.front.lab
    if not lab:
        return {}
    return {
        "lab_family": lab["family"],
        "lab_mode": lab["mode"],
        "lab_rationale": lab["rationale"] == "true",
        "lab_confidence": lab["confidence"],
    }


def page_provenance(words: ModuleFile, is_source: bool) -> Provenance:
    if words.front.provenance == "human":
        return Provenance.HUMAN
    return Provenance.AI_WRITTEN if is_source else Provenance.AI_TRANSLATED


def _entries(kind: str, module: UUID, source: Sequence[FrontEntry], words: Sequence[FrontEntry]) -> RawStream:
    return [
        {
            "type": kind,
            "id": part_id(module, kind, ours.key),
            "value": {
                "key": ours.key,
                **{NAMES.get(name, name): value for name, value in ours.neutral.items()},
                **{name: text.value for name, text in theirs.texts.items()},
            },
        }
        for ours, theirs in zip(source, words, strict=True)
    ]


def section_value(module: UUID, source: FileSection, words: FileSection) -> dict[str, Any]:
    return {
        "type": "section",
        "id": part_id(module, "section", source.key),
        "value": {
            "key": source.key,
            "title": words.title.value,
            "minutes": None,
            "quiz": bool(source.questions),
            "lab": source.lab,
            "body": [
                _block(module, source.key, number, ours, theirs)
                for number, (ours, theirs) in enumerate(zip(source.blocks, words.blocks, strict=True))
            ],
        },
    }


def _block(module: UUID, section: str, number: int, source: Block, words: Block) -> dict[str, Any]:
    path: tuple[object, ...] = ("section", section, source.kind, source.key or number)
    value: Any
    if source.kind == PRACTICE:
        value = _practice(module, source, words)
    elif source.kind == TEXT:
        value = words.texts["text"].value
    else:
        value = {"key": source.key, **source.neutral, **{name: text.value for name, text in words.texts.items()}}
    if source.kind == FIGURE:
        value |= {"mirror": value.get("mirror") != "false"}
        del value["file"]
    if source.items and source.kind != PRACTICE:
        value[ITEMS.get(source.kind, "items")] = [
            _item(module, path, ours, theirs) for ours, theirs in zip(source.items, words.items, strict=True)
        ]
    if source.header:
        value["header"] = _list(module, (*path, "header"), [cell.value for cell in words.header])
        rows = [
            _list(module, (*path, "row", row), [cell.value for cell in cells]) for row, cells in enumerate(words.rows)
        ]
        value["rows"] = _list(module, (*path, "rows"), rows)
    return {"type": BLOCK_TYPES.get(source.kind, source.kind), "id": part_id(module, *path), "value": value}


def _practice(module: UUID, source: Block, words: Block) -> dict[str, Any]:
    return {
        "key": source.key,
        "kind": source.neutral["kind"],
        "text": words.texts["text"].value,
        "answers": _answers(module, source, words),
    }


def _item(module: UUID, path: tuple[object, ...], source: DirectiveItem, words: DirectiveItem) -> dict[str, Any]:
    value: dict[str, Any] = {"key": source.key, **{name: text.value for name, text in words.texts.items()}}
    if source.right is not None:
        value["right"] = source.right
    return {"type": "item", "id": part_id(module, *path, "item", source.key), "value": value}


def _list(module: UUID, path: tuple[object, ...], values: Sequence[Any]) -> RawStream:
    return [
        {"type": "item", "id": part_id(module, *path, number), "value": value} for number, value in enumerate(values)
    ]


def unsaved_stories(source: ModuleFile, words: ModuleFile, locale: Locale) -> dict[str, Story]:
    """{key: unsaved story}."""
    return {
        ours.key: Story(
            translation_key=UUID(part_id(module_id(source.code), "story", ours.key)),
            locale=locale,
            code=f"{source.code}-{ours.key}",
            title=theirs.texts["title"].value,
            text=theirs.texts["text"].value,
        )
        for ours, theirs in zip(source.stories, words.stories, strict=True)
    }


def unsaved_questions(source: ModuleFile, words: ModuleFile, locale: Locale) -> dict[str, Question]:
    """{key: unsaved question, about an unsaved story where it is about one}."""
    told = unsaved_stories(source, words, locale)
    return {
        ours.key: unsaved_question(source.code, ours, theirs, locale, told.get(ours.neutral.get("story", "")))
        for ours, theirs in zip(source.questions, words.questions, strict=True)
    }


def unsaved_question(module_code: str, source: Block, words: Block, locale: Locale, story: Story | None) -> Question:
    module = module_id(module_code)
    neutral = source.neutral
    return Question(
        translation_key=UUID(part_id(module, "question", source.key)),
        locale=locale,
        code=f"{module_code}-{source.key}",
        kind=neutral["kind"],
        scoring=neutral.get("scoring", Question.Scoring.WHOLE),
        objective=neutral["objective"],
        requirement=neutral.get("requirement", ""),
        story=story,
        text=words.texts["text"].value,
        options=_answers(module, source, words),
    )


def _answers(module: UUID, source: Block, words: Block) -> RawStream:
    found: RawStream = []
    kind = source.neutral["kind"]
    for ours, theirs in zip(source.groups, words.groups, strict=True):
        path = (source.kind, source.key, "group", ours.key)
        found.append(_answer(module, path, "category", {"key": ours.key, **_said(theirs)}))
    for ours, theirs in zip(source.items, words.items, strict=True):
        value: dict[str, Any] = {"key": ours.key, **_said(theirs)}
        if ours.right is not None:
            value["fault" if kind == "faults" else "right"] = ours.right
        if ours.group:
            value["category"] = ours.group
        if ours.panel is not None:
            value["panel"] = ours.panel
        found.append(_answer(module, (source.kind, source.key, ours.key), answer_block(kind), value))
    if kind == "numeric":
        value = {"value": source.neutral["answer"], "tolerance": source.neutral["tolerance"]}
        said = {name: words.texts[name].value for name in ("unit", "feedback")}
        found.append(_answer(module, ("question", source.key, "number"), "number", value | said))
    return found


def _said(item: DirectiveItem) -> dict[str, str]:
    return {name: text.value for name, text in item.texts.items()}


def _answer(module: UUID, path: tuple[object, ...], kind: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"type": kind, "id": part_id(module, *path), "value": value}
