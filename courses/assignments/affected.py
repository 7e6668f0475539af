"""Whom a change of the catalogue concerns: a rule, a path version, a withdrawn module, a sign-off, an organisation
fact or an outage that came, went or changed since the last run; and an update of the platform itself. One affected-by
query each; the rest of the house is left alone."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, Q, QuerySet

from content.editions import Module, SignOff
from content.fact_models import Fact
from courses.assignments.derivation.population import read_population
from courses.assignments.engine_versions import engine_version
from courses.assignments.facts import PublishedRows
from courses.assignments.models import Assignment, Derivation, HeldBack, Justification, Outage, SyncState
from courses.assignments.population_query import people_ever_meant
from courses.assignments.readiness import Readiness
from courses.paths.models import AssignmentRule
from lms.people.models import Employment, Person


@dataclass(slots=True)
class Cause:
    """One change, `name` = "rule:<key>:<number>", "withdrawal:<key>:<number>", "path:<key>:<number>",
    "block:<path>:<entity>:<since>" and the like."""

    name: str
    people: QuerySet[Any]
    """Persons, by a query."""


@dataclass(slots=True)
class Concerned:
    """What changed since the last run, and whom that concerns."""

    now: dict[str, Any]
    causes: list[Cause] = field(default_factory=list)

    def people(self) -> Iterator[uuid.UUID]:
        """Each person once, in the order of their ids."""
        if not self.causes:
            return
        chosen = Q(pk__in=[])
        for cause in self.causes:
            chosen |= Q(pk__in=cause.people.values("pk"))
        yield from Person.objects.filter(chosen).order_by("pk").values_list("pk", flat=True).iterator(chunk_size=2000)

    def seen(self, state: SyncState) -> None:
        """Called when all of them were looked at."""
        if state.seen != self.now:
            SyncState.objects.filter(pk=state.pk).update(seen=self.now)


def by_catalogue(readiness: Readiness, state: SyncState, published: PublishedRows) -> Concerned:
    """Compares the catalogue with what the last run saw. `published`: what this run acts on, so that nothing counts as
    seen that it knows nothing of. Seven small queries where nothing changed."""
    now = _now(published)
    concerned = Concerned(now)
    was = state.seen
    if was == now:
        return concerned
    if was.get("engine") != now["engine"]:
        concerned.causes += [_version(now["engine"])]
    concerned.causes += _rules(was.get("rules", {}), now["rules"], published)
    concerned.causes += _versions(set(was.get("versions", [])), published)
    concerned.causes += _outages(was.get("outages", 0), set(now[GONE_OUTAGES]) - set(was.get(GONE_OUTAGES, [])))
    concerned.causes += _released(set(now["released"]) - set(was.get("released", [])))
    concerned.causes += _gone(set(now["gone"]) - set(was.get("gone", [])))
    if [was.get(name) for name in READY] != [now[name] for name in READY]:
        concerned.causes += _readiness(readiness)
    return concerned


AROUND = timedelta(days=2)
GONE_OUTAGES = "withdrawn_outages"
READY = ("versions", "gone", "signed", "facts")


def _now(published: PublishedRows) -> dict[str, Any]:
    facts = Fact.objects.aggregate(last=Max("pk"), ended=Max("known_to"))
    return {
        "rules": {
            str(pk): row.withdrawn_at.isoformat() if row.withdrawn_at else "" for pk, row in published.rules.items()
        },
        "versions": sorted(str(pk) for pk in published.versions),
        "engine": engine_version(),
        "outages": Outage.objects.aggregate(last=Max("pk"))["last"] or 0,
        GONE_OUTAGES: sorted(Outage.objects.exclude(withdrawn_at=None).values_list("pk", flat=True)),
        "released": sorted(HeldBack.objects.exclude(released_at=None).values_list("pk", flat=True)),
        "gone": sorted(str(pk) for pk in Module.objects.exclude(withdrawn_at=None).values_list("pk", flat=True)),
        "signed": [SignOff.objects.aggregate(last=Max("pk"))["last"] or 0, SignOff.objects.count()],
        "facts": [facts["last"] or 0, facts["ended"].isoformat() if facts["ended"] else ""],
    }


def _version(engine: str) -> Cause:
    """Whoever was derived by another version: what lies ahead of them follows (S10)."""
    rows = Derivation.objects.exclude(engine=engine)
    return Cause(f"version:{engine}", Person.objects.filter(pk__in=rows.values("person")))


def _rules(was: dict[str, str], now: dict[str, str], published: PublishedRows) -> Iterator[Cause]:
    for pk, rule in published.rules.items():
        if was.get(str(pk)) == now[str(pk)]:
            continue
        withdrawn = bool(rule.withdrawn_at)
        if withdrawn and not rule.withdrawal_reason:
            continue  # another version took its place: that one is the cause
        yield _of_rule(f"{'withdrawal' if withdrawn else 'rule'}:{rule.key}:{rule.number}", rule)


def _of_rule(name: str, rule: AssignmentRule) -> Cause:
    """Whom the rule justifies anything for, and whom it means."""
    held = Justification.objects.filter(rule__key=rule.key, known_to=None).values("assignment__person")
    meant = people_ever_meant(read_population(rule.population))
    return Cause(name, Person.objects.filter(Q(pk__in=held) | meant))


def _versions(was: set[str], published: PublishedRows) -> Iterator[Cause]:
    for version in published.versions.values():
        if str(version.pk) in was:
            continue
        yield _of_version(f"path:{version.path.key}:{version.number}", version.path.key)


def _of_version(name: str, path: str) -> Cause:
    """What is asked keeps its version, unless nobody can finish that any more: whoever has the path open."""
    rows = Assignment.objects.open().filter(path_key=path)
    return Cause(name, Person.objects.filter(pk__in=rows.values("person")))


def _released(ids: set[int]) -> Iterator[Cause]:
    """What was held back has happened now: whom it concerns. The people of a file wait on their own changes."""
    for cause in HeldBack.objects.filter(pk__in=ids).order_by("pk").values_list("cause", flat=True):
        kind, key, *rest = cause.split(":")
        if kind == "path":
            yield _of_version(cause, key)
        elif kind == "block":
            yield _of_block(cause, key, rest[0])
        elif kind in ("rule", "withdrawal"):
            yield _of_rule(cause, AssignmentRule.objects.get(key=key, number=rest[0]))


def _outages(seen: int, withdrawn: set[int]) -> Iterator[Cause]:
    """Whoever may have had a deadline within the 24 hours after it, in whatever zone; an earlier outage may have
    moved it there."""
    for outage in Outage.objects.filter(Q(pk__gt=seen) | Q(pk__in=withdrawn)).order_by("pk"):
        first, last = outage.first.date() - AROUND, outage.last.date() + AROUND
        moved = Q(due__lt=first, deadline_at__gte=outage.first)
        rows = Assignment.objects.filter(Q(due__range=(first, last)) | moved)
        yield Cause(f"outage:{outage.pk}", Person.objects.filter(pk__in=rows.values("person")))


def _gone(modules: set[str]) -> Iterator[Cause]:
    for module in sorted(modules):
        rows = Assignment.objects.open().filter(version__leaves__module=uuid.UUID(module))
        yield Cause(f"module:{module}", Person.objects.filter(pk__in=rows.values("person")))


def _readiness(readiness: Readiness) -> Iterator[Cause]:
    """Every path that a live rule asks for, wherever somebody works: those whose answer is another than it was."""
    paths = AssignmentRule.objects.filter(withdrawn_at=None).values_list("path__key", flat=True).distinct()
    readiness.review()
    known = Assignment.objects.order_by().values_list("path_key", "person__employments__entity__code").distinct()
    for path, entity in sorted({(path, entity) for path, entity in known if entity and path in set(paths)}):
        readiness.of(path, entity)
    for path, entity in sorted(readiness.changed):
        yield _of_block(block_cause(path, entity, readiness.since(path, entity)), path, entity)


def _of_block(name: str, path: str, entity: str) -> Cause:
    jobs = Employment.objects.current().filter(entity__code=entity)
    meant = Q(pk__in=[])
    for rule in AssignmentRule.objects.filter(withdrawn_at=None, path__key=path):
        meant |= people_ever_meant(read_population(rule.population))
    return Cause(name, Person.objects.filter(meant, pk__in=jobs.values("person")))


def block_cause(path: str, entity: str, since: datetime) -> str:
    return f"block:{path}:{entity}:{since:%Y%m%dT%H%M%S}"
