"""An outage is recorded by an administrator, and moves the deadlines it touches (S15)."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from certification.ledger import clock
from courses.assignments import sync
from courses.assignments.models import Outage
from tests.courses.assignments.world import day, days_pass, make_path, make_rule, on, only
from tests.factories import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: on("2026-10-31", 18))


def record(**options: str) -> str:
    out = StringIO()
    call_command("record_outage", stdout=out, **options)
    return out.getvalue()


def test_the_deadlines_it_touches_move_to_the_end_of_the_next_working_day() -> None:
    make_path("p1", {"a": 24})
    make_rule("r-01", "p1")
    touched, later = make_person(hired=day("2026-10-01")), make_person(hired=day("2026-10-08"))
    days_pass("2026-10-01", "2026-10-08", "2026-10-30")
    assert only(touched).deadline_at == on("2026-10-31", 23)
    said = record(first="2026-10-31T10:00+01:00", last="2026-10-31T12:00+01:00", reason="The database stood still.")
    assert "Recorded: 2026-10-31 09:00 to 2026-10-31 11:00 UTC." in said
    assert sync.sync_due(on("2026-10-31", 18)) == 1
    assert only(touched).deadline_at == on("2026-11-02", 23)
    assert only(later).deadline_at == on("2026-11-07", 23)
    assert sync.sync_due(on("2026-10-31", 19)) == 0, "it is looked at once"
    assert "The database stood still." in record()


@pytest.mark.parametrize(
    ("first", "last", "reason", "said"),
    [
        ("2026-10-31T12:00Z", "2026-10-31T12:00Z", "x", "must lie after the start"),
        ("2026-10-31T12:00Z", "2026-10-31T19:00Z", "x", "is still to come"),
        ("2026-10-31T12:00Z", "2026-10-31T13:00Z", " ", "what happened"),
        ("2026-10-31T12:00", "2026-10-31T13:00Z", "x", "“--from” must be a time with its distance from UTC"),
        ("2026-10-31T12:00Z", "", "x", "“--to” must be a time"),
        ("noon", "2026-10-31T13:00Z", "x", "“--from” must be a time"),
    ],
)
def test_what_cannot_be_is_refused(first: str, last: str, reason: str, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        record(first=first, last=last, reason=reason)
    assert not Outage.objects.exists()


def test_the_same_one_twice_is_told() -> None:
    assert record() == "No outage is recorded.\n"
    options = {"first": "2026-10-31T12:00Z", "last": "2026-10-31T13:00Z", "reason": "Power."}
    record(**options)
    with pytest.raises(CommandError, match="recorded already"):
        record(**options)
