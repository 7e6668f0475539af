"""A cause that would end or move too many waits for a second person (T-19); everything else goes on.

Where ONE rule, path version or file of a feed would end or move more people than the larger of LEAST and SHARE of
those it applies to, it acts only when somebody else has released it (`manage.py release_change`): a version is left
out of the catalogue until then, the people of a file keep their rows. Health says so.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from courses.assignments.affected import Cause, Concerned
from courses.assignments.derivation.record import AssignmentRecord, Difference, bring_up
from courses.assignments.derivation.rows import OPEN
from courses.assignments.derivation.values import Catalogue, PersonFacts
from courses.assignments.facts import load_facts
from courses.assignments.models import HeldBack
from courses.assignments.stored import Key, load_shelf
from lms.people.batches import in_batches
from lms.people.models import ExternalId, PeopleChange, Person

LEAST = 25
SHARE = 0.05
CHUNK = 500
FEED = "feed:"
WEIGHED = ("rule", "withdrawal", "path")


class NotReleased(ValueError):
    """It cannot be released; the text says why."""


def weigh(catalogue: Catalogue, concerned: Concerned, at: datetime) -> None:
    """Counts what each new cause would end or move, and holds back what is too much. Writes nothing else."""
    known = set(HeldBack.objects.values_list("cause", flat=True))
    for cause in concerned.causes:
        if cause.name.partition(":")[0] in WEIGHED and cause.name not in known:
            _weigh(catalogue, cause, at)


def _weigh(catalogue: Catalogue, cause: Cause, at: datetime) -> None:
    """A version that replaces another and means more people than it is weighed by them, too: by what it would open."""
    kind, name, number = cause.name.split(":")
    widens = kind == "rule" and any(rule.key == name and rule.number < int(number) for rule in catalogue.rules)
    paths = {name} if kind == "path" else {rule.path for rule in catalogue.rules if rule.key == name}
    with_it = {path: catalogue.for_path(path) for path in paths}
    others = {path: _left_out(catalogue, {cause.name}).for_path(path) for path in paths}
    applies = ends = moves = 0
    for people in in_batches(cause.people.order_by("pk").values_list("pk", flat=True), CHUNK):
        with transaction.atomic():
            shelf, facts = load_shelf(people), load_facts(people)
        for key in [(person, path, "") for person in people for path in sorted(paths)]:
            before = shelf.record(key)
            brought = _changes(before, facts[key[0]], with_it[key[1]], key, at)
            without_it = _changes(before, facts[key[0]], others[key[1]], key, at)
            if brought is None or without_it is None:
                applies += 1
                continue
            mine = _own(brought, without_it)
            applies += bool(mine) or any(one.row.state == OPEN for one in before.rows)
            ends += any(one.ended for one in mine)
            moves += any(one.moved or (widens and one.opened) for one in mine)
    if ends + moves > max(LEAST, int(applies * SHARE)):
        HeldBack.objects.create(cause=cause.name, applies_to=applies, ends=ends, moves=moves, since=at)


def _changes(
    before: AssignmentRecord, facts: PersonFacts, catalogue: Catalogue, key: Key, at: datetime
) -> list[Difference] | None:
    """None for somebody whose facts cannot be read together: the run names them, nobody waits for them, and they count
    among those it applies to (S18)."""
    try:
        return bring_up(before, facts, catalogue, key[1], key[2], at).differences
    except Exception:
        return None


def _own(all_of_them: Sequence[Difference], without_it: Sequence[Difference]) -> list[Difference]:
    """The differences that come from this cause alone."""
    others = {(one.key, one.after.state, one.after.due) for one in without_it}
    return [one for one in all_of_them if (one.key, one.after.state, one.after.due) not in others]


def without(catalogue: Catalogue) -> Catalogue:
    """The catalogue as it acts: what is held back has not happened."""
    held = set(HeldBack.objects.filter(released_at=None).values_list("cause", flat=True))
    return _left_out(catalogue, held) if held else catalogue


def _left_out(catalogue: Catalogue, causes: set[str]) -> Catalogue:
    kept = [rule for rule in catalogue.rules if f"rule:{rule.key}:{rule.number}" not in causes]
    latest = {rule.key: rule.number for rule in sorted(kept, key=lambda each: each.number)}
    rules = [
        replace(rule, withdrawn_at=None, replaced=False)
        if (rule.replaced and rule.number == latest[rule.key]) or f"withdrawal:{rule.key}:{rule.number}" in causes
        else rule
        for rule in kept
    ]
    versions = tuple(one for one in catalogue.versions if f"path:{one.path}:{one.number}" not in causes)
    return replace(catalogue, rules=tuple(rules), versions=versions)


def weigh_feeds(catalogue: Catalogue, at: datetime) -> None:
    """The same for each file of a feed that nobody has looked at yet: all that changes for its people is its doing."""
    waiting = PeopleChange.objects.filter(handled_at=None, cause__startswith=FEED)
    known = HeldBack.objects.values_list("cause", flat=True)
    for cause in waiting.exclude(cause__in=known).order_by().values_list("cause", flat=True).distinct():
        _weigh_feed(catalogue, cause, at)


def _weigh_feed(catalogue: Catalogue, cause: str, at: datetime) -> None:
    applies = ExternalId.objects.filter(feed=cause.split(":")[1]).count()
    touched = Person.objects.filter(changes__cause=cause, changes__handled_at=None).distinct().order_by("pk")
    paths = sorted({rule.path for rule in catalogue.rules})
    asked = {path: catalogue.for_path(path) for path in paths}
    ends = moves = 0
    for people in in_batches(touched.values_list("pk", flat=True), CHUNK):
        with transaction.atomic():
            shelf, facts = load_shelf(people), load_facts(people)
        for person in people:
            mine = [
                one
                for path in paths
                for key in [(person, path, "")]
                for one in _changes(shelf.record(key), facts[person], asked[path], key, at) or ()
            ]
            ended = any(one.ended for one in mine)
            ends += ended
            moves += not ended and any(one.moved for one in mine)
    if ends + moves > max(LEAST, int(applies * SHARE)):
        HeldBack.objects.create(cause=cause, applies_to=applies, ends=ends, moves=moves, since=at)


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
