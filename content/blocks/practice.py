"""Blocks to think with: case, reveal, check. None of them is graded or stored."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from content.blocks.base import RICH_TEXT, PartKeyBlock

SECTORS = [
    ("health", _("Health")),
    ("finance", _("Finance")),
    ("transport", _("Transport")),
    ("education", _("Education")),
    ("public", _("Public services")),
    ("work", _("Work")),
]


class CaseBlock(blocks.StructBlock):
    key = PartKeyBlock()
    title = blocks.CharBlock(label=_("title"))
    sector = blocks.ChoiceBlock(choices=SECTORS, label=_("sector"))
    story = blocks.RichTextBlock(features=RICH_TEXT, label=_("story"))
    lesson = blocks.RichTextBlock(features=RICH_TEXT, label=_("lesson"), required=False)

    class Meta:
        icon = "user"
        label = _("case")


class RevealBlock(blocks.StructBlock):
    key = PartKeyBlock()
    question = blocks.TextBlock(label=_("question"))
    answer = blocks.RichTextBlock(features=RICH_TEXT, label=_("answer"))

    class Meta:
        icon = "view"
        label = _("think, then open")


class CheckOptionBlock(blocks.StructBlock):
    key = PartKeyBlock()
    text = blocks.TextBlock(label=_("text"))
    right = blocks.BooleanBlock(label=_("right"), required=False)
    feedback = blocks.TextBlock(label=_("feedback"))


class CheckBlock(blocks.StructBlock):
    key = PartKeyBlock()
    question = blocks.TextBlock(label=_("question"))
    options = blocks.ListBlock(CheckOptionBlock(), label=_("options"), min_num=2)

    class Meta:
        icon = "help"
        label = _("practice question")
