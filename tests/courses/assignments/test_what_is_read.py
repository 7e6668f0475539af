"""What people read of an assignment: one status in the row's own zone, as it was known; nothing that nobody knows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.http import QueryDict

from content.editions import Module
from courses.assignments import hearing, sync, todo_list
from courses.assignments.models import Derivation, Waiting
from courses.assignments.outages import record_outage
from courses.assignments.status import Status
from courses.learning import requirement
from courses.paths.models import AssignmentRule
from courses.paths.publishing import withdraw_rule
from courses.player.day import day_of
from lms.mail.models import Message
from lms.mail.sending import send_due
from lms.people import staffing
from lms.people.models import Employment, Person
from lms.reports import standing, training_record
from lms.reports.audit import plain_words, views
from lms.reports.audit.forms import CoverageForm
from lms.reports.standing import View
from lms.reports.team import people as team
from lms.reports.team import reminders
from lms.reports.team.models import Reminder
from lms.reports.team.weekly import queue_team_weeks
from tests.courses.assignments.test_digest import days_with_mail, every_day, mailed
from tests.courses.assignments.world import day, days_pass, done, make_path, make_rule, on, only
from tests.factories import make_entity, make_person

pytestmark = pytest.mark.django_db
EARLY = on("2020-01-01", 1)


@pytest.fixture(autouse=True)
def _thirty_days(settings: Any) -> None:
    """P1 within thirty days of a hire since October 2026, valid for twelve months."""
    settings.BASE_URL = "https://learn.example.org"
    make_path("p1", {"a": 12})
    make_rule("r-01", "p1", active_from=day("2026-10-01"))


def hired(first: str, zone: str = "Europe/Paris", *, at: datetime | None = None, **more: Any) -> Person:
    person = make_person("Ada", "Report", hired=day(first), zone=zone, at=at or on(first, 6), **more)
    days_pass(first)
    return person


def boss_in(zone: str = "Europe/Paris") -> Person:
    """A contractor, of whom nothing is asked."""
    since = {"hired": day("2020-01-01"), "at": EARLY, "kind": Employment.Kind.CONTRACTOR}
    return make_person("Boss", email="boss@example.org", zone=zone, **since)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def word(person: Person, view: View) -> list[str]:
    return [row.status for row in standing.standings(view, assignment__person=person)]


def words(person: Person, view: View) -> list[str]:
    rows = standing.standings(view, assignment__person=person).select_related("assignment")
    return [standing.standing_words(row, view)[1] for row in rows]


def cell(manager: Person, at: datetime) -> tuple[str, str]:
    selection = team.select_team(manager, QueryDict(), at)
    ada = next(line for line in selection.lines(list(selection.people)) if line.person.given_name == "Ada")
    ((_title, (mark, *_others)),) = ada.cells
    return mark.status, mark.text


def task_of(person: Person, at: datetime) -> todo_list.Task:
    (task,) = todo_list.todo_of(person, at).tasks
    return task


# One zone: the row's


def test_a_manager_in_the_east_reads_the_days_of_the_learners_zone() -> None:
    boss = boss_in("Pacific/Auckland")
    ada = hired("2026-10-01", "America/Santiago", manager=boss)
    at = only(ada).deadline_at + timedelta(hours=10)  # 1 November in Santiago, 2 November in Auckland
    assert task_of(ada, at).late_by == 1
    assert cell(boss, at) == ("Overdue", "Overdue by 1 day, due 31 October 2026")


def test_what_is_done_on_a_day_ahead_is_done_for_the_manager_at_once() -> None:
    boss = boss_in("Europe/Madrid")
    ada = hired("2026-10-01", "Pacific/Auckland", manager=boss, at=on("2026-09-30", 1))
    at = utc("2026-10-05T20:00")  # the sixth, in the morning, in Auckland
    done(ada, "a", at, effective="2026-10-06")
    assert cell(boss, at)[0] == "Done"


def test_a_days_report_of_today_says_what_the_other_pages_say() -> None:
    ada = hired("2026-10-01", "Pacific/Auckland", at=on("2026-09-30", 1))
    at = only(ada).deadline_at + timedelta(hours=4)
    form = CoverageForm(QueryDict(), {"p1": "Path p1"}, at)
    assert form.is_valid()
    assert task_of(ada, at).status == Status.OVERDUE
    assert word(ada, views.view_of(form)) == [Status.OVERDUE]


def test_the_managers_mail_counts_the_days_that_the_learner_reads() -> None:
    boss = boss_in("Pacific/Auckland")
    ada = hired("2026-10-01", "America/Santiago", manager=boss)
    staffing.change_zone(ada, "Pacific/Auckland", on=day("2026-10-20"), at=on("2026-10-19"))
    days_pass("2026-10-21")
    at = utc("2026-11-09T20:30")
    assert only(ada).zone == "America/Santiago"
    (copy,) = hearing.readers_of([boss], at)[boss.pk].copies
    assert copy.late_by == task_of(ada, at).late_by == 9


def test_ones_own_page_calls_valid_what_the_stored_instant_calls_valid() -> None:
    ada = hired("2026-10-01", "America/Santiago")
    done(ada, "a", "2026-10-05")
    staffing.change_zone(ada, "Pacific/Auckland", on=day("2026-11-01"), at=on("2026-10-20"))
    days_pass("2026-11-02")
    at = only(ada, state="satisfied").expires_at - timedelta(hours=2)
    assert word(ada, View(at.date(), now=at)) == [Status.EXPIRING]
    (achieved,) = todo_list.todo_of(ada, at).achieved
    assert achieved.valid


def test_a_certificate_is_over_on_the_calendar_of_whoever_holds_it() -> None:
    ada = hired("2026-10-01", "America/Santiago")
    done(ada, "a", "2026-10-10")
    for text, over in (("2027-10-10T20:00", False), ("2027-10-11T04:00", True)):
        (award,) = training_record.awards_of(ada, View(day("2027-10-11"), now=utc(text)))
        assert award.over == over


# After an outage the last day is the one of the deadline (S15)


@pytest.fixture
def after_outage() -> Person:
    """Due Saturday 31 October; too late from the end of Monday 2 November on."""
    ada = hired("2026-10-01", email="ada@example.org")
    mailed(on("2026-10-01"))
    down, up, by = utc("2026-10-31T09:00"), utc("2026-10-31T20:00"), make_person("Olu", "Operator", hired=None)
    record_outage(down, up, "Storage failed.", by, utc("2026-10-31T21:00"))
    sync.sync_due(utc("2026-10-31T21:05"))
    return ada


def test_after_an_outage_nobody_is_told_that_it_was_due(after_outage: Person) -> None:
    mailed(on("2026-11-02"))
    assert "It is due today." in mail.outbox[-1].body
    assert "It is due today." in reminders.draft_reminder(boss_in(), after_outage, on("2026-11-02")).body
    assert task_of(after_outage, on("2026-11-02")).late_by == 0


@pytest.mark.parametrize(("today", "text"), [("2026-11-01", "Due in 1 day"), ("2026-11-02", "Due today")])
def test_after_an_outage_the_badge_counts_to_the_last_day(after_outage: Person, today: str, text: str) -> None:
    assert requirement.badge_of(task_of(after_outage, on(today))).text == text
    (reason,) = requirement.requirement_reasons(after_outage, Module.objects.get(code="a"), "en", on(today))
    assert reason.badge.text == text
    assert words(after_outage, View(day("2026-11-01"), now=on("2026-11-01"))) == ["Due 2 November 2026"]


# Required is not satisfied


@pytest.mark.parametrize("how", ["role", "rule"])
def test_no_renewal_is_announced_of_what_nothing_asks_for_any_more(how: str) -> None:
    make_path("p2", {"m": 12})
    make_rule("r-03", "p2", role="overseer")
    ada = hired("2026-10-01", roles=("overseer",))
    done(ada, "m", "2026-10-10")
    if how == "role":
        staffing.end_role(ada, "overseer", on=day("2027-07-01"), at=on("2027-06-01"))
    else:
        withdraw_rule(AssignmentRule.objects.get(key="r-03"), on("2027-07-01"), "Gone.")
    days_pass("2027-07-02")
    assert todo_list.todo_of(ada, on("2027-08-15")).upcoming == ()
    assert day_of(ada, "en", on("2027-08-15")).later == []


def test_a_renewal_names_its_module_where_the_path_now_gives_more_months() -> None:
    """What was certified stands with the validity of then: twelve months, not the twenty-four of the new version."""
    ada = hired("2026-10-01")
    done(ada, "a", "2026-10-10")
    make_path("p1", {"a": 24}, at=on("2027-01-10"))
    days_pass("2027-01-11", "2027-08-20")
    assert [step.state for step in task_of(ada, on("2027-08-20")).steps] == ["renew"]
    assert len(day_of(ada, "en", on("2027-08-20")).todo) == 1


# Not determined (S18)


@pytest.fixture
def torn() -> Person:
    """Overdue by the last rows; since 1 November nobody can say."""
    ada = hired("2026-10-01", manager=boss_in(), email="ada@example.org")
    mailed(on("2026-10-01"))
    Derivation.objects.filter(person=ada).update(fault="Two feeds disagree", fault_since=on("2026-11-01"))
    mail.outbox.clear()
    return ada


def test_what_is_not_determined_is_said_so_on_every_page(torn: Person) -> None:
    at = on("2026-11-09")
    assert task_of(torn, at).status == Status.NOT_DETERMINED
    (reason,) = requirement.requirement_reasons(torn, Module.objects.get(code="a"), "en", at)
    assert requirement.badge_of(task_of(torn, at)) == reason.badge
    assert reason.badge.text == "Not determined: the facts contradict each other"
    assert (reason.due, reason.steps) == (None, [requirement.moved_on(torn, task_of(torn, at))])
    (duty,) = training_record.duties_of(torn, View(at.date(), now=at))
    assert set(duty.then) == {"Not determined"}


def test_nobody_is_mailed_about_what_is_not_determined(torn: Person) -> None:
    queue_team_weeks(on("2026-11-09"))
    assert days_with_mail("2026-11-09", "2026-11-16") == []
    Derivation.objects.update(fault="", fault_since=None)
    assert mailed(on("2026-11-17")) == 2, "to the learner and to the manager"


def test_what_was_known_before_the_fault_stays_known(torn: Person) -> None:
    assert word(torn, View(day("2026-10-20"), on("2026-10-20"))) == [Status.OPEN]
    assert word(torn, View(day("2026-10-20"))) == [Status.NOT_DETERMINED]
    assert word(torn, View(day("2026-11-05"), on("2026-11-05"))) == [Status.NOT_DETERMINED]


# While an answer is awaited nothing has a date


def test_what_waits_for_an_answer_is_shown_without_a_date() -> None:
    boss = boss_in()
    ada = hired("2026-10-01", manager=boss)
    waiting = {"appeal": ada.pk, "first_day": day("2026-10-10"), "known_from": on("2026-10-10")}
    Waiting.objects.create(person=ada, module=Module.objects.get(code="a"), **waiting)
    days_pass("2026-10-10")
    at = on("2026-11-20")
    (duty,) = training_record.duties_of(ada, View(at.date(), now=at))
    assert (duty.then.required, duty.words) == ("Waiting for an answer", "Waiting for an answer from us")
    (line,) = [row for row in team.sheet_rows(team.select_team(boss, QueryDict(), at)) if str(row[0]).startswith("Ada")]
    assert line[5:7] == ["Waiting for an answer", None]
    story = {"path": {"key": "p1"}, "due": "2026-10-31", "waiting": "2026-10-10"}
    assert "Nothing is due while an answer is awaited." in next(plain_words.TELLERS["assignment.open"](story))


# As it was known


def test_a_pause_is_not_said_of_a_time_before_it_was_known() -> None:
    ada = hired("2026-11-02")
    staffing.record_leave(ada, day("2026-11-20"), day("2027-02-28"), at=on("2026-11-18"))
    days_pass("2026-11-18")
    assert words(ada, View(day("2026-11-10"), on("2026-11-10"))) == ["Due 2 December 2026"]
    assert words(ada, View(day("2026-11-19"), on("2026-11-19"))) == ["Due 13 March 2027, paused by 101 days"]


def test_until_when_it_was_valid_is_said_as_it_was_known() -> None:
    """A list that is entered later moves what is certified, not what was known."""
    ada = hired("2026-10-01")
    done(ada, "a", "2026-10-20")
    done(ada, "a", "2026-11-20", effective="2026-10-05")
    then = View(day("2026-11-01"), on("2026-11-01"))
    assert words(ada, then) == ["Done 20 October 2026, valid until 20 October 2027"]


# Mail


def test_before_access_beside_a_date_is_said_in_the_mail_too() -> None:
    """S14: both are shown."""
    make_rule("r-02", "p1", due_days=None)
    ada = hired("2026-10-01", email="ada@example.org")
    mailed(on("2026-10-01"))
    for body in (mail.outbox[-1].body, reminders.draft_reminder(boss_in(), ada, on("2026-10-02")).body):
        assert "It is due on 31 October 2026" in body
        assert "Required before you are given access." in body


@pytest.mark.parametrize("meanwhile", ["done", "leave"])
def test_a_reminder_by_hand_that_has_nothing_left_to_say_does_not_go(meanwhile: str) -> None:
    boss = boss_in()
    ada = hired("2026-10-01", manager=boss, email="ada@example.org")
    reminders.send_reminder(boss, ada, on("2026-10-12"))
    if meanwhile == "done":
        done(ada, "a", on("2026-10-12", 10))
    else:
        staffing.record_leave(ada, day("2026-10-12"), day("2026-10-30"), at=on("2026-10-12", 10))
    assert send_due(on("2026-10-12", 11)) == 0
    assert not Message.objects.exists()
    assert not Reminder.objects.exists(), "what did not go out was no reminder"


def test_on_friday_and_saturday_nobody_is_written_to_in_egypt() -> None:
    """Due Saturday 7 November: 14, 7 and 1 days before go to Thursdays, 1 and 7 after to Sundays."""
    make_rule("r-01", "p1", due_days=34, at=on("2026-09-01"))
    hired("2026-10-04", "Africa/Cairo", entity=make_entity("eg", country="EG"), email="ada@example.org")
    assert days_with_mail(*every_day("2026-10-04", "2026-11-17")) == [
        *("2026-10-04", "2026-10-22", "2026-10-29", "2026-11-05", "2026-11-08", "2026-11-15")
    ]


# A look ahead


def test_whoever_is_known_to_leave_is_asked_for_nothing_on_a_day_after() -> None:
    boss = boss_in()
    ada = hired("2026-10-01", manager=boss)
    staffing.leave_company(ada, on=day("2026-10-20"), at=on("2026-10-05"))
    days_pass("2026-10-05")
    for text, found in (("2026-10-19", [Status.OPEN]), ("2026-10-30", [])):
        selection = team.select_team(boss, QueryDict(f"as_of={text}"), on("2026-10-06"))
        assert word(ada, selection.view) == found


# Valid then


def test_a_gap_stays_a_gap_when_it_was_closed_late() -> None:
    """T-25: valid to 10 October, renewed on 1 November: on 20 October nothing was valid, as far as is known now too."""
    ada = hired("2026-10-01")
    done(ada, "a", "2026-10-10")
    days_pass("2027-08-20", "2027-10-11")
    done(ada, "a", "2027-11-01")
    then = {
        text: [(row.status, row.fulfilled, row.valid) for row in standing.standings(View(day(text)))]
        for text in ("2027-10-09", "2027-10-20", "2027-11-02")
    }
    assert then == {
        "2027-10-09": [(Status.EXPIRING, False, True)],
        "2027-10-20": [(Status.OVERDUE, False, False)],
        "2027-11-02": [(Status.FULFILLED, True, True)],
    }
