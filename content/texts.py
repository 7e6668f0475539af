"""Which text a learner reads: only what a reviewer has signed off, or corrected in an emergency that still lasts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Case, CharField, IntegerField, Q, QuerySet, Subquery, Value, When

from certification.ledger import canonical
from content.closure import manifest
from content.editions import Module, ModuleEdition, ModuleText
from lms.people.prepared import Prepared, slot

SIGNED = Q(sign_off__isnull=False) | Q(emergency__isnull=False, emergency__ended_at__isnull=True)
"""The one rule for "learners may be shown this text"."""


def signed_texts() -> QuerySet[ModuleText]:
    return ModuleText.objects.filter(SIGNED)


def current_edition(module: Module) -> ModuleEdition | None:
    """The newest edition that can be taught: its text in the source language is signed off."""
    taught = signed_texts().filter(edition__module=module, locale=settings.LANGUAGE_CODE)
    newest = taught.order_by("-edition__number").select_related("edition__module").first()
    return newest.edition if newest else None


def text_for(edition: ModuleEdition, locale: str) -> ModuleText:
    """The newest signed text in that language, else in the source language: compare `.locale` with what was wanted.

    Raises ModuleText.DoesNotExist for an edition that is not taught.
    """
    text = _best_first(edition, locale).select_related("edition__module", "quiz_text").first()
    if text is None:
        raise _untaught(edition)
    return text


def text_id_for(edition: ModuleEdition, locale: str) -> UUID:
    """Which text `text_for` gives, without reading its body. Raises as it does."""
    return shown_text(edition, locale)[0]


def shown_text(edition: ModuleEdition, locale: str) -> tuple[UUID, datetime | None]:
    """The same, and until when it is shown as an emergency correction; None where somebody has signed it."""
    found = IDS.get(edition=edition.pk, locale=locale)
    if found is None:
        raise _untaught(edition)
    text, until, ended = found
    return text, None if ended else until


def _best_first(edition: Any, locale: Any) -> QuerySet[ModuleText]:
    wanted_first = Case(When(locale=locale, then=Value(0)), default=Value(1), output_field=IntegerField())
    found = signed_texts().filter(edition=edition, locale__in=[locale, settings.LANGUAGE_CODE])
    return found.order_by(wanted_first, "-revision")


SHOWN = ("pk", "emergency__until", "emergency__ended_at")
IDS = Prepared(lambda: _best_first(slot("edition"), slot("locale", CharField())).values_list(*SHOWN)[:1])


def seconds_of_editions(editions: Collection[UUID], locale: str) -> dict[UUID, dict[str, Any]]:
    """{edition: the seconds of the text that `text_for` gives}; see ModuleText.seconds. One query, none for none."""
    rows = signed_texts().filter(edition__in=editions, locale__in=[locale, settings.LANGUAGE_CODE])
    found = list(rows.order_by("revision").values_list("edition", "locale", "seconds"))
    # The newest of a language stands last, and the language asked for after the source language.
    return {edition: seconds for edition, _code, seconds in sorted(found, key=lambda row: row[1] == locale)}


def source_corrected_on(text: ModuleText) -> date | None:
    """Since when learners of the source language read a newer text of the same edition than this one translates; None
    where it translates the newest, or is in the source language itself.
    """
    if text.locale == settings.LANGUAGE_CODE:
        return None
    sources = ModuleText.objects.filter(edition=text.edition_id, locale=settings.LANGUAGE_CODE)
    translated = sources.filter(sha256=text.source_sha256).order_by("-revision").values("revision")[:1]
    newer = sources.filter(sign_off__isnull=False, revision__gt=Subquery(translated)).order_by("revision")
    found = newer.values_list("sign_off__at", flat=True).first()
    return found.date() if found else None


def _untaught(edition: ModuleEdition) -> ModuleText.DoesNotExist:
    return ModuleText.DoesNotExist(f"Edition {edition} has no text that is signed off.")


def signed_languages(edition: ModuleEdition) -> list[str]:
    """The languages the edition can be learnt in, in the order of the settings."""
    found = set(signed_texts().filter(edition=edition).values_list("locale", flat=True))
    return [code for code, _name in settings.LANGUAGES if code in found]


def digest(text: ModuleText) -> str:
    """The text's digest, computed anew from what is stored, its questions' words too: must equal `text.sha256`."""
    edition = text.edition
    words = canonical.digest(text.quiz_text.body) if text.quiz_text else ""
    return canonical.digest(
        manifest(edition.module_id, text.locale, canonical.digest(edition.structure), text.body, words)
    )
