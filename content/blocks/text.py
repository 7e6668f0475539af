"""Blocks to read: text, key idea, cards, steps, checklist, table."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from content.blocks.base import RICH_TEXT, PartKeyBlock


def text_block() -> blocks.RichTextBlock:
    return blocks.RichTextBlock(features=RICH_TEXT, label=_("text"), icon="pilcrow")


class KeyIdeaBlock(blocks.StructBlock):
    key = PartKeyBlock()
    text = blocks.TextBlock(label=_("text"))

    class Meta:
        icon = "pick"
        label = _("key idea")


class TermCardBlock(blocks.StructBlock):
    key = PartKeyBlock()
    term = blocks.CharBlock(label=_("term"))
    text = blocks.TextBlock(label=_("text"))


class CardsBlock(blocks.StructBlock):
    key = PartKeyBlock()
    items = blocks.ListBlock(TermCardBlock(), label=_("cards"))

    class Meta:
        icon = "grip"
        label = _("cards")


class TextStepBlock(blocks.StructBlock):
    key = PartKeyBlock()
    title = blocks.CharBlock(label=_("title"))
    text = blocks.TextBlock(label=_("text"))


class StepsBlock(blocks.StructBlock):
    key = PartKeyBlock()
    items = blocks.ListBlock(TextStepBlock(), label=_("steps"))

    class Meta:
        icon = "list-ol"
        label = _("steps")


class ChecklistItemBlock(blocks.StructBlock):
    key = PartKeyBlock()
    text = blocks.TextBlock(label=_("text"))


class ChecklistBlock(blocks.StructBlock):
    key = PartKeyBlock()
    title = blocks.CharBlock(label=_("title"))
    items = blocks.ListBlock(ChecklistItemBlock(), label=_("points"))

    class Meta:
        icon = "tasks"
        label = _("checklist")


class TableBlock(blocks.StructBlock):
    key = PartKeyBlock()
    caption = blocks.CharBlock(label=_("caption"))
    header = blocks.ListBlock(blocks.CharBlock(label=_("heading")), label=_("column headings"))
    rows = blocks.ListBlock(
        blocks.ListBlock(blocks.CharBlock(label=_("cell"), required=False), label=_("row")), label=_("rows")
    )

    class Meta:
        icon = "table"
        label = _("table")
