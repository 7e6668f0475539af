"""The facts obligations are derived from, loaded as values: a constant number of queries for any number of people.

All that was ever believed is loaded, so that a run can make up for what happened since the last one.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet

from certification.ledger import canonical
from courses.assignments import dates
from courses.assignments.derivation.population import read_population
from courses.assignments.derivation.values import (
    AppealFact,
    Catalogue,
    Contract,
    Done,
    Holding,
    Leaf,
    LeaveFact,
    OutageFact,
    PathBlock,
    PersonFacts,
    PublishedPath,
    RuleVersion,
)
from courses.assignments.models import Blocked, Waiting
from courses.assignments.models import Outage as OutageRow
from courses.completions.models import Completion
from courses.paths.models import AssignmentRule, PathLeaf
from courses.paths.models import PathVersion as PathVersionRow
from lms.people.models import Employment, OrgUnit, Placement, RoleHolding
from lms.people.models import Leave as LeaveRow
from lms.people.zones import day_by

HANDED_IN = "online"
BELIEVED = ("known_from", "known_to")
People = Iterable[uuid.UUID]


class Published(NamedTuple):
    """All rules and versions of paths with their paths, by id, and what they say as values."""

    rules: dict[uuid.UUID, AssignmentRule]
    versions: dict[uuid.UUID, PathVersionRow]
    catalogue: Catalogue


def load_published() -> Published:
    """Rules, versions of paths, blocks, outages: small tables, read once a run (five queries)."""
    rules = {row.pk: row for row in AssignmentRule.objects.select_related("path").order_by("key", "number")}
    versions = {row.pk: row for row in PathVersionRow.objects.select_related("path").order_by("number", "pk")}
    leaves = leaves_of(PathVersionRow.objects.values("pk"))
    blocks = Blocked.objects.order_by("since").values_list("path__key", "entity__code", "since", "until")
    outages = OutageRow.objects.order_by("first").values_list("first", "last", "recorded_at", "withdrawn_at")
    catalogue = Catalogue(
        tuple(_rule(row) for row in rules.values()),
        tuple(
            PublishedPath(pk, row.path.key, row.number, tuple(leaves[pk]), row.published_at)
            for pk, row in versions.items()
        ),
        tuple(PathBlock(*row) for row in blocks),
        tuple(OutageFact(*row) for row in outages),
    )
    return Published(rules, versions, catalogue)


def _rule(row: AssignmentRule) -> RuleVersion:
    substance = canonical.digest({"path": row.path.key, "who": row.population, "due_days": row.due_days})
    replaced = bool(row.withdrawn_at) and not row.withdrawal_reason
    return RuleVersion(
        row.pk,
        row.key,
        row.number,
        row.path.key,
        read_population(row.population),
        substance,
        row.due_days,
        row.active_from,
        row.published_at,
        row.withdrawn_at,
        replaced,
    )


def load_facts(people: Sequence[uuid.UUID]) -> dict[uuid.UUID, PersonFacts]:
    """Everything that was ever believed about each of them. Seven queries."""
    contracts = _contracts(people)
    holdings, leaves, appeals = _holdings(people), _leaves(people), _appeals(people)
    done = _done(people, contracts)
    return {
        person: PersonFacts(
            tuple(contracts[person]),
            tuple(holdings[person]),
            tuple(leaves[person]),
            tuple(appeals[person]),
            tuple(done[person]),
        )
        for person in people
    }


def load_contracts(people: People) -> dict[uuid.UUID, tuple[Contract, ...]]:
    """What is believed of their employment now: enough to know what day it is for them. One query."""
    found = _contracts(people, current=True)
    return {person: tuple(rows) for person, rows in found.items()}


def _contracts(people: People, *, current: bool = False) -> dict[uuid.UUID, list[Contract]]:
    found: dict[uuid.UUID, list[Contract]] = defaultdict(list)
    chosen = Employment.objects.current() if current else Employment.objects.all()
    columns = ("fact", "true_from", "true_to", "entity__code", "entity__country", "kind", "zone", *BELIEVED)
    rows = list(_of(chosen, people, *columns))
    learned = _learned((row[1], row[-2]) for row in rows)
    for person, fact, first, end, entity, country, kind, zone, since, until in rows:
        recorded = None if current else learned[fact]
        job = Contract(str(fact), first, end, entity, country, kind, zone, since, until, recorded)
        found[person].append(job)
    return found


def _holdings(people: People) -> dict[uuid.UUID, list[Holding]]:
    """Training roles, and the unit with everything above it."""
    found: dict[uuid.UUID, list[Holding]] = defaultdict(list)
    when = ("true_from", "true_to", *BELIEVED)
    roles = list(_of(RoleHolding.objects.all(), people, "fact", "role__key", *when))
    places = list(_of(Placement.objects.all(), people, "fact", "unit_id", *when))
    learned = _learned((row[1], row[-2]) for row in [*roles, *places])
    above = _above()
    meant = [(row, "role", [row[2]]) for row in roles] + [(row, "unit", above.get(row[2], [])) for row in places]
    for (person, fact, _, first, end, since, until), kind, keys in meant:
        found[person] += [Holding(str(fact), kind, key, first, end, since, until, learned[fact]) for key in keys]
    return found


def _of(rows: QuerySet[Any], people: People, *columns: str) -> QuerySet[Any, Any]:
    return rows.filter(person__in=list(people)).order_by("true_from", "pk").values_list("person_id", *columns)


def _learned(rows: Iterable[tuple[uuid.UUID, datetime]]) -> dict[uuid.UUID, datetime]:
    """{fact: when it was first recorded}, whatever was corrected since."""
    found: dict[uuid.UUID, datetime] = {}
    for fact, since in rows:
        found[fact] = min(found.get(fact, since), since)
    return found


def completions_of(people: People) -> dict[uuid.UUID, dict[uuid.UUID, list[Done]]]:
    """{person: {module: what was done}}, to show it; what they count for, the derivation says. One query."""
    found: dict[uuid.UUID, dict[uuid.UUID, list[Done]]] = defaultdict(lambda: defaultdict(list))
    rows = Completion.objects.filter(person__in=list(people), module__isnull=False).order_by("effective_on", "pk")
    for person, pk, module, on, at in rows.values_list("person_id", "pk", "module_id", "effective_on", "recorded_at"):
        found[person][module].append(Done(pk, module, on, at))
    return found


def leaves_of(versions: Iterable[uuid.UUID] | QuerySet[Any]) -> dict[uuid.UUID, list[Leaf]]:
    """{version: its leaves in order}. One query."""
    found: dict[uuid.UUID, list[Leaf]] = defaultdict(list)
    columns = ("version_id", "module_id", "module__code", "compulsory", "validity_months", "module__withdrawn_at")
    for version, *leaf in PathLeaf.objects.filter(version__in=versions).order_by("order").values_list(*columns):
        found[version].append(Leaf(*leaf))
    return found


def _above() -> dict[uuid.UUID, list[str]]:
    """{unit: its code and those of all above it}. A unit never moves, so this holds on every day."""
    parents = {pk: (code, parent) for pk, code, parent in OrgUnit.objects.values_list("pk", "code", "parent_id")}
    found: dict[uuid.UUID, list[str]] = {}
    for unit in parents:
        codes: list[str] = []
        above: uuid.UUID | None = unit
        while above in parents and len(codes) <= len(parents):
            code, above = parents[above]
            codes.append(code)
        found[unit] = codes
    return found


def _leaves(people: People) -> dict[uuid.UUID, list[LeaveFact]]:
    found: dict[uuid.UUID, list[LeaveFact]] = defaultdict(list)
    rows = LeaveRow.objects.filter(person__in=list(people)).order_by("first_day", "pk")
    columns = ("person_id", "fact", "first_day", "last_day", "known_from", "known_to")
    for person, fact, *values in rows.values_list(*columns):
        found[person].append(LeaveFact(str(fact), *values))
    return found


def _appeals(people: People) -> dict[uuid.UUID, list[AppealFact]]:
    """An appeal is one belief while it is open, and another when it is answered."""
    found: dict[uuid.UUID, list[AppealFact]] = defaultdict(list)
    for row in Waiting.objects.filter(person__in=list(people)).order_by("first_day", "pk"):
        since = row.known_from or dates.day_start(row.first_day)
        fact = str(row.appeal)
        found[row.person_id].append(AppealFact(fact, row.module_id, row.first_day, None, since, row.answered_at))
        if row.answered_at:
            found[row.person_id].append(AppealFact(fact, row.module_id, row.first_day, row.last_day, row.answered_at))
    return found


def _done(people: People, contracts: dict[uuid.UUID, list[Contract]]) -> dict[uuid.UUID, list[Done]]:
    found: dict[uuid.UUID, list[Done]] = defaultdict(list)
    rows = Completion.objects.filter(person__in=list(people), module__isnull=False).order_by("effective_on", "pk")
    columns = ("person_id", "pk", "module_id", "effective_on", "recorded_at", "delivery")
    for person, pk, module, on, at, delivery in rows.values_list(*columns):
        known = [one for one in contracts[person] if one.known_from <= at and (not one.known_to or at < one.known_to)]
        # What was corrected or attested afterwards counts by its day; what was handed in, by its receipt (S15).
        received = at if delivery == HANDED_IN and on == _day(known or contracts[person], at, on) else None
        found[person].append(Done(pk, module, on, at, received))
    return found


def _day(contracts: Sequence[Contract], at: datetime, on: object) -> object:
    """The day it was for them; whoever was never employed has the day they say. A zone that this machine does not know
    is for the derivation to find: here it would stop everybody who is loaded together (S18)."""
    return day_by([(one.first, one.zone) for one in contracts], at) if contracts else on
