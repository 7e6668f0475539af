"""What the demonstration's people intend is the same each time it is set up, whatever ids its facts are given."""

from __future__ import annotations

from datetime import date

import pytest

from courses.assignments import sync
from courses.assignments.models import Assignment
from lms.demo.demo_organisation import CastMember, draw_up
from lms.demo.history import Session, foresee
from lms.people import staffing
from lms.people.models import Person
from tests.courses.assignments.world import LONG_AGO, day, make_path, make_rule, on, only
from tests.factories import make_person

pytestmark = pytest.mark.django_db

HIRED = "2026-10-01"


def test_two_demonstrations_of_the_same_day_plan_the_same_sittings() -> None:
    make_path("p1", {"a": 24, "b": 24})
    make_path("p2", {"b": 12})
    make_rule("r-01", "p1")
    make_rule("r-03", "p2", role="overseer", due_days=None)
    sync.sync_all(LONG_AGO)
    plan = draw_up(date(2026, 11, 20))
    member = next(one for one in plan.members if 0.4 < one.diligence < 0.9)
    first, again = (overseer() for _time in range(2))
    sync.sync_due(on(HIRED))
    for path in ("p1", "p2"):
        assert sittings(member, first, path) == sittings(member, again, path) != []
    assert sittings(plan.member("demo-editor"), first, "p1") != sittings(member, first, "p1")


def overseer() -> Person:
    person = make_person(hired=day(HIRED), at=on(HIRED, 6))
    staffing.give_role(person, "overseer", on=day(HIRED), at=on(HIRED, 6))
    return person


def sittings(member: CastMember, person: Person, path: str) -> list[tuple[date, str, int]]:
    row: Assignment = only(person, path)
    planned: list[Session] = list(foresee(member, row, day(HIRED)))
    return [(one.day, one.code, one.fails) for one in planned]
