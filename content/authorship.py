"""What a text's signature covers, and who wrote what of it that nobody has signed yet: these people cannot sign it off.

A text stands for several subjects (lms/signatures): the page in its language, the quiz with its terms, each question
and case in that language. Facts are signed for themselves (content/facts).
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from content.closure import page_body, page_structure
from content.editions import ModuleText
from content.media import Media
from content.models import ModulePage
from lms.people.models import Person
from lms.signatures import trail
from quizzes import freezing as quiz_freezing


class FileNames(Media):
    """Files by their names: a draft is saved every half second, and films are not read for that."""

    def take(self, file: Any, title: str) -> dict[str, Any]:
        return {"name": file.name}


def page_digest(page: ModulePage) -> str:
    """Names the words and terms a learner would get of this page as it stands: the closure, the quiz, the lab."""
    files = FileNames()
    body = page_body(page, files)
    terms = {"quiz": page.quiz_id, "provenance": page.provenance, "code": page.code}
    return trail.words_digest({"body": body, "structure": page_structure(page, body, ""), **terms})


def text_parts(page: ModulePage) -> dict[str, str]:
    """{subject: digest} of all that a text frozen of this page stands for. Raises quizzes.freezing.Incomplete."""
    parts = {page.subject(): page.words_digest()}
    if page.quiz:
        for part in quiz_freezing.quiz_parts(page.quiz, page.locale.language_code):
            parts[part.subject()] = part.words_digest()
    return parts


def text_authors(module: Any, language: str, parts: dict[str, str]) -> list[Person]:
    """Whoever changed any of what a text stands for since one of this module and language was last signed off."""
    signed: dict[str, list[str]] = defaultdict(list)
    before = ModuleText.objects.filter(edition__module=module, locale=language, sign_off__isnull=False)
    for earlier in before.order_by("sign_off__at", "pk").values_list("parts", flat=True):
        for subject, digest in earlier.items():
            signed[subject].append(digest)
    return trail.authors_of_words(parts, signed)


def draft_authors(page: ModulePage) -> list[Person]:
    """Whoever changed the page's own words, as they stand in this draft, since they were last signed."""
    return trail.authors_of_words({page.subject(): page.words_digest()})
