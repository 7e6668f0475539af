"""Fields that several reports ask with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lms.parameter_form import require_reckoned

URGENT = "urgent"
"""The order of lists of people unless another is asked for."""


class DayInput(forms.DateInput):
    """Writes back days alone: anything else is no value that this input can have."""

    def format_value(self, value: Any) -> str | None:
        text = super().format_value(value)
        return text if text and re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(text)) else None


def day_field(label: Any, *, required: bool = False) -> forms.DateField:
    """A day within the years that can be reckoned with."""
    return forms.DateField(
        label=label,
        required=required,
        widget=DayInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        validators=[require_reckoned],
        error_messages={
            "invalid": _("Give the date as year, month and day, such as 2027-03-01."),
            "required": _("Give a date."),
        },
    )


def both_ways(orders: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Each order and its reverse, as choices."""
    for key, words in orders:
        yield key, words
        yield f"-{key}", format_lazy("{words} ({back})", words=words, back=_("the other way round"))
