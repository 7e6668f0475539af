"""Before each signature all that is new is looked at again: what was changed since the last note is not signed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

import pytest

from certification.ledger import clock, triggers
from certification.ledger.checkpoints import CheckpointRefused, make_checkpoint
from certification.ledger.models import Checkpoint, Entry, Member, Node, Opening, Pending
from certification.ledger.note import SigningKey, TreeHead, sign_note
from certification.ledger.pending import EntryDraft, insert_entries
from certification.ledger.sequencer import sequence_pending
from certification.ledger.signer import Signer
from tests.certification.ledger.evidence import append, fill, person, roster
from tests.ledger_fixtures import ORIGIN


def change_bytes() -> None:
    entry = Entry.objects.get(seq=7)
    Entry.objects.filter(seq=7).update(leaf=bytes(entry.leaf).replace(b"2026-11-03", b"2026-11-02"))


def change_bytes_and_hash() -> None:
    change_bytes()
    data = bytes(Entry.objects.get(seq=7).leaf)
    Entry.objects.filter(seq=7).update(leaf_hash=hashlib.sha256(b"\x00" + data).digest())


def change_column() -> None:
    Entry.objects.filter(seq=7).update(kind="certificate.issue")


def change_inner_node() -> None:
    Node.objects.filter(level=1, index=3).update(hash=bytes(32))


def delete_inner_node() -> None:
    Node.objects.filter(level=1, index=3).delete()


def change_opening() -> None:
    entry = Entry.objects.get(seq=7).uuid
    Opening.objects.filter(entry=entry, part="payload").update(value='{"module":"M99","passed":"passed"}')


def delete_opening() -> None:
    Opening.objects.filter(entry=Entry.objects.get(seq=7).uuid, part="subject").delete()


def exchange_payloads() -> None:
    left, right = (Opening.objects.get(entry=Entry.objects.get(seq=seq).uuid, part="payload") for seq in (6, 7))
    Opening.objects.filter(pk=left.pk).update(value=right.value, salt=right.salt)
    Opening.objects.filter(pk=right.pk).update(value=left.value, salt=left.salt)


def exchange_receipt() -> None:
    Pending.objects.filter(uuid=Entry.objects.get(seq=7).uuid).update(payload="0" * 64)


def leave_somebody_out() -> None:
    Member.objects.filter(position=1).delete()


def delete_entry() -> None:
    Entry.objects.filter(seq=7).delete()


def cut_off_the_last() -> None:
    Entry.objects.filter(seq=9).delete()


def cut_off_the_last_and_its_hashes() -> None:
    cut_off_the_last()
    Node.objects.filter(level=0, index=9).delete()
    Node.objects.filter(level=1, index=4).delete()


def foreign(kind: str, **payload: object) -> None:
    insert_entries([EntryDraft(kind, f"{kind}:own", clock.now(), payload)])
    sequence_pending()


def add_foreign_key() -> None:
    foreign("key.add", key=str(SigningKey.generate(ORIGIN).verifier))


def add_our_key_again() -> None:
    """Signed, it would leave a ledger that can never be believed again."""
    ours = json.loads(Opening.objects.get(entry=Entry.objects.get(seq=0).uuid).value)["key"]
    key_id = ours.split("+")[1]
    insert_entries([EntryDraft("key.add", f"key.add:{key_id}", clock.now(), {"key": ours})])
    sequence_pending()


def revoke_our_key() -> None:
    key = json.loads(Opening.objects.get(entry=Entry.objects.get(seq=0).uuid).value)["key"]
    foreign("key.revoke", key=key, last_size=1, reason="compromised")


def declare_foreign_loss() -> None:
    foreign("loss.declare", note="", size=1, lost_size=7, certificates=[])


CHANGES = [
    change_bytes,
    change_bytes_and_hash,
    change_column,
    change_inner_node,
    delete_inner_node,
    change_opening,
    delete_opening,
    exchange_payloads,
    exchange_receipt,
    leave_somebody_out,
    delete_entry,
    cut_off_the_last,
    cut_off_the_last_and_its_hashes,
    add_foreign_key,
    add_our_key_again,
    revoke_our_key,
    declare_foreign_loss,
]


def begin(signer: Signer) -> None:
    """Five signed entries, five new ones; number 5 is a roster."""
    fill(4)
    make_checkpoint(signer, clock.now())
    roster([person(number) for number in range(3)])
    fill(4)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_what_was_changed_among_the_new_is_not_signed(signer: Signer, change: Callable[[], None]) -> None:
    begin(signer)
    note = signer.last_note()
    with triggers.triggers_suspended():
        change()
    with pytest.raises(CheckpointRefused, match="Not signed"):
        make_checkpoint(signer, clock.now())
    assert signer.last_note() == note
    assert Checkpoint.objects.latest().size == 5


def test_unchanged_it_is_signed(signer: Signer) -> None:
    begin(signer)
    made = make_checkpoint(signer, clock.now())
    assert made is not None
    assert made.size == 10


def test_stored_hashes_must_lead_from_the_last_note_to_the_new_root(signer: Signer) -> None:
    """A hash of the part that was signed: whoever asks for a proof would get a wrong one."""
    begin(signer)
    with triggers.triggers_suspended():
        Node.objects.filter(level=2, index=0).update(hash=bytes(32))
    with pytest.raises(CheckpointRefused, match="are no longer what was signed"):
        make_checkpoint(signer, clock.now())


def test_a_checkpoint_of_somebody_else_is_not_built_upon(signer: Signer) -> None:
    begin(signer)
    root = bytes(Checkpoint.objects.latest().root)
    forged = sign_note(TreeHead(ORIGIN, 10, root).text(), [SigningKey.generate(ORIGIN)])
    Checkpoint.objects.create(size=10, root=root, note=forged, made_at=clock.now())
    append(11)
    sequence_pending()
    with pytest.raises(CheckpointRefused, match="Not signed"):
        make_checkpoint(signer, clock.now())


def test_looking_again_costs_the_same_whatever_is_behind(signer: Signer, django_assert_max_num_queries: object) -> None:
    begin(signer)
    make_checkpoint(signer, clock.now())
    counts = []
    for _ in range(2):
        fill(3)
        with django_assert_max_num_queries(40) as counted:  # type: ignore[operator]
            make_checkpoint(signer, clock.now())
        counts.append(len(counted))
    assert counts[0] == counts[1]
