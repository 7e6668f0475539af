"""More people at once than one statement takes parameters: nothing hands the organisation to the database as a list."""

from __future__ import annotations

from datetime import timedelta

import pytest

from courses.assignments import sync
from courses.assignments.digest import queue_digests
from courses.assignments.models import Assignment
from lms.mail.models import Message
from lms.people.logins import deactivate_leavers
from lms.people.models import Employment, PeopleChange, Person, User
from tests.courses.assignments.test_scale import crowd
from tests.courses.assignments.world import LONG_AGO, day, make_path, make_rule, on
from tests.factories import make_entity

pytestmark = pytest.mark.django_db

MANY = 3000


@pytest.fixture
def many() -> list[Person]:
    return crowd(MANY, make_entity())


def test_three_thousand_changes_are_handled(many: list[Person]) -> None:
    make_path("p1", {"a": 24})
    make_rule("r-01", "p1")
    at = on("2026-10-01")
    PeopleChange.objects.bulk_create(
        PeopleChange(person=one, kind="hire", effective_on=at.date(), recorded_at=at) for one in many
    )
    sync.sync_all(LONG_AGO)
    assert sync.sync_due(at) == MANY
    assert Assignment.objects.count() == MANY
    assert not PeopleChange.objects.filter(handled_at=None).exists()
    assert sync.sync_due(at) == 0


def test_three_thousand_digests_are_queued(many: list[Person]) -> None:
    version = make_path("p1", {"a": 24})
    make_rule("r-01", "p1")
    for number, person in enumerate(many):
        person.email = f"p{number}@example.org"
    Person.objects.bulk_update(many, ["email"], batch_size=200)
    opened = {"version": version, "path_key": "p1", "cycle_key": "hire", "anchor": day("2026-10-01"), "state": "open"}
    Assignment.objects.bulk_create(
        Assignment(
            person=one,
            **opened,
            zone="Europe/Paris",
            due=day("2026-10-05"),
            state_on=day("2026-10-01"),
            opened_at=LONG_AGO,
        )
        for one in many
    )
    assert queue_digests(on("2026-10-01")) == MANY
    assert Message.objects.count() == MANY
    assert queue_digests(on("2026-10-01") + timedelta(minutes=5)) == 0


def test_three_thousand_leavers_lose_their_logins(many: list[Person]) -> None:
    User.objects.bulk_create(User(staff_number=f"s-{number}", person=one) for number, one in enumerate(many))
    Employment.objects.exclude(person=many[0]).update(true_to=day("2026-10-10"))
    User.objects.exclude(person=many[0]).update(access_until=on("2026-10-10"))
    assert deactivate_leavers(on("2026-10-12")) == MANY - 1
    assert list(User.objects.filter(is_active=True).values_list("person", flat=True)) == [many[0].pk]
