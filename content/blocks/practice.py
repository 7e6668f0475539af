"""Blocks to think with: case, reveal, check, and the kinds of the quiz to practise with. None is graded or stored."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from content.blocks.base import RICH_TEXT, PartKeyBlock
from quizzes.blocks import CardBlock, CategoryBlock, PairBlock, SentenceBlock, StepBlock
from quizzes.models import Question

SECTORS = [
    ("health", _("Health")),
    ("finance", _("Finance")),
    ("transport", _("Transport")),
    ("education", _("Education")),
    ("public", _("Public services")),
    ("work", _("Work")),
]


class CaseOptionBlock(blocks.StructBlock):
    key = PartKeyBlock()
    text = blocks.TextBlock(label=_("text"), rows=2)


class CaseBlock(blocks.StructBlock):
    """A story that asks before it tells what to take from it: the lesson is opened, never printed below the story."""

    later = ("question", "options")

    key = PartKeyBlock()
    title = blocks.CharBlock(label=_("title"))
    sector = blocks.ChoiceBlock(choices=SECTORS, label=_("sector"))
    story = blocks.RichTextBlock(features=RICH_TEXT, label=_("story"))
    lesson = blocks.RichTextBlock(features=RICH_TEXT, label=_("lesson"), required=False)
    question = blocks.TextBlock(label=_("question"), required=False, rows=2, default="")
    options = blocks.ListBlock(
        CaseOptionBlock(),
        label=_("options"),
        default=[],
        help_text=_("None is right or wrong: the lesson speaks to each of them."),
    )

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


PRACTICE_KINDS = [
    (kind.value, kind.label)
    for kind in (Question.Kind.SORTING, Question.Kind.MATCHING, Question.Kind.FAULTS, Question.Kind.ORDERING)
]


class AnswersBlock(blocks.StreamBlock):
    step = StepBlock()
    pair = PairBlock()
    category = CategoryBlock()
    card = CardBlock()
    sentence = SentenceBlock()


class PracticeBlock(blocks.StructBlock):
    """A question of the quiz's kinds in the body: answered on the page, marked by the quiz's rules, kept nowhere."""

    key = PartKeyBlock()
    kind = blocks.ChoiceBlock(choices=PRACTICE_KINDS, label=_("kind"))
    text = blocks.TextBlock(label=_("question"), rows=2)
    answers = AnswersBlock(label=_("answers"))

    class Meta:
        icon = "form"
        label = _("practice")
