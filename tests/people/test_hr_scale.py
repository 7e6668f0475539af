"""What an import costs and what stays of it: batches, causes, nothing half done, nothing of a trial."""

from __future__ import annotations

import tracemalloc
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from lms.people import hiring, staffing
from lms.people.directory import staff_writing
from lms.people.directory.staff_import import StaffReport, import_people
from lms.people.models import Employment, ImportRun, PeopleChange, Person, Placement, ReportingLine, RoleHolding, User
from tests.factories import AT, make_entity, make_role

pytestmark = pytest.mark.django_db
DAY = date(2026, 10, 1)
HEADER = "staff_number,given_name,family_name,email,entity,hired_on,left_on,manager,roles,leave"


@pytest.fixture(autouse=True)
def _organisation() -> None:
    make_entity()
    make_role("overseer")


def many(count: int, first: int = 0) -> bytes:
    """Each with a manager, most of whom stand later in the file; every tenth with a leave and a role. Some have a last
    day, of whom one manages others."""
    lines = [HEADER]
    for number in range(first, first + count):
        above = first + min(count - 1, number - first + 1 + (count - (number - first)) // 2)
        manager = f"S{above}" if above != number else ""
        more = "overseer,2026-11-20/2027-02-28" if number % 10 == 0 else ","
        leaves = (number - first) % 100 == 50 and number - first < count // 2
        end = "2026-12-31" if leaves or number - first == count - 20 else ""
        lines.append(f"S{number},P{number},F{number},p{number}@example.org,mlg-sa,2026-09-01,{end},{manager},{more}")
    return "\n".join(lines).encode()


def run(data: bytes, **options: Any) -> StaffReport:
    return import_people(data, at=AT, day=DAY, **{"commit": True, **options})


def everything() -> dict[str, int]:
    return {model._meta.label: model._base_manager.count() for model in apps.get_models(include_auto_created=True)}


def test_a_newcomer_costs_at_most_a_fifth_of_a_query_and_a_trial_leaves_nothing() -> None:
    before = everything()
    tried = run(many(2000), commit=False)
    assert everything() == before
    with CaptureQueriesContext(connection) as seen:
        written = run(many(2000))
    assert (written.problems, written.stopped) == ([], "")
    assert tried.changes == written.changes
    assert len(seen) <= 2000 * 0.2, len(seen)
    assert Person.objects.count() == User.objects.count() == 2000
    assert ReportingLine.objects.current().filter(true_to=None).count() > 1900


def test_memory_does_not_grow_with_the_organisation() -> None:
    def peak(data: bytes) -> int:
        tracemalloc.start()
        run(data)
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    peak(many(20))  # what is loaded once in a process
    few = peak(many(20, 1000))
    run(many(1000, 2000))
    assert peak(many(20, 5000)) < few * 1.3 + 200_000


def test_many_at_once_are_what_staffing_writes_one_by_one() -> None:
    def facts(first: int) -> list[Any]:
        found: list[Any] = []
        for model in (Employment, Placement, ReportingLine, RoleHolding):
            rows = model.objects.current().filter(person__given_name__in=[f"P{n}" for n in range(first, first + 60)])
            found += [
                (model.__name__, int(row.person.given_name[1:]) - first, row.true_from, row.true_to)
                for row in rows.select_related("person")
            ]
        return sorted(found, key=str)

    run(many(60, 1000))
    at_once = facts(1000)
    run(_one_by_one(many(60, 2000)))
    assert facts(2000) == at_once


def _one_by_one(data: bytes) -> bytes:
    """Everybody is known before, by a file that says nothing of their employment; then each line is a change."""
    for line in data.decode().splitlines()[1:]:
        number, given, family, *_rest = line.split(",")
        staffing.create_person(given, family, staff_number=number, at=AT)
    return data


def test_a_batch_that_fails_leaves_nothing_half_done_and_the_next_import_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hire_many, calls = hiring.hire_many, []

    def failing(hires: Any, at: Any) -> None:
        calls.append(len(hires))
        hire_many(hires, at)
        if len(calls) == 3:
            raise DatabaseError("the connection is gone")

    monkeypatch.setattr(staff_writing, "hire_many", failing)
    stopped = run(many(100), batch=25)
    assert "of lines 52 to 76 nothing is written, everything up to line 51 is" in stopped.stopped
    assert (Person.objects.count(), Employment.objects.count()) == (50, 50)
    one = ImportRun.objects.get()
    assert (one.state, one.written_to) == (ImportRun.State.STOPPED, 51)
    monkeypatch.undo()
    resumed = run(many(100), batch=25)
    assert resumed.changes["person"] == 50
    starts = ReportingLine.objects.current().values_list("true_from", flat=True)
    assert set(starts) == {date(2026, 9, 1), date(2027, 1, 1)}  # the second: whose manager leaves is handed up then
    assert not run(many(100)).changes


def test_everything_a_file_changes_names_it_as_its_cause() -> None:
    first = run(many(30))
    assert first.cause == f"feed:directory:{ImportRun.objects.get().pk}"
    assert set(PeopleChange.objects.values_list("cause", flat=True)) == {first.cause}
    leaving = run(many(29), complete=True)
    told = PeopleChange.objects.filter(cause=leaving.cause)
    assert told.filter(kind="left").exists()
    assert told.filter(kind="manager").exists()  # whoever reported to the leaver
