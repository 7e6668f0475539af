"""How many a change would end or move, before it acts (T-19): a rule, a path version, a block, a file of a feed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from courses.assignments.affected import Cause, Concerned
from courses.assignments.derivation.record import AssignmentRecord, Difference, bring_up
from courses.assignments.derivation.rows import OPEN
from courses.assignments.derivation.values import Catalogue, PersonFacts
from courses.assignments.facts import load_facts
from courses.assignments.held_back import FEED, held_causes, held_feeds, left_out
from courses.assignments.models import HeldBack
from courses.assignments.stored import Key, Shelf, derivations_of, load_shelf
from courses.paths.models import AssignmentRule
from courses.paths.publishing import PATH_PUBLISH, RULE_PUBLISH, RULE_WITHDRAW, made_by
from lms.people.batches import in_batches
from lms.people.models import ExternalId, ImportRun, PeopleChange, Person

LEAST = 25
SHARE = 0.05
CHUNK = 500
UNDO = timedelta(hours=24)
LONGEST_IMPORT = timedelta(hours=6)
WEIGHED = ("rule", "withdrawal", "path", "block")
LOGGED = {"rule": RULE_PUBLISH, "withdrawal": RULE_WITHDRAW, "path": PATH_PUBLISH}
Rules = Mapping[uuid.UUID, AssignmentRule]


@dataclass(slots=True)
class ChangeTally:
    """People, each counted once: to how many it applies, of how many it would end something, or else move a date."""

    applies: int = 0
    ends: int = 0
    moves: int = 0

    def add(self, *, applies: bool, ends: bool, moves: bool) -> None:
        self.applies += applies
        self.ends += ends
        self.moves += moves and not ends

    def hold_back(self, cause: str, at: datetime, *, by: uuid.UUID | None = None, applies: int | None = None) -> None:
        """Writes that it waits, where it is too much, or waits no more. `by` = who made the change, if that was said.

        What waits does so until this is written: another run goes on meanwhile.
        """
        among = self.applies if applies is None else applies
        waiting = HeldBack.objects.filter(cause=cause, released_at=None)
        if self.ends + self.moves <= max(LEAST, int(among * SHARE)):
            waiting.delete()
            return
        counted = {"applies_to": among, "ends": self.ends, "moves": self.moves}
        if not waiting.update(**counted):
            HeldBack.objects.get_or_create(cause=cause, defaults={**counted, "since": at, "caused_by_id": by})


@dataclass(frozen=True, slots=True)
class WeighedChange:
    """The catalogue with and without one change, by path; `undone` = since when what it takes back acted, if that is
    no longer ago than UNDO: a mistake is undone as fast as it was made."""

    with_it: dict[str, Catalogue]
    without_it: dict[str, Catalogue]
    widens: bool
    undone: datetime | None

    def add(self, tally: ChangeTally, person: uuid.UUID, facts: PersonFacts, shelf: Shelf, at: datetime) -> None:
        applies = ends = moves = False
        for path in sorted(self.with_it):
            for about in {"", *shelf.abouts[person].get(path, ())}:
                key = (person, path, about)
                before = shelf.record(key)
                mine = self._own(before, facts, key, at)
                if mine is None:
                    applies = True
                    continue
                applies |= bool(mine) or any(one.row.state == OPEN for one in before.rows)
                ends |= any(one.ended and not self._is_fresh(shelf, key, one) for one in mine)
                moves |= any(one.moved or (self.widens and one.opened) for one in mine)
        tally.add(applies=applies, ends=ends, moves=moves)

    def _own(self, before: AssignmentRecord, facts: PersonFacts, key: Key, at: datetime) -> list[Difference] | None:
        """The differences that come from this change alone; None where they cannot be determined."""
        found = _changes(before, facts, self.with_it[key[1]], key, at)
        if not found:
            return found
        others = _changes(before, facts, self.without_it[key[1]], key, at)
        if others is None:
            return None
        same = {(one.key, one.after.state, one.after.due) for one in others}
        return [one for one in found if (one.key, one.after.state, one.after.due) not in same]

    def _is_fresh(self, shelf: Shelf, key: Key, one: Difference) -> bool:
        row = shelf.rows.get((key, one.key))
        return bool(self.undone and row and row.opened_at >= self.undone)


def weigh(published: Catalogue, rules: Rules, concerned: Concerned, at: datetime) -> None:
    """Counts what each new cause would end or move, and holds back what is too much. Writes nothing else.

    `published`: the catalogue with what is held back already.
    """
    known = set(HeldBack.objects.values_list("cause", flat=True))
    for cause in concerned.causes:
        if cause.name.partition(":")[0] in WEIGHED and cause.name not in known:
            _weigh(published, rules, cause, at)


def _weigh(published: Catalogue, rules: Rules, cause: Cause, at: datetime) -> None:
    """A version that replaces another and means more people than it is weighed by them, too: by what it would open."""
    kind, name, rest = cause.name.split(":", 2)
    of_rule = kind in ("rule", "withdrawal")
    held = held_causes()
    catalogue, others = left_out(published, held - {cause.name}), left_out(published, held | {cause.name})
    paths = {rule.path for rule in catalogue.rules if rule.key == name} if of_rule else {name}
    change = WeighedChange(
        {path: catalogue.for_path(path) for path in paths},
        {path: others.for_path(path) for path in paths},
        widens=kind == "rule" and any(rule.key == name and rule.number < int(rest) for rule in catalogue.rules),
        undone=_undone_since(kind, name, int(rest)) if of_rule else None,
    )
    tally = ChangeTally()
    for people in in_batches(cause.people.order_by("pk").values_list("pk", flat=True), CHUNK):
        with transaction.atomic():
            shelf, facts = load_shelf(people, derivations_of(people), rules), load_facts(people)
        for person in people:
            change.add(tally, person, facts[person], shelf, at)
    tally.hold_back(cause.name, at, by=made_by(LOGGED[kind], name, int(rest)) if kind in LOGGED else None)


def _undone_since(kind: str, name: str, number: int) -> datetime | None:
    """From when on the version that this change takes back acted, where that is no longer ago than UNDO; else None."""
    gone = AssignmentRule.objects.filter(key=name, withdrawn_at__isnull=False)
    if kind == "rule":
        replaced = AssignmentRule.objects.filter(key=name, number=number).values("replaces")
        taken_back = gone.filter(number__in=replaced).first()
    else:
        taken_back = gone.filter(number=number).first()
    if taken_back is None or taken_back.withdrawn_at is None:
        return None
    cause = f"rule:{taken_back.key}:{taken_back.number}"
    released = HeldBack.objects.filter(cause=cause).values_list("released_at", flat=True).first()
    acted = released or taken_back.published_at
    return acted if taken_back.withdrawn_at - acted <= UNDO else None


def _changes(
    before: AssignmentRecord, facts: PersonFacts, catalogue: Catalogue, key: Key, at: datetime
) -> list[Difference] | None:
    """None for somebody whose facts cannot be read together: the run names them, nobody waits for them, and they count
    among those it applies to (S18)."""
    try:
        return bring_up(before, facts, catalogue, key[1], key[2], at).differences
    except Exception:
        return None


def weigh_feeds(catalogue: Catalogue, rules: Rules, at: datetime) -> set[str]:
    """The same for each file of a feed that nobody has looked at yet: all that changes for its people is its doing.

    A held one is weighed anew when more is known of its people: what a later file takes back waits for nobody. Returns
    the files of which changes wait: of another one nothing has been weighed. One that is still being written, batch by
    batch, is weighed whole when it is; if nothing is heard of it for LONGEST_IMPORT, as far as it came.
    """
    waiting = PeopleChange.objects.filter(handled_at=None, cause__startswith=FEED)
    causes = set(waiting.order_by().values_list("cause", flat=True).distinct())
    running = ImportRun.objects.filter(finished_at=None, started_at__gt=at - LONGEST_IMPORT)
    causes -= {run.cause for run in running}
    held = held_feeds()
    released = HeldBack.objects.exclude(released_at=None).filter(cause__in=causes)
    for cause in sorted(causes - set(released.values_list("cause", flat=True))):
        if cause not in held or _more_is_known(cause, held):
            _weigh_feed(catalogue, rules, cause, at)
    return causes


def _more_is_known(cause: str, held: Sequence[str]) -> bool:
    theirs = Person.objects.filter(changes__cause=cause, changes__handled_at=None)
    return PeopleChange.objects.filter(handled_at=None, person__in=theirs).exclude(cause__in=held).exists()


def _weigh_feed(catalogue: Catalogue, rules: Rules, cause: str, at: datetime) -> None:
    touched = Person.objects.filter(changes__cause=cause, changes__handled_at=None).distinct().order_by("pk")
    paths = sorted({rule.path for rule in catalogue.rules})
    asked = {path: catalogue.for_path(path) for path in paths}
    tally = ChangeTally()
    for people in in_batches(touched.values_list("pk", flat=True), CHUNK):
        with transaction.atomic():
            shelf, facts = load_shelf(people, derivations_of(people), rules), load_facts(people)
        for person in people:
            mine = [
                one
                for path in paths
                for about in {"", *shelf.abouts[person].get(path, ())}
                for key in [(person, path, about)]
                for one in _changes(shelf.record(key), facts[person], asked[path], key, at) or ()
            ]
            tally.add(applies=True, ends=any(one.ended for one in mine), moves=any(one.moved for one in mine))
    tally.hold_back(cause, at, applies=ExternalId.objects.filter(feed=cause.split(":")[1]).count())
