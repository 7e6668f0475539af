"""The text a learner reads, remembered: frozen texts never change, so each is read from the database once a process.

*Which* text it is may change when a reviewer signs one off; pages look that up again after `KEEP` seconds, evidence
(`text_now`) always does.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.core.cache import cache

from certification.ledger import canonical
from content import texts
from content.editions import ModuleEdition, ModuleText
from content.fact_models import FactSet
from content.facts import resolving
from lms.people import facts_on_day
from lms.people.models import Person

KEEP = 10
TEXTS = 128


def text_for(edition: ModuleEdition, language: str) -> ModuleText:
    """As texts.text_for, with edition, module, quiz edition and quiz words; usually without a query."""
    key = f"taught:{edition.pk}:{language}"
    known: list[str] | None = cache.get(key)  # a shared cache holds JSON, and JSON knows neither UUID nor instants
    if known is None:
        shown, until = texts.shown_text(edition, language)
        known = [str(shown), until.isoformat() if until else ""]
        cache.set(key, known, KEEP)
    return frozen_text(UUID(known[0]), datetime.fromisoformat(known[1]) if known[1] else None)


def text_now(edition: ModuleEdition, language: str) -> ModuleText:
    """The text that is evidence: looked up anew."""
    return frozen_text(texts.text_id_for(edition, language))


def languages_taught(edition: ModuleEdition) -> list[str]:
    """The languages this edition is signed off in."""
    key = f"taught-languages:{edition.pk}"
    known: list[str] | None = cache.get(key)
    if known is None:
        known = texts.signed_languages(edition)
        cache.set(key, known, KEEP)
    return known


def source_corrected_on(text: ModuleText) -> date | None:
    """As texts.source_corrected_on; usually without a query, and never with one for the source language."""
    if text.locale == settings.LANGUAGE_CODE:
        return None
    key = f"source-corrected:{text.pk}"
    known: str | None = cache.get(key)
    if known is None:
        found = texts.source_corrected_on(text)
        known = found.isoformat() if found else ""
        cache.set(key, known, KEEP)
    return date.fromisoformat(known) if known else None


def facts_for(text: ModuleText, person: Person, at: datetime) -> FactSet:
    """The facts of the person's entity, to be shown; without a query where the text asks for none."""
    if not text.edition.structure["facts"]:
        return FactSet(sha256=canonical.digest({}), facts={})
    return resolving.resolve_facts(text, facts_on_day.entity_of(person, facts_on_day.today(person, at)), at)


@lru_cache(maxsize=TEXTS)
def frozen_text(pk: UUID, corrected_until: datetime | None = None) -> ModuleText:
    rows = ModuleText.objects.select_related("edition__module", "edition__quiz_edition", "quiz_text")
    text = rows.get(pk=pk)
    text.corrected_until = corrected_until
    return text


@lru_cache(maxsize=TEXTS)
def pinned_edition(pk: UUID) -> ModuleEdition:
    """An edition as an enrolment pins it. Of its module only what never changes may be read: id and code."""
    return ModuleEdition.objects.select_related("module", "quiz_edition").get(pk=pk)
