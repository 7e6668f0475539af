"""What a page in another language is a translation of, and whether it is whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from wagtail_localize.models import StringSegment, StringTranslation, Translation

from certification.ledger import canonical
from content.closure import page_body
from content.editions import ModuleText, Provenance
from content.media import Media
from content.models import ModulePage
from quizzes.translations import unfinished_translations

RECENT = 50
"""How many texts back a translation may lie behind; older ones are not looked at."""


@dataclass(frozen=True, slots=True)
class TranslationSource:
    """The source text a page translates, or the reason (`refusal`) why it counts as no translation."""

    text: ModuleText | None
    provenance: str
    refusal: str = ""


def translation_source(page: ModulePage, body: dict[str, Any], structure: dict[str, Any]) -> TranslationSource | None:
    """None for a page in the source language."""
    if page.locale.language_code == settings.LANGUAGE_CODE:
        return None
    translation = Translation.objects.filter(
        source__object_id=page.translation_key,
        source__locale__language_code=settings.LANGUAGE_CODE,
        target_locale=page.locale,
        enabled=True,
    ).first()
    return _managed(page, translation) if translation else _by_hand(page, body, structure)


def _managed(page: ModulePage, translation: Translation) -> TranslationSource:
    """wagtail-localize knows which words it translates and whether all of them are."""
    if unfinished_translations([page.translation_key], page.locale):
        return TranslationSource(None, "", _("The text is not fully translated into this language."))
    original = page_body(translation.source.as_instance(), Media())
    text = next((text for text in _published(page) if text.body == original), None)
    if text is None:
        return TranslationSource(None, "", _("The English text that this translates has not been published."))
    return TranslationSource(text, Provenance.AI_TRANSLATED if _by_machine(translation) else text.provenance)


def _by_hand(page: ModulePage, body: dict[str, Any], structure: dict[str, Any]) -> TranslationSource:
    """A page somebody keeps up without wagtail-localize belongs to the newest English text of its structure."""
    texts = _published(page)
    if any(text.body == body for text in texts):
        return TranslationSource(None, "", _("The text is still the English one. Translate it first."))
    digest = canonical.digest(structure)
    text = next((text for text in texts if text.edition.sha256 == digest), None)
    if text is None:
        return TranslationSource(None, "", _("No English text with these sections and questions has been published."))
    return TranslationSource(text, page.provenance)


def _published(page: ModulePage) -> list[ModuleText]:
    """The module's texts in the source language, the newest first."""
    texts = ModuleText.objects.filter(edition__module=page.translation_key, locale=settings.LANGUAGE_CODE)
    return list(texts.select_related("edition").order_by("-edition__number", "-revision")[:RECENT])


def _by_machine(translation: Translation) -> bool:
    """Whether any of the words now used came from a machine and were not rewritten by a person since."""
    used = StringSegment.objects.filter(source=translation.source).get_translations(translation.target_locale)
    return bool(used.filter(translation_type=StringTranslation.TRANSLATION_TYPE_MACHINE).exists())
