"""The learner's day: what to do, by when, why; where to go on; what is done."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from courses.learning import enrolments, flow, requirement
from courses.player import day
from courses.player.day import Day
from lms.people.models import Person
from tests.courses.assignments.world import days_pass, done, make_path, make_rule, on
from tests.courses.learning import factories
from tests.factories import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def hired() -> Person:
    """Hired on 1 September; m50 and m51 are due on 1 October by company policy."""
    make_path("p1", {"m50": 24, "m51": 12})
    make_rule("r-01", "p1")
    person = make_person("Amina", hired=date(2026, 9, 1), zone="Europe/Paris")
    days_pass("2026-09-01")
    return person


def seen(person: Person, when: str | datetime, language: str = "en") -> Day:
    return day.day_of(person, language, when if isinstance(when, datetime) else on(when))


def test_nothing_asked_is_said_so() -> None:
    empty = seen(make_person(), "2026-10-01")
    assert (empty.card, empty.todo, empty.later, empty.done) == (None, [], [], [])
    assert empty.lede == "Nothing is asked of you at the moment."


def test_every_module_has_its_line_with_date_reason_and_minutes(hired: Person) -> None:
    first, second = seen(hired, "2026-09-10").todo
    assert first.title == "Do “Module m50 (en)”"
    assert first.url == "/learn/module/m50/"
    assert first.reason == "Path p1 · Reason r-01 · company policy"
    assert first.badge is not None
    assert (first.minutes, first.badge.text) == (5, "Due 1 October 2026")
    assert second.title == "Do “Module m51 (en)”"


@pytest.mark.parametrize(
    ("today", "status", "text"),
    [
        ("2026-09-20", "due", "Due 1 October 2026"),
        ("2026-09-24", "soon", "Due in 7 days"),
        ("2026-09-30", "soon", "Due in 1 day"),
        ("2026-10-01", "soon", "Due today"),
        ("2026-10-02", "overdue", "Overdue by 1 day"),
        ("2026-10-04", "overdue", "Overdue by 3 days"),
    ],
)
def test_the_badge_counts_the_days(hired: Person, today: str, status: str, text: str) -> None:
    badge = seen(hired, today).todo[0].badge
    assert badge is not None
    assert (badge.status, badge.text) == (status, text)


def test_what_is_required_before_access_says_so() -> None:
    make_path("p2", {"m52": 12})
    make_rule("r-03", "p2", role="overseer", due_days=None, basis="law")
    person = make_person(roles=("overseer",))
    days_pass("2026-10-02")
    only = seen(person, "2026-10-02").todo[0]
    assert only.badge is not None
    assert only.badge.text == "Required before access"
    assert only.reason.endswith("law in force")


def test_the_card_starts_the_first_module_then_resumes_it(hired: Person) -> None:
    card = seen(hired, "2026-09-10").card
    assert card is not None
    assert (card.title, card.button, card.url, card.total) == ("Module m50 (en)", "Start", "/learn/module/m50/", 0)
    edition = factories.taught("m51", sections=2, questions=0, number=2)
    way = enrolments.start(hired, edition.module, on("2026-09-10"))
    flow.finish_section(way, "s1", "en", on("2026-09-10"))
    card = seen(hired, "2026-09-11").card
    assert card is not None
    assert (card.title, card.button, card.url) == ("Module m51 (en)", "Continue", f"/learn/{way.pk}/s2/")
    assert (card.done, card.total) == (1, 2)
    assert card.text == "You are at section 2 of 2, “Title of s2 (en)”. About 5 minutes left."
    assert seen(hired, "2026-09-11").todo[1].title == "Finish “Module m51 (en)”"


def test_a_module_begun_freely_is_resumed_when_nothing_is_asked() -> None:
    person = make_person()
    way = enrolments.start(person, factories.taught(sections=1).module, on("2026-10-01"))
    card = seen(person, "2026-10-01").card
    assert card is not None
    assert card.url == f"/learn/{way.pk}/s1/"


def test_a_module_asked_for_twice_stands_once_under_the_more_urgent(hired: Person) -> None:
    make_path("p2", {"m50": 12})
    make_rule("r-90", "p2", due_days=10)
    days_pass("2026-09-02")
    titles = [row.title for row in seen(hired, "2026-09-05").todo]
    assert titles == ["Do “Module m50 (en)”", "Do “Module m51 (en)”"]
    assert seen(hired, "2026-09-05").todo[0].reason.startswith("Path p2")


def test_what_is_done_moves_down_and_the_path_brings_its_certificate(hired: Person) -> None:
    done(hired, "m50", "2026-09-10")
    half = seen(hired, "2026-09-11")
    assert [row.title for row in half.todo] == ["Do “Module m51 (en)”"]
    assert [(row.title, row.badge.text) for row in half.done if row.badge] == [
        ("Module m50 (en)", "Completed 10 September 2026")
    ]
    done(hired, "m51", "2026-09-12")
    full = seen(hired, "2026-09-13")
    assert full.todo == []
    assert full.done[0].title == "Path p1"
    assert full.done[0].url.startswith("/certificates/")
    assert full.done[0].reason == "Valid until 12 September 2027"


def test_a_renewal_is_news_ninety_days_before_it_opens(hired: Person) -> None:
    done(hired, "m50", "2026-09-10")
    done(hired, "m51", "2026-09-12")
    assert seen(hired, "2027-04-14").later == []
    (row,) = seen(hired, "2027-04-15").later
    assert (row.title, row.url, row.badge) == ("Renew “Path p1”", "", None)
    assert row.reason == "You can do it from 14 July 2027; what you have is valid until 12 September 2027."


def test_the_lede_counts_things_and_minutes(hired: Person) -> None:
    assert seen(hired, "2026-09-10").lede == "2 things to do, about 10 minutes in all."


def test_the_lede_counts_what_is_left_of_what_was_begun(hired: Person) -> None:
    edition = factories.taught("m51", sections=2, questions=0, number=2)
    flow.finish_section(enrolments.start(hired, edition.module, on("2026-09-10")), "s1", "en", on("2026-09-10"))
    today = seen(hired, "2026-09-11")
    assert today.lede == f"2 things to do, about {sum(row.minutes for row in today.todo)} minutes in all."
    assert today.todo[1].minutes == 5


def test_titles_come_in_the_learners_language(hired: Person) -> None:
    assert seen(hired, "2026-09-10", "fr").todo[0].title == "Do “Module m50 (fr)”"
    assert seen(hired, "2026-09-10", "ar").todo[0].title == 'Do “<bdi lang="en">Module m50 (en)</bdi>”'


@pytest.mark.parametrize(
    ("hour", "words"),
    [(3, "Good morning"), (10, "Good afternoon"), (16, "Good evening"), (23, "Good evening")],
)
def test_the_greeting_goes_by_the_clock_where_the_person_is(hour: int, words: str) -> None:
    """In Paris it is two hours later than UTC in September."""
    person = make_person("Amina", zone="Europe/Paris")
    at = datetime(2026, 9, 10, hour, 30, tzinfo=UTC)
    assert day.day_of(person, "en", at).greeting == f"{words}, Amina"


@pytest.mark.parametrize(
    ("days", "due", "renews", "moved", "words"),
    [
        (30, "2026-12-08", None, [], "30 days from 8 November 2026."),
        (
            30,
            "2026-12-28",
            None,
            ["Your leave moved the date on, to 28 December 2026."],
            "30 days from 8 November 2026. Your leave moved the date on, to 28 December 2026.",
        ),
        (30, "2027-01-05", "2027-01-05", [], "What you did before is valid until 5 January 2027."),
        (
            None,
            "2027-01-19",
            "2027-01-05",
            ["Your appeal moved the date on, to 19 January 2027."],
            "What you did before is valid until 5 January 2027. Your appeal moved the date on, to 19 January 2027.",
        ),
        (None, None, None, [], ""),
    ],
)
def test_how_a_date_comes_about_is_said(
    days: int | None, due: str | None, renews: str | None, moved: list[str], words: str
) -> None:
    ends = date.fromisoformat(renews) if renews else None
    by = date.fromisoformat(due) if due else None
    assert requirement.counted(days, date(2026, 11, 8), by, ends, moved) == words


@pytest.mark.parametrize(
    ("due", "computed", "noticed", "words"),
    [
        ("2026-12-08", "2026-12-08", "2026-11-08", ""),
        ("2026-12-22", "2026-12-08", None, ""),
        (
            "2026-12-22",
            "2026-12-08",
            "2026-12-08",
            "It first stood on your page on 8 December 2026, so you have until 22 December 2026.",
        ),
    ],
)
def test_a_date_that_waited_for_the_first_notice_says_so(
    due: str, computed: str, noticed: str | None, words: str
) -> None:
    first = date.fromisoformat(noticed) if noticed else None
    assert requirement.notice_in_words(date.fromisoformat(due), date.fromisoformat(computed), first) == words
