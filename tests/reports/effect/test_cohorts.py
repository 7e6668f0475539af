"""By the year in which people began: never so that a small year could be worked out."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from content.editions import Module
from courses.learning import enrolments, flow
from courses.learning.models import Enrolment
from lms.people.models import Person
from lms.reports.effect import figures
from lms.reports.indicators import cohorts, snapshots
from lms.reports.indicators.models import Snapshot
from tests.courses.learning.factories import taught
from tests.factories import AT, make_person

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=365)


@pytest.fixture
def module() -> Module:
    return taught("m60", sections=1, questions=0).module


def begin(module: Module, count: int, at: datetime, *, done: int = 0) -> list[Person]:
    people = []
    for number in range(count):
        person = make_person(f"C{Person.objects.count()}")
        way = enrolments.start(person, module, at)
        if number < done:
            flow.finish_section(way, "s1", "en", at)
        people.append(person)
    return people


def newest() -> Snapshot:
    return Snapshot.objects.filter(measure="completion").latest("taken_on")


def test_each_year_has_its_people_and_its_share(module: Module) -> None:
    begin(module, 20, AT - YEAR, done=15)
    begin(module, 30, AT, done=15)
    snapshots.publish_snapshots_due(AT)
    assert newest().cohorts == {"2025": [20, 15], "2026": [30, 15]}
    (row,) = figures.module_figures(AT.date())[0]["rows"]
    assert row.cohorts == [
        ("2025", 20, "75 % (between 53 and 89 %)"),
        ("2026", 30, "50 % (between 33 and 67 %)"),
    ]


def test_a_small_year_takes_the_next_smallest_with_it(module: Module) -> None:
    begin(module, 30, AT - 2 * YEAR, done=12)
    begin(module, 20, AT - YEAR, done=12)
    begin(module, 3, AT)
    snapshots.publish_snapshots_due(AT)
    assert newest().cohorts == {"2024": [30, 12], "2025": None, "2026": None}


def test_a_year_that_everybody_but_a_few_belongs_to_is_not_told(module: Module) -> None:
    begin(module, 40, AT - YEAR, done=20)
    begin(module, 4, AT)
    snapshots.publish_snapshots_due(AT)
    assert set(newest().cohorts.values()) == {None}


def test_a_few_more_since_the_last_report_keep_the_years_back(module: Module) -> None:
    begin(module, 20, AT - YEAR, done=10)
    begin(module, 30, AT, done=15)
    snapshots.publish_snapshots_due(AT)
    begin(module, 4, AT, done=2)
    begin(module, 10, AT - YEAR, done=2)
    assert snapshots.publish_snapshots_due(AT + timedelta(days=7)) in (0, 1)
    assert newest().cohorts in ({}, {"2025": [20, 10], "2026": [30, 15]})
    (row,) = figures.module_figures(AT.date())[0]["rows"]
    assert [year for year, _people, _share in row.cohorts] == ["2025", "2026"]
    assert [people for _year, people, _share in row.cohorts] == [20, 30]


def test_shares_by_year_do_not_tell_the_share_that_hidden_groups_hide(module: Module) -> None:
    begin(module, 25, AT - YEAR, done=22)
    begin(module, 25, AT, done=23)
    snapshots.publish_snapshots_due(AT)
    assert newest().shown["begun"] is None
    assert newest().cohorts == {}  # 22 and 23 of 50 would leave the 5 that are hidden


def test_a_year_near_all_is_not_told_by_taking_the_other_from_everybody(module: Module) -> None:
    begin(module, 20, AT - YEAR, done=20)
    begin(module, 30, AT, done=15)
    snapshots.publish_snapshots_due(AT)
    assert newest().cohorts == {"2025": [20, 20], "2026": None}
    assert set(newest().cohort_members) == {"2025", "2026"}  # who is counted can be told from the whole


def test_the_step_of_one_person_of_a_year_keeps_the_years_back(module: Module) -> None:
    older = begin(module, 40, AT - YEAR, done=20)
    begin(module, 40, AT, done=20)
    snapshots.publish_snapshots_due(AT)
    flow.finish_section(enrolments.ways_through(older[-1], "m60")[0], "s1", "en", AT)
    begin(module, 30, AT + YEAR, done=15)
    assert snapshots.publish_snapshots_due(AT + YEAR) == 1
    assert newest().cohorts == {}


def test_who_has_no_year_keeps_the_years_back_and_nothing_else(module: Module) -> None:
    people = begin(module, 30, AT, done=15)
    begin(module, 30, AT - YEAR, done=15)
    Enrolment.objects.filter(person=people[0]).delete()
    assert snapshots.publish_snapshots_due(AT) == 1
    assert (newest().total, newest().cohorts) == (60, {})


def test_the_year_is_that_of_the_first_time(module: Module) -> None:
    (person,) = begin(module, 1, AT - YEAR, done=1)
    enrolments.start(person, module, AT, completed_before=1)
    assert cohorts.years(module) == {person.pk: "2025"}


def test_digests_of_people_are_emptied_after_two_years_and_figures_stay(module: Module) -> None:
    begin(module, 20, AT, done=10)
    snapshots.publish_snapshots_due(AT)
    assert newest().members
    snapshots.publish_snapshots_due(AT + timedelta(days=731))
    first = Snapshot.objects.filter(measure="completion").earliest("taken_on")
    assert (first.members, first.cohort_members, first.total) == ({}, {}, 20)
