"""What the block families share: a stable key and the rich text features a learner's page can show."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

RICH_TEXT = ["h3", "bold", "italic", "ol", "ul", "link"]
INLINE = ["bold", "italic", "link"]


class PartKeyBlock(blocks.RegexBlock):
    """A name that stays the same in every language and edition: progress and translations hang on it."""

    def __init__(self) -> None:
        super().__init__(
            regex=r"^[a-z0-9-]{1,60}$",
            label=_("key"),
            help_text=_("Lower-case letters, digits and hyphens. Keep it when you edit: progress hangs on it."),
            error_messages={"invalid": _("Use lower-case letters, digits and hyphens.")},
        )

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return ("content.blocks.base.PartKeyBlock", [], {})


class KeysBlock(blocks.RegexBlock):
    """Keys of other parts, with spaces between them. The same in every language, so translators never see them."""

    def __init__(self) -> None:
        super().__init__(
            regex=r"^[a-z0-9-]{1,60}( [a-z0-9-]{1,60})*$",
            required=False,
            label=_("taught in"),
            help_text=_("Keys of the sections, with a space between them: the pre-test sends people there."),
            error_messages={"invalid": _("Write the keys of sections with one space between them.")},
        )

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return ("content.blocks.base.KeysBlock", [], {})


class DayBlock(blocks.RegexBlock):
    """A whole day, if it is known. The same in every language, so translators never see it."""

    def __init__(self) -> None:
        super().__init__(
            regex=r"^\d{4}-\d{2}-\d{2}$",
            required=False,
            label=_("read on"),
            help_text=_("The day somebody last read the source itself, such as 2026-11-29."),
            error_messages={"invalid": _("Write the day like 2026-11-29.")},
        )

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return ("content.blocks.base.DayBlock", [], {})


class DateBlock(blocks.RegexBlock):
    """A date as exact as it is known. The same in every language, so translators never see it."""

    def __init__(self) -> None:
        super().__init__(
            regex=r"^\d{4}(-\d{2}(-\d{2})?)?$",
            label=_("date"),
            help_text=_("As exact as it is known: 2024-06-13, 2024-06 or 2024."),
            error_messages={"invalid": _("Write the date like 2024-06-13, 2024-06 or 2024.")},
        )

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return ("content.blocks.base.DateBlock", [], {})
