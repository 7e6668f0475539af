"""The manager's copy: from the seventh day on, to who leads them on the day it is sent, named only where two say so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from courses.assignments.copy_rules import CopyRefused, answer_copy_rule, ask_copy_rule
from courses.assignments.models import Assignment
from lms.people import staffing
from lms.people.facts_on_day import entity_of
from lms.people.models import AccessLog, OrgUnit, Person
from tests.courses.assignments.test_digest import every_day, mailed
from tests.courses.assignments.world import day, days_pass, make_path, make_rule, on
from tests.factories import make_entity, make_person

pytestmark = pytest.mark.django_db
EARLY = on("2026-10-01", 6)


@pytest.fixture
def manager(db: None) -> Person:
    make_path("p1", {"a": 24})
    return make_person("Mona", "Lind", hired=day("2020-01-01"), email="mona@example.org", at=EARLY)


@pytest.fixture
def learner(manager: Person) -> Person:
    """Without an address: the copy does not hang on the learner's own mail. Due Saturday 31 October."""
    make_rule("r-01", "p1", active_from=day("2026-10-01"))
    learner = make_person("Zoë", "Haddad", hired=day("2026-10-01"), manager=manager, at=EARLY)
    days_pass("2026-10-01")
    Assignment.objects.filter(person=manager).delete()
    return learner


def days_with_copy(first: str, last: str) -> list[str]:
    """Days on which a mail spoke of somebody who reports to its reader."""
    found = []
    for text in every_day(first, last):
        before = len(mail.outbox)
        mailed(on(text))
        if any("OVERDUE IN YOUR TEAM" in str(letter.body) for letter in mail.outbox[before:]):
            found.append(text)
    return found


def body() -> str:
    return str(mail.outbox[-1].body)


def name_from(learner: Person, days: int | None, *, on_day: str) -> None:
    entity = entity_of(learner, day("2026-10-01"))
    assert entity
    first, second = (make_person("One", hired=None), make_person("Two", hired=None))
    asked = ask_copy_rule(entity, days, day(on_day), first, on(on_day, 1))
    answer_copy_rule(asked, second, on(on_day, 2), confirmed=True)


def test_from_the_seventh_day_and_at_most_four_more(learner: Person) -> None:
    assert days_with_copy("2026-10-01", "2027-03-31") == [
        "2026-11-09",
        "2026-11-23",
        "2026-12-07",
        "2026-12-21",
        "2027-01-04",
    ]


def test_without_a_setting_nobody_is_named(learner: Person) -> None:
    days_with_copy("2026-11-09", "2026-11-09")
    assert mail.outbox[-1].to == ["mona@example.org"]
    assert mail.outbox[-1].subject == "Overdue training in your team"
    assert "1 training of people who report to you is overdue by 7 days or more." in body()
    assert "Haddad" not in body()
    assert not AccessLog.objects.exists()


def test_named_after_the_days_two_people_set_and_the_learner_can_read_that(learner: Person, manager: Person) -> None:
    name_from(learner, 20, on_day="2026-11-02")
    days_with_copy("2026-11-09", "2026-11-09")
    assert "Haddad" not in body()
    days_with_copy("2026-11-23", "2026-11-23")
    assert "* Zoë Haddad: Path p1. It was due on 31 October 2026, 23 days ago." in body()
    assert "report to you is overdue" not in body()
    look = AccessLog.objects.get()
    assert (look.person, look.viewer, look.what, look.capacity) == (learner, manager, "mail.overdue", "manager")


def test_a_setting_acts_from_its_day_and_another_can_end_it(learner: Person) -> None:
    name_from(learner, 7, on_day="2026-11-02")
    name_from(learner, None, on_day="2026-11-20")
    days_with_copy("2026-11-09", "2026-11-09")
    assert "Haddad" in body()
    days_with_copy("2026-11-23", "2026-11-23")
    assert "Haddad" not in body()


def test_t15_the_copy_goes_to_the_manager_of_the_day_it_is_sent(learner: Person, manager: Person) -> None:
    other = make_person("New", hired=day("2020-01-01"), email="new@example.org", at=EARLY)
    Assignment.objects.filter(person=other).delete()
    staffing.set_manager(learner, other, on=day("2026-11-06"), at=on("2026-11-06"))
    assert days_with_copy("2026-11-05", "2026-11-10") == ["2026-11-09"]
    assert [letter.to for letter in mail.outbox] == [["new@example.org"]]


def test_a_new_manager_is_told_of_what_the_old_one_knew(learner: Person) -> None:
    days_with_copy("2026-11-09", "2026-11-10")
    other = make_person("New", hired=day("2020-01-01"), email="new@example.org", at=EARLY)
    staffing.set_manager(learner, other, on=day("2026-11-11"), at=on("2026-11-11"))
    Assignment.objects.filter(person=other).delete()
    assert days_with_copy("2026-11-11", "2026-11-13") == ["2026-11-12"], "the 11th is a holiday in France"
    assert mail.outbox[-1].to == ["new@example.org"]


