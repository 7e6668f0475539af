"""Two feeds that differ beside the employment overwrite nothing: a conflict of each fact, settled by HR (S9, T-29)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lms.people import logins
from lms.people.directory.staff_import import StaffReport, import_people
from lms.people.fact_conflicts import settle_words
from lms.people.groups import AUDITOR, HR_ADMIN, ensure_groups
from lms.people.models import (
    Employment,
    ExternalId,
    FactConflict,
    Leave,
    PeopleChange,
    Person,
    Placement,
    ReportingLine,
    RoleHolding,
)
from tests.factories import AT, make_entity, make_role, make_unit, make_user, sign_in
from tests.forms import fill_in

pytestmark = pytest.mark.django_db
DAY = date(2026, 10, 1)
BASE = "staff_number,given_name,entity,hired_on"
MIRA, SAME = "Mira,mlg-sa,2026-09-01", {"B7": "directory:1"}


@pytest.fixture(autouse=True)
def _organisation() -> None:
    entity = make_entity()
    for code in ("team-a", "team-b"):
        make_unit(code, entity)
    for key in ("buyer", "overseer"):
        make_role(key)


def feed(name: str, column: str, *lines: str, day: date = DAY, **options: Any) -> StaffReport:
    text = "\n".join([f"{BASE},{column}", *lines]).encode()
    found = import_people(text, at=AT + timedelta(days=(day - DAY).days), day=day, commit=True, feed=name, **options)
    assert found.problems == []
    return found


def person(key: str = "1") -> Person:
    return ExternalId.objects.get(feed="directory", key=key).person


def believed() -> list[Any]:
    """Everything of Mira that a feed can change beside the employment's days."""
    mira = person()
    jobs = Employment.objects.current().filter(person=mira).values_list("kind", "zone", "true_from")
    units = Placement.objects.current().filter(person=mira).values_list("unit__code", "true_from")
    lines = ReportingLine.objects.current().filter(person=mira).values_list("manager", "kind", "true_from")
    roles = RoleHolding.objects.current().filter(person=mira).values_list("role__key", "true_from")
    leaves = Leave.objects.filter(person=mira, known_to=None).values_list("first_day", "last_day")
    return [*map(list, (jobs, units, lines, roles, leaves)), mira.name, mira.email, mira.language]


def differ(column: str = "unit", one: str = "team-a", other: str = "team-b") -> FactConflict:
    feed("directory", column, f"1,{MIRA},{one}")
    assert feed("payroll", column, f"B7,{MIRA},{other}", same=SAME).changes == {"conflict": 1}
    return FactConflict.objects.get()


@pytest.mark.parametrize(
    ("column", "one", "other", "what"),
    [
        ("unit", "team-a", "team-b", "unit"),
        ("unit", "team-a", "", "unit"),
        ("roles", "buyer", "buyer;overseer", "roles"),
        ("roles", "buyer", "", "roles"),
        ("zone", "Europe/Paris", "Europe/Madrid", "post"),
        ("kind", "employee", "contractor", "post"),
        ("leave", "2026-10-20/2026-11-20", "", "leave"),
        ("family_name", "Adler", "Adler-Roth", "details"),
        ("email", "mira@example.org", "m@example.org", "details"),
    ],
)
def test_what_is_believed_stays_night_after_night(column: str, one: str, other: str, what: str) -> None:
    assert differ(column, one, other).what == what
    before, changes = believed(), PeopleChange.objects.count()
    for night in (1, 2):
        day = DAY + timedelta(days=night)
        assert not feed("directory", column, f"1,{MIRA},{one}", day=day).changes
        assert not feed("payroll", column, f"B7,{MIRA},{other}", day=day).changes
    assert (believed(), PeopleChange.objects.count()) == (before, changes)
    assert FactConflict.objects.count() == 1


