"""Loads everything a synchronisation decides from: a constant number of queries for any number of people."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import TypeVar

from django.db.models import QuerySet

from courses.assignments.case_plan import Case, Wait
from courses.assignments.credit import Done, Leaf
from courses.assignments.dates import LeaveSpan
from courses.assignments.events import Event, events_of
from courses.assignments.models import Assignment, AssignmentPeriod, Justification, Waiting
from courses.assignments.readiness import Readiness
from courses.assignments.staff import Staff, load_staff
from courses.completions.models import Completion
from courses.paths.models import AssignmentRule, PathLeaf, PathVersion
from lms.people.models import Person

T = TypeVar("T", Justification, AssignmentPeriod)


class Catalogue:
    """Rules and path versions as they stand: small tables, read once a run (three queries)."""

    def __init__(self) -> None:
        self.rules = list(AssignmentRule.objects.select_related("path").order_by("key", "number"))
        self._rules = {rule.pk: rule for rule in self.rules}
        self.versions: dict[uuid.UUID, PathVersion] = {}
        self.newest: dict[str, PathVersion] = {}
        for version in PathVersion.objects.select_related("path").order_by("number"):
            self.versions[version.pk] = version
            self.newest[version.path.key] = version
        self.leaves = leaves_of(PathLeaf.objects.all())

    def rule(self, pk: uuid.UUID) -> AssignmentRule:
        return self._rules[pk]


def leaves_of(rows: QuerySet[PathLeaf]) -> dict[uuid.UUID, list[Leaf]]:
    """{version: its leaves in order}; empty for a version without. One query."""
    found: dict[uuid.UUID, list[Leaf]] = defaultdict(list)
    columns = ("version_id", "module_id", "module__code", "compulsory", "validity_months")
    for version, module, code, compulsory, months in rows.order_by("order").values_list(*columns):
        found[version].append(Leaf(module, code, compulsory, months))
    return found


def lock_people(ids: Iterable[uuid.UUID]) -> list[Person]:
    """In order of their ids, so that two runs never wait for each other crosswise. Inside a transaction."""
    people = Person.objects.select_for_update(no_key=True).filter(pk__in=list(ids)).order_by("pk")
    return list(people)


def load_cases(people: Sequence[Person], catalogue: Catalogue, readiness: Readiness, at: datetime) -> list[Case]:
    """One case for each (person, path) that has, had or needs an assignment. Nine queries."""
    ids = [person.pk for person in people]
    rows = _rows(ids)
    reasons = _known(Justification, ids)
    periods = _known(AssignmentPeriod, ids)
    done = completions_of(ids)
    waits = _waits(ids)
    cases: list[Case] = []
    for staff in load_staff(people, at).values():
        waited = [Wait(module, LeaveSpan(first, last or staff.today)) for module, first, last in waits[staff.person.pk]]
        credit = credited_completions(done.get(staff.person.pk, {}), staff.credit_from)
        events = _events(staff, catalogue)
        for path_key in sorted(events.keys() | rows[staff.person.pk].keys()):
            newest = catalogue.newest.get(path_key)
            ready, lifted_on = _readiness(newest, staff, readiness)
            found = events.get(path_key, [])
            case = Case(staff, path_key, newest, catalogue.leaves, credit, found, waited, ready, lifted_on)
            case.rows = rows[staff.person.pk].get(path_key, [])
            for row in case.rows:
                row.person, row.version = staff.person, catalogue.versions[row.version_id]
                case.reasons[row.pk] = reasons.get(row.pk, [])
                for reason in case.reasons[row.pk]:
                    reason.rule = catalogue.rule(reason.rule_id)
                case.periods[row.pk] = periods.get(row.pk, [])
            cases.append(case)
    return cases


def _rows(ids: list[uuid.UUID]) -> dict[uuid.UUID, dict[str, list[Assignment]]]:
    found: dict[uuid.UUID, dict[str, list[Assignment]]] = defaultdict(dict)
    rows = Assignment.objects.select_for_update().filter(person__in=ids, about="").order_by("pk")
    for row in sorted(rows, key=lambda each: (each.opened_at, each.cycle_key)):
        found[row.person_id].setdefault(row.path_key, []).append(row)
    return found


def _known(model: type[T], ids: list[uuid.UUID]) -> dict[uuid.UUID, list[T]]:
    found: dict[uuid.UUID, list[T]] = defaultdict(list)
    for row in model._default_manager.filter(assignment__person__in=ids, known_to=None).order_by("true_from", "pk"):
        found[row.assignment_id].append(row)
    return found


def completions_of(ids: list[uuid.UUID]) -> dict[uuid.UUID, dict[uuid.UUID, list[Done]]]:
    found: dict[uuid.UUID, dict[uuid.UUID, list[Done]]] = defaultdict(lambda: defaultdict(list))
    rows = Completion.objects.filter(person__in=ids, module__isnull=False).order_by("effective_on", "recorded_at")
    for person, pk, module, on in rows.values_list("person_id", "pk", "module_id", "effective_on"):
        found[person][module].append(Done(pk, module, on))
    return found


def credited_completions(done: dict[uuid.UUID, list[Done]], since: date) -> dict[uuid.UUID, list[Done]]:
    return {module: [one for one in each if one.on >= since] for module, each in done.items()}


def _waits(ids: list[uuid.UUID]) -> dict[uuid.UUID, list[tuple[uuid.UUID, date, date | None]]]:
    """{person: [(module, first day, last day or None while the appeal is open)]}. One query."""
    found: dict[uuid.UUID, list[tuple[uuid.UUID, date, date | None]]] = defaultdict(list)
    rows = Waiting.objects.filter(person__in=ids).order_by("first_day", "pk")
    for person, module, first, last in rows.values_list("person_id", "module_id", "first_day", "last_day"):
        found[person].append((module, first, last))
    return found


def _events(staff: Staff, catalogue: Catalogue) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = defaultdict(list)
    for rule in catalogue.rules:
        found[rule.path.key] += events_of(rule, staff)
    return {path: events for path, events in found.items() if events}


def _readiness(
    version: PathVersion | None, staff: Staff, readiness: Readiness
) -> tuple[Callable[[], bool], Callable[[], date | None]]:
    """Asked only where something is to open: most cases need no answer."""
    job = staff.job_on(staff.today)
    if version is None or job is None:
        return (lambda: False), (lambda: None)
    return (
        lambda: readiness.ready(version, job.entity),
        lambda: readiness.lifted_on(version, job.entity, staff.zone),
    )
