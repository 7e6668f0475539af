"""Sending over real SMTP: servers that are down, silent or refuse, two senders at once, and a sender that is killed."""

from __future__ import annotations

import os
import signal
import socket
from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from lms.mail import outbox, sending, wording
from lms.mail.models import Message
from lms.mail.sending import BACK_OFF, BEHIND, CLAIM, CLAIMED_AT_ONCE, send_due
from lms.people import staffing
from lms.people.models import Person
from tests.factories import AT, make_person
from tests.mail.conftest import Post, in_a_process

MINUTE = timedelta(minutes=1)


def queue(address: str = "amal@example.org", person: Person | None = None, **values: Any) -> Message:
    person = person or make_person(email=address)
    wanted = {"kind": "notice", "key": f"notice:{address}", "subject": "Due", "body": "Hello", "locale": "en"}
    message = outbox.queue_message(person, **{**wanted, "at": AT, **values})
    assert message
    return message


@pytest.mark.django_db
def test_a_letter_arrives_in_plain_text_with_its_language(post: Post, settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "Litmus <training@example.org>"
    message = queue(subject="Échéance:\n demain", body="Bonjour Zoé, مرحبا.\n", locale="fr")
    assert send_due(AT) == 1
    letter = post.letters[0]
    assert letter.get_content_type() == "text/plain"
    body = letter.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert body.decode().splitlines() == ["Bonjour Zoé, مرحبا."]
    assert letter["Content-Language"] == "fr"
    assert letter["Message-ID"] == f"<{message.pk}@example.org>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["To"] == "amal@example.org"
    message.refresh_from_db()
    assert (message.sent_at, message.attempts, message.body) == (AT, 1, "Bonjour Zoé, مرحبا.\n")
    assert send_due(AT + CLAIM) == 0
    assert len(post.letters) == 1


@pytest.mark.django_db
def test_the_same_message_is_queued_once_and_without_an_address_not_at_all() -> None:
    person = make_person(email="amal@example.org")
    assert queue(person=person).pk == queue(person=person, subject="Again").pk
    nobody = make_person()
    assert outbox.queue_message(nobody, kind="digest", key="k", subject="s", body="b", locale="en", at=AT) is None
    assert Message.objects.count() == 1


def letter() -> tuple[str, str]:
    language = translation.get_language()
    return f"Subject {language}", f"Body {language}"


def correct(person: Person, **details: str) -> None:
    known = {"given_name": "Amal", "family_name": "Bennani", "language": "en", "email": person.email}
    staffing.describe(person, **{**known, **details}, at=AT)


@pytest.mark.django_db
def test_mail_address_corrected(post: Post) -> None:
    """Case mail-address-corrected: a waiting message goes to the address and language of the moment it is sent."""
    post.refused = {"wrong@example.org"}
    person = make_person(email="wrong@example.org")
    message = outbox.queue_letter(person, kind="appeal", key="appeal:1", letter=letter, at=AT)
    assert message
    assert send_due(AT) == 0
    correct(person, email="amal@example.org", language="ar")
    assert send_due(AT + MINUTE) == 1
    assert [(sent["To"], sent["Subject"], sent["Content-Language"]) for sent in post.letters] == [
        ("amal@example.org", "Subject ar", "ar")
    ]
    message.refresh_from_db()
    assert (message.to, message.locale, message.subject, message.body) == (
        "amal@example.org",
        "ar",
        "Subject ar",
        "Body ar",
    )
    assert message.wordings == {}


@pytest.mark.django_db
def test_what_was_sent_stays_as_it_was_sent(post: Post) -> None:
    message = queue("first@example.org")
    assert send_due(AT) == 1
    person = message.person
    assert person
    correct(person, email="second@example.org", language="fr")
    send_due(AT + CLAIM)
    message.refresh_from_db()
    assert (message.to, message.locale, message.body) == ("first@example.org", "en", "Hello")


@pytest.mark.django_db
def test_a_message_whose_person_has_no_address_any_more_is_withdrawn(post: Post) -> None:
    person = make_person(email="amal@example.org")
    queue(person=person)
    queue("p2@example.org")
    correct(person, email="")
    assert send_due(AT) == 1
    assert post.arrived() == {"p2@example.org": 1}
    assert not Message.objects.filter(sent_at=None).exists()


@pytest.mark.django_db
def test_a_letter_that_cannot_be_worded_stops_no_other(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = outbox.queue_unworded(make_person(email="odd@example.org"), kind="odd", key="odd:1", at=AT)
    assert odd

    def compose(messages: Any, at: Any) -> Any:
        raise ArithmeticError("impossible facts")

    monkeypatch.setattr("lms.rooms.letters", lambda: {"odd": compose})
    queue("p1@example.org")
    assert send_due(AT) == 1
    odd.refresh_from_db()
    assert (odd.last_error, odd.sent_at) == (wording.UNWORDED, None)
    assert odd.next_try_at == AT + wording.UNWORDED_WAIT


@pytest.mark.django_db
def test_nothing_goes_out_before_it_is_due(post: Post) -> None:
    queue(at=AT + MINUTE)
    assert send_due(AT) == 0
    assert send_due(AT + MINUTE) == 1


@pytest.mark.django_db
def test_one_connection_carries_a_round(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []
    connect = socket.create_connection
    monkeypatch.setattr(socket, "create_connection", lambda *a, **k: opened.append(a) or connect(*a, **k))
    for number in range(5):
        queue(f"p{number}@example.org")
    assert send_due(AT) == 5
    assert len(opened) == 1


@pytest.mark.django_db
def test_a_server_that_is_down_is_asked_once_and_everything_waits(post: Post, settings: Any) -> None:
    port = settings.EMAIL_PORT
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = reserved.getsockname()[1]
        first, second = queue("p1@example.org", at=AT - MINUTE), queue("p2@example.org")
        assert send_due(AT) == 0
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.attempts, first.next_try_at, first.sent_at) == (1, AT + MINUTE, None)
    assert "ConnectionRefusedError" in first.last_error
    assert second.attempts == 0
    settings.EMAIL_PORT = port
    assert send_due(AT + MINUTE) == 2
    assert post.arrived() == {"p1@example.org": 1, "p2@example.org": 1}


@pytest.mark.smoke
@pytest.mark.django_db
def test_a_silent_server_costs_one_timeout(settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = silent.getsockname()[:2]
        settings.EMAIL_TIMEOUT = 0.2
        for number in range(10):
            queue(f"p{number}@example.org")
        assert send_due(AT) == 0
    tried = Message.objects.get(attempts=1)
    assert "timed out" in tried.last_error.lower()
    assert Message.objects.filter(attempts=0).count() == 9


@pytest.mark.django_db
def test_one_refused_address_does_not_hold_up_the_others(post: Post) -> None:
    post.refused = {"gone@example.org"}
    queue("p1@example.org")
    gone = queue("gone@example.org")
    queue("p2@example.org")
    assert send_due(AT) == 2
    assert post.arrived() == {"p1@example.org": 1, "p2@example.org": 1}
    gone.refresh_from_db()
    assert gone.next_try_at == AT + MINUTE
    assert "no such person here" in gone.last_error


@pytest.mark.django_db
def test_what_was_claimed_and_not_tried_waits_as_before(post: Post, settings: Any) -> None:
    """The server is gone after the second letter: the third is put off, the rest can be claimed by anybody at once."""
    for number in range(6):
        queue(f"p{number}@example.org", at=AT + timedelta(seconds=number))
    post.gone_after = 2
    assert send_due(AT + MINUTE) == 2
    assert list(Message.objects.order_by("queued_at").values_list("attempts", flat=True)) == [1, 1, 1, 0, 0, 0]
    post.gone_after = None
    assert send_due(AT + MINUTE) == 3
    assert send_due(AT + MINUTE + BACK_OFF[0]) == 1
    assert post.arrived() == {f"p{number}@example.org": 1 for number in range(6)}


@pytest.mark.django_db
def test_a_claim_that_lapsed_is_not_used(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sender that slept over its lease finds that another has sent what it holds."""
    for number in range(3):
        queue(f"p{number}@example.org")
    slow, later = sending._Round(AT), AT + CLAIM
    batch = sending._claim(AT)
    assert send_due(later) == 3
    slow.send(batch)
    assert slow.sent == 0
    assert post.arrived() == {f"p{number}@example.org": 1 for number in range(3)}


@pytest.mark.django_db
def test_what_a_sender_died_over_does_not_take_the_others_down_again(post: Post) -> None:
    """A message that kills its sender waits behind those that were claimed with it: they go out at the next round."""
    for number in range(3):
        queue(f"p{number}@example.org", at=AT + timedelta(seconds=number))
    first, *_others = sending._claim(AT + MINUTE)
    assert sending._begin(first, AT + MINUTE)  # here the process dies
    assert send_due(AT + MINUTE + CLAIM + MINUTE) == 3
    assert [letter["To"] for letter in post.letters] == [f"p{number}@example.org" for number in (1, 2, 0)]


@pytest.mark.django_db
def test_somebody_who_waits_at_the_screen_does_not_wait_for_a_digest_to_everybody(post: Post) -> None:
    """Their letter was queued last and goes first; while a batch is under way, it goes right after that batch."""
    for number in range(CLAIMED_AT_ONCE + 1):
        queue(f"p{number}@example.org")
    later = AT + timedelta(seconds=1)
    queue("reset@example.org", kind=outbox.ACCOUNT, at=later)
    assert send_due(later) == CLAIMED_AT_ONCE + 2
    assert post.letters[0]["To"] == "reset@example.org"


@pytest.mark.django_db
def test_attempts_come_ever_later_and_end(post: Post) -> None:
    post.refused = {"gone@example.org"}
    gone = queue("gone@example.org")
    at, waits = AT, []
    while not outbox.given_up().exists():
        assert send_due(at) == 0
        gone.refresh_from_db()
        waits.append(gone.next_try_at - at)
        at = gone.next_try_at
    assert waits[:6] == BACK_OFF
    assert waits[6:] == [BACK_OFF[-1]] * (outbox.MOST_ATTEMPTS - 6)
    post.refused = set()
    assert send_due(at + timedelta(days=9)) == 0
    gone.refresh_from_db()
    assert gone.lane is None


@pytest.mark.django_db
def test_what_cannot_be_put_into_a_letter_does_not_stop_the_rest(post: Post) -> None:
    Message.objects.filter(pk=queue("p1@example.org").pk).update(locale="e\nn")
    queue("p2@example.org")
    assert send_due(AT) == 1
    assert "BadHeaderError" in Message.objects.get(to="p1@example.org").last_error


@pytest.mark.django_db
def test_logs_name_no_address(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    post.refused = {"gone@example.org"}
    message = queue("gone@example.org")
    send_due(AT)
    records = [vars(record) for record in caplog.records if record.name == sending.__name__]
    assert records[0]["outgoing"] == str(message.pk)
    assert "gone@example.org" not in str(records)


@pytest.mark.django_db(transaction=True)
def test_three_senders_at_once_send_everything_once(post: Post) -> None:
    for number in range(30):
        queue(f"p{number}@example.org")
    senders = [in_a_process(lambda: send_due(AT)) for _number in range(3)]
    for sender in senders:
        os.waitpid(sender, 0)
    assert post.arrived() == {f"p{number}@example.org": 1 for number in range(30)}
    assert not Message.objects.filter(sent_at=None).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("stop_at", [1, 3, 5])
def test_a_sender_killed_in_the_middle_loses_nothing_and_doubles_only_what_it_held(post: Post, stop_at: int) -> None:
    """kill -9 when the server has the letter and the row does not know it yet."""
    for number in range(5):
        queue(f"p{number}@example.org", at=AT + timedelta(seconds=number))
    post.stop_at = stop_at
    sender = in_a_process(lambda: send_due(AT + MINUTE))
    assert post.stopped.wait(120)
    os.kill(sender, signal.SIGKILL)
    assert os.waitpid(sender, 0)[1] == signal.SIGKILL
    post.go_on.set()

    held = f"p{stop_at - 1}@example.org"
    assert send_due(AT + MINUTE) == 0
    assert post.arrived() == {f"p{number}@example.org": 1 for number in range(stop_at)}
    assert send_due(AT + MINUTE + CLAIM + BEHIND) == 5 - stop_at + 1
    assert post.arrived() == {f"p{number}@example.org": 1 for number in range(5)} | {held: 2}
    assert len({letter["Message-ID"] for letter in post.letters if letter["To"] == held}) == 1
    assert not Message.objects.filter(sent_at=None).exists()
    assert sorted(Message.objects.values_list("attempts", flat=True)) == [1, 1, 1, 1, 2]
