"""A cause that would end or move too many waits for a second person (T-19); everything else goes on.

Where ONE rule, path version, block or file of a feed would end or move more people than the larger of LEAST and SHARE
of those it applies to (courses.assignments.weighing), it acts only when somebody else has released it (`manage.py
release_change`): a version is left out of the catalogue until then, the people of a file keep their rows. Health says
so.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from certification.ledger import pending
from certification.ledger.leaf import utc_stamp
from courses.assignments.affected import block_cause
from courses.assignments.derivation.values import Catalogue
from courses.assignments.models import HeldBack
from lms.people.models import PeopleChange, Person

FEED = "feed:"
RELEASE = "change.release"
MADE_BY_SOMEBODY = ("rule", "withdrawal", "path")


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


def not_held(people: Sequence[uuid.UUID], weighed: Collection[str] | None = None) -> list[uuid.UUID]:
    """Those for whom no change of a held file waits: the others are looked at when it is released.

    `weighed` = the files that the run has weighed: for it, what came since waits as well.
    """
    held = set(held_feeds())
    if weighed is None and not held:
        return list(people)
    waiting = PeopleChange.objects.filter(handled_at=None, person__in=people, cause__startswith=FEED)
    kept = {
        person
        for person, cause in waiting.values_list("person", "cause")
        if cause in held or (weighed is not None and cause not in weighed)
    }
    return [person for person in people if person not in kept]


@transaction.atomic
def release(cause: str, people: Sequence[Person], reason: str, at: datetime) -> HeldBack:
    """By an administrator who did not make the change, with a reason; by two, where nobody is named who made it.

    A file or a block is nobody's doing: one is enough. The next run writes it. Raises NotReleased.
    """
    found = HeldBack.objects.select_for_update(of=("self",)).filter(cause=cause, released_at=None).first()
    if found is None:
        raise NotReleased(_("Nothing is held back under “%(cause)s”.") % {"cause": cause})
    if not reason.strip():
        raise NotReleased(_("Say in a sentence that names nobody why it may act: the ledger keeps it."))
    others = [one for one in people if one.pk != found.caused_by_id]
    if not others:
        raise NotReleased(_("Somebody else than who made the change has to release it."))
    if found.caused_by_id is None and cause.partition(":")[0] in MADE_BY_SOMEBODY:
        if len({one.pk for one in others}) < 2:
            raise NotReleased(_("Nobody is named who made this change: give --by twice, with two administrators."))
        found.confirmed_by = others[0]
    found.released_by, found.released_at, found.reason = others[-1], at, reason.strip()
    found.save(update_fields=["confirmed_by", "released_by", "released_at", "reason"])
    _log(found, others[-1], at)
    return found


def _log(found: HeldBack, by: Person, at: datetime) -> None:
    second = found.confirmed_by
    pending.append_entry(
        RELEASE,
        key=log_key(found),
        at=at,
        subject={"person": str(second.pk), "name": second.name, "role": "second administrator"} if second else None,
        actor={"person": str(by.pk), "name": by.name, "role": "administrator"},
        payload=release_payload(found),
        ref=None,
    )


def log_key(found: HeldBack) -> str:
    return f"{RELEASE}:{found.cause}"


def release_payload(found: HeldBack) -> dict[str, Any]:
    """What the ledger commits to when a change is released, made of the row alone."""
    return {
        "cause": found.cause,
        "applies_to": found.applies_to,
        "ends": found.ends,
        "moves": found.moves,
        "since": utc_stamp(found.since),
        "reason": found.reason,
    }
