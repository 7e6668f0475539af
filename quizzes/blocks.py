"""How an editor writes the answers of a question: one block for each way of answering."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

LONGEST_KEY = 40


class OptionKeyBlock(blocks.RegexBlock):
    """A name that is the same in every language and never reaches a learner's browser."""

    def __init__(self, label: Any = None) -> None:
        super().__init__(
            regex=rf"^[a-z0-9-]{{1,{LONGEST_KEY}}}$",
            label=label or _("key"),
            error_messages={"invalid": _("Use lower-case letters, digits and hyphens.")},
        )
        self.said = label

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return ("quizzes.blocks.OptionKeyBlock", [self.said], {})


class DecimalTextBlock(blocks.RegexBlock):
    """A number kept as it was written, so that 0.1 stays 0.1. The same in every language."""

    def __init__(self, label: Any) -> None:
        super().__init__(
            regex=r"^-?\d{1,12}(\.\d{1,9})?$",
            label=label,
            error_messages={"invalid": _("Write the number with digits and a point, such as 12.5.")},
        )
        self.said = label

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return ("quizzes.blocks.DecimalTextBlock", [self.said], {})


def text(maximum: int = 500) -> blocks.CharBlock:
    return blocks.CharBlock(label=_("text"), max_length=maximum)


def feedback() -> blocks.TextBlock:
    return blocks.TextBlock(label=_("feedback"), help_text=_("Shown after submission, whether chosen or not."))


class OptionBlock(blocks.StructBlock):
    """Single and multiple choice, true or false."""

    key = OptionKeyBlock()
    text = text()
    right = blocks.BooleanBlock(label=_("right"), required=False)
    feedback = feedback()

    class Meta:
        icon = "list-ul"
        label = _("option")


class StepBlock(blocks.StructBlock):
    """Put in order: the blocks stand in the right order, learners see them mixed."""

    key = OptionKeyBlock()
    text = text()
    feedback = feedback()

    class Meta:
        icon = "list-ol"
        label = _("step, in the right order")


class PairBlock(blocks.StructBlock):
    key = OptionKeyBlock()
    text = text()
    match = blocks.CharBlock(label=_("what it belongs to"), max_length=500)
    feedback = feedback()

    class Meta:
        icon = "link"
        label = _("pair")


class CategoryBlock(blocks.StructBlock):
    key = OptionKeyBlock()
    text = text(120)

    class Meta:
        icon = "folder-open-inverse"
        label = _("group")


class CardBlock(blocks.StructBlock):
    """Sort into groups: a card and the key of the group it belongs to."""

    key = OptionKeyBlock()
    text = text()
    category = OptionKeyBlock(_("key of its group"))
    feedback = feedback()

    class Meta:
        icon = "tag"
        label = _("card to sort")


class NumberBlock(blocks.StructBlock):
    """A numeric answer: right from value - tolerance to value + tolerance, both included."""

    value = DecimalTextBlock(_("right value"))
    tolerance = DecimalTextBlock(_("tolerance"))
    unit = blocks.CharBlock(label=_("unit"), required=False, max_length=60)
    feedback = feedback()

    class Meta:
        icon = "order"
        label = _("number")


class SentenceBlock(blocks.StructBlock):
    """Find the faults: a piece of the text, in its order, with or without a planted fault."""

    key = OptionKeyBlock()
    text = text(800)
    fault = blocks.BooleanBlock(label=_("has a fault"), required=False)
    feedback = feedback()

    class Meta:
        icon = "warning"
        label = _("piece of the text")


class PointBlock(blocks.StructBlock):
    """A point of a scale, from low to high."""

    key = OptionKeyBlock()
    text = text(120)

    class Meta:
        icon = "radio-empty"
        label = _("point of the scale")


class ViewBlock(blocks.StructBlock):
    """A way out of a dilemma, with how many of the panel chose it and why."""

    key = OptionKeyBlock()
    text = text()
    panel = blocks.IntegerBlock(label=_("how many of the panel chose it"), min_value=0, max_value=999)
    feedback = blocks.TextBlock(label=_("what the panel says"), help_text=_("Shown after submission."))

    class Meta:
        icon = "group"
        label = _("way out of the dilemma")


ANSWERS = [
    ("option", OptionBlock()),
    ("step", StepBlock()),
    ("pair", PairBlock()),
    ("category", CategoryBlock()),
    ("card", CardBlock()),
    ("number", NumberBlock()),
    ("sentence", SentenceBlock()),
    ("point", PointBlock()),
    ("view", ViewBlock()),
]
