"""Images and films. Neither can be published without the words that stand for it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from content.blocks.base import PartKeyBlock


class ImageBlock(blocks.StructBlock):
    key = PartKeyBlock()
    image = ImageChooserBlock(label=_("image"))
    alt = blocks.TextBlock(
        label=_("alternative text"),
        required=False,
        help_text=_("What the image tells, for people who cannot see it. Publication needs it."),
    )
    caption = blocks.CharBlock(label=_("caption"), required=False)

    class Meta:
        icon = "image"
        label = _("image")


class VideoBlock(blocks.StructBlock):
    key = PartKeyBlock()
    title = blocks.CharBlock(label=_("title"))
    file = DocumentChooserBlock(label=_("film (MP4 or WebM)"))
    captions = DocumentChooserBlock(
        label=_("captions (WebVTT)"), required=False, help_text=_("Publication needs them.")
    )
    transcript = blocks.RichTextBlock(
        label=_("transcript"),
        required=False,
        features=["bold", "italic", "ol", "ul"],
        help_text=_("All that is said and shown, in words. Publication needs it."),
    )

    class Meta:
        icon = "media"
        label = _("film")
