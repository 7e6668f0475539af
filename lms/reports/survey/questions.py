"""What the survey asks: three statements, and groups one may count oneself in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class Choice:
    """A question with its answers: {key: words}."""

    key: str
    text: Promise
    answers: Mapping[str, Promise]


AGREE = {
    "5": _("I agree fully"),
    "4": _("I rather agree"),
    "3": _("Neither"),
    "2": _("I rather disagree"),
    "1": _("I do not agree at all"),
}
AGREED = frozenset({"4", "5"})
STATEMENTS = (
    Choice("useful", _("I can use what I learned here in my work."), AGREE),
    Choice("clear", _("I could follow this module: its words, its pace, its form."), AGREE),
    Choice("act", _("I know what to do when the output of an AI system looks wrong to me."), AGREE),
)
ATTRIBUTES = (
    Choice(
        "gender",
        _("How do you describe yourself?"),
        {
            "woman": _("Woman"),
            "man": _("Man"),
            "other": pgettext_lazy("gender", "In another way"),
        },
    ),
    Choice(
        "age",
        _("How old are you?"),
        {
            "under-30": _("Under 30"),
            "30-44": _("30 to 44"),
            "45-59": _("45 to 59"),
            "60": _("60 or older"),
        },
    ),
    Choice(
        "language",
        _("In which language did you take this module?"),
        {"first": _("My first language"), "other": _("Another language than my first")},
    ),
    Choice(
        "access",
        _("Do you use assistive technology, or is training adapted for you?"),
        {"yes": _("I use one or the other"), "no": _("I use neither")},
    ),
)
BY_KEY = {each.key: each for each in ATTRIBUTES}
