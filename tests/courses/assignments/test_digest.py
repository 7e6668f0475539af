"""The digest: one a day, only with news, on working days, never during leave, in the reader's language."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from courses.assignments import dates, sync
from courses.assignments.digest import queue_digests
from courses.assignments.digest_letters import compose_digests
from courses.assignments.models import Assignment, Justification
from courses.assignments.told import ToldOf
from lms.mail.models import Message
from lms.mail.sending import send_due
from lms.people import staffing
from lms.people.models import Person
from tests.courses.assignments.world import day, days_pass, done, make_path, make_rule, on
from tests.factories import make_entity, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(settings: object, db: None) -> Person:
    settings.BASE_URL = "https://learn.example.org"  # type: ignore[attr-defined]
    make_path("p1", {"a": 24, "b": 24})
    make_rule("r-01", "p1")
    person = make_person(hired=day("2026-10-01"), email="amal@example.org", at=on("2026-10-01", 6))
    days_pass("2026-10-01")
    return person


def mailed(at: datetime) -> int:
    """What the two drains do at that time; how many were sent."""
    queue_digests(at)
    return send_due(at)


def days_with_mail(*days: str) -> list[str]:
    return [text for text in days if mailed(on(text))]


def every_day(first: str, last: str) -> list[str]:
    span = (day(last) - day(first)).days
    return [str(day(first) + timedelta(days=number)) for number in range(span + 1)]


def subjects() -> list[str]:
    return [letter.subject for letter in mail.outbox]


def body() -> str:
    return str(mail.outbox[-1].body)


def move(person: Person, due: date) -> None:
    deadline, soon = (dates.deadline(due - timedelta(days=days), "Europe/Paris") for days in (0, 8))
    Assignment.objects.filter(person=person).update(due=due, deadline_at=deadline, soon_at=soon)


def test_the_first_digest_says_what_by_when_and_why(person: Person) -> None:
    assert mailed(on("2026-10-01")) == 1
    message = Message.objects.get()
    assert (message.key, message.to, message.kind) == (f"digest:{person.pk}:2026-10-01", "amal@example.org", "digest")
    assert message.subject == "New training for you"
    for part in (
        "Hello Amal,",
        "* Path p1",
        "It is due on 31 October 2026, in 30 days.",
        "Why: Reason r-01 (Rule R-01, company policy.)",
        "Module a (en) (5 min)",
        "https://learn.example.org/learn/module/a/",
        "https://learn.example.org/learn/",
    ):
        assert part in message.body
    assert "&" not in message.body
    assert "\n\n\n" not in message.body


def test_a15_the_days_of_one_assignment(person: Person) -> None:
    """Case A15: 14, 7 and 1 days before, 1 and 7 after, on working days; then every two weeks, four times."""
    days = days_with_mail(*every_day("2026-10-01", "2026-11-09"))
    assert days == ["2026-10-01", "2026-10-16", "2026-10-23", "2026-10-30", "2026-11-02", "2026-11-09"]
    assert subjects() == [
        "New training for you",
        "A training is due soon",
        "A training is due soon",  # eight days before, because seven are a Saturday
        "1 training is due within 7 days",
        "1 training is overdue",
        "1 training is overdue",
    ]
    assert "It was due on 31 October 2026, 9 days ago." in body()
    later = days_with_mail(*every_day("2026-11-10", "2027-03-31"))
    assert later == ["2026-11-23", "2026-12-07", "2026-12-21", "2027-01-04"]


def test_once_a_day_however_often_it_is_asked(person: Person) -> None:
    assert [mailed(on("2026-10-01", hour)) for hour in (6, 7, 8, 20)] == [0, 1, 0, 0]


def test_not_before_nine_in_the_morning_there(person: Person) -> None:
    """07:00 UTC in Paris until 24 October, 08:00 from then on."""
    assert [mailed(on("2026-10-01", 6)), mailed(on("2026-10-01", 7))] == [0, 1]
    assert [mailed(on("2026-10-26", 7)), mailed(on("2026-10-26", 8))] == [0, 1]


def test_not_on_a_public_holiday_of_the_country(db: None) -> None:
    """Friday 1 May 2026 is one in France and none in the Netherlands."""
    make_path("p1", {"a": 24})
    make_rule("r-01", "p1")
    for code, country in (("fr", "FR"), ("nl", "NL")):
        entity = make_entity(code, country=country)
        make_person(hired=day("2026-05-01"), email=f"{code}@example.org", entity=entity, at=on("2026-05-01", 6))
    days_pass("2026-05-01")
    assert mailed(on("2026-05-01")) == 1
    assert mail.outbox[-1].to == ["nl@example.org"]
    assert mailed(on("2026-05-02")) == 0, "a Saturday"
    assert mailed(on("2026-05-04")) == 1


def test_mail_due_brought_forward(person: Person) -> None:
    """Case mail-due-brought-forward: what is news is judged by what the person was told."""
    move(person, day("2026-12-20"))
    assert mailed(on("2026-11-10")) == 1
    move(person, day("2026-11-15"))
    assert days_with_mail("2026-11-12") == ["2026-11-12"]
    assert subjects()[-1] == "1 training is due within 7 days"
    assert "It is due on 15 November 2026, in 3 days." in body()
    assert "Before, we wrote 20 December 2026." in body()


def test_a_date_moved_far_from_today_is_told_too(person: Person) -> None:
    mailed(on("2026-10-01"))
    move(person, day("2027-03-01"))
    assert days_with_mail("2026-10-05", "2026-10-06") == ["2026-10-05"]
    assert subjects()[-1] == "Changes to your training"
    assert "CHANGED SINCE OUR LAST MESSAGE" in body()


def test_a_new_reason_is_told_and_the_same_reason_written_anew_is_not(person: Person) -> None:
    mailed(on("2026-10-01"))
    Justification.objects.update(known_from=on("2026-10-02"))
    assert mailed(on("2026-10-05")) == 0
    make_rule("r-02", "p1", at=on("2026-10-06"), due_days=60)
    days_pass("2026-10-06")
    assert Justification.objects.filter(rule__key="r-02", known_to=None).exists()
    assert mailed(on("2026-10-07")) == 1
    assert "Reason r-02" in body()
    assert mailed(on("2026-10-08")) == 0


def test_queued_is_not_told(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server is down for days: what waited says what is true when it goes, and nothing is told twice."""

    def down(*arguments: Any) -> None:
        raise ConnectionRefusedError("down")

    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "send_messages", down)
        for text in every_day("2026-10-20", "2026-10-22"):
            mailed(on(text))
        assert not ToldOf.objects.delivered().exists()
    move(person, day("2026-11-20"))
    assert days_with_mail("2026-10-26", "2026-10-27") == ["2026-10-26"]
    assert len(mail.outbox) == 1
    assert "It is due on 20 November 2026" in body()
    assert "Before, we wrote" not in body()


