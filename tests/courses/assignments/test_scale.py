"""The same number of queries for ten times the people; idempotence over random histories."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.assignments import sync, todo_list
from courses.assignments.models import Assignment, AssignmentPeriod
from lms.people import staffing
from lms.people.models import Employment, OrgUnit, Person, Placement
from tests.courses.assignments.world import LONG_AGO, day, done, make_path, make_rule, on
from tests.factories import make_entity, make_person

pytestmark = pytest.mark.django_db


def crowd(count: int, entity: OrgUnit) -> list[Person]:
    """Employed since 1 October 2026: rows as `staffing.hire` writes them, many at once."""
    hired = {"true_from": day("2026-10-01"), "known_from": LONG_AGO}
    people = Person.objects.bulk_create(
        Person(given_name=f"P{number}", family_name="Crowd", created_at=LONG_AGO) for number in range(count)
    )
    Employment.objects.bulk_create(
        Employment(person=one, entity=entity, zone="Europe/Paris", **hired) for one in people
    )
    Placement.objects.bulk_create(Placement(person=one, unit=entity, **hired) for one in people)
    return people


def reads(run: Callable[[], object]) -> int:
    """How many SELECTs it takes. Writes come in batches of the database's own size."""
    with CaptureQueriesContext(connection) as queries:
        run()
    return sum(query["sql"].startswith("SELECT") for query in queries)


def test_ten_times_the_people_cost_the_same_queries() -> None:
    make_path("p1", {"a": 24, "b": 24})
    make_rule("r-01", "p1")
    sync.sync_all(LONG_AGO)
    entity = make_entity()
    counts: list[list[int]] = []
    for days, size, first in ((20, 30, 1), (19, 300, 4)):
        crowd(size, entity)
        opening = reads(lambda at=first: sync.sync_all(on(f"2026-10-0{at}")))
        again = reads(lambda at=first + 1: sync.sync_all(on(f"2026-10-0{at}")))
        make_rule("r-01", "p1", due_days=days, at=on(f"2026-10-0{first + 2}"))
        changed = reads(lambda at=first + 2: sync.sync_all(on(f"2026-10-0{at}")))
        counts.append([opening, again, changed])
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 80
    assert Assignment.objects.filter(due=day("2026-10-31")).count() == 330, "no version brings a date forward"


def test_a_learners_page_costs_eight_queries(django_assert_num_queries: Any) -> None:
    make_path("p1", {"a": 24, "b": 24})
    make_rule("r-01", "p1")
    person = make_person(hired=day("2026-10-01"), at=LONG_AGO)
    make_person(hired=day("2026-10-01"), at=LONG_AGO)
    sync.sync_all(on("2026-10-01"))
    done(person, "a", "2026-10-02")
    with django_assert_num_queries(8):
        todo_list.todo_of(person, on("2026-10-03"))
    people = list(Person.objects.all())
    with django_assert_num_queries(7):
        todo_list.tasks_of(people, on("2026-10-03"), "fr")


STEPS = st.lists(
    st.tuples(
        st.integers(1, 120),
        st.sampled_from(["role", "no role", "leave", "a", "b", "m", "go", "back", "zone", "quiet"]),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=12)
@given(steps=STEPS)
def test_whatever_happened_a_second_run_changes_nothing(db: None, steps: list[tuple[int, str]]) -> None:
    """And the stored rows agree with each other: one open row a path, due dates as the reasons say, no gap in time."""
    with transaction.atomic():
        _live(steps)
        transaction.set_rollback(True)


def _live(steps: list[tuple[int, str]]) -> None:
    make_path("p1", {"a": 24, "b": 24})
    make_path("p2", {"m": 12}, inner="p1")
    make_rule("r-01", "p1")
    make_rule("r-03", "p2", role="overseer", due_days=None)
    at = on("2026-01-05")
    person = make_person(hired=at.date(), at=at)
    for days, what in steps:
        at += timedelta(days=days)
        _happen(person, what, at)
        sync.sync_due(at)
        sync.sync_all(at)
        assert sync.sync_all(at).changes == 0
        assert sync.sync_all(at + timedelta(hours=1)).changes == 0
        _consistent(person)


def _happen(person: Person, what: str, at: Any) -> None:
    today = at.date()
    try:
        match what:
            case "role":
                staffing.give_role(person, "overseer", on=today, at=at)
            case "no role":
                staffing.end_role(person, "overseer", on=today, at=at)
            case "leave":
                staffing.record_leave(person, today - timedelta(days=10), today + timedelta(days=30), at=at)
            case "a" | "b" | "m":
                done(person, what, at)
            case "go":
                staffing.leave_company(person, on=today, at=at)
            case "back":
                staffing.hire(person, make_entity(), on=today, at=at)
            case "zone":
                staffing.change_zone(person, "America/Santiago", on=today, at=at)
    except staffing.StaffingError:
        pass  # it cannot happen to this person now, for example a hire of somebody employed


def _consistent(person: Person) -> None:
    for row in Assignment.objects.of(person):
        periods = list(AssignmentPeriod.objects.filter(assignment=row, known_to=None).order_by("true_from"))
        assert periods[-1].state == row.state
        assert periods[-1].true_to is None
        assert [one.true_to for one in periods[:-1]] == [one.true_from for one in periods[1:]]
        if row.state == "open":
            assert row.justifications.filter(known_to=None, true_to=None).exists()
            dues = row.justifications.filter(known_to=None, true_to=None).values_list("due", flat=True)
            assert row.computed == min((due for due in dues if due), default=None)