def test_managers_are_compared_as_people_whatever_their_number_in_a_feed() -> None:
    bosses = ["2,Ada,mlg-sa,2020-01-01,", "3,Bea,mlg-sa,2020-01-01,"]
    feed("directory", "manager", *bosses, f"1,{MIRA},2")
    there = ["B2,Ada,mlg-sa,2020-01-01,", "B3,Bea,mlg-sa,2020-01-01,"]
    same = SAME | {"B2": "directory:2", "B3": "directory:3"}
    feed("payroll", "manager", *there, f"B7,{MIRA},B2", same=same)
    assert FactConflict.objects.count() == 0
    assert feed("payroll", "manager", *there, f"B7,{MIRA},B3").changes == {"conflict": 1}
    assert not feed("directory", "manager", *bosses, f"1,{MIRA},2").changes
    found = FactConflict.objects.get()
    assert found.claims == [{"feed": "directory", "manager": "2"}, {"feed": "payroll", "manager": "b3"}]
    settle_words(found, make_user(HR_ADMIN).person, found.claims[1], "Asked both.", at=AT)
    assert ReportingLine.objects.current().get(person=person(), true_to=None).manager == person("3")


def test_a_feed_without_the_column_contradicts_nobody() -> None:
    feed("directory", "unit", f"1,{MIRA},team-a")
    assert feed("payroll", "language", f"B7,{MIRA},", same=SAME).changes == {}
    assert FactConflict.objects.count() == 0


def test_news_that_both_tell_is_written_and_ends_the_conflict() -> None:
    differ()
    assert feed("directory", "unit", f"1,{MIRA},team-b").changes == {"agreed": 1, "unit": 1}
    assert FactConflict.objects.get().settled_how == FactConflict.How.AGREED
    assert Placement.objects.current().get(person=person(), true_to=None).unit.code == "team-b"


def test_no_right_waits_for_it() -> None:
    ensure_groups()
    feed("directory", "unit", f"1,{MIRA},team-a")
    logins.grant(person(), AUDITOR)
    feed("payroll", "unit", f"B7,{MIRA},team-b", same=SAME)
    assert person().user.suspended_rights is None
    assert person().user.groups.count() == 1


def test_three_feeds_are_one_conflict_with_the_same_words_every_night() -> None:
    differ()
    feed("agency", "unit", f"C1,{MIRA},team-a", same={"C1": "directory:1"})
    feeds = [("directory", "1", "team-a"), ("payroll", "B7", "team-b"), ("agency", "C1", "team-a")]
    for name, key, unit in feeds:
        assert not feed(name, "unit", f"{key},{MIRA},{unit}").changes, name
    assert [claim["feed"] for claim in FactConflict.objects.get().claims] == ["agency", "directory", "payroll"]


def test_a_third_feed_that_does_not_speak_of_it_ends_no_conflict() -> None:
    differ()
    assert not feed("agency", "language", f"C1,{MIRA},", same={"C1": "directory:1"}).changes
    assert FactConflict.objects.get().settled_at is None


def test_what_hr_settled_on_the_page_holds_until_a_feed_says_something_else(client: Client) -> None:
    found = differ()
    sign_in(client, make_user(HR_ADMIN, given_name="Hana"))
    page = client.get(reverse("fact_conflicts")).content.decode()
    assert "Feed payroll says: unit team-b" in page
    address = reverse("fact_conflict_settle", args=[found.pk])
    fill_in(client, client.get(address), {"holds": "1", "reason": "Seen the plan"})
    assert Placement.objects.current().get(person=person(), true_to=None).unit.code == "team-b"
    assert not feed("directory", "unit", f"1,{MIRA},team-a").changes
    assert not feed("payroll", "unit", f"B7,{MIRA},team-b").changes
    assert feed("payroll", "unit", f"B7,{MIRA},").changes == {"conflict": 1}


@pytest.mark.parametrize(
    ("column", "one", "other"),
    [
        ("roles", "buyer", "overseer"),
        ("zone", "Europe/Paris", "Europe/Madrid"),
        ("kind", "employee", "contractor"),
        ("leave", "2026-10-20/2026-11-20", "2026-10-25/2026-11-20"),
        ("family_name", "Adler", "Roth"),
        ("unit", "team-a", ""),
    ],
)
def test_one_feeds_words_are_written_or_what_is_believed_stays(column: str, one: str, other: str) -> None:
    found, before = differ(column, one, other), believed()
    settle_words(found, make_user(HR_ADMIN).person, None, "The contract says so.", at=AT)
    assert believed() == before
    assert not feed("payroll", column, f"B7,{MIRA},{other}").changes
    FactConflict.objects.update(settled_at=None)
    settle_words(found, make_user(HR_ADMIN).person, found.claims[1], "The contract says so.", at=AT)
    after = believed()
    assert after != before
    assert feed("directory", column, f"1,{MIRA},{other}").changes == {}, "both say now what is believed"
    assert believed() == after
