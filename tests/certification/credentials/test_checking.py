"""Sealing, and what a check finds: a changed certificate, entry, tree or checkpoint is named in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from certification.credentials.checking import SealState, check_certificate
from certification.credentials.models import Certificate
from certification.credentials.sealing import seal_due
from certification.ledger import note, proofs
from certification.ledger.checkpoints import make_checkpoint
from certification.ledger.models import Checkpoint, Entry, EntryPart, Node, Opening
from certification.ledger.sequencer import sequence_pending
from certification.ledger.signer import Signer
from certification.ledger.triggers import triggers_suspended
from lms.people.models import Person
from tests.certification.credentials.conftest import AT, Give

LATER = AT + timedelta(seconds=5)
Seal = Callable[[], None]


def test_a_certificate_waits_until_a_checkpoint_covers_its_entry(give: Give, signer: Signer) -> None:
    certificate = give()
    assert seal_due(LATER) == 0
    assert check_certificate(certificate).state is SealState.PENDING

    sequence_pending()
    assert seal_due(LATER) == 0
    assert check_certificate(certificate).state is SealState.PENDING

    make_checkpoint(signer, LATER)
    assert seal_due(LATER) == 1
    certificate.refresh_from_db()
    assert (certificate.sealed_at, certificate.sealed_size) == (LATER, 2)
    assert check_certificate(certificate).state is SealState.SEALED


def test_sealing_names_the_first_covering_checkpoint_and_never_changes(give: Give, signer: Signer) -> None:
    first = give("assignment:1")
    sequence_pending()
    make_checkpoint(signer, LATER)
    second = give("assignment:2")
    sequence_pending()
    make_checkpoint(signer, LATER)
    give("assignment:3")

    assert seal_due(LATER) == 2
    assert seal_due(LATER + timedelta(days=1)) == 0
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.sealed_size, second.sealed_size) == (2, 3)
    assert first.sealed_at == LATER


def test_sealing_costs_one_statement_however_many_wait(
    give: Give, signer: Signer, django_assert_num_queries: Any
) -> None:
    for number in range(5):
        give(f"assignment:{number}")
    sequence_pending()
    make_checkpoint(signer, LATER)

    with django_assert_num_queries(1):
        assert seal_due(LATER) == 5


@pytest.fixture
def sealed(give: Give, seal: Seal) -> Certificate:
    certificate = give()
    seal()
    certificate.refresh_from_db()
    return certificate


def test_a_sealed_certificate_can_be_proved_without_this_site(sealed: Certificate, signer: Signer) -> None:
    found = check_certificate(sealed)

    body = proofs.verify_tlog_proof(found.leaf.encode(), found.tlog, signer.keys[0].verifier)
    assert (body.size, body.root.hex()) == (found.checkpoint and found.checkpoint.size, found.root)
    assert note.parse_note(found.checkpoint.note if found.checkpoint else "").text.startswith("test.example/litmus\n")


def prolong(certificate: Certificate) -> None:
    Certificate.objects.update(valid_until=date(2099, 1, 1))


def backdate(certificate: Certificate) -> None:
    Certificate.objects.update(issued_on=date(2020, 1, 1))


def retitle(certificate: Certificate) -> None:
    content = certificate.content
    content["path"]["titles"]["en"] = "Doctor of everything"
    Certificate.objects.update(content=content)


def hand_over(certificate: Certificate) -> None:
    other = Person.objects.create(given_name="Eve", created_at=AT)
    Certificate.objects.update(person=other)


def forge_opening(certificate: Certificate) -> None:
    row = Opening.objects.get(entry=certificate.entry, part=EntryPart.PAYLOAD)
    row.value = json.dumps(json.loads(row.value) | {"valid_until": "2099-01-01"})
    row.save()


def lose_opening(certificate: Certificate) -> None:
    Opening.objects.filter(entry=certificate.entry, part=EntryPart.PAYLOAD).delete()


def lose_subject(certificate: Certificate) -> None:
    Opening.objects.filter(entry=certificate.entry, part=EntryPart.SUBJECT).delete()


def lose_subject_and_hand_over(certificate: Certificate) -> None:
    lose_subject(certificate)
    hand_over(certificate)


def point_elsewhere(certificate: Certificate) -> None:
    Certificate.objects.update(entry=Entry.objects.get(seq=0).uuid)


def flip_a_byte(certificate: Certificate) -> None:
    entry = Entry.objects.get(uuid=certificate.entry)
    entry.leaf = bytes(entry.leaf).replace(b'"kind"', b'"kinb"')
    entry.save()


def rewrite_time(certificate: Certificate) -> None:
    entry = Entry.objects.get(uuid=certificate.entry)
    entry.leaf = bytes(entry.leaf).replace(b'"at":"2026', b'"at":"2025')
    entry.save()


def lose_entry(certificate: Certificate) -> None:
    Entry.objects.filter(uuid=certificate.entry).delete()


def lose_checkpoint(certificate: Certificate) -> None:
    Checkpoint.objects.filter(size=certificate.sealed_size).delete()


def swap_node(certificate: Certificate) -> None:
    Node.objects.filter(level=0, index=0).update(hash=b"\x00" * 32)


def lose_node(certificate: Certificate) -> None:
    Node.objects.filter(level=0, index=0).delete()


def forge_root(certificate: Certificate) -> None:
    Checkpoint.objects.filter(size=certificate.sealed_size).update(root=b"\x00" * 32)


def forge_note(certificate: Certificate) -> None:
    row = Checkpoint.objects.get(size=certificate.sealed_size)
    row.note = row.note.replace("test.example/litmus\n2\n", "test.example/litmus\n3\n")
    row.save()


def sign_with_a_stranger(certificate: Certificate) -> None:
    row = Checkpoint.objects.get(size=certificate.sealed_size)
    row.note = note.sign_note(note.parse_note(row.note).text, [note.SigningKey.generate("test.example/litmus")])
    row.save()


@pytest.mark.parametrize(
    ("tamper", "complaint"),
    [
        (prolong, "it was changed afterwards"),
        (backdate, "it was changed afterwards"),
        (retitle, "it was changed afterwards"),
        (hand_over, "about another person"),
        (forge_opening, "commits to was changed"),
        (lose_opening, "commits to was changed or is missing"),
        (lose_subject, "was deleted, and no entry of the ledger says"),
        (lose_subject_and_hand_over, "was deleted, and no entry of the ledger says"),
        (point_elsewhere, "is about something else"),
        (flip_a_byte, "cannot be read"),
        (rewrite_time, "is not under the checkpoint"),
        (lose_entry, "no longer has the entry"),
        (lose_checkpoint, "no longer has the checkpoint"),
        (swap_node, "is not under the checkpoint"),
        (lose_node, "is not under the checkpoint"),
        (forge_root, "say different things"),
        (forge_note, "say different things"),
        (sign_with_a_stranger, "not signed by the key that counts"),
    ],
)
def test_tampering_is_said_in_words(sealed: Certificate, tamper: Callable[[Certificate], None], complaint: str) -> None:
    assert check_certificate(sealed).sealed
    with triggers_suspended():
        tamper(sealed)

    found = check_certificate(Certificate.objects.get(pk=sealed.pk))
    assert found.state is SealState.BROKEN
    assert complaint in found.problem
    assert found.tlog == ""


def test_a_check_costs_the_same_in_a_large_ledger(give: Give, seal: Seal, django_assert_num_queries: Any) -> None:
    certificate = give()
    for number in range(40):
        give(f"other:{number}")
    seal()

    with django_assert_num_queries(8):
        assert check_certificate(certificate).sealed
