"""From facts to assignments, and the differences written: set-based, in chunks, idempotent.

People cannot call up: they write PeopleChange rows, and `sync_due` drains them. It looks at those whose day has come
(`Derivation.wakes_at`), and at exactly those whom a changed fact, rule, path, sign-off, organisation fact or block
concerns (courses.assignments.affected).
"""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from courses.assignments import affected, assignment_entries, held_back, weighing
from courses.assignments.assignment_entries import AnsweredFor
from courses.assignments.awards import award_satisfied
from courses.assignments.derivation import employment
from courses.assignments.derivation.reasons import reasons_of
from courses.assignments.derivation.record import AssignmentRecord, Brought, bring_up
from courses.assignments.derivation.values import Catalogue, PersonFacts
from courses.assignments.engine_versions import engine_version
from courses.assignments.facts import PublishedRows, load_facts, load_published
from courses.assignments.held_back import FEED
from courses.assignments.models import Assignment, Derivation, SyncState
from courses.assignments.readiness import Readiness, blocked
from courses.assignments.stored import Key, RowWriter, Shelf, count, derivations_of, load_shelf, upsert
from courses.paths.models import AssignmentRule, PathVersion
from lms.people.batches import in_batches
from lms.people.models import PeopleChange, Person

__all__ = ["SyncResult", "blocked", "sync_all", "sync_due", "sync_nightly", "sync_people"]

logger = logging.getLogger("litmus.assignments")

CHUNK = 500
ONLY_STATE = 1
LONGEST_FAULT = 300


@dataclass(slots=True)
class SyncResult:
    """What a run did: assignments opened, satisfied, ended; `changes` counts every row written, 0 = nothing to do.

    `undetermined` = people whose facts could not be read together (S18).
    """

    people: int = 0
    opened: int = 0
    satisfied: int = 0
    ended: int = 0
    changes: int = 0
    undetermined: int = 0


def sync_due(at: datetime) -> int:
    """Looks again at whom something happened to, or whose day has come. Returns how many people were looked at."""
    run = SyncRun(at)
    concerned = run.weigh_catalogue()
    for people in in_batches(concerned.people(), CHUNK):
        _chunk(run, people)
    concerned.seen(_state())
    run.weigh_files()
    for changes in _waiting(run.files):
        people = sorted({person for person, _ in changes})
        with transaction.atomic():
            _chunk(run, people)
            PeopleChange.objects.filter(pk__in=[pk for _, pk in changes]).update(handled_at=at)
    for people in _woken(at):
        _chunk(run, people)
    return run.result.people


def sync_all(at: datetime) -> SyncResult:
    """Everybody, in chunks of one transaction each."""
    run = SyncRun(at)
    with transaction.atomic():
        run.readiness.review()
    concerned = run.weigh_catalogue()
    run.weigh_files()
    for people in in_batches(Person.objects.order_by("pk").values_list("pk", flat=True), CHUNK):
        _chunk(run, people)
    concerned.seen(_state())
    run.result.changes += run.readiness.changes
    logger.info("assignments synchronised", extra={"people": run.result.people, "changes": run.result.changes})
    return run.result


def sync_nightly(at: datetime) -> SyncResult | None:
    """`sync_all`, once per UTC day: it finds what nothing told of, and repairs it."""
    state = _state()
    if state.nightly_on == at.date():
        return None
    result = sync_all(at)
    SyncState.objects.filter(pk=state.pk).update(nightly_on=at.date())
    return result


def sync_people(people: Sequence[uuid.UUID], at: datetime) -> list[Assignment]:
    """These people, in the caller's transaction; the assignments that were satisfied by it.

    What calls asks nobody for anything new, so that whether a path can be taught is asked only where more has happened.
    """
    run = SyncRun(at)
    seen = Derivation.objects.filter(person__in=people).exclude(wakes_at__lte=at).count() == len(people)
    more = PeopleChange.objects.filter(person__in=people, handled_at=None).exists()
    changed = run.people(people, asking=more or not seen).changed
    return [one.row for one in changed if one.difference.satisfied]


