"""`ledger verify` compares every assignment, its reasons and its periods with the latest entry that speaks of it:
single entries and the lines of rosters alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from certification.ledger.models import Entry
from certification.ledger.sequencer import sequence_pending
from certification.ledger.verification import verify_ledger
from certification.ledger.verification.business import LedgerClaim
from courses.assignments import sync
from courses.assignments.models import Assignment, AssignmentPeriod, Justification
from courses.assignments.row_claims import AssignmentClaims, assignments
from courses.paths.publishing import withdraw_rule
from lms.people import staffing
from lms.people.models import Person
from tests.courses.assignments.test_scale import crowd
from tests.courses.assignments.world import day, days_pass, done, make_path, make_rule, on, only
from tests.factories import make_entity, make_person
from tests.ledger_fixtures import make_ledger

pytestmark = pytest.mark.django_db


@pytest.fixture
def crowded(tmp_path: Path) -> Person:
    """A crowd assigned in one roster; one person of it with a date that was moved twice, and another path."""
    make_ledger(tmp_path / "ledger")
    make_path("p1", {"a": 24})
    make_path("p2", {"m": 12})
    make_rule("r-01", "p1")
    make_rule("r-03", "p2", role="overseer", due_days=None)
    person = crowd(5, make_entity())[0]
    days_pass("2026-10-01")
    staffing.record_leave(person, day("2026-10-11"), day("2026-11-13"), at=on("2026-10-05"))
    staffing.give_role(person, "overseer", on=day("2026-10-06"), at=on("2026-10-05"))
    days_pass("2026-10-05", "2026-10-06")
    sequence_pending()
    return person


def told() -> list[tuple[str, str]]:
    """[(code, sentence)] of everything that is found."""
    return [(each.code, each.sentence) for each in verify_ledger(comparers=[assignments]).findings]


def found(change: Callable[[], Any]) -> list[tuple[str, str]]:
    """What is found after the change, which is taken back."""
    with transaction.atomic():
        change()
        said = told()
        transaction.set_rollback(True)
    return said


def test_a_whole_life_is_as_it_was_logged(crowded: Person) -> None:
    """Leave, a correction, completions, somebody who leaves, a withdrawn rule, and a run that comes late."""
    done(crowded, "m", "2026-11-20")
    staffing.correct_hire(crowded, was=day("2026-10-01"), on=day("2026-09-28"), at=on("2026-11-21"))
    days_pass("2026-11-21")
    gone = make_person("Gone", hired=day("2026-11-01"), at=on("2026-11-22"))
    staffing.leave_company(gone, on=day("2026-11-24"), at=on("2026-11-22", 10))
    staffing.record_leave(crowded, day("2026-11-23"), day("2026-12-23"), at=on("2026-11-23"))
    rule = Justification.objects.filter(rule__key="r-01")[0].rule
    withdraw_rule(rule, on("2026-12-01"), "Replaced.")
    sync.sync_all(on("2026-12-02"))
    assert AssignmentPeriod.objects.exclude(known_to=None).count() > 5
    assert told() == [], "while they wait for their numbers"
    sequence_pending()
    assert told() == []


def test_a_change_to_a_row_of_a_roster_is_named(crowded: Person) -> None:
    row = Assignment.objects.exclude(person=crowded).order_by("pk")[0]
    rows = Assignment.objects.filter(pk=row.pk)
    ((code, sentence),) = found(lambda: rows.update(due=day("2027-01-01")))
    assert code == "business-differs"
    assert f"{row.pk} says due = “2027-01-01”, the ledger says “2026-10-31”" in sentence
    assert found(lambda: rows.update(person=make_person("Somebody", hired=None)))
    assert found(lambda: rows.update(state="satisfied"))
    periods = AssignmentPeriod.objects.filter(assignment=row)
    assert found(lambda: periods.update(known_to=on("2027-01-01")))
    assert found(periods.delete)
    reasons = Justification.objects.filter(assignment=row)
    assert found(lambda: reasons.update(due=day("2027-01-01")))
    assert found(lambda: reasons.update(known_to=on("2027-01-01")))


def test_a_closed_period_is_compared_with_the_entry_that_closed_it(crowded: Person) -> None:
    closed = AssignmentPeriod.objects.filter(assignment__person=crowded).exclude(known_to=None)
    assert closed.count() == 1
    known_to = closed.get().known_to
    assert known_to
    later = known_to + timedelta(days=1)
    for change in (
        lambda: closed.update(known_to=later),
        lambda: closed.update(due=day("2026-10-30")),
        lambda: closed.update(known_to=None),
        closed.delete,
        lambda: AssignmentPeriod(**{name: getattr(closed.get(), name) for name in COPIED}).save(),
    ):
        assert found(change)


COPIED = ("assignment", "state", "due", "deadline_at", "soon_at", "true_from", "true_to", "known_from", "known_to")


def test_deleted_and_invented_rows_are_found(crowded: Person) -> None:
    row = only(crowded, "p2")
    listed = Assignment.objects.exclude(person=crowded).order_by("pk")[0]

    def invent(entry: Any) -> None:
        person = make_person("Invented", hired=None)
        values = {field.attname: getattr(row, field.attname) for field in Assignment._meta.concrete_fields}
        Assignment.objects.create(**values | {"id": None, "person_id": person.pk, "entry": entry})

    ((code, _sentence),) = found(Assignment.objects.filter(pk=row.pk).delete)
    assert code == "business-missing"
    ((code, sentence),) = found(Assignment.objects.filter(pk=listed.pk).delete)
    assert (code, str(listed.pk) in sentence) == ("business-contradicts", True)
    assert [code for code, _sentence in found(lambda: invent(None))] == ["business-entry"]
    assert [code for code, _sentence in found(lambda: invent(row.entry))] == ["business-contradicts"]


def test_two_runs_at_one_instant_leave_two_entries(crowded: Person) -> None:
    at = on("2026-10-08")
    for last in ("2026-11-30", "2026-12-07"):
        staffing.record_leave(crowded, day("2026-11-16"), day(last), at=at)
        sync.sync_people([crowded.pk], at)
    assert told() == []


def test_a_row_set_back_to_what_an_earlier_entry_says_is_found(crowded: Person) -> None:
    """It agrees with a genuine entry, which another has overtaken."""
    row = only(crowded, "p1")
    assert row.entry
    now = Entry.objects.get(uuid=row.entry)
    assert now.ref
    earlier = Assignment.objects.exclude(person=crowded)[0]
    set_back = {name: getattr(earlier, name) for name in ("due", "computed", "deadline_at", "soon_at", "paused_days")}
    codes = [code for code, _ in found(lambda: Assignment.objects.filter(pk=row.pk).update(entry=now.ref, **set_back))]
    assert "business-contradicts" in codes
    assert "business-differs" in codes


def test_ten_times_the_rows_cost_the_same_queries(tmp_path: Path) -> None:
    make_ledger(tmp_path / "ledger")
    make_path("p1", {"a": 24})
    make_rule("r-01", "p1")
    entity = make_entity()
    counts = []
    for size, text in ((30, "2026-10-02"), (300, "2026-10-03")):
        crowd(size, entity)
        sync.sync_all(on(text))
        sequence_pending()
        with CaptureQueriesContext(connection) as queries:
            claims = [one for one in AssignmentClaims().claims("default") if isinstance(one, LedgerClaim)]
        assert len(claims) == Assignment.objects.count()
        counts.append(len(queries) - Entry.objects.of_kind("assignment.open").count())
    assert counts[0] == counts[1], "but for one more query a roster"
