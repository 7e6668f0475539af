"""Small modules for tests, made by the platform's own functions: written as files, loaded, frozen, signed off."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from certification.ledger import clock
from content import review
from content.curriculum.load import language_faults, load_module
from content.curriculum.module_file import ModuleFile
from content.curriculum.parse import parse_module
from content.curriculum.record import LoadReport
from content.editions import Module, ModuleText
from lms.people.groups import REVIEWER
from lms.people.models import Person
from tests.factories import make_user

AT = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
LANGUAGES = ("en", "fr", "ar")
WORDS = {"en": "English", "fr": "Français", "ar": "العربية"}


def make_module(
    code: str = "s01",
    languages: Iterable[str] = LANGUAGES,
    signed: bool = True,
    questions: int = 2,
    facts: Iterable[str] = (),
) -> Module:
    """A module with the sections start, more and, with questions, quiz: a minute each.

    Question n has the key `<code>-q<n>`; its option "a" is right, "b" is wrong; an even n takes several answers, and
    there "c" is right too. `signed`: a reviewer signs off every language, so that learners may be shown it.
    """
    load(code, languages, questions=questions, facts=tuple(facts))
    module = Module.objects.get(code=code)
    if signed:
        sign_all(module)
    return module


def load(code: str = "s01", languages: Iterable[str] = LANGUAGES, **parts: Any) -> LoadReport:
    """Loads the module's files as `load_curriculum` would; `parts` as in `source`."""
    files = {language: write(code, language, **parts) for language in languages}
    assert language_faults(files) == []
    report = LoadReport()
    load_module(files, report)
    return report


def write(code: str, language: str, **parts: Any) -> ModuleFile:
    return parse_module(source(code, language, **parts), language=language, file=f"{code}/{language}.md")


def sign_all(module: Module, reviewer: Person | None = None, at: datetime | None = None) -> None:
    reviewer = reviewer or make_reviewer()
    for text in ModuleText.objects.filter(edition__module=module, sign_off__isnull=True):
        review.sign_off(text, reviewer, at or clock.now())


def make_reviewer(**fields: Any) -> Person:
    return make_user(REVIEWER, given_name="Noor", family_name="Reviewer", hired=None, **fields).person


def source(
    code: str, language: str, *, questions: int = 2, facts: tuple[str, ...] = (), words: str = "", title: str = ""
) -> str:
    """The file of the module in that language. `words` replaces the first paragraph of the section start."""
    english = language == "en"
    tongue = WORDS[language]
    only = (lambda text: text) if english else (lambda text: "")
    parts = [
        "---",
        f"code: {code.upper()}",
        f'title: "{title or f"{tongue} title {code}"}"',
        f'summary: "{tongue} summary"',
        f'audience: "{tongue} audience"',
        "objectives:",
        f'  - {{key: first, text: "{tongue} objective"}}',
        "sources:",
        *(_source(name, tongue, english) for name in ("law", "book")),
        "provenance:",
        "  written: ai" if english else "  translated: ai",
        "---",
        f"# start | {tongue} start",
        "",
        words or f"{tongue} first **paragraph**.",
        "",
        "::: key idea",
        f'text: "{tongue} key idea"',
        ":::",
        "",
        "::: check practice",
        f'question: "{tongue} practice?"',
        "options:",
        _option("a", tongue, only("right: true, ")),
        _option("b", tongue, only("right: false, ")),
        ":::",
        "",
        f"# more | {tongue} more",
        "",
        f"{tongue} second paragraph.",
        *(f"\n- {tongue} {key}: {{fact:{key}}}" for key in facts),
        "",
    ]
    if questions:
        parts += [f"# quiz | {tongue} quiz", "", f"{tongue} answer these.", ""]
        parts += [_question(number, tongue, english) for number in range(1, questions + 1)]
    return "\n".join(line for line in parts if line is not None)


def _source(key: str, tongue: str, english: bool) -> str:
    neutral = ', date: "2024-06-13", url: "https://example.org/law"' if english else ""
    return (
        f'  - {{key: {key}, title: "{tongue} {key}", publisher: "{tongue} publisher", note: "{tongue} note"{neutral}}}'
    )


def _option(key: str, tongue: str, right: str) -> str:
    return f'  - {{key: {key}, {right}text: "{tongue} option {key}", feedback: "{tongue} feedback {key}"}}'


def _question(number: int, tongue: str, english: bool) -> str:
    multiple = number % 2 == 0
    right = {"a": True, "b": False} | ({"c": True} if multiple else {})
    lines = [f"::: question q{number}"]
    if english:
        lines += [f"kind: {'multiple' if multiple else 'single'}", "objective: first"]
    lines += [f'text: "{tongue} question {number}?"', "options:"]
    for key, value in right.items():
        lines.append(_option(key, tongue, f"right: {str(value).lower()}, " if english else ""))
    return "\n".join([*lines, ":::", ""])
