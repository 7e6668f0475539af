"""Why this date, step by step; “this is wrong” reaches HR administration alone, and is answered."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from certification.ledger import clock
from courses.assignments import basis_doubts, sync
from courses.assignments.doubt_models import BasisDoubt
from courses.assignments.health import look_at_doubts
from courses.assignments.models import Assignment
from lms.condition import Condition
from lms.mail.models import Message
from lms.people import staffing
from lms.people.access import log_of
from lms.people.groups import AUDITOR, EDITOR, GOVERNANCE, HR_ADMIN, REVIEWER
from lms.people.models import User
from tests.courses.assignments.world import day, make_path, make_rule, on
from tests.factories import make_user, sign_in
from tests.forms import fill_in

pytestmark = pytest.mark.django_db
NOW = on("2026-10-05")
WORDS = "I have been in another team since June."


@pytest.fixture(autouse=True)
def _october(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def learner() -> User:
    make_path("p1", {"a": 24})
    make_rule("r-01", "p1")
    user = make_user(given_name="Lena", family_name="Moreau", email="lena@example.org", hired=day("2026-10-01"))
    sync.sync_all(NOW)
    return user


def assignment_of(user: User) -> Assignment:
    return Assignment.objects.get(person=user.person)


def doubted(user: User, at: datetime = NOW) -> BasisDoubt:
    return basis_doubts.raise_doubt(assignment_of(user), "role", WORDS, at)


def page(client: Client, code: str = "a") -> str:
    return client.get(reverse("learn:module", args=[code])).content.decode()


def test_the_steps_say_from_when_by_what_and_until_when(learner: User) -> None:
    said = page(sign_in(Client(), learner))
    for words in (
        "Your employment begins on 1 October 2026.",
        "The rule gives 30 days: until 31 October 2026.",
        "What is handed in before 1 November 2026, 00:00 is in time (time zone Europe/Paris).",
    ):
        assert words in said


def test_a_leave_is_named_on_ones_own_page(learner: User) -> None:
    staffing.record_leave(learner.person, day("2026-10-10"), day("2026-10-29"), at=NOW)
    sync.sync_due(NOW)
    said = page(sign_in(Client(), learner))
    assert "<li>Your leave moved the date on, to 20 November 2026.</li>" in said


def test_what_they_said_is_dated_on_their_own_calendar(learner: User) -> None:
    staffing.change_zone(learner.person, "Pacific/Auckland", on=day("2026-10-05"), at=NOW)
    doubted(learner, on("2026-10-05", 12))
    said = sign_in(Client(), learner).get(reverse("learn:date_doubt", args=[assignment_of(learner).pk]))
    assert "You said on 6 October 2026" in said.content.decode()


def test_both_dates_are_said_where_the_notice_came_late(learner: User) -> None:
    late = make_user(given_name="Nils", hired=day("2026-09-01"))
    Assignment.objects.filter(person=late.person).delete()
    sync.sync_due(NOW)
    said = page(sign_in(Client(), late))
    assert "It first stood on your page on 5 October 2026." in said
    assert "it is due 19 October 2026 instead of 1 October 2026." in said


def test_saying_it_twice_is_said_once(learner: User) -> None:
    client = sign_in(Client(), learner)
    address = reverse("learn:date_doubt", args=[assignment_of(learner).pk])
    assert address in page(client)
    for _ in range(2):
        client.post(address, {"kind": "role", "words": WORDS})
    assert BasisDoubt.objects.count() == 1
    assert WORDS in client.get(address).content.decode()


def test_what_is_wrong_has_to_be_chosen(learner: User) -> None:
    client = sign_in(Client(), learner)
    answer = client.post(reverse("learn:date_doubt", args=[assignment_of(learner).pk]), {"words": "x" * 501})
    assert answer.status_code == 422
    assert "Choose what is wrong." in answer.content.decode()
    assert not BasisDoubt.objects.exists()


def test_human_resources_answers_and_the_person_is_told(learner: User) -> None:
    doubt = doubted(learner)
    office = sign_in(Client(), make_user(HR_ADMIN))
    listed = office.get(reverse("doubts:awaiting")).content.decode()
    assert "L. M." in listed
    assert "Moreau" not in listed
    opened = office.get(reverse("doubts:answer", args=[doubt.pk]))
    assert "Lena Moreau" in opened.content.decode()
    assert WORDS in opened.content.decode()
    fill_in(office, opened, {"answer": "You are right, it is corrected."})
    doubt.refresh_from_db()
    assert (doubt.answer, doubt.answered_at) == ("You are right, it is corrected.", NOW)
    message = Message.objects.get(kind="basis-doubt")
    assert message.to == "lena@example.org"
    assert "corrected" not in message.body
    own = sign_in(Client(), learner).get(reverse("learn:date_doubt", args=[doubt.assignment_id])).content.decode()
    assert "You are right, it is corrected." in own
    assert "Send to human resources" in own, "another doubt may follow"
    assert any(each.what == "basis.doubt" for each in log_of(learner.person, NOW))


def test_an_answer_stands(learner: User) -> None:
    doubt = doubted(learner)
    first, second = make_user(HR_ADMIN).person, make_user(HR_ADMIN).person
    assert basis_doubts.answer_doubt(doubt.pk, first, "One.", NOW)
    assert not basis_doubts.answer_doubt(doubt.pk, second, "Two.", NOW)
    doubt.refresh_from_db()
    assert doubt.answer == "One."


def test_nobody_answers_their_own(learner: User) -> None:
    doubt = doubted(learner)
    with pytest.raises(basis_doubts.OwnDoubt):
        basis_doubts.answer_doubt(doubt.pk, learner.person, "Fine.", NOW)
    assert list(basis_doubts.open_doubts(learner.person)) == []


@pytest.mark.parametrize("group", ["", "manager", AUDITOR, EDITOR, REVIEWER, GOVERNANCE])
def test_nobody_else_reads_it(learner: User, group: str) -> None:
    doubt = doubted(learner)
    other = make_user(group) if group not in ("", "manager") else make_user()
    if group == "manager":
        staffing.set_manager(learner.person, other.person, on=day("2026-10-01"), at=NOW)
    client = sign_in(Client(), other)
    own = reverse("learn:date_doubt", args=[doubt.assignment_id])
    assert client.get(own).status_code == 404
    assert client.post(own, {"kind": "date"}).status_code == 404
    assert client.get(reverse("doubts:awaiting")).status_code == 403
    assert client.get(reverse("doubts:answer", args=[doubt.pk])).status_code == 403
    if group in ("manager", AUDITOR):
        name = "team:person" if group == "manager" else "audit:person"
        assert WORDS not in client.get(reverse(name, args=[learner.person.pk])).content.decode()


def test_a_stranger_is_asked_to_sign_in(learner: User) -> None:
    doubt = doubted(learner)
    for address in (
        reverse("learn:date_doubt", args=[doubt.assignment_id]),
        reverse("doubts:awaiting"),
        reverse("doubts:answer", args=[doubt.pk]),
    ):
        assert Client().get(address).status_code == 302


@pytest.mark.parametrize(("raised", "waiting"), [("2026-09-21", 0), ("2026-09-18", 1)])
def test_health_counts_what_waits_for_more_than_ten_working_days(learner: User, raised: str, waiting: int) -> None:
    doubted(learner, on(raised))
    condition = Condition()
    look_at_doubts(condition)
    assert condition.findings["date_doubts_waiting"] == waiting
    assert len(condition.alarms) == waiting
