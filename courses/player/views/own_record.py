"""My record: what I did, the evidence of it, who looked at it, and what was said about me elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from certification.credentials.models import Certificate
from certification.ledger import clock
from certification.ledger.models import Entry
from certification.ledger.opened_entries import covering_checkpoints
from courses.assignments.module_titles import sentence_with, text_in_language, title_in_its_language
from courses.completions.models import Completion
from courses.learning.place import language_now
from lms.parameter_form import PageForm
from lms.people import access
from lms.people.facts_on_day import zone_of
from lms.people.models import Person
from lms.people.permissions import PersonRequest, person_required
from lms.xapi.models import Statement

PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class CompletionLine:
    """A completion and its evidence: `seq` None = it waits for the ledger; `sealed` = a checkpoint covers it.

    `code` = its module's, "" where it is of something else; then `edition` is 0 too, and the digest says which version.
    """

    completion: Completion
    title: str
    locale: str
    code: str
    edition: int
    seq: int | None
    sealed: bool


@person_required
@require_safe
def record(request: PersonRequest) -> HttpResponse:
    person, at = request.person, clock.now()
    with timezone.override(zone_of(person, at.date())):
        return render(request, "learning/record.html", record_context(request, person, at))


def record_context(request: PersonRequest, person: Person, at: datetime) -> dict[str, Any]:
    """The context of record.html: see the comment at its top."""
    done = Completion.objects.of(person).select_related("module", "text__edition").order_by("-recorded_at")
    completions = paged(request, done, "page")
    language = language_now()
    statements = paged(request, Statement.objects.filter(person=person).order_by("-stored_at"), "statements")
    return {
        "completions": completions,
        "lines": completion_lines(completions, language),
        "certificates": [
            (each, text_in_language(each.content["path"]["titles"], language) or each.path_key)
            for each in Certificate.objects.held_by(person).order_by("-issued_on")[:PER_PAGE]
        ],
        "accesses": paged(request, access.log_of(person, at), "looked"),
        "statements": statements,
        "statement_texts": [
            (statement, in_words(json.loads(statement.text), language), pretty(statement.text))
            for statement in statements
        ],
    }


def paged(request: PersonRequest, rows: Any, parameter: str) -> Page[Any]:
    return Paginator(rows, PER_PAGE).get_page(PageForm(request.GET, parameter).number)


def completion_lines(completions: Iterable[Completion], language: str) -> list[CompletionLine]:
    rows = list(completions)
    entries = [completion.entry for completion in rows]
    numbers = dict(Entry.objects.with_ids(entries).values_list("uuid", "seq"))
    covered = covering_checkpoints(entries)
    return [line(row, language, numbers.get(row.entry), row.entry in covered) for row in rows]


def line(row: Completion, language: str, seq: int | None, covered: bool) -> CompletionLine:
    if row.text and row.module:
        return CompletionLine(
            row, row.text.body["title"], row.text.locale, row.module.code, row.text.edition.number, seq, covered
        )
    return CompletionLine(
        row, text_in_language(row.titles, language) or row.item, row.shown_locale, "", 0, seq, covered
    )


def in_words(statement: Mapping[str, Any], language: str) -> str:
    """What a statement says: "completed: What AI is and is not"."""
    verb, thing = statement["verb"], statement["object"]
    return sentence_with(
        gettext("%(verb)s: %(thing)s"),
        verb=in_its_language(verb.get("display", {}), language) or verb["id"],
        thing=in_its_language(thing.get("definition", {}).get("name", {}), language) or thing["id"],
    )


def in_its_language(words: Mapping[str, str], language: str) -> str:
    """From {language: text}, marked where it is not the reader's language."""
    locale = language if words.get(language) else settings.LANGUAGE_CODE
    return title_in_its_language(text_in_language(words, language), locale, language)


def pretty(text: str) -> str:
    return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