def test_never_in_the_managers_leave_nor_about_somebody_on_leave(learner: Person, manager: Person) -> None:
    staffing.record_leave(manager, day("2026-11-09"), day("2026-11-10"), at=on("2026-11-01"))
    staffing.record_leave(learner, day("2026-11-11"), day("2026-11-12"), at=on("2026-11-01"))
    assert days_with_copy("2026-11-09", "2026-11-13") == ["2026-11-13"]


def test_one_mail_a_day_holds_both(learner: Person, manager: Person) -> None:
    mine = Assignment.objects.get(person=learner)
    Assignment.objects.create(
        person=manager,
        version=mine.version,
        path_key="p1",
        cycle_key="hire:own",
        anchor=mine.anchor,
        zone=mine.zone,
        due=day("2026-11-14"),
        deadline_at=on("2026-11-14", 23),
        soon_at=on("2026-11-06", 23),
        state_on=mine.state_on,
        opened_at=EARLY,
    )
    assert mailed(on("2026-11-09")) == 1
    assert "DUE WITHIN 7 DAYS" in body()
    assert "OVERDUE IN YOUR TEAM" in body()


def test_two_overdue_trainings_of_two_people_are_counted_once_each(learner: Person, manager: Person) -> None:
    make_person("Tom", hired=day("2026-10-01"), manager=manager, at=EARLY)
    make_path("p2", {"b": 24})
    make_rule("r-02", "p2", active_from=day("2026-10-01"))
    days_pass("2026-10-01", "2026-10-02")
    Assignment.objects.filter(person=manager).delete()
    late = {"due": day("2026-10-31"), "deadline_at": on("2026-10-31", 23)}
    Assignment.objects.update(**late)
    days_with_copy("2026-11-09", "2026-11-09")
    assert "4 trainings of people who report to you are overdue" in body()
    assert days_with_copy("2026-11-10", "2026-11-20") == []


@pytest.fixture
def entity(db: None) -> OrgUnit:
    return make_entity()


def test_a_setting_needs_a_second_person(entity: OrgUnit) -> None:
    first, second = make_person("One"), make_person("Two")
    asked = ask_copy_rule(entity, 7, day("2026-11-02"), first, on("2026-11-01"))
    with pytest.raises(CopyRefused, match="second person"):
        answer_copy_rule(asked, first, on("2026-11-01"), confirmed=True)
    answer_copy_rule(asked, second, on("2026-11-05"), confirmed=True)
    asked.refresh_from_db()
    assert (asked.confirmed, asked.true_from) == (True, day("2026-11-05")), "it never acts on days that have passed"
    with pytest.raises(CopyRefused, match="already"):
        answer_copy_rule(asked, second, on("2026-11-05"), confirmed=False)


@pytest.mark.parametrize(("days", "first"), [(6, "2026-11-02"), (366, "2026-11-02"), (7, "2026-10-31")])
def test_settings_out_of_bounds_are_refused(entity: OrgUnit, days: int, first: str) -> None:
    with pytest.raises(CopyRefused):
        ask_copy_rule(entity, days, day(first), make_person("One"), on("2026-11-01"))


def test_who_leads_nobody_late_costs_no_query_more(
    learner: Person, manager: Person, django_assert_max_num_queries: Any
) -> None:
    from courses.assignments.digest import queue_digests

    days_with_copy("2026-11-09", "2026-11-09")
    with django_assert_max_num_queries(2):
        assert queue_digests(on("2026-11-10") + timedelta(hours=1)) == 0


def test_mail_about_the_managers_own_training_says_nothing_of_their_people(learner: Person, manager: Person) -> None:
    """At most four more: what is no news of theirs is not told with the manager's own news."""
    days_with_copy("2026-11-09", "2026-11-09")
    make_path("p9", {"z": 12})
    make_rule("r-09", "p9", role="buyer", at=on("2026-11-12"))
    staffing.give_role(manager, "buyer", on=day("2026-11-12"), at=on("2026-11-12"))
    days_pass("2026-11-12")
    Assignment.objects.filter(person=manager, path_key="p1").delete()
    assert days_with_copy("2026-11-13", "2026-11-13") == []
    assert mail.outbox[-1].to == ["mona@example.org"]
    assert "Path p9" in body()


def test_on_the_day_of_one_person_another_is_counted_and_not_named(learner: Person, manager: Person) -> None:
    name_from(learner, 7, on_day="2026-11-02")
    late = make_person("Ben", "Late", hired=day("2026-10-05"), manager=manager, at=on("2026-10-05", 6))
    days_pass("2026-10-05")
    Assignment.objects.filter(person=manager).delete()
    assert days_with_copy("2026-11-09", "2026-11-12") == ["2026-11-09", "2026-11-12"], "Ben: the eleventh is a holiday"
    assert "Ben Late" in body()
    assert "Haddad" not in body()
    assert "1 training of people who report to you is overdue by 7 days or more." in body()
    assert late.email == ""
