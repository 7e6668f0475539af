"""How long a draft takes, as its text will when it is frozen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from content import minutes
from content.closure import page_body, page_structure
from content.media import Media
from content.models import ModulePage
from quizzes import freezing as quiz_freezing
from quizzes.lab.cases.families import FAMILIES


def draft_seconds(page: ModulePage, body: dict[str, Any] | None = None) -> Mapping[str, int]:
    """{section key: seconds}; `body` = the page's, if it is at hand. What cannot be asked yet does not count."""
    body = page_body(page, Media()) if body is None else body
    structure = page_structure(page, body, "")
    if page.lab_family not in FAMILIES:
        structure["sections"] = [frame | {"lab": ""} for frame in structure["sections"]]
    try:
        quiz = quiz_freezing.frozen_words(page.quiz, page.locale.language_code) if page.quiz else None
    except quiz_freezing.Incomplete:
        quiz = None
    return minutes.text_seconds(body, structure, page.locale.language_code, quiz)
