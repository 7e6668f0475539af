"""A cause that would end or move too many waits for a second person (T-19); everything else goes on.

Where ONE rule, path version, block or file of a feed would end or move more people than the larger of LEAST and SHARE
of those it applies to (courses.assignments.weighing), it acts only when somebody else has released it (`manage.py
release_change`): a version is left out of the catalogue until then, the people of a file keep their rows. Health says
so.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from courses.assignments.affected import block_cause
from courses.assignments.derivation.values import Catalogue
from courses.assignments.models import HeldBack
from lms.people.models import PeopleChange, Person

FEED = "feed:"


class NotReleased(ValueError):
    """It cannot be released; the text says why."""


def without(catalogue: Catalogue) -> Catalogue:
    """The catalogue as it acts: what is held back has not happened."""
    held = set(HeldBack.objects.filter(released_at=None).values_list("cause", flat=True))
    return left_out(catalogue, held) if held else catalogue


def left_out(catalogue: Catalogue, causes: set[str]) -> Catalogue:
    kept = [rule for rule in catalogue.rules if f"rule:{rule.key}:{rule.number}" not in causes]
    latest = {rule.key: rule.number for rule in sorted(kept, key=lambda each: each.number)}
    rules = [
        replace(rule, withdrawn_at=None, replaced=False)
        if (rule.replaced and rule.number == latest[rule.key]) or f"withdrawal:{rule.key}:{rule.number}" in causes
        else rule
        for rule in kept
    ]
    versions = tuple(one for one in catalogue.versions if f"path:{one.path}:{one.number}" not in causes)
    blocks = tuple(one for one in catalogue.blocks if block_cause(one.path, one.entity, one.known_from) not in causes)
    return replace(catalogue, rules=tuple(rules), versions=versions, blocks=blocks)


def held_feeds() -> list[str]:
    """The causes of files whose changes wait."""
    held = HeldBack.objects.filter(released_at=None, cause__startswith=FEED)
    return list(held.values_list("cause", flat=True))


def not_held(people: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    """Those for whom no change of a held file waits: the others are looked at when it is released."""
    held = held_feeds()
    if not held:
        return list(people)
    waiting = PeopleChange.objects.filter(handled_at=None, person__in=people, cause__in=held)
    kept = set(waiting.values_list("person", flat=True))
    return [person for person in people if person not in kept]


def release(cause: str, by: Person, reason: str, at: datetime) -> HeldBack:
    """By somebody else than who caused it, with a reason. The next run writes it. Raises NotReleased."""
    found = HeldBack.objects.filter(cause=cause, released_at=None).first()
    if found is None:
        raise NotReleased(_("Nothing is held back under “%(cause)s”.") % {"cause": cause})
    if not reason.strip():
        raise NotReleased(_("Say in a sentence why it may act: it is kept."))
    if found.caused_by_id == by.pk:
        raise NotReleased(_("Somebody else than who made the change has to release it."))
    found.released_by, found.released_at, found.reason = by, at, reason.strip()
    found.save(update_fields=["released_by", "released_at", "reason"])
    return found
