"""An outage is recorded by an administrator, and moves the deadlines it touches (S15)."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from certification.ledger import clock
from certification.ledger.models import Opening, Pending
from courses.assignments import sync
from courses.assignments.models import Outage
from courses.assignments.outages import record_outage, withdraw_outage
from lms.people.models import Person, User
from tests.courses.assignments.world import day, days_pass, make_path, make_rule, on, only
from tests.factories import PASSWORD, make_person, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: on("2026-10-31", 18))
    monkeypatch.setattr("sys.stdin", StringIO(f"{PASSWORD}\n" * 9))
    make_user(staff_number="boss", given_name="Boss", hired=None)
    User.objects.update(is_superuser=True)


def command(**options: Any) -> str:
    out = StringIO()
    call_command("record_outage", stdout=out, **options)
    return out.getvalue()


def record(**options: Any) -> str:
    return command(**{"by": "boss"} | options)


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
    assert "The database stood still." in command()


def test_a_deadline_that_an_outage_moved_over_the_holidays_is_touched_by_the_next_at_once() -> None:
    make_path("p1", {"a": 24})
    make_rule("r-01", "p1")
    person, boss = make_person(hired=day("2026-11-25")), Person.objects.get(given_name="Boss")
    days_pass("2026-11-25")
    for text, deadline in (("2026-12-25", "2026-12-28"), ("2026-12-28", "2026-12-29")):
        made = record_outage(on(text, 9), on(text, 11), "The database stood still.", boss, on(text, 12))
        sync.sync_due(on(text, 13))
        assert only(person).deadline_at == on(deadline, 23)
    withdraw_outage(made.pk, "A mistake.", boss, on("2026-12-28", 14))
    assert sync.sync_due(on("2026-12-28", 15)) == 1


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
    assert command() == "No outage is recorded.\n"
    options = {"first": "2026-10-31T12:00Z", "last": "2026-10-31T13:00Z", "reason": "Power."}
    record(**options)
    with pytest.raises(CommandError, match="recorded already"):
        record(**options)


def test_who_says_so_is_asked_for() -> None:
    options = {"first": "2026-10-31T12:00Z", "last": "2026-10-31T13:00Z", "reason": "Power."}
    with pytest.raises(CommandError, match="Say with --by who answers for it"):
        command(**options)
    assert not Outage.objects.exists()


def test_recording_and_withdrawing_one_are_entries_that_say_who() -> None:
    """It moves deadlines for everybody: the ledger says who, from when until when, and why."""
    record(first="2026-10-30T12:00Z", last="2026-10-30T13:00Z", reason="Power.")
    number = Outage.objects.get().pk
    with pytest.raises(CommandError, match="why it is withdrawn"):
        record(withdraw=number)
    assert "Withdrawn: 2026-10-30 12:00" in record(withdraw=number, reason="It was another day.")
    recorded, withdrawn = Pending.objects.filter(kind__startswith="outage.").order_by("id")
    assert withdrawn.ref == recorded.uuid
    told = [
        {part: json.loads(value) for part, value in Opening.objects.filter(entry=each).values_list("part", "value")}
        for each in (recorded.uuid, withdrawn.uuid)
    ]
    assert told[0]["payload"] == {
        "outage": number,
        "from": "2026-10-30T12:00:00.000000Z",
        "to": "2026-10-30T13:00:00.000000Z",
        "reason": "Power.",
    }
    assert told[1]["payload"]["reason"] == "It was another day."
    assert {each["actor"]["person"] for each in told} == {str(Person.objects.get(given_name="Boss").pk)}
    assert "Withdrawn on 2026-10-31: It was another day." in command()
    for wrong, said in ((number, "withdrawn already"), (number + 1, "There is no outage")):
        with pytest.raises(CommandError, match=said):
            record(withdraw=wrong, reason="Again.")
    record(first="2026-10-30T12:00Z", last="2026-10-30T13:00Z", reason="It was that day after all.")


def test_a_withdrawn_one_moves_back_what_was_past(monkeypatch: pytest.MonkeyPatch) -> None:
    make_path("p1", {"a": 24})
    make_rule("r-01", "p1")
    past, ahead = make_person(hired=day("2026-09-24")), make_person(hired=day("2026-10-01"))
    days_pass("2026-09-24", "2026-10-01", "2026-10-30")
    record(first="2026-10-24T09:00Z", last="2026-10-24T11:00Z", reason="The wrong week.")
    record(first="2026-10-31T09:00Z", last="2026-10-31T11:00Z", reason="The wrong day.")
    sync.sync_due(on("2026-10-31", 18))
    assert (only(past).deadline_at, only(ahead).deadline_at) == (on("2026-10-26", 23), on("2026-11-02", 23))
    for outage in Outage.objects.all():
        record(withdraw=outage.pk, reason="Typed wrongly.")
    monkeypatch.setattr(clock, "now", lambda: on("2026-10-31", 19))
    assert sync.sync_due(on("2026-10-31", 19)) == 2
    assert only(past).deadline_at == on("2026-10-24", 22), "nobody could rely on it: that day was over"
    assert only(ahead).deadline_at == on("2026-11-02", 23), "whoever saw the later date keeps it (S19)"
