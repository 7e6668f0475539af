"""Frozen modules without an editor: sections s1 … sN, and a last section with the questions where there are any."""

from __future__ import annotations

import uuid
from typing import Any

from content.editions import ChangeClass, Module, ModuleEdition, ModuleText, Provenance, SignOff
from lms.people.models import Person
from quizzes.models import QuizEdition, QuizText
from tests.factories import AT
from tests.quizzes import factories as quizzes

MINUTES = 5


def taught(
    code: str = "m99",
    *,
    sections: int = 3,
    questions: int = 3,
    locales: tuple[str, ...] = ("en", "fr"),
    number: int = 1,
) -> ModuleEdition:
    """An edition with a signed-off text in each language. Called again with a higher number: a newer edition."""
    module, _ = Module.objects.get_or_create(code=code, defaults={"id": uuid.uuid4()})
    quiz = quizzes.edition(questions, code=f"{code}-{questions}") if questions else None
    edition = ModuleEdition.objects.create(
        module=module,
        number=number,
        change_class=ChangeClass.SUBSTANTIVE,
        structure=structure(sections, quiz),
        sha256=f"{number:064x}",
        quiz_edition=quiz,
        published_at=AT,
    )
    for locale in locales:
        sign(text(edition, locale))
    return edition


def structure(sections: int, quiz: QuizEdition | None) -> dict[str, Any]:
    keys = [*(f"s{number}" for number in range(1, sections + 1)), *(["quiz"] if quiz else [])]
    return {
        "minutes": MINUTES * len(keys),
        "objectives": ["can"],
        "sections": [{"key": key, "minutes": MINUTES, "quiz": key == "quiz", "blocks": []} for key in keys],
        "facts": [],
        "quiz": quiz.sha256 if quiz else "",
    }


def text(edition: ModuleEdition, locale: str, revision: int = 1) -> ModuleText:
    sections = [
        {
            "key": section["key"],
            "title": f"Title of {section['key']} ({locale})",
            "blocks": [{"type": "text", "value": {"html": f"<p>Text of {section['key']} ({locale})</p>"}}],
        }
        for section in edition.structure["sections"]
    ]
    return ModuleText.objects.create(
        edition=edition,
        locale=locale,
        revision=revision,
        body={
            "title": f"Module {edition.module.code} ({locale})",
            "summary": f"Summary ({locale})",
            "audience": "",
            "objectives": [{"key": "can", "text": f"Objective ({locale})"}],
            "sections": sections,
            "sources": [],
            "media": {},
        },
        quiz_text=words(edition.quiz_edition, locale) if edition.quiz_edition else None,
        sha256=uuid.uuid4().hex * 2,
        provenance=Provenance.HUMAN,
        published_at=AT,
    )


def words(quiz: QuizEdition, locale: str) -> QuizText:
    body = {
        question["key"]: {
            "text": f"Question {question['key']} ({locale})",
            "options": {
                option["key"]: {
                    "text": f"Option {option['key']} ({locale})",
                    "feedback": f"Feedback {question['key']} {option['key']} ({locale})",
                }
                for option in question["options"]
            },
        }
        for question in quiz.keys["questions"]
    }
    return QuizText.objects.create(edition=quiz, locale=locale, body=body, sha256=uuid.uuid4().hex * 2, frozen_at=AT)


def sign(signed: ModuleText) -> ModuleText:
    reviewer, _ = Person.objects.get_or_create(given_name="Reviewer", defaults={"created_at": AT})
    SignOff.objects.create(text=signed, reviewer=reviewer, at=AT)
    return signed
