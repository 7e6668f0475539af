"""Hands translations from files to wagtail-localize, so that translators see them there as translated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models
from django.utils import timezone
from wagtail.models import Locale, Page
from wagtail_localize.models import (
    String,
    StringTranslation,
    TranslatableObject,
    Translation,
    TranslationContext,
    TranslationSource,
)
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments


@dataclass(frozen=True, slots=True)
class SegmentPair:
    """A string of the source, where it stands, and its translation."""

    path: str
    source: str
    words: str


def segment_pairs(source: models.Model, words: models.Model, wanted: Callable[[str], bool]) -> list[SegmentPair]:
    """The strings of two unsaved objects of the same structure, side by side; `wanted` chooses by path."""
    ours, theirs = list(_strings(source)), list(_strings(words))
    if [path for path, _text in ours] != [path for path, _text in theirs]:
        raise ValueError(f"The source and the translation of {source} do not have the same strings.")
    return [SegmentPair(path, one, two) for (path, one), (_path, two) in zip(ours, theirs, strict=True) if wanted(path)]


def _strings(instance: models.Model) -> Iterator[tuple[str, str]]:
    for segment in extract_segments(instance):
        if isinstance(segment, StringSegmentValue):
            yield segment.path, segment.string.data


Sources = dict[UUID, TranslationSource]
"""{translation key: wagtail-localize's record of the source}, brought up to date once a load for all languages."""


def translation_of(instance: Any, locale: Locale, known: Sources) -> Translation:
    """wagtail-localize's record that `instance` is translated into `locale`; its source is brought up to date."""
    source = known.get(instance.translation_key)
    if source is None:
        _note_strings(instance)
        source, _created = TranslationSource.update_or_create_from_instance(instance)
        known[instance.translation_key] = source
    translation, _created = Translation.objects.get_or_create(source=source, target_locale=locale)
    return translation


def _note_strings(instance: Any) -> None:
    """Rows that wagtail-localize would else look for, miss and insert one by one."""
    key, strings = instance.translation_key, list(_strings(instance))
    TranslatableObject.objects.get_or_create_from_instance(instance)
    texts = {_hash(text): text for _path, text in strings}
    String.objects.bulk_create(
        [String(locale_id=instance.locale_id, data_hash=hashed, data=text) for hashed, text in texts.items()],
        ignore_conflicts=True,
    )
    TranslationContext.objects.bulk_create(
        [
            TranslationContext(object_id=key, path=path, path_id=TranslationContext._get_path_id(path))
            for path in dict.fromkeys(path for path, _text in strings)
        ],
        ignore_conflicts=True,
    )


def is_managed(instance: Any, locale: Locale) -> bool:
    """Whether wagtail-localize keeps up this object's translation into `locale`."""
    return bool(
        Translation.objects.filter(
            source__object_id=instance.translation_key, target_locale=locale, enabled=True
        ).exists()
    )


def write_translation(translation: Translation, found: list[SegmentPair], by_machine: bool) -> None:
    """Stores these strings as translated, in place of what stood there."""
    key, locale = translation.source.object_id, translation.target_locale
    contexts = {context.path: context for context in TranslationContext.objects.filter(object_id=key)}
    strings = _source_strings(translation.source.locale, found)
    kept = {
        (row.translation_of_id, row.context_id): row
        for row in StringTranslation.objects.filter(context__object_id=key, locale=locale)
    }
    kind = StringTranslation.TRANSLATION_TYPE_MACHINE if by_machine else StringTranslation.TRANSLATION_TYPE_MANUAL
    fresh: dict[tuple[int, int], StringTranslation] = {}
    for pair in found:
        string, context = strings[_hash(pair.source)], contexts[pair.path]
        row = kept.get((string.pk, context.pk)) or StringTranslation(
            translation_of=string, context=context, locale=locale
        )
        row.data, row.translation_type, row.tool_name = pair.words, kind, ""
        row.last_translated_by, row.has_error, row.updated_at = None, False, timezone.now()
        fresh[(string.pk, context.pk)] = row
    rows = list(fresh.values())
    StringTranslation.objects.bulk_create([row for row in rows if row.pk is None], batch_size=200)
    changed = ["data", "translation_type", "tool_name", "last_translated_by", "has_error", "updated_at"]
    StringTranslation.objects.bulk_update([row for row in rows if row.pk is not None], changed, batch_size=100)
    translation.translations_last_updated_at = timezone.now()
    translation.save(update_fields=["translations_last_updated_at"])


def _source_strings(locale: Locale, found: list[SegmentPair]) -> dict[UUID, String]:
    hashes = {_hash(pair.source) for pair in found}
    return {string.data_hash: string for string in String.objects.filter(locale=locale, data_hash__in=hashes)}


def _hash(text: str) -> UUID:
    made: UUID = String._get_data_hash(text)
    return made


def apply_translation(translation: Translation) -> Any:
    """The translated object, saved with the strings as they are now; a page only as a draft."""
    source = translation.source
    is_page = issubclass(source.specific_content_type.model_class(), Page)
    made, _created = source.create_or_update_translation(translation.target_locale, publish=not is_page, fallback=True)
    return made
