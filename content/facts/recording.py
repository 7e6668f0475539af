"""Changing an organisation fact: what was shown before stays known."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from content.fact_models import Fact
from lms.people.models import OrgUnit
from lms.signatures import trail


def fact_subject(entity: OrgUnit, locale: str, key: str) -> str:
    """What the trail calls it (lms/signatures)."""
    return f"fact:{entity.pk}:{locale}:{key}"


def current_fact(entity: OrgUnit, locale: str, key: str) -> Fact | None:
    return Fact.objects.filter(entity=entity, locale=locale, key=key, known_to__isnull=True).first()


@transaction.atomic
def set_fact(entity: OrgUnit, locale: str, key: str, text: str, at: datetime) -> Fact:
    """The current row for this fact: the same one if it says this already, else a new one that closes it.

    At once, without a second person: for what has been signed, and for whoever runs the site (`load_facts`).
    """
    current = _close_other(entity, locale, key, text, at)
    if current:
        return current
    trail.note_change(fact_subject(entity, locale, key), trail.words_digest(text), None, at)
    return Fact.objects.create(entity=entity, locale=locale, key=key, text=text, known_from=at)


@transaction.atomic
def withdraw_fact(entity: OrgUnit, locale: str, key: str, at: datetime) -> None:
    """From now on the entity says nothing here in this language."""
    _close_other(entity, locale, key, "", at)


def _close_other(entity: OrgUnit, locale: str, key: str, text: str, at: datetime) -> Fact | None:
    """The current row if it says this; any other is closed."""
    OrgUnit.objects.select_for_update().get(pk=entity.pk)
    current = current_fact(entity, locale, key)
    if current and current.text == text:
        return current
    if current:
        current.known_to = at
        current.save(update_fields=["known_to"])
    return None
