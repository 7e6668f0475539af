"""Keys that were found wrong: an edition's keys as they stand now, and what a corrected question looks like.

Questions here are as QuizEdition.keys has them. One with "void": True counts as wholly right for everybody: it could
not be answered fairly.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from quizzes.appeal_models import KeyCorrection
from quizzes.grading import MARKS, FrozenQuestion


class NotCorrectable(ValueError):
    """This cannot be the question's key; the sentence says why."""


def keys_as_corrected(edition: UUID, keys: dict[str, Any]) -> dict[str, Any]:
    """`keys` of an edition with the newest correction of each question. One query."""
    rows = KeyCorrection.objects.filter(edition=edition).order_by("at", "pk").values_list("question", "corrected")
    newest = dict(rows)
    if not newest:
        return keys
    return keys | {"questions": [newest.get(question["key"], question) for question in keys["questions"]]}


def question_with_marks(question: FrozenQuestion, keys: Collection[str]) -> dict[str, Any]:
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


def question_with_number(question: FrozenQuestion, value: str, tolerance: str) -> dict[str, Any]:
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


def voided_question(question: FrozenQuestion) -> dict[str, Any]:
    """The question counted as wholly right for everybody."""
    return dict(question) | {"void": True}
