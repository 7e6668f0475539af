"""Checkpoints leave the building: saved by an auditor, mailed once a day, standing on certificates."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from certification.credentials import sealing
from certification.ledger import checkpoints, clock, note
from certification.ledger.models import Checkpoint
from certification.ledger.signer import Signer
from lms.condition import Condition
from lms.mail import sending
from lms.mail.models import Message
from lms.people import logins
from lms.people.models import Person
from lms.reports.audit import leaving_checkpoints
from lms.reports.audit.leaving_checkpoints import mail_checkpoints_due
from tests.factories import make_user, sign_in
from tests.reports.audit.auditing import append, certify, page
from tests.reports.factories import AT

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def to_auditors(settings: Any) -> list[str]:
    settings.AUDITOR_MAIL = ["audit@example.org", "board@example.net"]
    return settings.AUDITOR_MAIL


def checkpoint(signer: Signer) -> Checkpoint:
    made = checkpoints.make_checkpoint(signer, AT)
    assert made
    return made


# Saved


def test_an_auditor_saves_a_checkpoint_as_it_was_signed_and_then_it_has_left(
    as_auditor: Client, signer: Signer, ada: Person
) -> None:
    append(ada)
    newest = checkpoint(signer)
    assert "No checkpoint has left the building yet" in page(as_auditor)
    address = f"/audit/checkpoints/{newest.size}.txt"
    assert address in page(as_auditor, "/audit/checkpoints/")
    saved = as_auditor.get(address)
    assert saved.content.decode() == newest.note
    assert note.parse_note(saved.content.decode()).text
    assert f"{newest.size}.txt" in saved["Content-Disposition"]
    newest.refresh_from_db()
    assert newest.left_at
    assert f"over {newest.size} entries" in page(as_auditor)
    first = newest.left_at
    as_auditor.get(address)
    newest.refresh_from_db()
    assert newest.left_at == first


def test_every_checkpoint_can_be_saved_and_an_unknown_one_is_not_there(as_auditor: Client, signer: Signer) -> None:
    for _ in range(2):
        append(None, "rule.withdraw")
        checkpoint(signer)
    html = page(as_auditor, "/audit/checkpoints/")
    for one in Checkpoint.objects.all():
        assert f"/audit/checkpoints/{one.size}.txt" in html
    assert as_auditor.get("/audit/checkpoints/4711.txt").status_code == 404
    assert as_auditor.get(f"/audit/checkpoints/{10**30}.txt").status_code == 404


def test_nobody_but_auditors_takes_checkpoints_away(signer: Signer) -> None:
    newest = Checkpoint.objects.latest()
    stranger = sign_in(Client(), make_user())
    for address in ("/audit/checkpoints/", f"/audit/checkpoints/{newest.size}.txt"):
        assert stranger.get(address).status_code == 403
        assert Client().get(address).status_code == 302
    newest.refresh_from_db()
    assert newest.left_at is None


# Mailed


def test_the_newest_is_mailed_once_a_day_when_there_is_a_new_one(to_auditors: list[str], signer: Signer) -> None:
    assert mail_checkpoints_due(AT) == 2
    assert mail_checkpoints_due(AT + timedelta(hours=1)) == 0
    assert mail_checkpoints_due(AT + DAY) == 0  # nothing new
    append(None, "rule.withdraw")
    newest = checkpoint(signer)
    assert mail_checkpoints_due(AT + timedelta(hours=2)) == 0  # today's went
    assert mail_checkpoints_due(AT + DAY) == 2
    sent = Message.objects.filter(subject__endswith=f"over {newest.size} entries")
    assert sorted(sent.values_list("to", flat=True)) == to_auditors
    assert not sent.exclude(person=None).exists()


def test_without_addresses_nothing_is_mailed(signer: Signer) -> None:
    assert mail_checkpoints_due(AT) == 0
    assert not Message.objects.exists()


def test_the_mail_holds_the_note_as_it_was_signed(to_auditors: list[str], signer: Signer) -> None:
    newest = Checkpoint.objects.latest()
    mail_checkpoints_due(AT)
    sending.send_due(AT)
    letter = mail.outbox[0]
    assert newest.note in letter.body
    received = message_from_bytes(letter.message().as_bytes(), policy=policy.default)
    text = received.get_body().get_content()  # type: ignore[union-attr]
    start = text.index(newest.note.split("\n")[0] + "\n")
    assert text[start : start + len(newest.note)] == newest.note


def test_it_has_left_when_the_mail_server_took_it(to_auditors: list[str], signer: Signer, monkeypatch: Any) -> None:
    newest = Checkpoint.objects.latest()
    mail_checkpoints_due(AT)
    with monkeypatch.context() as patch:
        patch.setattr(sending, "_send", refused)
        sending.send_due(AT)
    mail_checkpoints_due(AT + timedelta(minutes=1))
    newest.refresh_from_db()
    assert newest.left_at is None
    accepted = AT + timedelta(minutes=5)
    assert sending.send_due(accepted) == 2
    mail_checkpoints_due(AT + timedelta(minutes=10))
    newest.refresh_from_db()
    assert newest.left_at == accepted


def refused(*_arguments: object) -> None:
    raise smtplib.SMTPServerDisconnected("down")


def test_a_letter_that_is_written_as_a_file_has_not_left(
    to_auditors: list[str], signer: Signer, settings: Any, tmp_path: Any
) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = "django.core.mail.backends.filebased.EmailBackend", tmp_path
    mail_checkpoints_due(AT)
    assert sending.send_due(AT) == 2
    mail_checkpoints_due(AT)
    assert Checkpoint.objects.latest().left_at is None


# Its age


def test_the_health_page_tells_of_mails_that_do_not_leave(
    signer: Signer, to_auditors: list[str], monkeypatch: Any
) -> None:
    newest = Checkpoint.objects.latest()
    now = newest.made_at + timedelta(days=4)
    monkeypatch.setattr(clock, "now", lambda: now)
    found = Condition()
    leaving_checkpoints.look_at_leaving(found)
    assert "No checkpoint has left the building for 4 days" in found.alarms[0]
    leaving_checkpoints.note_left(newest, now - timedelta(minutes=1))
    found = Condition()
    leaving_checkpoints.look_at_leaving(found)
    assert found.alarms == []


# On certificates


def test_a_certificate_holds_the_checkpoint_it_lies_under(signer: Signer, ada: Person) -> None:
    certificate = certify(ada)
    newest = checkpoint(signer)
    sealing.seal_due(AT)
    holder = sign_in(Client(), logins.give_login(ada, "ada"))
    for browser, address in ((Client(), f"/verify/{certificate.pk}/"), (holder, f"/certificates/{certificate.pk}/")):
        assert newest.note.strip() in page(browser, address)
