"""The frame of a module: objectives, sections, sources."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from content.blocks.base import DateBlock, DayBlock, KeysBlock, PartKeyBlock
from content.blocks.drawings import FigureBlock
from content.blocks.media import ImageBlock, VideoBlock
from content.blocks.practice import CaseBlock, CheckBlock, PracticeBlock, RevealBlock
from content.blocks.text import CardsBlock, ChecklistBlock, KeyIdeaBlock, StepsBlock, TableBlock, text_block


class ObjectiveBlock(blocks.StructBlock):
    key = PartKeyBlock()
    text = blocks.TextBlock(label=_("The learner can …"))
    sections = KeysBlock()

    class Meta:
        icon = "pick"
        label = _("objective")


LEVELS = [
    ("law", _("Law")),
    ("official", _("Official publication")),
    ("review", _("Review of studies")),
    ("experiment", _("Experiment")),
    ("observation", _("Observation or survey")),
    ("standard", _("Standard")),
    ("other", _("Other source")),
]


class SourceBlock(blocks.StructBlock):
    later = ("level", "checked_on")

    key = PartKeyBlock()
    title = blocks.CharBlock(label=_("title"))
    publisher = blocks.CharBlock(label=_("publisher or author"))
    date = DateBlock()
    url = blocks.URLBlock(label=_("address"), required=False)
    note = blocks.CharBlock(label=_("what it carries"), required=False, max_length=500)
    level = blocks.ChoiceBlock(choices=LEVELS, label=_("level of evidence"), required=False)
    checked_on = DayBlock()

    class Meta:
        icon = "link"
        label = _("source")


class BodyBlock(blocks.StreamBlock):
    text = text_block()
    key_idea = KeyIdeaBlock()
    case = CaseBlock()
    cards = CardsBlock()
    reveal = RevealBlock()
    check = CheckBlock()
    practice = PracticeBlock()
    figure = FigureBlock()
    steps = StepsBlock()
    checklist = ChecklistBlock()
    table = TableBlock()
    image = ImageBlock()
    video = VideoBlock()


LAB_PARTS = [
    ("prediction", _("The prediction")),
    ("block-a", _("Part one")),
    ("debrief", _("The debrief")),
    ("block-b", _("Part two")),
]


class SectionBlock(blocks.StructBlock):
    """One page of the player. A section of kind "quiz" shows the module's graded questions after its body."""

    key = PartKeyBlock()
    title = blocks.CharBlock(label=_("title"))
    minutes = blocks.IntegerBlock(
        label=_("minutes"),
        required=False,
        min_value=1,
        max_value=240,
        help_text=_("Leave it empty: it is computed from the words and questions."),
    )
    quiz = blocks.BooleanBlock(
        label=_("holds the graded questions"), required=False, help_text=_("At most one section of a module.")
    )
    lab = blocks.ChoiceBlock(
        choices=LAB_PARTS,
        label=_("part of the lab"),
        required=False,
        help_text=_("The player adds this part of the automation-bias lab below the text."),
    )
    body = BodyBlock(label=_("content"), required=False)

    class Meta:
        icon = "doc-full"
        label = _("section")
