"""A practice as it was answered on its page: explained, or with what its answer lacks. Nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from content.practice import Practice
from courses.player import quiz_page
from quizzes import asking, grading, rehearsing


def practice_answered(practice: Practice, data: QueryDict) -> dict[str, Any]:
    """What learning/parts.html prints of it. Raises UnknownAnswer for what this practice does not ask."""
    rehearsal = practice.rehearsal
    sheet = quiz_page.posted(data, rehearsal.attempt)
    given = sheet.answers.get(practice.key, [])
    error = sheet.errors.get(practice.key, "")
    if not error and not grading.is_answered(rehearsal.question, given):
        error = rehearsing.missing_sentence(rehearsal.question)
    if error:
        return {"key": practice.key, "question": practice.to_answer(given, error, data)}
    return {"key": practice.key, "result": practice.explained(given)}


def errors_of(practised: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """(sentence, field) for the summary above the page."""
    question = (practised or {}).get("question")
    return asking.error_links([question]) if question else []
