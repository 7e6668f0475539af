"""S10 through real rows: after an update, what lies ahead is moved and logged; the past is listed, and written by an
administrator with a reason."""

from __future__ import annotations

import json
import zoneinfo
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
import tzdata
from django.core.management import CommandError, call_command

from certification.ledger import clock
from certification.ledger.models import Opening, Pending
from courses.assignments import dates, sync
from courses.assignments.derivation import derive
from courses.assignments.engine_models import EngineDifference
from courses.assignments.engine_versions import engine_version
from courses.assignments.health import look_at_derivations
from courses.assignments.models import Assignment, Derivation
from lms.condition import Condition
from lms.people import logins, staffing
from lms.people.models import Person
from tests.courses.assignments.world import day, days_pass, done, make_path, make_rule, on, only, overdue_on
from tests.factories import make_person

pytestmark = pytest.mark.django_db
Update = Callable[[], None]


@pytest.fixture
def update(monkeypatch: pytest.MonkeyPatch) -> Update:
    """The next version of the rules: every term is a week longer."""

    def new_version() -> None:
        real = dates.due_date
        monkeypatch.setattr(derive, "ENGINE", derive.ENGINE + 1)
        monkeypatch.setattr(dates, "due_date", lambda anchor, days: real(anchor, days + 7))

    return new_version


@pytest.fixture
def people() -> dict[str, Person]:
    """By 20 November: somebody late, somebody done late, somebody whose date lies ahead."""
    make_path("p1", {"a": 24})
    make_rule("r-01", "p1")
    hired = {"late": "2026-10-01", "done": "2026-10-01", "ahead": "2026-11-02"}
    found = {name: make_person(name.title(), hired=day(first), at=on(first, 6)) for name, first in hired.items()}
    days_pass("2026-10-01", "2026-11-02")
    done(found["done"], "a", "2026-11-05")
    days_pass("2026-11-20")
    assert {row.engine for row in Assignment.objects.all()} == {engine_version()}
    return found


@pytest.fixture
def administrator() -> Person:
    boss = make_person("Boss", hired=None)
    user = logins.give_login(boss, "boss")
    user.is_superuser = True
    user.save()
    return boss


def told(**options: Any) -> str:
    out = StringIO()
    call_command("engine_differences", stdout=out, **options)
    return out.getvalue()


def test_the_version_names_the_data_that_is_read() -> None:
    """ADR 2: the package alone, whatever the host has."""
    assert zoneinfo.TZPATH == ()
    assert engine_version() == f"{derive.ENGINE}/{tzdata.IANA_VERSION}"


def test_what_lies_ahead_is_moved_and_logged(people: dict[str, Person], update: Update) -> None:
    row = only(people["ahead"])
    before = row.entry
    update()
    assert sync.sync_due(on("2026-11-21")) == Derivation.objects.count(), "everybody another version derived"
    assert sync.sync_due(on("2026-11-21", 10)) == 0
    row.refresh_from_db()
    assert (row.due, row.deadline_at, row.engine) == (day("2026-12-09"), on("2026-12-09", 23), engine_version())
    entry = Pending.objects.get(uuid=row.entry)
    payload = json.loads(Opening.objects.get(entry=entry.uuid, part="payload").value)
    assert (entry.kind, entry.ref, payload["due"]) == ("assignment.open", before, "2026-12-09")
    assert payload["engine"] == engine_version()
    assert not EngineDifference.objects.filter(person=people["ahead"]).exists()


def test_the_past_stays_and_is_listed(people: dict[str, Person], update: Update) -> None:
    before = list(Assignment.objects.exclude(person=people["ahead"]).order_by("pk").values())
    was = engine_version()
    update()
    days_pass("2026-11-21")
    assert list(Assignment.objects.exclude(person=people["ahead"]).order_by("pk").values()) == before
    assert overdue_on(people["late"], "2026-11-03")
    listed = told()
    assert f"{people['done'].pk} p1 {only(people['done']).cycle_key} ({was} → {engine_version()})" in listed
    assert "late True → False, computed 2026-10-31 → 2026-11-07, due 2026-10-31 → 2026-11-07" in listed
    assert "2 listed." in listed
    found = Condition()
    look_at_derivations(found)
    assert found.findings["version_differences_waiting"] == 2
    assert "engine_differences" in found.alarms[0]


