"""A draft as the player would show it: one section a page, before anything is frozen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from content.closure import page_body
from content.draft_minutes import draft_seconds
from content.media import Media
from content.minutes import whole_minutes
from content.models import ModulePage
from content.practice import Practice
from content.rendering import Part, draft_parts
from quizzes.preview import draft_sitting, questions_to_answer


def render_module_preview(request: HttpRequest, page: ModulePage, mode: str) -> HttpResponse:
    media = Media()
    body = page_body(page, media)
    number = int(mode) if mode.isdecimal() else 0
    if not 0 < number <= len(body["sections"]):
        return render(
            request, "content/preview_overview.html", {"page": page, "body": body, "text_locale": _code(page)}
        )
    section = body["sections"][number - 1]
    child = page.sections[number - 1].value
    seconds = draft_seconds(page, body)
    context: dict[str, Any] = {
        "page": page,
        "body": body,
        "section": section,
        "number": number,
        "minutes": whole_minutes(seconds[section["key"]]),
        "parts": shown_parts(draft_parts(section, {}, _code(page), media.urls, body["sources"])),
        "outline": _outline(page, number, seconds),
        **(_questions(page) if child["quiz"] else {"questions": [], "gaps": []}),
        "text_locale": _code(page),
    }
    return render(request, "content/preview_section.html", context)


def shown_parts(parts: list[Part]) -> list[dict[str, Any]]:
    """As learning/parts.html has them: practice as it is before it is answered, or what it lacks."""
    return [
        {"html": part}
        if not isinstance(part, Practice)
        else {"key": part.key, "gaps": part.gaps}
        if part.gaps
        else {"key": part.key, "question": part.to_answer()}
        for part in parts
    ]


def _code(page: ModulePage) -> str:
    return str(page.locale.language_code)


def _outline(page: ModulePage, number: int, seconds: Mapping[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "title": child.value["title"],
            "state": "now" if place == number else "todo",
            "url": "#main" if place == number else "",
            "minutes": whole_minutes(seconds[child.value["key"]]),
        }
        for place, child in enumerate(page.sections, 1)
    ]


def _questions(page: ModulePage) -> dict[str, Any]:
    """The questions in the page's language where they are translated, as the player asks them, and what they lack."""
    if page.quiz is None:
        return {"questions": [], "gaps": []}
    rows = page.quiz.items.select_related("question__story", "question__locale")
    questions = [item.question.get_translation_or_none(page.locale) or item.question for item in rows]
    found = draft_sitting(questions, _code(page))
    return {"questions": questions_to_answer(found), "gaps": found.gaps}
