"""What a corrected question looks like. Reads no row: takes and gives questions as QuizEdition.keys has them.

A question with "void": True counts as wholly right for everybody: it could not be answered fairly.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from quizzes.grading import MARKS

Question = Mapping[str, Any]


class NotCorrectable(ValueError):
    """This cannot be the question's key; the sentence says why."""


def with_marks(question: Question, keys: Collection[str]) -> dict[str, Any]:
    """The question with exactly these options marked. A single choice may accept several. Raises NotCorrectable."""
    name = MARKS.get(question["kind"])
    known = [option["key"] for option in question["options"]]
    if name is None:
        raise NotCorrectable(_("The key of this kind of question cannot be changed here. Count it as right instead."))
    if not keys or set(keys) - set(known):
        raise NotCorrectable(_("Choose at least one of the question's own options."))
    if set(keys) == set(known):
        raise NotCorrectable(_("If every option is right, count the question as right for everybody instead."))
    return dict(question) | {"options": [{"key": key, name: key in keys} for key in known]}


def with_number(question: Question, value: str, tolerance: str) -> dict[str, Any]:
    """The numeric question with another right value. Raises NotCorrectable."""
    if question["kind"] != "numeric":
        raise NotCorrectable(_("Only a question that asks for a number has a right value."))
    try:
        numbers = Decimal(value), Decimal(tolerance)
    except InvalidOperation:
        raise NotCorrectable(_("Write value and tolerance with digits and a point, such as 12.5.")) from None
    if not all(number.is_finite() for number in numbers) or numbers[1] < 0:
        raise NotCorrectable(_("The tolerance is a number from 0 up."))
    return dict(question) | {"answer": {"value": value, "tolerance": tolerance}}


def void(question: Question) -> dict[str, Any]:
    """The question counted as wholly right for everybody."""
    return dict(question) | {"void": True}
