"""Why a date, in words and sums; what has run out and is asked again, on one's own pages."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest
from django.core import mail
from django.test import Client

from certification.ledger import clock
from content.editions import Module
from courses.learning import requirement
from lms.people import staffing
from lms.people.models import Person
from tests.courses.assignments.test_digest import mailed
from tests.courses.assignments.test_what_is_read import _thirty_days as _thirty_days
from tests.courses.assignments.test_what_is_read import hired
from tests.courses.assignments.world import day, days_pass, done, make_path, make_rule, on, only
from tests.factories import make_entity, make_person, make_user, sign_in

pytestmark = pytest.mark.django_db


def steps(person: Person, at: datetime, code: str = "a") -> list[list[str]]:
    found = requirement.requirement_reasons(person, Module.objects.get(code=code), "en", at)
    return [reason.steps for reason in found]


def test_leave_and_what_was_given_before_are_two_steps() -> None:
    ada = hired("2026-10-01")
    make_rule("r-01", "p1", due_days=20, at=on("2026-10-03"))
    days_pass("2026-10-03")
    staffing.record_leave(ada, day("2026-10-05"), day("2026-10-24"), at=on("2026-10-04"))
    days_pass("2026-10-04")
    (said,) = steps(ada, on("2026-10-26"))
    assert said[2:5] == [
        "The rule gives 20 days: until 23 October 2026.",
        "Your leave moved the date on, to 12 November 2026.",
        "You were given a later date before, and it stays: 20 November 2026.",
    ]


def test_a_withdrawn_module_is_not_called_leave() -> None:
    ada = hired("2026-10-01")
    Module.objects.filter(code="a").update(withdrawn_at=on("2026-10-05"))
    days_pass("2026-10-05")
    make_path("p1", {"b": 12}, at=on("2026-10-15"))
    days_pass("2026-10-15")
    (said,) = steps(ada, on("2026-10-16"), "b")
    assert said[2] == "A module could not be done for some time. That moved the date on, to 10 November 2026."


def test_who_returns_reads_of_the_rules_term_and_not_of_leave() -> None:
    ada = hired("2026-10-01")
    done(ada, "a", "2026-10-10")
    staffing.leave_company(ada, on=day("2027-03-31"), at=on("2027-03-01"))
    days_pass("2027-04-01")
    staffing.hire(ada, make_entity(), on=day("2027-10-01"), at=on("2027-09-30"))
    days_pass("2027-10-01")
    assert only(ada, state="open").due == date(2027, 10, 31)
    (said,) = steps(ada, on("2027-10-02"))
    assert said[1] == "The rule gives 30 days: until 31 October 2027."


def test_before_access_beside_a_date_says_where_the_date_comes_from() -> None:
    make_rule("r-02", "p1", due_days=None)
    ada = hired("2026-10-01")
    before = next(said for said in steps(ada, on("2026-10-02")) if "names no day" in said[1])
    assert before[2] == "Another reason names a day: 31 October 2026."


# What ran out during leave (T-10)


def test_what_has_run_out_is_not_called_valid() -> None:
    ada = hired("2026-10-01", email="ada@example.org")
    done(ada, "a", "2026-10-10")
    staffing.record_leave(ada, day("2027-09-01"), day("2027-11-30"), at=on("2027-08-20"))
    days_pass("2027-08-21", "2027-10-11", "2027-12-01")
    mailed(on("2027-12-01"))
    assert "It renews what was valid until 10 October 2027." in mail.outbox[-1].body
    (said,) = steps(ada, on("2027-12-01"))
    assert said[:2] == [
        "What you did before was valid until 10 October 2027.",
        "Your leave moved the date on, to 14 December 2027.",
    ]


def test_the_short_words_give_the_date_that_counts() -> None:
    """S19: what the rule gives, and why it is later, stand beside the date and not only behind a click."""
    ada = make_person(hired=day("2026-10-01"), at=on("2026-11-20", 6))
    days_pass("2026-11-20")
    (reason,) = requirement.requirement_reasons(ada, Module.objects.get(code="a"), "en", on("2026-11-21"))
    assert reason.counted == (
        "30 days from 1 October 2026. "
        "It first stood on your page on 20 November 2026, so you have until 4 December 2026."
    )


@pytest.mark.parametrize(("today", "first"), [("2026-11-20", "Back to my training"), ("2027-08-20", "Start again")])
def test_the_page_of_what_is_asked_again_begins_with_doing_it_again(
    client: Client, monkeypatch: pytest.MonkeyPatch, today: str, first: str
) -> None:
    """The first button is what is to be done: of a renewal, that; of what is done, to go back."""
    make_path("p2", {"a": 12, "b": 12})
    make_rule("r-02", "p2")
    user = make_user(hired=day("2026-10-01"), at=on("2026-10-01", 6))
    days_pass("2026-10-01")
    done(user.person, "a", "2026-10-10")
    days_pass(*[text for text in ("2026-10-11", "2027-08-20") if text <= today])
    monkeypatch.setattr(clock, "machine_now", lambda: on(today))
    clock.clear_cache()
    html = sign_in(client, user).get("/learn/module/a/").content.decode()
    clock.clear_cache()
    buttons = re.findall(r'class="button button-primary"[^>]*>\s*<span>([^<]+)</span>', html.partition("<main")[2])
    assert buttons[:1] == [first]
    assert ("It is asked of you again." in html) == (first == "Start again")
