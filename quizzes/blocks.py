"""How an editor writes an answer option."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class OptionBlock(blocks.StructBlock):
    key = blocks.RegexBlock(
        regex=r"^[a-z0-9-]{1,40}$",
        label=_("key"),
        error_messages={"invalid": _("Use lower-case letters, digits and hyphens.")},
    )
    text = blocks.CharBlock(label=_("text"), max_length=500)
    right = blocks.BooleanBlock(label=_("right"), required=False)
    feedback = blocks.TextBlock(label=_("feedback"), help_text=_("Shown after submission, whether chosen or not."))

    class Meta:
        icon = "list-ul"
        label = _("option")
