"""Proofs: what an auditor downloads verifies without the database; what the audit page reads is what was written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from certification.ledger import checkpoints, clock, merkle, opened_entries, proofs
from certification.ledger.models import Checkpoint, Entry, Opening
from certification.ledger.note import BadNote, SigningKey
from certification.ledger.proofs import BadProof
from certification.ledger.signer import Signer
from tests.certification.ledger.evidence import AT, append, fill, person, roster

VECTOR = Path(__file__).parents[2] / "vectors" / "c2sp" / "tlog-proof-example-1.txt"


@pytest.fixture
def sealed(signer: Signer) -> Checkpoint:
    fill(12)
    made = checkpoints.make_checkpoint(signer, clock.now())
    assert made is not None
    return made


def test_every_entry_has_a_proof_that_verifies_offline(signer: Signer, sealed: Checkpoint) -> None:
    for entry in Entry.objects.all():
        assert proofs.prove_inclusion(entry, sealed).holds()
        text = proofs.tlog_proof(entry, sealed)
        tree = proofs.verify_tlog_proof(bytes(entry.leaf), text, signer.keys[0].verifier)
        assert (tree.size, tree.root) == (13, bytes(sealed.root))


def test_a_proof_proves_nothing_else(signer: Signer, sealed: Checkpoint) -> None:
    entry = Entry.objects.get(seq=4)
    text, key = proofs.tlog_proof(entry, sealed), signer.keys[0].verifier
    with pytest.raises(BadProof, match="not in the tree"):
        proofs.verify_tlog_proof(bytes(entry.leaf) + b" ", text, key)
    with pytest.raises(BadProof, match="not in the tree"):
        proofs.verify_tlog_proof(bytes(entry.leaf), text.replace("index 4", "index 5"), key)
    with pytest.raises(BadProof, match="carries no signature"):
        proofs.verify_tlog_proof(bytes(entry.leaf), text, SigningKey.generate(key.name).verifier)
    with pytest.raises(BadNote, match="does not fit"):
        proofs.verify_tlog_proof(bytes(entry.leaf), text.replace("\n13\n", "\n14\n"), key)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2"),
        ("index 4", "index 04"),
        ("index 4", "index -4"),
        ("index 4\n", ""),
        ("index 4\n", "index 4\nAAAA\n"),
        ("index 4\n", "index 4\nnot*base64\n"),
        ("index 4\n", "index 4\n" + "A" * 43 + "=\n" + ("A" * 43 + "=\n") * 70),
    ],
)
def test_malformed_proofs_are_refused(signer: Signer, sealed: Checkpoint, old: str, new: str) -> None:
    entry = Entry.objects.get(seq=4)
    text = proofs.tlog_proof(entry, sealed)
    assert old in text
    with pytest.raises(BadProof):
        proofs.verify_tlog_proof(bytes(entry.leaf), text.replace(old, new, 1), signer.keys[0].verifier)


def test_the_published_proof_parses() -> None:
    proof = proofs.parse_tlog_proof(VECTOR.read_text(encoding="utf-8"))
    assert proof.index == 73894
    assert len(proof.hashes) == 5
    assert proof.extra == "YWdlLXYxLjIuMS1kYXJ3aW4tYXJtNjQudGFyLmd6kYXJ3aW4tYXJ"
    assert proof.checkpoint.startswith("example.com/fancylog\n109482\n")


def test_consistency_between_checkpoints(signer: Signer, sealed: Checkpoint) -> None:
    fill(9)
    newer = checkpoints.make_checkpoint(signer, clock.now())
    assert newer is not None
    hashes = proofs.prove_consistency(sealed.size, newer.size)
    assert merkle.verify_consistency(sealed.size, newer.size, hashes, bytes(sealed.root), bytes(newer.root))
    with pytest.raises(ValueError, match="fewer than"):
        proofs.prove_consistency(13, 99)
    with pytest.raises(ValueError, match="cannot be shown"):
        proofs.prove_consistency(0, 13)


def test_an_uncovered_entry_has_no_proof_yet(signer: Signer, sealed: Checkpoint) -> None:
    (uuid,) = fill(1)
    entry = Entry.objects.get(uuid=uuid)
    assert opened_entries.covering_checkpoint(entry) is None
    assert opened_entries.covering_checkpoints([uuid]) == {}
    with pytest.raises(ValueError, match="is not in a tree"):
        proofs.prove_inclusion(entry, sealed)


def test_which_checkpoint_covered_an_entry_first(signer: Signer, sealed: Checkpoint) -> None:
    early = Entry.objects.get(seq=0)
    entry = Entry.objects.get(seq=7)
    fill(1)
    newer = checkpoints.make_checkpoint(signer, clock.now())
    assert opened_entries.covering_checkpoint(entry) == sealed
    late = Entry.objects.get(seq=13)
    assert opened_entries.covering_checkpoints([early.uuid, entry.uuid, late.uuid, uuid4()]) == {
        early.uuid: Checkpoint.objects.get(size=1),
        entry.uuid: sealed,
        late.uuid: newer,
    }


def test_a_page_of_entries_is_opened_in_one_query(
    signer: Signer, sealed: Checkpoint, django_assert_num_queries: Callable[[int], Any]
) -> None:
    page = list(Entry.objects.of_kind("completion")[:10])
    with django_assert_num_queries(1):
        opened = opened_entries.open_entries(page)
    assert opened[page[3].uuid].subject == person(3)
    assert opened[page[3].uuid].payload["module"] == "M03"


def test_what_is_missing_is_said_and_not_called_erased(signer: Signer, sealed: Checkpoint) -> None:
    entry = Entry.objects.get(seq=4)
    Opening.objects.filter(entry=entry.uuid, part="subject").delete()
    opened = opened_entries.open_entry(entry)
    assert (opened.subject, opened.missing) == (None, ("subject",))
    assert opened_entries.open_entry(Entry.objects.get(seq=0)).missing == ()
    assert proofs.prove_inclusion(entry, sealed).holds()


def test_entries_by_person_kind_and_time(signer: Signer) -> None:
    anna, boris = UUID(person(1)["person"]), UUID(person(2)["person"])
    alone = append(1, actor=person(2))
    late = append(1, at=AT + timedelta(days=3), actor=None)
    listed = roster([person(1), person(3)])
    fill(0)
    assert set(Entry.objects.about(anna).values_list("uuid", flat=True)) == {alone, late, listed}
    assert [entry.uuid for entry in Entry.objects.by(boris)] == [alone]
    assert not Entry.objects.about(boris).exists()
    assert [entry.uuid for entry in Entry.objects.of_kind("assignment.open")] == [listed]
    day = Entry.objects.of_kind("completion").happened(AT + timedelta(days=1), AT + timedelta(days=4))
    assert [entry.uuid for entry in day] == [late]
    entry = Entry.objects.get(uuid=listed)
    assert opened_entries.open_entry(entry).roster_count == 2
    assert opened_entries.roster_lines(entry) == [person(1), person(3)]
    assert opened_entries.roster_lines(entry, anna) == [person(1)]
