"""What a feed corrects, what is new, and what waits for HR (RULES S9, T-29)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from lms import rooms
from lms.condition import Condition
from lms.people import conflicts, facts_on_day, logins, same_facts, staffing
from lms.people.claims import EmploymentClaim, packed
from lms.people.conflict_health import look_at_conflicts
from lms.people.directory.staff_import import StaffReport, import_people
from lms.people.groups import AUDITOR, EDITOR, HR_ADMIN, ensure_groups
from lms.people.models import Employment, ExternalId, FactConflict, ImportRun, PeopleChange, Person, User
from lms.people.staffing import StaffingError
from tests.factories import AT, make_entity, make_person, make_user, sign_in
from tests.forms import fill_in

pytestmark = pytest.mark.django_db
DAY = date(2026, 10, 1)
HEADER = "staff_number,given_name,entity,hired_on,left_on,manager"
MIRA = "1,Mira,mlg-sa,2026-09-01,,"


@pytest.fixture(autouse=True)
def _organisation() -> None:
    make_entity()
    make_entity("chile", country="CL", zone="America/Santiago")


def run(*lines: str, day: date = DAY, **options: Any) -> StaffReport:
    at = AT + timedelta(days=(day - DAY).days)
    return import_people("\n".join([HEADER, *lines]).encode(), at=at, day=day, commit=True, **options)


def mira(number: str = "1", feed: str = "directory") -> Person:
    return ExternalId.objects.select_related("person").get(feed=feed, key=number).person


def fact_of(person: Person) -> Any:
    return Employment.objects.current().filter(person=person).order_by("-true_from").first().fact  # type: ignore[union-attr]


def in_two_feeds(*, left: str = "") -> StaffReport:
    """Feed A says active, feed B knows her too."""
    run(MIRA)
    return run(f"B7,Mira,mlg-sa,2026-09-01,{left},", feed="payroll", same={"B7": "directory:1"})


# Corrected, new, or a conflict (S9)


def test_another_first_day_of_a_period_that_has_not_ended_corrects_it_and_the_fact_stays() -> None:
    run(MIRA)
    fact = fact_of(mira())
    assert run(MIRA.replace("09-01", "10-15")).changes == {"correction": 1}
    assert (fact_of(mira()), FactConflict.objects.count()) == (fact, 0)


def test_a_start_after_a_recorded_end_is_a_new_period() -> None:
    run(MIRA.replace("2026-09-01,", "2025-09-01,2026-03-31"))
    fact = fact_of(mira())
    assert run(MIRA).changes["hire"] == 1
    assert fact_of(mira()) != fact
    assert Employment.objects.current().count() == 2


def test_another_entity_from_a_later_day_is_that_entitys_new_period_and_moves_nothing() -> None:
    run(MIRA.replace("2026-09-01", "2020-01-01"))
    assert run(MIRA.replace("mlg-sa", "chile")).changes == {"transfer": 1}
    starts = Employment.objects.current().order_by("true_from").values_list("true_from", "true_to")
    assert list(starts) == [(date(2020, 1, 1), date(2026, 9, 1)), (date(2026, 9, 1), None)]


@pytest.mark.parametrize("moved", ["2026-01-05", "2026-12-01"])
def test_a_start_moved_by_more_than_ninety_days_waits_for_hr(moved: str) -> None:
    run(MIRA)
    line = MIRA.replace("2026-09-01", moved)
    assert run(line).changes == {"conflict": 1}
    assert Employment.objects.current().get().true_from == date(2026, 9, 1)
    found = FactConflict.objects.get()
    assert (found.what, [claim["hired_on"] for claim in found.claims]) == ("start", ["2026-09-01", moved])
    assert found.cause == ImportRun.objects.latest("pk").cause
    assert not run(line).changes
    assert mira().user.suspended_rights is None


def test_a_start_moved_across_a_recorded_end_waits_for_hr() -> None:
    run(MIRA.replace("2026-09-01,", "2025-09-01,2026-08-15"))
    run(MIRA)
    assert run(MIRA.replace("09-01", "08-10")).changes == {"conflict": 1}
    assert Employment.objects.current().count() == 2


def test_a_start_moved_past_a_fulfilled_obligation_waits_for_hr(monkeypatch: pytest.MonkeyPatch) -> None:
    run(MIRA)
    done = {fact_of(mira()): date(2026, 9, 10)}
    monkeypatch.setattr(rooms, "first_fulfilled_on", done.get)
    assert run(MIRA.replace("09-01", "09-08")).changes == {"correction": 1}
    assert run(MIRA.replace("09-01", "09-20")).changes == {"conflict": 1}
    assert Employment.objects.current().get().true_from == date(2026, 9, 8)


def test_a_conflict_is_over_when_the_feed_says_again_what_is_believed() -> None:
    run(MIRA)
    run(MIRA.replace("2026-09-01", "2026-01-05"))
    assert run(MIRA).changes == {"agreed": 1}
    assert FactConflict.objects.get().settled_how == FactConflict.How.AGREED


def test_everything_else_of_a_line_in_conflict_is_written() -> None:
    run(MIRA, "2,Bea,mlg-sa,2020-01-01,,")
    result = run("1,Mira,mlg-sa,2026-01-05,,2", "2,Bea,mlg-sa,2020-01-01,,")
    assert result.changes == {"conflict": 1, "manager": 1}


# Feeds that disagree (T-29)


def test_feeds_that_agree_are_one_person_and_no_conflict() -> None:
    assert in_two_feeds().problems == []
    assert (Person.objects.count(), FactConflict.objects.count()) == (1, 0)


def test_active_in_one_feed_and_left_in_the_other_ends_nothing() -> None:
    assert in_two_feeds(left="2026-09-15").changes == {"conflict": 1}
    assert Employment.objects.current().get().true_to is None
    found = FactConflict.objects.get()
    assert found.what == "feeds"
    assert [(claim["feed"], claim["left_on"]) for claim in found.claims] == [
        ("directory", None),
        ("payroll", "2026-09-15"),
    ]
    assert not run(MIRA).changes
    assert logins.deactivate_leavers(AT + timedelta(days=30)) == 0


def test_other_days_and_other_entities_are_a_conflict_too() -> None:
    run(MIRA)
    tie = {"B7": "directory:1"}
    assert run("B7,Mira,mlg-sa,2026-09-03,,", feed="payroll", same=tie).changes == {"conflict": 1}
    assert run("B7,Mira,chile,2026-09-01,,", feed="payroll").changes == {"conflict": 1}
    assert Employment.objects.current().get().entity.code == "mlg-sa"


def test_an_employment_that_was_over_before_is_history_and_no_conflict() -> None:
    run(MIRA)
    line = "B7,Mira,chile,2024-01-01,2025-01-31,"
    result = run(line, feed="payroll", same={"B7": "directory:1"})
    assert FactConflict.objects.filter(what="feeds").count() == 0
    assert Employment.objects.current().filter(true_to=None).get().entity.code == "mlg-sa"
    assert not result.changes["leaving"]


def test_the_conflict_is_over_when_the_feeds_agree_again() -> None:
    in_two_feeds(left="2026-10-31")
    assert run(MIRA.replace("01,,", "01,2026-10-31,")).changes == {"agreed": 1, "leaving": 1}
    assert Employment.objects.current().get().true_to == date(2026, 11, 1)
    assert mira().user.suspended_rights is None


def test_a_newcomer_with_a_known_name_and_day_in_another_feed_is_asked_about() -> None:
    run(MIRA)
    asked = run("B7,Mira,mlg-sa,2026-09-01,,", feed="payroll")
    assert "Is B7 the same person as directory:1?" in str(asked.problems[0])


# Rights meanwhile


def test_learning_stays_open_and_every_other_right_waits(client: Client) -> None:
    ensure_groups()
    run(MIRA, "2,Nico,mlg-sa,2026-09-01,,1")
    person = mira()
    logins.grant(person, EDITOR, AUDITOR)
    user = User.objects.get(person=person)
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    User.objects.filter(pk=user.pk).update(is_superuser=True)
    user = User.objects.get(pk=user.pk)
    before = _rights(user)
    sign_in(client, user)
    assert [client.get(reverse(name)).status_code for name in ("learn:dashboard", "team:people")] == [200, 200]
    run("B7,Mira,mlg-sa,2026-09-01,2026-09-15,", feed="payroll", same={"B7": "directory:1"})
    assert client.get(reverse("learn:dashboard")).status_code == 200
    for address in ("team:people", "audit:search", "wagtailadmin_home", "fact_conflicts"):
        refused = client.get(reverse(address))
        assert refused.status_code == 403, address
        assert "Two sources of staff data disagree" in refused.content.decode()
    assert _rights(User.objects.get(pk=user.pk)) == (set(), set(), False)
    with pytest.raises(logins.LoginError, match="Settle the conflict first"):
        logins.grant(mira(), EDITOR)
    run("B7,Mira,mlg-sa,2026-09-01,,", feed="payroll")
    assert _rights(User.objects.get(pk=user.pk)) == before
    assert client.get(reverse("team:people")).status_code == 200


def test_who_left_while_the_feeds_disagreed_gets_nothing_back() -> None:
    in_two_feeds()
    logins.grant(mira(), AUDITOR)
    in_conflict = run("B7,Mira,mlg-sa,2026-09-01,2026-09-30,", feed="payroll")
    assert in_conflict.changes == {"conflict": 1}
    run(MIRA.replace("01,,", "01,2026-09-30,"))
    assert _rights(User.objects.get(person=mira())) == (set(), set(), False)


def _rights(user: User) -> tuple[set[str], set[str], bool]:
    groups = set(user.groups.values_list("name", flat=True))
    return groups, set(user.user_permissions.values_list("codename", flat=True)), user.is_superuser


# Settled by HR


def settled(outcome: EmploymentClaim, **login: Any) -> FactConflict:
    found = FactConflict.objects.get()
    hr = make_user(HR_ADMIN, given_name="Hana", **login)
    conflicts.settle(found, hr.person, outcome, "The contract says so.", at=AT)
    return FactConflict.objects.get()


def test_one_of_the_claims_is_written_and_the_same_claims_are_not_asked_about_again() -> None:
    in_two_feeds(left="2026-10-31")
    left = EmploymentClaim("payroll", "mlg-sa", date(2026, 9, 1), date(2026, 10, 31))
    found = settled(left)
    assert (found.settled_how, found.reason) == ("claim", "The contract says so.")
    assert Employment.objects.current().get(person=mira()).true_to == date(2026, 11, 1)
    assert PeopleChange.objects.filter(cause=f"conflict:{found.pk}").exists()
    assert mira().user.suspended_rights is None
    assert not run(MIRA).changes
    assert not run("B7,Mira,mlg-sa,2026-09-01,2026-10-31,", feed="payroll").changes
    assert Employment.objects.current().get(person=mira()).true_to == date(2026, 11, 1)


def test_something_else_can_hold() -> None:
    in_two_feeds(left="2026-10-31")
    found = settled(EmploymentClaim("", "mlg-sa", date(2026, 9, 2), date(2026, 12, 31)))
    assert found.settled_how == "other"
    assert not run(MIRA).changes
    assert not run("B7,Mira,mlg-sa,2026-09-01,2026-10-31,", feed="payroll").changes
    row = Employment.objects.current().get(person=mira())
    assert (row.true_from, row.true_to) == (date(2026, 9, 2), date(2027, 1, 1))


def test_a_moved_first_day_that_hr_confirms_is_corrected() -> None:
    run(MIRA)
    fact = fact_of(mira())
    run(MIRA.replace("2026-09-01", "2026-01-05"))
    settled(EmploymentClaim("directory", "mlg-sa", date(2026, 1, 5)))
    assert Employment.objects.current().get(person=mira()).true_from == date(2026, 1, 5)
    assert fact_of(mira()) == fact
    assert not run(MIRA.replace("2026-09-01", "2026-01-05")).changes


def test_what_hr_decided_holds_until_the_feed_says_something_else() -> None:
    run(MIRA)
    line = MIRA.replace("2026-09-01", "2026-01-05")
    run(line)
    settled(EmploymentClaim("", "mlg-sa", date(2026, 2, 1)))
    assert not run(line).changes
    assert Employment.objects.current().get(person=mira()).true_from == date(2026, 2, 1)
    assert run(line.replace("01-05", "01-10")).changes == {"correction": 1}


def test_nobody_settles_their_own_conflict_and_only_hr_settles_any() -> None:
    in_two_feeds(left="2026-10-31")
    found = FactConflict.objects.get()
    claim = EmploymentClaim("directory", "mlg-sa", date(2026, 9, 1))
    with pytest.raises(PermissionDenied, match="Only HR administrators"):
        conflicts.settle(found, make_user(AUDITOR).person, claim, "x", at=AT)
    own = make_user(HR_ADMIN).person
    FactConflict.objects.update(person=own)
    with pytest.raises(PermissionDenied, match="about you"):
        conflicts.settle(found, own, claim, "x", at=AT)


def test_hr_settles_it_on_a_page_that_the_person_finds_in_their_access_log(client: Client) -> None:
    in_two_feeds(left="2026-10-31")
    sign_in(client, make_user(HR_ADMIN, given_name="Hana"))
    page = client.get(reverse("fact_conflicts")).content.decode()
    assert "Feed payroll says: mlg-sa, from 2026-09-01 to 2026-10-31" in page
    assert "Mira" in page
    found = FactConflict.objects.get()
    address = reverse("fact_conflict_settle", args=[found.pk])
    wrong = fill_in(client, client.get(address), {"holds": "other", "entity": "nowhere", "reason": "x"})
    assert "There is no such legal entity." in wrong.content.decode()
    fill_in(client, client.get(address), {"holds": "0", "reason": "Seen the contract"})
    found.refresh_from_db()
    assert (found.settled_how, found.outcome["left_on"]) == ("claim", None)
    assert set(found.person.looked_at_by.values_list("what", flat=True)) >= {"conflicts.list", "conflicts.settled"}


def test_the_page_costs_the_same_for_more_conflicts(client: Client, django_assert_max_num_queries: Any) -> None:
    sign_in(client, make_user(HR_ADMIN))
    for number in range(10):
        one = make_person(staff_number=f"N{number}")
        claims = [EmploymentClaim("a", "mlg-sa", DAY), EmploymentClaim("b", "mlg-sa", DAY, DAY)]
        conflicts.open_conflict(one, "feeds", packed(claims), at=AT)
    client.get(reverse("fact_conflicts"))
    with django_assert_max_num_queries(14):
        client.get(reverse("fact_conflicts"))


def test_health_counts_what_waits_and_alarms_after_ten_working_days(monkeypatch: pytest.MonkeyPatch) -> None:
    in_two_feeds(left="2026-10-31")

    def told(days: int) -> Condition:
        monkeypatch.setattr("lms.people.conflict_health.clock.now", lambda: AT + timedelta(days=days))
        found = Condition()
        look_at_conflicts(found)
        return found

    assert told(13).findings["staff data"] == {"conflicts": 1, "late": 0, "feeds stopped": 0}
    assert told(13).alarms == []
    assert told(15).alarms == ["1 conflict in staff data has waited for HR for more than 10 working days."]


def test_what_was_settled_long_ago_goes() -> None:
    in_two_feeds(left="2026-10-31")
    settled(EmploymentClaim("directory", "mlg-sa", date(2026, 9, 1)))
    assert conflicts.forget_settled(AT + timedelta(days=700)) == 0
    assert conflicts.forget_settled(AT + timedelta(days=731)) == 1


# Facts named the same


def test_facts_named_the_same_are_one_and_part_again() -> None:
    person = make_person(hired=date(2025, 1, 1))
    staffing.leave_company(person, on=date(2026, 3, 31), at=AT)
    staffing.hire(person, make_entity(), on=date(2026, 4, 15), at=AT)
    first, second = Employment.objects.current().filter(person=person).order_by("true_from")
    join = same_facts.same_fact(person, first.fact, second.fact, "One contract.", at=AT + timedelta(days=1))
    assert set(Employment.objects.filter(person=person).values_list("fact", flat=True)) == {first.fact}
    staffing.correct_hire(person, was=date(2026, 4, 15), on=date(2026, 4, 20), at=AT + timedelta(days=2))
    same_facts.part_facts(join, at=AT + timedelta(days=3))
    now = Employment.objects.current().filter(person=person).order_by("true_from")
    assert [row.fact for row in now] == [first.fact, second.fact]
    same_facts.part_facts(join, at=AT + timedelta(days=4))
    with pytest.raises(StaffingError, match="no two such facts"):
        same_facts.same_fact(person, first.fact, first.fact, "x", at=AT)
    assert facts_on_day.employment_on(person, date(2026, 4, 17)) is None
