"""What visitors see of the modules: only what a reviewer has signed off, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.fields.json import KT
from django.http import HttpRequest
from wagtail.models import Page

from content.curriculum_models import LoadedSection
from content.editions import ModuleText, Provenance
from content.minutes import whole_minutes
from content.models import ModulePage
from content.texts import SIGNED


@dataclass(frozen=True, slots=True)
class ModuleCard:
    """A module in the catalogue. `locale` is the text's language; `languages` are codes it can be learnt in."""

    code: str
    title: str
    summary: str
    minutes: int
    locale: str
    url: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModuleSheet:
    """A module's public page. `simulated` = it came with the platform, whose texts were read by no people but as people
    would; `native` = signed by somebody whose first language it is.
    """

    card: ModuleCard
    text: ModuleText
    provenance: Provenance
    reviewed_on: date | None
    published_on: date
    corrected_until: datetime | None = None
    simulated: bool = False
    native: bool = False

    @property
    def drafted_by_machine(self) -> bool:
        return self.provenance != Provenance.HUMAN


def public_context(page: Page, request: HttpRequest) -> dict[str, Any]:
    """What the public page shows: a module's own sheet, else the cards of the modules below. See content/hooks.py."""
    language = page.locale.language_code
    if isinstance(page, ModulePage):
        shown: dict[str, Any] = {"sheet": module_sheet(page, language)}
    else:
        modules = ModulePage.objects.live().descendant_of(page).select_related("locale").order_by("path")
        shown = {"cards": module_cards(list(modules), language)}
    return shown | {"alternates": language_alternates(page, request)}


def module_cards(pages: Sequence[ModulePage], language: str) -> list[ModuleCard]:
    """A card for every page whose module can be taught, in the pages' order. One query."""
    light = ModuleText.objects.defer("body").annotate(title=KT("body__title"), summary=KT("body__summary"))
    texts = _taught(light, [page.translation_key for page in pages])
    return [
        _card(page, _choose(texts[page.translation_key], language), texts[page.translation_key])
        for page in pages
        if page.translation_key in texts
    ]


def module_sheet(page: ModulePage, language: str) -> ModuleSheet | None:
    """The public page of a module; None as long as no text of it is signed off. Two queries."""
    heavy = ModuleText.objects.annotate(title=KT("body__title"), summary=KT("body__summary"))
    texts = _taught(heavy, [page.translation_key]).get(page.translation_key)
    if not texts:
        return None
    text = _choose(texts, language)
    return ModuleSheet(
        card=_card(page, text, texts),
        text=text,
        provenance=Provenance(text.provenance),
        reviewed_on=text.sign_off.at.date() if hasattr(text, "sign_off") else None,
        corrected_until=None if hasattr(text, "sign_off") else text.emergency.until,
        published_on=text.published_at.date(),
        simulated=LoadedSection.objects.filter(module=page.translation_key, locale=text.locale).exists(),
        native=hasattr(text, "sign_off") and text.sign_off.first_language,
    )


def language_alternates(page: Page, request: HttpRequest) -> list[dict[str, str]]:
    """The page in every language it is live in: [{"code", "url"}], with "x-default" for the source language."""
    found = []
    for other in (
        page.get_translations(inclusive=True).live().select_related("locale").order_by("locale__language_code")
    ):
        code, url = other.locale.language_code, other.get_full_url(request)
        found.append({"code": code, "url": url})
        if code == settings.LANGUAGE_CODE:
            found.append({"code": "x-default", "url": url})
    return found


def _taught(texts: QuerySet[Any], modules: Sequence[UUID]) -> dict[UUID, list[ModuleText]]:
    """{module: the signed texts of its current edition, the newest of a language first}."""
    signed = texts.filter(SIGNED, edition__module__in=modules, edition__module__withdrawn_at=None)
    found: dict[UUID, list[ModuleText]] = {}
    for text in signed.select_related("edition", "sign_off", "emergency").order_by("-edition__number", "-revision"):
        found.setdefault(text.edition.module_id, []).append(text)
    return {module: current for module, rows in found.items() if (current := _of_current_edition(rows))}


def _of_current_edition(rows: Sequence[ModuleText]) -> list[ModuleText]:
    """As `texts.current_edition`: the newest edition whose text in the source language is signed."""
    number = next((text.edition.number for text in rows if text.locale == settings.LANGUAGE_CODE), None)
    return [text for text in rows if text.edition.number == number]


def _choose(texts: Sequence[Any], language: str) -> Any:
    """As `texts.text_for`: the language asked for, else the source language."""
    by_language: dict[str, Any] = {}
    for text in texts:
        by_language.setdefault(text.locale, text)
    return by_language.get(language) or by_language[settings.LANGUAGE_CODE]


def _card(page: ModulePage, text: Any, texts: Sequence[ModuleText]) -> ModuleCard:
    found = {other.locale for other in texts}
    return ModuleCard(
        code=page.code,
        title=text.title,
        summary=text.summary,
        minutes=whole_minutes(text.seconds["module"]) if text.seconds else text.edition.structure["minutes"],
        locale=text.locale,
        url=page.url or "",
        languages=tuple(code for code, _name in settings.LANGUAGES if code in found),
    )