def test_a_waiting_digest_goes_in_the_language_and_to_the_address_of_the_moment(person: Person) -> None:
    queue_digests(on("2026-10-01"))
    known = {"given_name": "Amal", "family_name": "Bennani"}
    staffing.describe(person, **known, language="ar", email="corrected@example.org", at=on("2026-10-01"))
    assert send_due(on("2026-10-01")) == 1
    message = Message.objects.get()
    assert (message.to, message.locale) == ("corrected@example.org", "ar")
    assert mail.outbox[0].to == ["corrected@example.org"]


def test_a_waiting_digest_with_nothing_left_to_say_is_withdrawn(person: Person) -> None:
    queue_digests(on("2026-10-01"))
    for code in ("a", "b"):
        done(person, code, "2026-10-01")
    assert send_due(on("2026-10-01", 10)) == 0
    assert not Message.objects.exists()


def test_a_waiting_digest_does_not_reach_into_a_leave(person: Person) -> None:
    queue_digests(on("2026-10-01"))
    staffing.record_leave(person, day("2026-10-01"), day("2026-10-02"), at=on("2026-10-01"))
    assert send_due(on("2026-10-01", 10)) == 0
    assert days_with_mail("2026-10-02", "2026-10-05") == ["2026-10-05"]


def test_done_modules_are_not_listed(person: Person) -> None:
    done(person, "a", "2026-10-10")
    mailed(on("2026-10-12"))
    assert "Module b" in body()
    assert "Module a" not in body()


def test_a_missed_day_is_made_up_for_once(person: Person) -> None:
    mailed(on("2026-10-01"))
    assert days_with_mail("2026-10-27", "2026-10-28") == ["2026-10-27"]


def test_never_during_leave(person: Person) -> None:
    staffing.record_leave(person, day("2026-10-01"), day("2026-10-20"), at=on("2026-10-01"))
    sync.sync_due(on("2026-10-01"))
    assert days_with_mail("2026-10-01", "2026-10-20", "2026-10-21") == ["2026-10-21"]


def test_nobody_without_an_address(person: Person) -> None:
    Person.objects.update(email="")
    assert queue_digests(on("2026-10-01")) == 0


def test_an_address_that_was_given_up_is_not_tried_again_for_a_week(person: Person) -> None:
    queue_digests(on("2026-10-01"))
    Message.objects.update(lane=None, attempts=10)
    assert queue_digests(on("2026-10-05")) == 0
    assert queue_digests(on("2026-10-09")) == 1
    Message.objects.update(lane=None, attempts=10)
    Person.objects.update(email="corrected@example.org")
    assert queue_digests(on("2026-10-12")) == 1


def test_in_the_readers_language(person: Person) -> None:
    Person.objects.update(language="fr")
    mailed(on("2026-10-01"))
    message = Message.objects.get()
    assert message.locale == "fr"
    assert "Parcours p1" in message.body
    assert "Raison r-01" in message.body
    assert "31 octobre 2026" in message.body


def test_the_day_is_the_readers_own(person: Person) -> None:
    """On Easter Island 09:00 is 14:00 UTC."""
    mailed(on("2026-10-01"))
    staffing.change_zone(person, "Pacific/Easter", on=day("2026-10-02"), at=on("2026-10-02"))
    sync.sync_due(on("2026-10-02"))
    assert [mailed(on("2026-10-16", hour)) for hour in (13, 14)] == [0, 1]
    assert Message.objects.filter(key=f"digest:{person.pk}:2026-10-16").exists()


def test_who_has_nothing_new_is_not_looked_at(person: Person, django_assert_max_num_queries: Any) -> None:
    mailed(on("2026-10-01"))
    with django_assert_max_num_queries(2):
        assert queue_digests(on("2026-10-05")) == 0


def test_the_number_of_queries_does_not_grow_with_the_mails(
    person: Person, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    people = [
        make_person(hired=day("2026-10-01"), email=f"p{number}@example.org", at=on("2026-10-01", 6))
        for number in range(6)
    ]
    days_pass("2026-10-01")
    queue_digests(on("2026-10-01"))
    everybody = list(Message.objects.order_by("pk").select_related("person"))
    assert len(everybody) == len(people) + 1
    with django_assert_max_num_queries(30) as few:
        compose_digests(everybody[:2], on("2026-10-01"))
    with django_assert_num_queries(len(few)):
        compose_digests(everybody, on("2026-10-01"))