def test_a_second_run_changes_nothing(people: dict[str, Person], update: Update) -> None:
    update()
    assert sync.sync_all(on("2026-11-21")).changes > 0
    listed = list(EngineDifference.objects.order_by("pk").values())
    for at in (on("2026-11-21", 10), on("2026-11-22"), on("2026-12-01")):
        assert sync.sync_all(at).changes == 0
    assert list(EngineDifference.objects.order_by("pk").values()) == listed
    assert set(Derivation.objects.values_list("engine", flat=True)) == {engine_version()}


def test_nothing_is_listed_while_the_version_is_the_same(people: dict[str, Person]) -> None:
    assert told() == "No difference is listed.\n"
    Derivation.objects.update(engine="1/2020a")
    assert sync.sync_all(on("2026-11-21")).changes == 0
    assert not EngineDifference.objects.exists()


def test_what_becomes_known_later_acts(people: dict[str, Person], update: Update) -> None:
    """T-11, S6: on a row that is listed; and what the version alone makes different stays withheld."""
    update()
    days_pass("2026-11-21")
    done(people["late"], "a", "2026-11-23")
    row = only(people["late"])
    assert (row.state, row.state_on, row.late, row.due) == ("satisfied", day("2026-11-23"), True, day("2026-10-31"))
    staffing.record_leave(people["done"], day("2026-10-20"), day("2026-11-08"), at=on("2026-11-24"))
    days_pass("2026-11-24")
    row = only(people["done"])
    assert (row.due, row.late) == (day("2026-11-27"), False)
    assert list(EngineDifference.objects.values_list("person", flat=True)) == [people["late"].pk]
    assert sync.sync_all(on("2026-11-25")).changes == 0


def test_an_administrator_writes_it_with_a_reason(
    people: dict[str, Person], update: Update, administrator: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    update()
    days_pass("2026-11-21")
    monkeypatch.setattr(clock, "now", lambda: on("2026-11-23"))
    assert told(write=True, by="boss", reason="The earlier reckoning was wrong.") == "Written: 2.\n"
    row = only(people["done"])
    assert (row.late, row.due, row.engine) == (False, day("2026-11-07"), engine_version())
    assert only(people["late"]).due == day("2026-11-07")
    for kind in ("assignment.open", "assignment.close"):
        entry = Pending.objects.filter(kind=kind).latest("id")
        parts = dict(Opening.objects.filter(entry=entry.uuid).values_list("part", "value"))
        assert json.loads(parts["actor"]) == {
            "person": str(administrator.pk),
            "name": administrator.name,
            "role": "administrator",
        }
        assert json.loads(parts["payload"])["why"] == "The earlier reckoning was wrong."
    assert overdue_on(people["done"], "2026-11-03", known="2026-11-22"), "what was believed before is kept"
    assert not overdue_on(people["done"], "2026-11-03")
    assert told() == "No difference is listed.\n"
    assert sync.sync_all(on("2026-11-24")).changes == 0


@pytest.mark.parametrize(
    ("by", "reason", "said"),
    [
        ("", "Because.", "There is no login “”"),
        ("nobody", "Because.", "There is no login “nobody”"),
        ("boss", " ", "Say in a sentence"),
        ("learner", "Because.", "Only an administrator"),
    ],
)
def test_nothing_is_written_without_a_name_and_a_reason(
    by: str, reason: str, said: str, people: dict[str, Person], update: Update, administrator: Person
) -> None:
    logins.give_login(people["late"], "learner")
    update()
    days_pass("2026-11-21")
    with pytest.raises(CommandError, match=said):
        told(write=True, by=by, reason=reason)
    assert EngineDifference.objects.count() == 2


def test_a_later_version_is_listed_instead(
    people: dict[str, Person], update: Update, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the version of what is stored to the running one; what agrees again is struck off."""
    update()
    days_pass("2026-11-21")
    monkeypatch.undo()
    monkeypatch.setattr(derive, "ENGINE", derive.ENGINE + 2)
    days_pass("2026-11-22")
    assert not EngineDifference.objects.exists()
    assert only(people["ahead"]).due == day("2026-12-06"), "two weeks from the day on which it said so (S19)"
