"""Paths, rules and assignments in any state, as the synchronisation would leave them."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

from courses.assignments import dates
from courses.assignments.derivation.derive import SOON_DAYS
from courses.assignments.models import Assignment, AssignmentPeriod, Justification
from courses.completions.models import Completion
from courses.paths.models import AssignmentRule, LearningPath, PathLeaf, PathVersion
from lms.people.models import Person, ReportingLine
from tests.courses.learning.factories import taught

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TODAY = AT.date()
ZONE = "Europe/Paris"
TITLES = {"p1": "All staff", "p2": "Overseer"}
NUMBERS = itertools.count(1)


def make_path(key: str = "p1") -> PathVersion:
    path, _ = LearningPath.objects.get_or_create(key=key)
    title = TITLES.get(key, key)
    version, new = PathVersion.objects.get_or_create(
        path=path,
        number=1,
        defaults={
            "titles": {"en": title, "fr": f"{title} (fr)"},
            "summaries": {"en": ""},
            "sha256": "a" * 64,
            "published_at": AT,
        },
    )
    if new:
        edition = taught(f"m-{key}")
        PathLeaf.objects.create(version=version, order=1, module=edition.module, validity_months=24)
    return version


def make_rule(path: LearningPath) -> AssignmentRule:
    rule, _ = AssignmentRule.objects.get_or_create(
        key=f"r-{path.key}",
        number=1,
        defaults={
            "path": path,
            "population": {"kind": "employment"},
            "due_days": 30,
            "basis": AssignmentRule.Basis.POLICY,
            "basis_texts": {"en": "Code of conduct, section 4"},
            "reasons": {"en": "Because you joined the company"},
            "owner": "AI office",
            "active_from": date(2026, 1, 1),
            "sha256": "b" * 64,
            "published_at": AT,
        },
    )
    return rule


def assign(
    person: Person,
    key: str = "p1",
    *,
    state: str = "open",
    opened: date = date(2026, 10, 1),
    due: date | None = date(2026, 12, 1),
    done: date = date(2026, 10, 20),
    valid_until: date | None = None,
    expiring_on: date | None = None,
    paused_days: int = 0,
    cycle: str = "",
    known: datetime = AT,
) -> Assignment:
    """One assignment: open since `opened`; a satisfied one was open until `done`, and that was known from `known`."""
    version = make_path(key)
    asked = asked_instants(due, expiring_on)
    given = {"expires_at": end_of(valid_until)}
    made = Assignment.objects.create(
        person=person,
        version=version,
        path_key=key,
        cycle_key=cycle or f"hire:{opened}",
        anchor=opened,
        zone=ZONE,
        due=due,
        expiring_on=expiring_on,
        state=state,
        state_on=done if state == "satisfied" else opened,
        valid_until=valid_until,
        paused_days=paused_days,
        opened_at=at(opened),
        **asked | ({} if state == "open" else given),
    )
    begun: dict[str, Any] = {"true_from": opened, "known_from": at(opened)}
    open_from = {"assignment": made, "state": "open", "due": due, **begun, **asked}
    if state == "open":
        AssignmentPeriod.objects.create(**open_from)
    else:
        AssignmentPeriod.objects.create(**open_from, known_to=known)
        AssignmentPeriod.objects.create(**open_from | {"known_from": known}, true_to=done)
        AssignmentPeriod.objects.create(
            assignment=made, state=state, due=due, true_from=done, known_from=known, **given
        )
    Justification.objects.create(
        assignment=made,
        rule=make_rule(version.path),
        event=made.cycle_key,
        event_on=opened,
        due=due,
        true_from=opened,
        known_from=at(opened),
    )
    return made


def complete(person: Person, key: str = "p1", *, locale: str = "en", **changes: Any) -> Completion:
    module = make_path(key).leaves.get().module
    text = module.editions.get().texts.get(locale=locale)
    number = next(NUMBERS)
    values: dict[str, Any] = {
        "item": module.key,
        "module": module,
        "text": text,
        "shown_kind": "text",
        "shown_sha256": text.sha256,
        "facts_sha256": "f" * 64,
        "evidence": f"test:{number}",
        "effective_on": date(2026, 10, 20),
        "recorded_at": AT,
        "entry": f"00000000-0000-8000-8000-{number:012}",
    }
    return Completion.objects.create(person=person, **values | changes)


def end_of(day: date | None) -> datetime | None:
    """The first instant after that day, where everybody of these tests works."""
    return dates.deadline(day, ZONE) if day else None


def asked_instants(due: date | None, expiring_on: date | None = None) -> dict[str, Any]:
    """What every status of something open is read from, as the derivation stores it."""
    return {
        "deadline_at": end_of(due),
        "soon_at": end_of(due - timedelta(days=SOON_DAYS + 1)) if due else None,
        "expires_at": end_of(expiring_on),
        "before_access": due is None and expiring_on is None,
    }


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 6, 0, tzinfo=UTC)


def crowd(number: int, manager: Person | None = None) -> list[Person]:
    """Many people in few statements, each open with p1 and, below a manager, satisfied with p2."""
    start = Person.objects.count()
    people = [Person(given_name="Team", family_name=f"Mate {start + each:04}", created_at=AT) for each in range(number)]
    Person.objects.bulk_create(people)
    if manager:
        ReportingLine.objects.bulk_create(
            ReportingLine(person=person, manager=manager, true_from=date(2026, 9, 1), known_from=AT)
            for person in people
        )
        assign_all(people, "p2", "satisfied")
    assign_all(people, "p1", "open")
    return people


def assign_all(people: list[Person], key: str, state: str) -> None:
    version, opened, due = make_path(key), date(2026, 10, 1), date(2026, 11, 1)
    asked = asked_instants(due) if state == "open" else {}
    rows = [
        Assignment(
            person=person,
            version=version,
            path_key=key,
            cycle_key="hire:2026-10-01",
            anchor=opened,
            zone=ZONE,
            due=due,
            state=state,
            state_on=opened,
            opened_at=at(opened),
            **asked,
        )
        for person in people
    ]
    Assignment.objects.bulk_create(rows)
    common: dict[str, Any] = {"due": due, "true_from": opened, "known_from": at(opened)}
    AssignmentPeriod.objects.bulk_create(
        AssignmentPeriod(assignment=row, state=state, **common, **asked) for row in rows
    )
    rule = make_rule(version.path)
    Justification.objects.bulk_create(
        Justification(assignment=row, rule=rule, event=row.cycle_key, event_on=opened, **common) for row in rows
    )
