"""The signer signs only what extends the last thing it signed, and says why when it does not."""

from __future__ import annotations

import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from certification.ledger import checkpoints, clock, keys, merkle, note, proofs, triggers
from certification.ledger.checkpoints import CheckpointRefused, checkpoint_due, make_checkpoint
from certification.ledger.models import Checkpoint, Entry, Node, Opening, Pending
from certification.ledger.note import SigningKey, TreeHead
from certification.ledger.pending import EntryDraft, insert_entries
from certification.ledger.sequencer import sequence_pending
from certification.ledger.signer import KeyUnusable, Signer
from certification.ledger.tree import DamagedTree
from certification.ledger.verification import verify_ledger
from tests.certification.ledger.evidence import append, fill
from tests.ledger_fixtures import ORIGIN, make_ledger


def checkpoint(signer: Signer) -> Checkpoint:
    made = make_checkpoint(signer, clock.now())
    assert made is not None
    return made


def cut_off(size: int) -> None:
    """What a restored back-up looks like: everything after `size` entries is gone, checkpoints too."""
    gone = list(Entry.objects.filter(seq__gte=size).values_list("uuid", flat=True))
    with triggers.triggers_suspended():
        Entry.objects.filter(seq__gte=size).delete()
        Checkpoint.objects.filter(size__gt=size).delete()
        for node in Node.objects.all():
            if (node.index + 1) << node.level > size:
                node.delete()
    Pending.objects.filter(uuid__in=gone).delete()
    Opening.objects.filter(entry__in=gone).delete()


def test_a_checkpoint_is_a_note_anybody_can_verify(signer: Signer) -> None:
    fill(3)
    made = checkpoint(signer)
    parsed = note.parse_note(made.note)
    assert signer.keys[0].verifier.signed(parsed)
    assert note.parse_tree_head(parsed.text) == TreeHead(ORIGIN, 4, bytes(made.root))
    assert made.root == merkle.merkle_root(
        merkle.hash_leaf(bytes(data)) for data in Entry.objects.values_list("leaf", flat=True)
    )


def test_nothing_new_gives_no_checkpoint_and_takes_no_lock(signer: Signer) -> None:
    fill(3)
    checkpoint(signer)
    assert make_checkpoint(signer, clock.now()) is None
    assert Checkpoint.objects.count() == 2


def test_the_timer_signs_with_the_sites_key(signer: Signer) -> None:
    fill(1)
    made = checkpoint_due(clock.now())
    assert made is not None
    assert made.size == 2


def test_the_timer_has_nothing_to_do_before_genesis(db: None) -> None:
    assert checkpoint_due(clock.now()) is None
    assert not Path(settings.LEDGER_KEY_FILE).exists()


