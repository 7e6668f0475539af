"""What a browser posts when an editor presses a button on a module's page: the editor's blocks are built by scripts,
so the form's HTML does not hold them."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse
from wagtail import blocks
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text

from content.models import ModulePage

PUBLISH, SUBMIT, DRAFT = "action-publish", "action-submit", ""


def edit(client: Client, page: ModulePage, action: str, **changes: Any) -> Any:
    """The answer to pressing a button with these fields changed (a dict for a whole form field)."""
    data = form_data(page) | changes | ({action: action} if action else {})
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), nested_form_data(data))


def form_data(page: ModulePage) -> dict[str, Any]:
    plain = (
        *("title", "slug", "code", "summary", "audience", "minutes", "provenance", "change_class"),
        *("lab_family", "lab_mode", "lab_rationale", "lab_confidence"),
    )
    return {
        **{name: "" if getattr(page, name) is None else getattr(page, name) for name in plain},
        "quiz": page.quiz_id or "",
        "seo_title": "",
        "search_description": "",
        "go_live_at": "",
        "expire_at": "",
        "comments": inline_formset([]),
        **{name: stream(getattr(page, name)) for name in ("objectives", "sections", "sources")},
    }


def stream(value: Any) -> dict[str, Any]:
    items = {
        str(place): {
            "type": child.block_type,
            "value": field(child.block, child.value),
            "deleted": "",
            "order": place,
            "id": child.id or "",
        }
        for place, child in enumerate(value)
    }
    return {"count": len(items), **items}


def field(block: blocks.Block, value: Any) -> Any:
    match block:
        case blocks.StructBlock():
            return {name: field(child, value[name]) for name, child in block.child_blocks.items()}
        case blocks.StreamBlock():
            return stream(value)
        case blocks.ListBlock():
            items = {
                str(place): {
                    "value": field(child.block, child.value),
                    "deleted": "",
                    "order": place,
                    "id": child.id or "",
                }
                for place, child in enumerate(value.bound_blocks)
            }
            return {"count": len(items), **items}
        case blocks.RichTextBlock():
            return rich_text(value.source if value else "", features=block.features)
        case blocks.BooleanBlock():
            return "on" if value else ""
    return getattr(value, "pk", value) if value is not None else ""
