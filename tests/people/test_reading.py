"""Readings cost the same in an organisation of ten and of a thousand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from lms.people import facts_on_day, groups, staffing
from lms.people.models import Person, ReportingLine
from tests.factories import AT, HIRED, make_entity, make_person, make_user

pytestmark = pytest.mark.django_db


def test_the_whole_line_below_and_direct_functional_reports(django_assert_num_queries: Any) -> None:
    top = make_person("Top")
    middle = make_person("Middle", manager=top)
    low = make_person("Low", manager=middle)
    lent = make_person("Lent")
    below_lent = make_person("Below", manager=lent)
    staffing.set_manager(lent, top, on=HIRED, at=AT, kind=ReportingLine.Kind.FUNCTIONAL)
    with django_assert_num_queries(1):
        found = set(facts_on_day.reports_of(top, HIRED))
    assert found == {middle, low, lent}
    assert below_lent not in found
    assert set(facts_on_day.reports_of(lent, HIRED)) == {below_lent}
    assert set(facts_on_day.reports_of(low, HIRED)) == set()


def test_a_line_of_thirty_levels_is_one_query(django_assert_num_queries: Any) -> None:
    top = manager = make_person("Top")
    for number in range(30):
        manager = make_person(f"Level {number}", manager=manager)
    with django_assert_num_queries(1):
        assert len(facts_on_day.reports_of(top, HIRED)) == 30


def test_a_circle_in_the_data_ends_the_walk() -> None:
    a, b, c = make_person("A"), make_person("B"), make_person("C")
    for person, manager in ((a, b), (b, c), (c, a)):
        ReportingLine.objects.create(person=person, manager=manager, true_from=HIRED, known_from=AT)
    assert set(facts_on_day.reports_of(a, HIRED)) == {b, c}


def test_lines_count_on_their_days_only() -> None:
    manager, person = make_person("Boss"), make_person("Report")
    staffing.set_manager(person, manager, on=date(2026, 10, 1), at=AT)
    assert not facts_on_day.reports_of(manager, date(2026, 9, 30)).exists()
    assert facts_on_day.is_manager(manager, date(2026, 10, 1))
    assert not facts_on_day.is_manager(manager, date(2026, 9, 30))


def test_reports_compose_with_other_conditions() -> None:
    manager = make_person("Boss")
    person = make_person("Report", "Zeller", manager=manager)
    make_person("Report", "Abel", manager=manager)
    assert list(facts_on_day.reports_of(manager, HIRED).filter(family_name="Zeller")) == [person]
    assert facts_on_day.reports_of(manager, HIRED).count() == 2


def test_leaves_of_many_are_one_query(django_assert_num_queries: Any) -> None:
    people = [make_person(f"P{number}") for number in range(5)]
    for person in people[:3]:
        staffing.record_leave(person, date(2026, 12, 1), date(2026, 12, 24), at=AT)
        staffing.record_leave(person, date(2026, 11, 1), date(2026, 11, 2), at=AT)
    with django_assert_num_queries(1):
        found = facts_on_day.leaves_of(people)
    assert found.keys() == {person.pk for person in people[:3]}
    assert [leave.first for leave in found[people[0].pk]] == [date(2026, 11, 1), date(2026, 12, 1)]
    with django_assert_num_queries(1):
        assert facts_on_day.leaves_of(Person.objects.all()) == found


def test_search_by_words_of_the_name_staff_number_and_address() -> None:
    user = make_user(given_name="Amal", family_name="Bennani", staff_number="ma-17", email="amal@example.org")
    make_person("Amal", "Zeroual")
    assert list(facts_on_day.search_people("benn AMAL")) == [user.person]
    assert list(facts_on_day.search_people("MA-17")) == [user.person]
    assert list(facts_on_day.search_people("Amal@example.org")) == [user.person]
    assert facts_on_day.search_people("amal").count() == 2
    assert not facts_on_day.search_people("  ").exists()


def test_the_zone_outside_employment_is_that_of_the_nearest_one() -> None:
    person = make_person(zone="Africa/Casablanca")
    staffing.leave_company(person, on=date(2026, 9, 30), at=AT)
    staffing.hire(person, make_entity("chile", zone="America/Santiago"), on=date(2026, 12, 1), at=AT)
    assert facts_on_day.zone_of(person, HIRED - timedelta(days=100)) == "Africa/Casablanca"
    assert facts_on_day.zone_of(person, date(2026, 10, 5)) == "Africa/Casablanca"
    assert facts_on_day.zone_of(person, date(2026, 11, 28)) == "America/Santiago"
    assert facts_on_day.zone_of(make_person(hired=None), HIRED) == "UTC"


def test_groups_are_asked_once_for_a_person(django_assert_num_queries: Any) -> None:
    person = make_user(groups.AUDITOR).person
    with django_assert_num_queries(1):
        assert groups.in_group(person, groups.AUDITOR)
        assert not groups.in_group(person, groups.EDITOR)
    assert not groups.in_group(None, groups.AUDITOR)


def test_employed_on() -> None:
    person = make_person()
    make_person(hired=None)
    assert list(facts_on_day.employed_on(HIRED)) == [person]
    assert not facts_on_day.employed_on(HIRED - timedelta(days=1)).exists()
