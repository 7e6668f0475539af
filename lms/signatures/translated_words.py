"""Words of translations: wagtail-localize keeps them string by string, and whoever saves one, unchanged or not, as its
last translator. Here only a change counts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from wagtail.models import Locale
from wagtail_localize.models import Translation

from certification.ledger import clock
from lms.people.models import Person
from lms.signatures import trail


def translated_subject(key: UUID, language: str) -> str:
    """A page, question or case in one language."""
    return f"{key}:{language}"


def is_put_together(key: UUID, locale: Locale) -> bool:
    """Whether the object in this language is put together from translated strings: then its words are the translators',
    whoever presses the button that puts them together."""
    return Translation.objects.filter(source__object_id=key, target_locale=locale, enabled=True).exists()


def note_string(sender: type[Any], instance: Any, **kwargs: Any) -> None:
    _note(sender, instance, "data")


def note_override(sender: type[Any], instance: Any, **kwargs: Any) -> None:
    _note(sender, instance, "data_json")


def _note(sender: type[Any], instance: Any, field: str) -> None:
    if instance.context_id is None:
        return
    before = sender.objects.filter(pk=instance.pk).values_list(field, flat=True).first() if instance.pk else None
    if before != getattr(instance, field):
        subject = translated_subject(instance.context.object_id, instance.locale.language_code)
        user = instance.last_translated_by
        person: Person | None = user.person if user else None
        trail.note_words(subject, person, clock.now())
