"""From rules and stored facts to assignments: set-based and idempotent. Running it twice changes nothing twice.

People cannot call up: they write PeopleChange rows, and `sync_due` drains them.
"""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, Max

from content.editions import Module, SignOff
from content.fact_models import Fact
from courses.assignments.awards import award_satisfied
from courses.assignments.case_plan import Calendar, Case, CasePlanner, Changes
from courses.assignments.models import Assignment, SyncState
from courses.assignments.readiness import Readiness, blocked
from courses.assignments.staff import load_staff
from courses.assignments.sync_loading import Catalogue, load_cases, lock_people
from courses.assignments.sync_writing import write_changes
from courses.paths.models import AssignmentRule, PathVersion
from lms.people.batches import in_batches
from lms.people.models import PeopleChange, Person

__all__ = ["SyncResult", "blocked", "sync_all", "sync_due", "sync_nightly", "sync_people"]

logger = logging.getLogger("litmus.assignments")

CHUNK = 500
ONLY_STATE = 1


@dataclass(slots=True)
class SyncResult:
    """What a run did: assignments opened, satisfied, ended; `changes` counts every row written, 0 = nothing to do."""

    people: int = 0
    opened: int = 0
    satisfied: int = 0
    ended: int = 0
    changes: int = 0

    def add(self, changes: Changes, people: int) -> None:
        self.people += people
        self.opened += len(changes.opened)
        self.satisfied += len(changes.satisfied)
        self.ended += len(changes.ended)
        self.changes += len(changes)


def sync_due(at: datetime) -> int:
    """Recomputes whom something happened to: everybody after a change of rules, versions or readiness, else the people
    named by changes that are effective by now in their zone. Returns how many people were looked at."""
    looked_at = 0
    if _basis() != _state().basis:
        looked_at = sync_all(at).people
    waiting = _effective(at)
    for people in in_batches(sorted(waiting), CHUNK):
        with transaction.atomic():
            sync_people(people, at)
            changes = [change for person in people for change in waiting[person]]
            PeopleChange.objects.filter(pk__in=changes).update(handled_at=at)
        looked_at += len(people)
    return looked_at


def sync_all(at: datetime) -> SyncResult:
    """Everybody, in chunks of one transaction each."""
    basis = _basis()
    run = _Run(at)
    with transaction.atomic():
        run.readiness.review()
    for people in in_batches(Person.objects.order_by("pk").values_list("pk", flat=True), CHUNK):
        with transaction.atomic():
            run.people(people)
    SyncState.objects.filter(pk=_state().pk).update(basis=basis)
    result = run.finish()
    logger.info("assignments synchronised", extra={"people": result.people, "changes": result.changes})
    return result


def sync_nightly(at: datetime) -> SyncResult | None:
    """`sync_all`, once per UTC day: due dates and validity pass without anybody changing anything."""
    state = _state()
    if state.nightly_on == at.date():
        return None
    result = sync_all(at)
    SyncState.objects.filter(pk=state.pk).update(nightly_on=at.date())
    return result


def sync_people(people: Sequence[uuid.UUID], at: datetime) -> list[Assignment]:
    """These people, in the caller's transaction; the assignments that were satisfied by it."""
    run = _Run(at)
    return run.people(people).satisfied


class _Run:
    """One run: what is read once, and the sum of what was done."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.catalogue = Catalogue()
        self.readiness = Readiness(at)
        self.calendar = Calendar()
        self.result = SyncResult()

    def people(self, ids: Sequence[uuid.UUID]) -> Changes:
        changes = Changes()
        cases = load_cases(lock_people(ids), self.catalogue, self.readiness, self.at)
        for case in cases:
            CasePlanner(case, self.calendar, changes, self.at).run()
        write_changes(changes, self.at)
        self._award(cases, changes)
        self.result.add(changes, len(ids))
        return changes

    def finish(self) -> SyncResult:
        self.result.changes += self.readiness.changes
        return self.result

    def _award(self, cases: list[Case], changes: Changes) -> None:
        by_row = {row.pk: case for case in cases for row in case.rows}
        award_satisfied(
            [
                (row, changes.reasons[row.pk], by_row[row.pk].leaves[row.version_id], by_row[row.pk].done)
                for row in changes.satisfied
            ],
            self.at,
        )


def _state() -> SyncState:
    return SyncState.objects.get_or_create(pk=ONLY_STATE)[0]


def _basis() -> str:
    """Differs whenever a rule, a path version, a module, a sign-off or an organisation fact came, went or changed."""
    rules = AssignmentRule.objects.aggregate(count=Count("pk"), last=Max("published_at"), gone=Max("withdrawn_at"))
    versions = PathVersion.objects.aggregate(count=Count("pk"), last=Max("published_at"))
    modules = Module.objects.aggregate(count=Count("pk"), gone=Max("withdrawn_at"))
    signed = SignOff.objects.aggregate(count=Count("pk"), last=Max("pk"))
    facts = Fact.objects.aggregate(count=Count("pk"), last=Max("pk"), gone=Max("known_to"))
    text = repr([sorted(each.items()) for each in (rules, versions, modules, signed, facts)])
    return hashlib.sha256(text.encode()).hexdigest()


def _effective(at: datetime) -> dict[uuid.UUID, list[int]]:
    """{person: changes to handle}: recorded, not handled, and effective on the person's own calendar day."""
    tomorrow = at.date() + timedelta(days=1)
    rows = PeopleChange.objects.filter(handled_at__isnull=True, effective_on__lte=tomorrow).order_by("pk")
    waiting = list(rows.values_list("person_id", "pk", "effective_on"))
    today: dict[uuid.UUID, date] = {}
    for ids in in_batches(sorted({person for person, _, _ in waiting}), CHUNK):
        staff = load_staff(Person.objects.filter(pk__in=ids), at, jobs_only=True)
        today |= {pk: one.today for pk, one in staff.items()}
    found: dict[uuid.UUID, list[int]] = {}
    for person, change, day in waiting:
        if day <= today[person]:
            found.setdefault(person, []).append(change)
    return found
