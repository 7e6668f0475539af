"""Dated rows: what is true, what was believed, and who is woken by a change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from lms.people import facts_on_day, staffing
from lms.people.models import Employment, Leave, OrgUnit, PeopleChange, Person, Placement, ReportingLine, RoleHolding
from lms.people.staffing import StaffingError
from tests.factories import AT, HIRED, make_entity, make_person, make_role, make_unit, make_user

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=10)
OCTOBER = date(2026, 10, 20)


def days_woken(person: Person, kind: str) -> list[date]:
    return sorted(PeopleChange.objects.filter(person=person, kind=kind).values_list("effective_on", flat=True))


def test_a_hire_employs_places_and_wakes_the_assignments() -> None:
    team = make_unit("team-1")
    boss = make_person("Bea", "Boss")
    person = make_person(unit=team, manager=boss)
    employment = facts_on_day.employment_on(person, HIRED)
    assert employment is not None
    assert (employment.entity, employment.zone) == (make_entity(), "Europe/Paris")
    assert facts_on_day.employment_on(person, HIRED - timedelta(days=1)) is None
    assert facts_on_day.unit_of(person, HIRED) == team
    assert list(facts_on_day.reports_of(boss, HIRED)) == [person]
    assert days_woken(person, "hired") == [HIRED]


def test_without_a_unit_a_person_stands_in_the_entity_itself() -> None:
    assert facts_on_day.unit_of(make_person(), HIRED) == make_entity()


def test_the_same_hire_told_again_changes_nothing() -> None:
    person = make_person()
    rows = Employment.objects.count(), PeopleChange.objects.count()
    staffing.hire(person, make_entity(), on=HIRED, at=LATER)
    assert (Employment.objects.count(), PeopleChange.objects.count()) == rows


def test_nobody_is_hired_twice_at_a_time() -> None:
    person = make_person()
    with pytest.raises(StaffingError, match="already has an employment from 2026-09-01"):
        staffing.hire(person, make_entity("gmbh"), on=OCTOBER, at=AT)


def test_a_wrong_zone_is_refused_in_words() -> None:
    with pytest.raises(StaffingError, match="“Paris” is not a time zone"):
        make_person(zone="Paris")


def test_leaving_ends_everything_after_the_last_day() -> None:
    boss = make_person("Bea", "Boss")
    person = make_person(manager=boss, roles=("overseer",))
    staffing.leave_company(person, on=OCTOBER, at=LATER)
    after = OCTOBER + timedelta(days=1)
    assert facts_on_day.employment_on(person, OCTOBER) is not None
    assert facts_on_day.employment_on(person, after) is None
    assert facts_on_day.unit_of(person, after) is None
    assert not facts_on_day.reports_of(boss, after).exists()
    assert not RoleHolding.objects.on(after).filter(person=person).exists()
    assert set(days_woken(person, "left")) == {after}


def test_what_was_believed_before_stays_readable() -> None:
    person = make_person()
    staffing.leave_company(person, on=OCTOBER, at=LATER)
    november = date(2026, 11, 1)
    assert Employment.objects.on(november, known=LATER - timedelta(seconds=1)).filter(person=person).exists()
    assert not Employment.objects.on(november, known=LATER).filter(person=person).exists()
    first = Employment.objects.get(person=person, known_to=LATER)
    assert (first.true_to, first.known_from) == (None, AT)


def test_a_later_leaving_day_prolongs_what_had_been_cut_and_withdrawing_it_goes_on() -> None:
    boss = make_person("Bea", "Boss")
    person = make_person(manager=boss, roles=("overseer",))
    staffing.leave_company(person, on=date(2026, 10, 1), at=AT)
    staffing.leave_company(person, on=OCTOBER, at=LATER)
    assert list(facts_on_day.reports_of(boss, OCTOBER)) == [person]
    assert not facts_on_day.reports_of(boss, OCTOBER + timedelta(days=1)).exists()
    staffing.withdraw_leaving(person, at=LATER)
    far = date(2030, 1, 1)
    assert list(facts_on_day.reports_of(boss, far)) == [person]
    assert RoleHolding.objects.on(far).filter(person=person).exists()
    assert date(2026, 10, 2) in days_woken(person, "left")
    assert OCTOBER + timedelta(days=1) in days_woken(person, "stays")


def test_leaving_before_the_first_day_takes_the_hire_back() -> None:
    person = make_person(hired=date(2027, 1, 1))
    staffing.leave_company(person, on=date(2026, 12, 1), at=LATER)
    assert not Employment.objects.current().filter(person=person).exists()
    assert not Placement.objects.current().filter(person=person).exists()


def test_somebody_never_employed_cannot_leave() -> None:
    with pytest.raises(StaffingError, match="no employment that could end"):
        staffing.leave_company(make_person(hired=None), on=OCTOBER, at=AT)


def test_a_rehire_is_a_new_period_of_the_same_person() -> None:
    """T-14."""
    person = make_person(hired=date(2025, 1, 1))
    staffing.leave_company(person, on=date(2026, 3, 31), at=AT)
    staffing.hire(person, make_entity(), on=date(2026, 9, 1), at=AT)
    starts = (
        Employment.objects.current().filter(person=person).order_by("true_from").values_list("true_from", flat=True)
    )
    assert list(starts) == [date(2025, 1, 1), date(2026, 9, 1)]


def test_a_transfer_is_a_new_period_and_a_change_of_zone_is_not() -> None:
    person = make_person()
    chile = make_entity("chile", country="CL", zone="America/Santiago")
    staffing.transfer(person, chile, on=OCTOBER, at=LATER)
    assert facts_on_day.entity_of(person, OCTOBER - timedelta(days=1)) == make_entity()
    assert facts_on_day.entity_of(person, OCTOBER) == chile
    staffing.change_zone(person, "Pacific/Easter", on=OCTOBER, at=LATER + timedelta(days=1))
    running = facts_on_day.employment_on(person, OCTOBER)
    assert running is not None
    assert (running.true_from, running.zone) == (OCTOBER, "Pacific/Easter")
    assert Employment.objects.current().filter(person=person).count() == 2


def test_a_corrected_hire_moves_what_began_with_it() -> None:
    person = make_person(roles=("overseer",))
    staffing.correct_hire(person, was=HIRED, on=HIRED + timedelta(days=14), at=LATER)
    assert facts_on_day.employment_on(person, HIRED) is None
    assert facts_on_day.unit_of(person, HIRED) is None
    assert not RoleHolding.objects.on(HIRED).filter(person=person).exists()
    assert facts_on_day.employment_on(person, HIRED + timedelta(days=14)) is not None
    assert RoleHolding.objects.on(HIRED + timedelta(days=14)).filter(person=person).exists()


def test_a_corrected_hire_cannot_run_into_the_period_before() -> None:
    person = make_person(hired=date(2025, 1, 1))
    staffing.leave_company(person, on=date(2026, 3, 31), at=AT)
    staffing.hire(person, make_entity(), on=date(2026, 9, 1), at=AT)
    with pytest.raises(StaffingError, match="another employment"):
        staffing.correct_hire(person, was=date(2026, 9, 1), on=date(2026, 3, 1), at=AT)
    staffing.correct_hire(person, was=date(2026, 9, 1), on=date(2026, 4, 2), at=AT)
    assert facts_on_day.employment_on(person, date(2026, 4, 1)) is None


def test_a_backdated_placement_rewrites_belief_not_rows() -> None:
    first, second, third = make_unit("one"), make_unit("two"), make_unit("three")
    person = make_person(unit=first)
    staffing.place(person, third, on=date(2026, 12, 1), at=AT)
    staffing.place(person, second, on=OCTOBER, at=LATER)
    units: list[OrgUnit | None] = [
        facts_on_day.unit_of(person, day) for day in (HIRED, OCTOBER, date(2026, 11, 30), date(2026, 12, 1))
    ]
    assert units == [first, second, second, third]
    assert Placement.objects.filter(person=person, known_to=LATER).count() == 1


def test_one_line_manager_at_a_time_and_none_ends_the_line() -> None:
    old, new, person = make_person("Old"), make_person("New"), make_person("Report")
    staffing.set_manager(person, old, on=HIRED, at=AT)
    staffing.set_manager(person, new, on=OCTOBER, at=LATER)
    assert not facts_on_day.reports_of(old, OCTOBER).exists()
    assert list(facts_on_day.reports_of(new, OCTOBER)) == [person]
    staffing.set_manager(person, None, on=date(2026, 11, 1), at=LATER)
    assert not facts_on_day.is_manager(new, date(2026, 11, 1))


def test_a_circle_of_managers_is_refused() -> None:
    top = make_person("Top")
    middle = make_person("Middle", manager=top)
    low = make_person("Low", manager=middle)
    with pytest.raises(StaffingError, match="already reports to"):
        staffing.set_manager(top, low, on=HIRED, at=AT)
    with pytest.raises(StaffingError, match="their own manager"):
        staffing.set_manager(top, top, on=HIRED, at=AT)
    staffing.set_manager(top, low, on=HIRED, kind=ReportingLine.Kind.FUNCTIONAL, at=AT)


def test_a_role_is_held_once_and_begins_earlier_rather_than_twice() -> None:
    make_role("overseer")
    person = make_person()
    staffing.give_role(person, "overseer", on=date(2026, 12, 1), at=AT)
    staffing.give_role(person, "overseer", on=OCTOBER, at=LATER)
    staffing.give_role(person, "overseer", on=date(2026, 11, 1), at=LATER)
    held = RoleHolding.objects.current().get(person=person)
    assert (held.true_from, held.true_to) == (OCTOBER, None)
    staffing.end_role(person, "overseer", on=date(2026, 11, 1), at=LATER)
    assert not RoleHolding.objects.on(date(2026, 11, 1)).exists()


def test_what_begins_after_the_leaving_day_is_known_ends_with_it() -> None:
    boss, person = make_person("Boss"), make_person()
    make_role("overseer")
    staffing.leave_company(person, on=date(2026, 12, 31), at=AT)
    staffing.give_role(person, "overseer", on=OCTOBER, at=LATER)
    staffing.set_manager(person, boss, on=OCTOBER, at=LATER)
    assert RoleHolding.objects.current().get(person=person).true_to == date(2027, 1, 1)
    assert ReportingLine.objects.current().get(person=person).true_to == date(2027, 1, 1)


def test_an_unknown_role_names_the_known_ones() -> None:
    make_role("overseer")
    with pytest.raises(StaffingError, match=r"no training role “pilot”\. Known roles: overseer"):
        staffing.give_role(make_person(), "pilot", on=HIRED, at=AT)


def test_leave_is_recorded_once_and_corrected_by_superseding() -> None:
    """T-11: a corrected leave keeps what was believed before."""
    person = make_person()
    leave = staffing.record_leave(person, OCTOBER, date(2026, 11, 20), at=AT)
    assert staffing.record_leave(person, OCTOBER, date(2026, 11, 20), at=LATER) == leave
    staffing.correct_leave(leave, OCTOBER, date(2026, 12, 1), at=LATER)
    assert facts_on_day.leaves_of([person]) == {person.pk: [(OCTOBER, date(2026, 12, 1))]}
    before = facts_on_day.leaves_of([person], known_at=LATER - timedelta(seconds=1))
    assert before == {person.pk: [(OCTOBER, date(2026, 11, 20))]}
    assert days_woken(person, "leave") == [date(2026, 10, 1), date(2026, 10, 11), date(2026, 10, 11)]
    staffing.withdraw_leave(Leave.objects.get(known_to=None), at=LATER)
    assert facts_on_day.leaves_of([person]) == {}


def test_a_leave_ends_after_it_begins() -> None:
    with pytest.raises(StaffingError, match="cannot end on 2026-10-19, before its first day 2026-10-20"):
        staffing.record_leave(make_person(), OCTOBER, date(2026, 10, 19), at=AT)


def test_a_changed_address_is_followed_by_the_login() -> None:
    user = make_user(email="old@example.org")
    person = user.person
    changed = staffing.describe(
        person, given_name="Amal", family_name="Alami", language="fr", email="New@Example.org", at=AT
    )
    user.refresh_from_db()
    assert changed
    assert user.email == "new@example.org"
    assert list(user.emailaddress_set.values_list("email", "verified", "primary")) == [("new@example.org", True, True)]
    same = {"given_name": "Amal", "family_name": "Alami", "language": "fr", "email": "new@example.org"}
    assert not staffing.describe(person, **same, at=AT)


def test_today_is_the_persons_own() -> None:
    easter = make_person(entity=make_entity("chile", zone="Pacific/Easter"))
    samoa = make_person(zone="Pacific/Apia")
    instant = datetime(2026, 10, 1, 3, 0, tzinfo=UTC)
    assert facts_on_day.today(easter, instant) == date(2026, 9, 30)
    assert facts_on_day.today(samoa, datetime(2026, 10, 1, 12, 0, tzinfo=UTC)) == date(2026, 10, 2)
