"""Keys as they stand after what was found wrong in them was corrected."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from quizzes.appeals.models import KeyCorrection


def corrected(edition: UUID, keys: dict[str, Any]) -> dict[str, Any]:
    """`keys` of an edition with the newest correction of each question. One query."""
    rows = KeyCorrection.objects.filter(edition=edition).order_by("at", "pk").values_list("question", "corrected")
    newest = dict(rows)
    if not newest:
        return keys
    return keys | {"questions": [newest.get(question["key"], question) for question in keys["questions"]]}
