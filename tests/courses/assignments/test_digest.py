"""The digest: one a day, only with news, never during leave, in the reader's language."""

from __future__ import annotations

import pytest

from courses.assignments import sync
from courses.assignments.digest import queue_digests
from lms.mail.models import Message
from lms.people import staffing
from lms.people.models import Person
from tests.courses.assignments.world import day, days_pass, done, make_path, make_rule, on
from tests.factories import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(settings: object, db: None) -> Person:
    settings.BASE_URL = "https://learn.example.org"  # type: ignore[attr-defined]
    make_path("p1", {"a": 24, "b": 24})
    make_rule("r-01", "p1")
    person = make_person(hired=day("2026-10-01"), email="amal@example.org", at=on("2026-10-01", 6))
    days_pass("2026-10-01")
    return person


def days_with_mail(*days: str) -> list[str]:
    return [text for text in days if queue_digests(on(text))]


def test_the_first_digest_says_what_by_when_and_why(person: Person) -> None:
    assert queue_digests(on("2026-10-01")) == 1
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


def test_once_a_day_and_only_with_news(person: Person) -> None:
    """Assigned on the 1st, within seven days on the 24th, overdue on 1 November: each is told once."""
    days = [f"2026-10-{number:02}" for number in range(1, 32)] + ["2026-11-01", "2026-11-02", "2026-11-20"]
    assert days_with_mail(*days, *days) == ["2026-10-01", "2026-10-24", "2026-11-01"]
    assert queue_digests(on("2026-10-24", 23)) == 0
    subjects = list(Message.objects.order_by("queued_at").values_list("subject", flat=True))
    assert subjects == ["New training for you", "1 training is due within 7 days", "1 training is overdue"]
    assert "It was due on 31 October 2026, 1 day ago." in Message.objects.latest("queued_at").body


def test_done_modules_are_not_listed(person: Person) -> None:
    done(person, "a", "2026-10-10")
    queue_digests(on("2026-10-11"))
    body = Message.objects.get().body
    assert "Module b" in body
    assert "Module a" not in body


def test_a_missed_day_is_made_up_for(person: Person) -> None:
    queue_digests(on("2026-10-01"))
    assert days_with_mail("2026-10-27") == ["2026-10-27"]


def test_never_during_leave(person: Person) -> None:
    staffing.record_leave(person, day("2026-10-01"), day("2026-10-20"), at=on("2026-10-01"))
    sync.sync_due(on("2026-10-01"))
    assert days_with_mail("2026-10-01", "2026-10-20", "2026-10-21") == ["2026-10-21"]


def test_nobody_without_an_address(person: Person) -> None:
    Person.objects.update(email="")
    assert queue_digests(on("2026-10-01")) == 0


def test_in_the_readers_language(person: Person) -> None:
    Person.objects.update(language="fr")
    queue_digests(on("2026-10-01"))
    message = Message.objects.get()
    assert message.locale == "fr"
    assert "Parcours p1" in message.body
    assert "Raison r-01" in message.body
    assert "31 octobre 2026" in message.body


def test_the_day_is_the_readers_own(person: Person) -> None:
    queue_digests(on("2026-10-01"))
    staffing.change_zone(person, "Pacific/Easter", on=day("2026-10-02"), at=on("2026-10-02"))
    sync.sync_due(on("2026-10-02"))
    assert queue_digests(on("2026-11-01", 4)) == 1
    assert Message.objects.filter(key=f"digest:{person.pk}:2026-10-31").exists()


def test_the_number_of_queries_grows_with_the_mails_only(person: Person, django_assert_max_num_queries: object) -> None:
    queue_digests(on("2026-10-01"))
    with django_assert_max_num_queries(1):  # type: ignore[operator]
        assert queue_digests(on("2026-10-05")) == 0