def lock_people(ids: Iterable[uuid.UUID]) -> list[uuid.UUID]:
    """In order of their ids, so that two runs never wait for each other crosswise. Inside a transaction."""
    rows = Person.objects.select_for_update(no_key=True).filter(pk__in=list(ids)).order_by("pk")
    return list(rows.values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class OnePath:
    """What was stored of one (person, path, about), and what it is brought up to."""

    key: Key
    before: AssignmentRecord
    brought: Brought


@dataclass(slots=True)
class SyncRun:
    """One run: what is read once, and the sum of what was done."""

    at: datetime
    readiness: Readiness = field(init=False)
    published: PublishedRows = field(init=False)
    catalogue: Catalogue = field(init=False)
    basis: str = field(init=False)
    paths: dict[str, Catalogue] = field(init=False)
    result: SyncResult = field(default_factory=SyncResult)
    files: set[str] | None = None
    """The files of feeds that it has weighed: what others changed waits for the next run. None = it weighs none."""

    def __post_init__(self) -> None:
        self.readiness = Readiness(self.at)
        self.published = load_published()
        self._leave_out()

    @property
    def rules(self) -> dict[uuid.UUID, AssignmentRule]:
        return self.published.rules

    @property
    def versions(self) -> dict[uuid.UUID, PathVersion]:
        return self.published.versions

    def weigh_catalogue(self) -> affected.Concerned:
        """Whom the catalogue's changes concern; what would end or move too many is left out from here on (T-19)."""
        concerned = affected.by_catalogue(self.readiness, _state(), self.published)
        self.refresh()  # where something cannot be taught has only just been found
        weighing.weigh(self.published.catalogue, self.rules, concerned, self.at)
        self.refresh()
        self.files = set()
        return concerned

    def weigh_files(self) -> None:
        """Until then the people of a file are looked at as they were believed to be before it."""
        self.files = weighing.weigh_feeds(self.catalogue, self.rules, self.at)

    def refresh(self) -> None:
        """Reads the catalogue anew, without what is held back. Rules and versions of paths stay those the run began
        with: what is published meanwhile nobody has weighed yet, and the next run does."""
        fresh, begun = load_published().catalogue, self.published
        versions = tuple(one for one in fresh.versions if one.id in begun.versions)
        self.published = begun._replace(catalogue=replace(fresh, rules=begun.catalogue.rules, versions=versions))
        self._leave_out()

    def _leave_out(self) -> None:
        self.catalogue, self.paths = held_back.left_out(self.published.catalogue, held_back.held_causes()), {}
        self.basis = hashlib.sha256(f"{engine_version()}{self.catalogue}".encode()).hexdigest()

    def people(self, ids: Sequence[uuid.UUID], answer: AnsweredFor | None = None, *, asking: bool = True) -> RowWriter:
        """In the caller's transaction. One person's impossible facts stop nobody else (S18).

        `answer`: who answers for it that what was withheld is written, too (S10). `asking`: whether anything new may
        be asked of them.
        """
        locked = lock_people(ids)
        facts = load_facts(locked)
        for person, since in held_back.held_since(locked, self.files).items():
            facts[person] = facts[person].without_staff_since(since)
        if asking:
            self._ask_readiness(facts)
        bases = {person: self._basis_of(facts[person]) for person in locked}
        known = derivations_of(locked)
        changed = [one for one in locked if answer or not self._stands(known.get(one), bases[one])]
        shelf = load_shelf(changed, known, self.rules)
        writing = RowWriter(self.at, engine_version(), self.rules)
        states: list[Derivation] = []
        for person in changed:
            states += self._person(person, facts[person], bases[person], shelf, writing, restate=answer is not None)
        assignment_entries.log_changes(writing.changed, self.versions, self.at, answer)
        writing.write()
        _save(states)
        award_satisfied(writing.changed, self.versions, self.at)
        self._add(writing, len(ids))
        return writing

    def _basis_of(self, facts: PersonFacts) -> str:
        return hashlib.sha256(f"{self.basis}{facts}".encode()).hexdigest()

    def _stands(self, state: Derivation | None, basis: str) -> bool:
        """Whether nothing can have changed: the same facts, the same catalogue, and no day that changes anything."""
        if state is None or state.fault or state.basis_sha256 != basis:
            return False
        return state.wakes_at is None or state.wakes_at > self.at

    def _ask_readiness(self, facts: dict[uuid.UUID, PersonFacts]) -> None:
        """A path that cannot be taught where somebody works is blocked there before anything is asked of them."""
        before = self.readiness.changes
        rules = [rule for rule in self.catalogue.rules if not rule.withdrawn_at]
        for each in facts.values():
            entities = {one.entity for one in each.contracts if one.known_to is None}
            asked = [rule for rule in rules if any(not self.readiness.asked(rule.path, one) for one in entities)]
            known = each.as_believed() if asked else each
            for rule in asked:
                if any(rule.who.triggers(known)):
                    for entity in sorted(entities):
                        self.readiness.of(rule.path, entity)
        if self.readiness.changes != before:
            self.refresh()

    def _person(
        self, person: uuid.UUID, facts: PersonFacts, basis: str, shelf: Shelf, writing: RowWriter, *, restate: bool
    ) -> Iterator[Derivation]:
        state = shelf.derivations.get(person) or Derivation(person_id=person)
        paths = {rule.path for rule in self.catalogue.rules} | shelf.abouts[person].keys()
        try:
            found = [self._path(person, path, facts, shelf, restate) for path in sorted(paths)]
        except Exception as fault:
            # What cannot be derived keeps its last rows and stays in every denominator, as "not determined".
            logger.exception("not determined", extra={"person": str(person)})
            self.result.undetermined += 1
            state.fault = (str(fault) or type(fault).__name__)[:LONGEST_FAULT]
            state.fault_since = state.fault_since or self.at
            state.wakes_at = None
            yield state
            return
        wakes: list[datetime] = []
        known = facts.as_believed()
        for brought in (one for each in found for one in each):
            writing.take(brought.key, shelf, brought.before, brought.brought)
            if brought.brought.record.wakes_on:
                wakes.append(employment.day_begins(known.contracts, brought.brought.record.wakes_on))
        state.fault, state.fault_since, state.wakes_at = "", None, min(wakes, default=None)
        state.derived_at, state.engine, state.basis_sha256 = self.at, writing.engine, basis
        yield state

    def _path(self, person: uuid.UUID, path: str, facts: PersonFacts, shelf: Shelf, restate: bool) -> list[OnePath]:
        """Everything the path was ever asked for, about whatever it was."""
        catalogue = self._for_path(path)
        abouts = {one.about for one in reasons_of(facts, catalogue, path)}
        abouts |= shelf.abouts[person].get(path, set())
        found = []
        for about in sorted(abouts):
            key = (person, path, about)
            before = shelf.record(key)
            brought = bring_up(before, facts, catalogue, path, about, self.at, restate)
            found.append(OnePath(key, before, brought))
        return found

    def _for_path(self, path: str) -> Catalogue:
        if path not in self.paths:
            self.paths[path] = self.catalogue.for_path(path)
        return self.paths[path]

    def _add(self, writing: RowWriter, people: int) -> None:
        opened, satisfied, ended = count(writing.changed)
        self.result.people += people
        self.result.opened += opened
        self.result.satisfied += satisfied
        self.result.ended += ended
        self.result.changes += len(writing)


@transaction.atomic
def _chunk(run: SyncRun, people: Sequence[uuid.UUID]) -> None:
    """Whom another run, or a completion, looked at since this run began is looked at by the catalogue of now: by that
    of then, what is new in it would be taken back as a mistake."""
    locked = lock_people(people)
    later = Derivation.objects.filter(person__in=locked, derived_at__gt=run.at)
    since = set(later.values_list("person", flat=True))
    run.people([one for one in locked if one not in since])
    if since:
        SyncRun(run.at, run.result, run.files).people([one for one in locked if one in since])


def _save(states: Sequence[Derivation]) -> None:
    new = [state for state in states if state.pk is None]
    old = [state for state in states if state.pk is not None]
    Derivation.objects.bulk_create(new, batch_size=CHUNK)
    upsert(Derivation, old, ["derived_at", "engine", "wakes_at", "fault", "fault_since", "basis_sha256"])


def _state() -> SyncState:
    return SyncState.objects.get_or_create(pk=ONLY_STATE)[0]


def _waiting(files: set[str] | None) -> Iterator[list[tuple[uuid.UUID, int]]]:
    """[(person, change)] that nobody has looked at, in pages by key. Of files: those that were weighed and not held."""
    last, acting = 0, (files or set()) - set(held_back.held_feeds())
    while True:
        rows = PeopleChange.objects.filter(~Q(cause__startswith=FEED) | Q(cause__in=acting))
        rows = rows.filter(handled_at__isnull=True, pk__gt=last)
        page = list(rows.order_by("pk").values_list("person_id", "pk")[:CHUNK])
        if not page:
            return
        last = page[-1][1]
        yield page


def _woken(at: datetime) -> Iterator[list[uuid.UUID]]:
    """Those for whom a day has come that changes something, in pages by key."""
    last: uuid.UUID | None = None
    while True:
        rows = Derivation.objects.filter(wakes_at__lte=at).order_by("person_id")
        rows = rows.filter(person__gt=last) if last else rows
        page = list(rows.values_list("person_id", flat=True)[:CHUNK])
        if not page:
            return
        last = page[-1]
        yield page
