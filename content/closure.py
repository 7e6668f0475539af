"""All that a page shows, as plain data: what is frozen, compared and digested. Nothing in it points elsewhere."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from content import fact_tokens, markup
from content.blocks.drawings import DrawingBlock
from content.figures import FigureRefused, read_drawing
from content.media import Media
from content.models import ModulePage
from content.practice import neutral_practice

FORMAT = 1


def page_body(page: ModulePage, media: Media) -> dict[str, Any]:
    """The words of a page; see ModuleText.body."""
    return {
        "title": page.title,
        "summary": page.summary,
        "audience": page.audience,
        "objectives": [plain_objective(child, media) for child in page.objectives],
        "sections": [_section(child.value, media) for child in page.sections],
        "sources": [plain_value(child.block, child.value, media) for child in page.sources],
        "media": dict(sorted(media.mimes.items())),
    }


def plain_objective(child: Any, media: Media) -> dict[str, Any]:
    """`sections` = keys of the sections that teach it; left out where none is named, so that older texts stay as they
    are.
    """
    value: dict[str, Any] = plain_value(child.block, child.value, media)
    sections = value.pop("sections").split()
    return value | {"sections": sections} if sections else value


def _section(value: Any, media: Media) -> dict[str, Any]:
    return {
        "key": value["key"],
        "title": value["title"],
        "blocks": [
            {"type": child.block_type, "value": plain_value(child.block, child.value, media)} for child in value["body"]
        ],
    }


def plain_value(block: blocks.Block, value: Any, media: Media) -> Any:
    """A block's value as strings, numbers, truth values, lists and dicts."""
    match block:
        case blocks.RichTextBlock():
            return {"html": markup.frozen_html(value.source if value else "")}
        case ImageChooserBlock():
            return media.image(value) if value else None
        case DocumentChooserBlock():
            return media.take(value.file, value.title) if value else None
        case DrawingBlock():
            return _drawing(value or "", media)
        case blocks.StructBlock():
            found = {name: plain_value(child, value[name], media) for name, child in block.child_blocks.items()}
            # What came after texts had been frozen is left out while it is empty, so that they stay as they are.
            later = getattr(block, "later", ())
            return {name: each for name, each in found.items() if each or name not in later}
        case blocks.StreamBlock():
            return [
                {"type": child.block_type, "value": plain_value(child.block, child.value, media)} for child in value
            ]
        case blocks.ListBlock():
            return [plain_value(block.child_block, item, media) for item in value]
    return "" if value is None else value


def _drawing(source: str, media: Media) -> str:
    """The drawing as it was written; one that is not fit to be shown is refused like a file."""
    try:
        read_drawing(source)
    except FigureRefused as refusal:
        media.refusals.append(_("A drawing cannot be shown: %(why)s") % {"why": refusal})
    return source


def page_structure(page: ModulePage, body: dict[str, Any], quiz_sha256: str) -> dict[str, Any]:
    """What is the same in every language; see ModuleEdition.structure."""
    structure: dict[str, Any] = {
        "minutes": page.minutes or 0,
        "objectives": [objective["key"] for objective in body["objectives"]],
        "sections": [
            _frame(child.value, section) for child, section in zip(page.sections, body["sections"], strict=True)
        ],
        "facts": sorted(fact_tokens.find_facts(body)),
        "quiz": quiz_sha256,
    }
    if any("lab" in section for section in structure["sections"]):
        structure["lab"] = {
            "family": page.lab_family,
            "mode": page.lab_mode,
            "rationale": page.lab_rationale,
            "confidence": page.lab_confidence,
        }
    return structure


def _frame(value: Any, section: dict[str, Any]) -> dict[str, Any]:
    """A section without its words; "lab" stands in it only where there is one."""
    frame: dict[str, Any] = {
        "key": section["key"],
        "minutes": value["minutes"] or 0,
        "quiz": bool(value["quiz"]),
        "blocks": [_outline(block) for block in section["blocks"] if block["type"] != "text"],
    }
    return frame | {"lab": value["lab"]} if value["lab"] else frame


def _outline(block: dict[str, Any]) -> list[Any]:
    value = block["value"]
    match block["type"]:
        case "check":
            return ["check", value["key"], [[option["key"], option["right"]] for option in value["options"]]]
        case "practice":
            return ["practice", value["key"], neutral_practice(value)]
        case "case":
            return ["case", value["key"], [option["key"] for option in value.get("options", ())]]
        case "figure":
            return ["figure", value["key"], [label["key"] for label in value["labels"]]]
    return [block["type"], value["key"], [item["key"] for item in value.get("items", ())]]


def manifest(
    module: UUID, locale: str, structure_sha256: str, body: dict[str, Any], quiz_sha256: str
) -> dict[str, Any]:
    """What a text's digest is taken of: its words, and the digests of what it stands on."""
    return {
        "format": FORMAT,
        "module": str(module),
        "locale": locale,
        "structure": structure_sha256,
        "quiz": quiz_sha256,
        "body": body,
    }