def test_the_last_note_lies_beside_the_key(signer: Signer) -> None:
    fill(1)
    assert checkpoint(signer).note == signer.note_path.read_text()
    for path in (signer.path, signer.note_path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_truncated_log_is_not_signed(signer: Signer) -> None:
    fill(5)
    checkpoint(signer)
    cut_off(3)
    with pytest.raises(
        CheckpointRefused, match=r"checkpoint of 6 entries was signed before, but the database holds only 3"
    ):
        make_checkpoint(signer, clock.now())


def test_a_restored_backup_that_grew_again_is_not_signed(signer: Signer) -> None:
    fill(5)
    checkpoint(signer)
    cut_off(3)
    fill(8)
    with pytest.raises(CheckpointRefused, match="another history was appended to a restored backup"):
        make_checkpoint(signer, clock.now())
    assert Checkpoint.objects.latest().size == 1


def test_an_entry_edited_before_it_was_signed_is_named(signer: Signer) -> None:
    fill(2)
    checkpoint(signer)
    fill(3)
    with triggers.triggers_suspended():
        Entry.objects.filter(seq=4).update(leaf=b"{}")
    with pytest.raises(CheckpointRefused, match="entry 4 was changed after it was written"):
        make_checkpoint(signer, clock.now())


def test_an_entry_missing_before_it_was_signed_is_named(signer: Signer) -> None:
    fill(4)
    with triggers.triggers_suspended():
        Entry.objects.filter(seq=2).delete()
    with pytest.raises(CheckpointRefused, match="entry 2 is missing"):
        make_checkpoint(signer, clock.now())


def test_a_damaged_tree_is_not_signed(signer: Signer) -> None:
    fill(3)
    checkpoint(signer)
    fill(1)
    with triggers.triggers_suspended():
        Node.objects.filter(level=2, index=0).delete()
    with pytest.raises(DamagedTree, match="lacks the hash over the entries 0 to 3"):
        make_checkpoint(signer, clock.now())


def test_without_its_own_copy_the_signer_does_not_sign(signer: Signer) -> None:
    fill(1)
    signer.note_path.unlink()
    with pytest.raises(CheckpointRefused, match="the signer's own copy of its last note, is missing"):
        make_checkpoint(signer, clock.now())


def test_a_damaged_copy_is_not_believed(signer: Signer) -> None:
    fill(1)
    signer.note_path.write_text(signer.note_path.read_text().replace("\n1\n", "\n2\n"))
    with pytest.raises(KeyUnusable, match="is damaged"):
        make_checkpoint(signer, clock.now())


def test_a_crash_after_the_note_was_made_durable_is_finished_later(signer: Signer) -> None:
    """The note was fsynced, the database row was not: the same note is released by the next run."""
    fill(2)
    made = checkpoint(signer)
    with triggers.triggers_suspended():
        Checkpoint.objects.filter(size=3).delete()
    assert checkpoint(signer).note == made.note


def test_a_clock_set_back_gives_no_earlier_checkpoint(signer: Signer) -> None:
    first = Checkpoint.objects.latest()
    fill(1)
    made = make_checkpoint(signer, clock.now() - timedelta(days=9))
    assert made is not None
    assert made.made_at >= first.made_at
    assert verify_ledger().consistent


def test_the_key_of_another_ledger_does_not_sign(signer: Signer, tmp_path: Path) -> None:
    other = Signer.create(tmp_path / "other-key", "other.example/litmus")
    fill(1)
    with pytest.raises(CheckpointRefused, match=r"for the ledger “other.example/litmus”"):
        make_checkpoint(other, clock.now())


def test_a_missing_key_is_never_made_again(signer: Signer) -> None:
    signer.path.unlink()
    with pytest.raises(KeyUnusable, match="never signed with a fresh one"):
        make_ledger(signer.path.parent)
    assert not signer.path.exists()


def test_a_key_others_can_read_is_refused(signer: Signer) -> None:
    signer.path.chmod(0o640)
    with pytest.raises(KeyUnusable, match="chmod 600"):
        Signer.from_file(signer.path)


@pytest.mark.parametrize("text", ["", "nonsense", "PRIVATE+KEY+a+00000000+AAAA"])
def test_a_damaged_key_is_refused(signer: Signer, text: str) -> None:
    signer.path.write_text(text)
    with pytest.raises(KeyUnusable):
        Signer.from_file(signer.path)


def test_beginning_twice_changes_nothing(signer: Signer) -> None:
    again = make_ledger(signer.path.parent)
    assert again.keys == signer.keys
    assert (Entry.objects.count(), Checkpoint.objects.count()) == (1, 1)


def test_beginning_finishes_what_was_interrupted(db: None, tmp_path: Path) -> None:
    key = Signer.create(tmp_path / "signing-key", ORIGIN)
    assert make_ledger(tmp_path).keys == key.keys
    assert verify_ledger().consistent


def test_a_begun_ledger_keeps_its_origin(signer: Signer) -> None:
    with pytest.raises(keys.CannotBegin, match="cannot become"):
        make_ledger(signer.path.parent, "other.example/litmus")


def test_a_key_that_signed_another_ledger_begins_none(signer: Signer) -> None:
    cut_off(0)
    with pytest.raises(keys.CannotBegin, match="has signed checkpoints of a ledger, but this database holds none"):
        make_ledger(signer.path.parent)


def test_a_key_that_is_none_of_this_ledger_is_refused(signer: Signer) -> None:
    signer.path.write_text(f"{SigningKey.generate(ORIGIN)}\n")
    with pytest.raises(KeyUnusable, match="none of those this ledger names"):
        make_ledger(signer.path.parent)


def test_an_origin_that_cannot_name_a_key_is_refused(db: None, tmp_path: Path) -> None:
    with pytest.raises(note.BadNote, match="cannot name a key"):
        make_ledger(tmp_path, "two words")
    assert not (tmp_path / "signing-key").exists()


def test_rotation_in_the_middle_of_a_ledger(signer: Signer) -> None:
    """Old key, both keys, new key alone: every checkpoint verifies with what the ledger itself names."""
    fill(3)
    checkpoint(signer)
    grown = keys.add_signing_key(signer)
    assert [item.seq for item in keys.logged_keys()] == [0, 4]
    parsed = note.parse_note(Checkpoint.objects.latest().note)
    assert all(key.verifier.signed(parsed) for key in grown.keys)
    fill(2)
    checkpoint(Signer.from_file(signer.path))
    signer.path.write_text(f"{grown.keys[1]}\n")
    fill(2)
    last = checkpoint(Signer.from_file(signer.path))
    assert not grown.keys[0].verifier.signed(note.parse_note(last.note))
    report = verify_ledger()
    assert report.findings == []
    assert report.keys == [str(key.verifier) for key in grown.keys]
    entry = Entry.objects.get(seq=2)
    assert proofs.verify_tlog_proof(bytes(entry.leaf), proofs.tlog_proof(entry, last), grown.keys[1].verifier).size == 9


def test_an_interrupted_rotation_is_finished_not_begun_again(signer: Signer) -> None:
    grown = signer.with_new_key()
    assert keys.add_signing_key(Signer.from_file(signer.path)).keys == grown.keys
    assert len(keys.logged_keys()) == 2


def test_a_key_smuggled_in_without_the_old_one_is_not_believed(signer: Signer) -> None:
    """Somebody with the database but without the key logs a key of their own and signs with it."""
    fill(2)
    own = SigningKey.generate(ORIGIN)
    insert_entries([EntryDraft("key.add", "key.add:own", clock.now(), {"key": str(own.verifier)})])
    sequence_pending()
    signer.note_path.unlink()
    with triggers.triggers_suspended():
        Checkpoint.objects.all().delete()
    forger = Signer(signer.path, (own,))
    make_checkpoint(forger, clock.now())
    assert {finding.code for finding in verify_ledger().findings} == {"checkpoint-overlap", "checkpoint-unsigned"}


def test_when_a_checkpoint_left_is_noted_once_and_nothing_else_changes(signer: Signer) -> None:
    made = Checkpoint.objects.latest()
    made.left_at = clock.now()
    made.save(update_fields=["left_at"])
    with pytest.raises(Exception, match="append-only"):
        Checkpoint.objects.filter(pk=made.pk).update(left_at=None)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE certification_entry SET kind = 'x'",
        "DELETE FROM certification_entry",
        "UPDATE certification_node SET level = 3",
        "DELETE FROM certification_node",
        "UPDATE certification_checkpoint SET note = ''",
        "UPDATE certification_checkpoint SET size = 7",
        "DELETE FROM certification_checkpoint",
    ],
)
def test_the_database_itself_refuses_changes(signer: Signer, sql: str) -> None:
    with pytest.raises(Exception, match="append-only"), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.postgres("SQLite knows no TRUNCATE")
def test_truncate_is_refused_too(signer: Signer) -> None:
    with pytest.raises(Exception, match="append-only"), connection.cursor() as cursor:
        cursor.execute("TRUNCATE certification_entry")


def test_dropped_triggers_are_missed_and_restored(signer: Signer) -> None:
    assert triggers.missing_triggers() == []
    triggers.drop_triggers()
    absent = triggers.missing_triggers()
    assert "ledger_entry_no_delete" in absent
    assert triggers.ensure_triggers() == absent
    assert triggers.missing_triggers() == []


def test_genesis_names_origin_and_key(signer: Signer) -> None:
    genesis = Entry.objects.get(seq=0)
    value = json.loads(Opening.objects.get(entry=genesis.uuid).value)
    assert value == {"key": str(signer.keys[0].verifier), "origin": ORIGIN}
    assert checkpoints.latest_checkpoint() == Checkpoint.objects.get(size=1)
    assert append(1)
