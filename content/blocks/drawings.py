"""Figures: a drawing whose words are labels, with the words that stand for it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from content.blocks.base import RICH_TEXT, PartKeyBlock
from content.figures import FigureRefused, read_drawing


class LinesBlock(blocks.TextBlock):
    """Words in lines. A browser ends lines with two signs; kept is one, so that merely saving changes nothing."""

    def value_from_form(self, value: Any) -> Any:
        return super().value_from_form((value or "").replace("\r\n", "\n"))


class DrawingBlock(blocks.FieldBlock):
    """The SVG of a drawing, as text. The same in every language, so translators never see it: its words are labels."""

    def __init__(self) -> None:
        self.field = forms.CharField(
            label=_("drawing (SVG)"),
            widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
            help_text=_("A few shapes without colours and words: classes give the colours, labels the words."),
        )
        super().__init__()

    def value_from_form(self, value: Any) -> Any:
        return super().value_from_form((value or "").replace("\r\n", "\n").strip())

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        try:
            read_drawing(found)
        except FigureRefused as refusal:
            raise ValidationError(list(refusal.sentences)) from refusal
        return found

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return ("content.blocks.drawings.DrawingBlock", [], {})

    class Meta:
        label = _("drawing (SVG)")


class LabelBlock(blocks.StructBlock):
    key = PartKeyBlock()
    text = LinesBlock(label=_("text"), rows=2, help_text=_("A new line here is a new line in the drawing."))


class FigureBlock(blocks.StructBlock):
    key = PartKeyBlock()
    svg = DrawingBlock()
    mirror = blocks.BooleanBlock(
        label=_("mirrored for languages that run from right to left"),
        required=False,
        default=True,
        help_text=_("Not for charts whose axes stay where they are."),
    )
    labels = blocks.ListBlock(LabelBlock(), label=_("labels in the drawing"), default=[])
    alt = blocks.TextBlock(
        label=_("alternative text"),
        required=False,
        help_text=_("What the drawing tells, for people who cannot see it. Publication needs it."),
    )
    caption = blocks.CharBlock(label=_("caption"), required=False)
    description = blocks.RichTextBlock(features=RICH_TEXT, label=_("long description"), required=False)

    class Meta:
        icon = "draft"
        label = _("figure")
