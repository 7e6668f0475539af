"""Changing an organisation fact: what was shown before stays known."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from content.fact_models import Fact
from lms.people.models import OrgUnit


@transaction.atomic
def set_fact(entity: OrgUnit, locale: str, key: str, text: str, at: datetime) -> Fact:
    """The current row for this fact: the same one if it says this already, else a new one that closes it."""
    OrgUnit.objects.select_for_update().get(pk=entity.pk)
    current = Fact.objects.filter(entity=entity, locale=locale, key=key, known_to__isnull=True).first()
    if current and current.text == text:
        return current
    if current:
        current.known_to = at
        current.save(update_fields=["known_to"])
    return Fact.objects.create(entity=entity, locale=locale, key=key, text=text, known_from=at)
