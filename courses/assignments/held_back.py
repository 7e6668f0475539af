"""A cause that would end or move too many waits for a second person (T-19); everything else goes on.

Where ONE rule, path version, block or file of a feed would end or move more people than the larger of LEAST and SHARE
of those it applies to (courses.assignments.weighing), it acts only when somebody else has released it (`manage.py
release_change`): until then a version is left out of the catalogue, and the people of a file count as they were before
it. Health says so.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext as _

from certification.ledger import pending
from certification.ledger.leaf import utc_stamp
from courses.assignments.affected import block_cause
from courses.assignments.derivation.values import Catalogue, RuleVersion
from courses.assignments.models import Blocked, HeldBack
from courses.paths.models import AssignmentRule, PathVersion
from lms.people.models import PeopleChange, Person

FEED = "feed:"
RELEASE = "change.release"
MADE_BY_SOMEBODY = ("rule", "withdrawal", "path")


class NotReleased(ValueError):
    """It cannot be released; the text says why."""


def held_causes() -> set[str]:
    return set(HeldBack.objects.filter(released_at=None).values_list("cause", flat=True))


def waiting_changes() -> list[HeldBack]:
    """What somebody may still release, the oldest first. A query for each, and there are few."""
    return [one for one in HeldBack.objects.filter(released_at=None).order_by("since") if not _is_over(one.cause)]


def _is_over(cause: str) -> bool:
    """What was replaced, withdrawn or lifted while it waited never acts."""
    kind, key, *rest = cause.split(":")
    rules = AssignmentRule.objects.filter(key=key)
    match kind:
        case "rule":
            return rules.filter(number=rest[0]).exclude(withdrawn_at=None).exists()
        case "withdrawal":
            return rules.filter(number__gt=rest[0]).exists()
        case "path":
            return PathVersion.objects.filter(path__key=key, number__gt=rest[0]).exists()
        case "block":
            lifted = Blocked.objects.filter(path__key=key, entity__code=rest[0]).exclude(until=None)
            return cause in {block_cause(key, rest[0], since) for since in lifted.values_list("since", flat=True)}
    return False


def left_out(catalogue: Catalogue, causes: Collection[str]) -> Catalogue:
    """The catalogue as it acts: what is held back has not happened."""
    kept = [rule for rule in catalogue.rules if f"rule:{rule.key}:{rule.number}" not in causes]
    published, latest = _latest(catalogue.rules), _latest(kept)
    rules = [
        _withdrawn_with(rule, published[rule.key], causes) if rule is latest[rule.key] else _until_next(rule, causes)
        for rule in kept
    ]
    versions = tuple(one for one in catalogue.versions if f"path:{one.path}:{one.number}" not in causes)
    blocks = tuple(one for one in catalogue.blocks if block_cause(one.path, one.entity, one.known_from) not in causes)
    return replace(catalogue, rules=tuple(rules), versions=versions, blocks=blocks)


def _latest(rules: Iterable[RuleVersion]) -> dict[str, RuleVersion]:
    return {rule.key: rule for rule in sorted(rules, key=lambda each: each.number)}


def _withdrawn_with(rule: RuleVersion, published: RuleVersion, causes: Collection[str]) -> RuleVersion:
    """The version that acts, withdrawn where the one was that should replace it: a withdrawal means the whole rule."""
    named = (cause.split(":") for cause in causes if cause.startswith(f"withdrawal:{rule.key}:"))
    waits = any(int(number) >= rule.number for *_name, number in named)
    gone = None if waits or published.replaced else published.withdrawn_at
    return replace(rule, withdrawn_at=gone, replaced=False)


def _until_next(rule: RuleVersion, causes: Collection[str]) -> RuleVersion:
    """Published anew while its withdrawal waited, the rule was never gone."""
    return replace(rule, replaced=True) if f"withdrawal:{rule.key}:{rule.number}" in causes else rule


def held_feeds() -> list[str]:
    """The causes of files whose changes wait."""
    held = HeldBack.objects.filter(released_at=None, cause__startswith=FEED)
    return list(held.values_list("cause", flat=True))


def held_since(people: Sequence[uuid.UUID], weighed: Collection[str] | None = None) -> dict[uuid.UUID, datetime]:
    """Since when a change of a held file waits for each of them: what was believed of them before goes on till then.

    `weighed` = the files that the run has weighed: for it, what another one changed waits as well.
    """
    held = held_feeds()
    if weighed is None and not held:
        return {}
    waiting = PeopleChange.objects.filter(handled_at=None, person__in=people, cause__startswith=FEED)
    waiting = waiting.filter(cause__in=held) if weighed is None else waiting.exclude(cause__in=set(weighed) - set(held))
    return dict(waiting.order_by().values_list("person").annotate(since=Min("recorded_at")))


@transaction.atomic
def release(cause: str, people: Sequence[Person], reason: str, at: datetime) -> HeldBack:
    """By an administrator who did not make the change, with a reason; by two, where nobody is named who made it.

    A file or a block is nobody's doing: one is enough. The next run writes it. Raises NotReleased.
    """
    found = HeldBack.objects.select_for_update(of=("self",)).filter(cause=cause, released_at=None).first()
    if found is None:
        raise NotReleased(_("Nothing is held back under “%(cause)s”.") % {"cause": cause})
    if _is_over(cause):
        raise NotReleased(
            _("“%(cause)s” was replaced, withdrawn or lifted while it waited: nothing is left to release.")
            % {"cause": cause}
        )
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
