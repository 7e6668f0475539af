"""Whatever is changed in the ledger's tables is found, and the entry is named."""

# ruff: noqa: S608 - the SQL of these tests is theirs

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from certification.ledger import canonical, checkpoints, clock, commitments, leaf, merkle, triggers
from certification.ledger.models import Checkpoint, Entry, Member, Node, Opening, Pending
from certification.ledger.note import SigningKey, TreeHead, sign_note
from certification.ledger.signer import Signer
from certification.ledger.verification import (
    Anchors,
    HeldCheckpoint,
    LedgerClaim,
    Standing,
    Unusable,
    VerificationReport,
    verify_ledger,
    walk,
)
from tests.certification.ledger.evidence import AT, append, fill, person, roster

VICTIM = 5
"""The number of the entry every test tampers with: under a checkpoint, neither first nor last."""


@pytest.fixture(autouse=True)
def _short_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that in these small ledgers, too, most runs are as they were written and the one tampered with is not."""
    monkeypatch.setattr(walk, "RUN", 4)


@pytest.fixture
def ledger(signer: Signer) -> Signer:
    """Genesis, a roster (1), eleven completions (2 to 12, entry 6 refers to 2), a checkpoint, three more entries."""
    roster([person(number) for number in range(7)])
    fill(4)
    append(4, kind="assignment.close", ref=Entry.objects.get(seq=2).uuid)
    fill(6)
    checkpoints.make_checkpoint(signer, clock.now())
    fill(3)
    return signer


def tamper(sql: str, *params: Any) -> None:
    """What somebody with the database does: the triggers are no obstacle to them."""
    with triggers.triggers_suspended(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        assert cursor.rowcount != 0, "nothing was changed"


def victim() -> Entry:
    return Entry.objects.get(seq=VICTIM)


def codes(report: VerificationReport) -> set[str]:
    return {finding.code for finding in report.findings}


def sentences(report: VerificationReport) -> str:
    return "\n".join(finding.sentence for finding in report.findings)


def test_an_honest_ledger_is_valid(ledger: Signer) -> None:
    report = verify_ledger()
    assert report.findings == []
    assert (report.entries, report.covered, report.checkpoints) == (16, 13, 2)
    assert report.origin == "test.example/litmus"
    assert report.keys == [str(ledger.keys[0].verifier)]
    assert (report.unsealed, report.standing) == (3, Standing.UNANCHORED)
    assert json.loads(json.dumps(report.as_dict()))["exit_code"] == 3


CHANGES = {
    "uuid": "0123456789abcdef0123456789abcdef",
    "kind": "certificate.issue",
    "at": "2025-01-01 00:00:00+00",
    "sequenced_at": "2025-01-01 00:00:00+00",
    "ref": "0123456789abcdef0123456789abcdef",
    "leaf": b'{"v":1}',
    "leaf_hash": b"\x00" * 32,
}


@pytest.mark.parametrize("column", CHANGES)
def test_every_column_of_an_entry(ledger: Signer, column: str) -> None:
    tamper(f"UPDATE certification_entry SET {column} = %s WHERE seq = %s", CHANGES[column], VICTIM)
    report = verify_ledger()
    assert VICTIM in report.named()
    assert f"Entry {VICTIM} (" in sentences(report)


def test_the_number_of_an_entry(ledger: Signer) -> None:
    tamper("UPDATE certification_entry SET seq = 400 WHERE seq = %s", VICTIM)
    assert {VICTIM, 400} <= set(verify_ledger().named())


def test_two_entries_exchanged(ledger: Signer) -> None:
    tamper("UPDATE certification_entry SET seq = 400 WHERE seq = 5")
    tamper("UPDATE certification_entry SET seq = 5 WHERE seq = 7")
    tamper("UPDATE certification_entry SET seq = 7 WHERE seq = 400")
    assert set(verify_ledger().named()) == {5, 7}


def test_an_entry_deleted_from_the_middle(ledger: Signer) -> None:
    tamper("DELETE FROM certification_entry WHERE seq = %s", VICTIM)
    report = verify_ledger()
    assert "entry-missing" in codes(report)
    assert report.named() == [VICTIM]


def test_one_changed_byte_names_only_that_entry(ledger: Signer) -> None:
    data = bytearray(victim().leaf)
    data[data.index(b"completion")] ^= 1
    tamper("UPDATE certification_entry SET leaf = %s WHERE seq = %s", bytes(data), VICTIM)
    report = verify_ledger()
    assert report.named() == [VICTIM]
    assert "entry-hash" in codes(report)


def rewritten(**changes: Any) -> bytes:
    """The victim's bytes with other values, as canonical as the real ones."""
    return canonical.encode_flat(json.loads(bytes(victim().leaf)) | changes)


def replace_leaf(data: bytes) -> None:
    """Bytes and hash exchanged together; the tree is left as it was."""
    leaf_hash = merkle.hash_leaf(data)
    tamper("UPDATE certification_entry SET leaf = %s, leaf_hash = %s WHERE seq = %s", data, leaf_hash, VICTIM)


def rebuild_tree() -> None:
    """All hashes computed anew, as somebody would who knows how the ledger works but has no key."""
    frontier = merkle.Frontier()
    with triggers.triggers_suspended():
        Node.objects.all().delete()
        for data in Entry.objects.order_by("seq").values_list("leaf", flat=True):
            for level, index, node in frontier.append(merkle.hash_leaf(bytes(data))):
                Node.objects.create(level=level, index=index, hash=node)


def test_bytes_and_hash_changed_together(ledger: Signer) -> None:
    replace_leaf(rewritten(at="2025-01-01T00:00:00.000000Z"))
    report = verify_ledger()
    assert report.named() == [VICTIM]
    assert {"leaf-node", "entry-column", "checkpoint-root"} <= codes(report)


def test_everything_recomputed_without_the_key(ledger: Signer) -> None:
    """Entry, columns, receipt, hashes and tree rewritten to agree: the signed checkpoint still tells."""
    replace_leaf(rewritten(at="2025-01-01T00:00:00.000000Z"))
    early = "2025-01-01 00:00:00" if connection.vendor == "sqlite" else "2025-01-01 00:00:00+00"
    tamper("UPDATE certification_entry SET at = %s WHERE seq = %s", early, VICTIM)
    tamper("UPDATE certification_pending SET at = %s WHERE uuid = %s", early, stored(victim().uuid))
    rebuild_tree()
    report = verify_ledger()
    assert codes(report) == {"checkpoint-root"}
    assert "among the entries 1 to 12 something was changed" in sentences(report)


def test_many_checkpoints_that_no_longer_fit_are_one_sentence(ledger: Signer) -> None:
    for _ in range(3):
        fill(1)
        checkpoints.make_checkpoint(ledger, clock.now())
    data = bytes(victim().leaf).replace(b"completion", b"cimpletion")
    tamper("UPDATE certification_entry SET leaf = %s WHERE seq = %s", data, VICTIM)
    report = verify_ledger()
    assert [found.code for found in report.findings].count("checkpoint-root") == 1
    assert "Checkpoint 13 (and 3 later ones): its root is no longer" in sentences(report)


def stored(uuid: UUID) -> Any:
    return uuid.hex if connection.vendor == "sqlite" else uuid


def test_recomputed_after_the_last_checkpoint_only_a_held_one_tells(ledger: Signer) -> None:
    checkpoints.make_checkpoint(ledger, clock.now())
    held = HeldCheckpoint("kept.txt", Checkpoint.objects.latest().note)
    tamper("DELETE FROM certification_checkpoint WHERE size = 16")
    for table, column in (("entry", "seq"), ("node", '"index"')):
        tamper(f"DELETE FROM certification_{table} WHERE {column} >= 15" + (" AND level = 0" * (table == "node")))
    gone = Pending.objects.order_by("-id").first()
    assert gone is not None
    for table, column in (("opening", "entry"), ("pending", "uuid")):
        tamper(f"DELETE FROM certification_{table} WHERE {column} = %s", stored(gone.uuid))
    rebuild_tree()
    assert verify_ledger().consistent  # nothing in the database tells: LEDGER.md says so, and so do we
    report = verify_ledger(anchors=Anchors(notes=(held,)))
    assert codes(report) == {"checkpoint-truncated"}
    assert "kept.txt" in sentences(report)


@pytest.mark.parametrize(("level", "index"), [(0, VICTIM), (1, 2), (2, 1), (3, 1), (4, 0)])
@pytest.mark.parametrize("change", ["hash = %s", "level = 40 + 0 * length(%s)", "delete"])
def test_every_node(ledger: Signer, level: int, index: int, change: str) -> None:
    where = f'WHERE level = {level} AND "index" = {index}'
    if change == "delete":
        tamper(f"DELETE FROM certification_node {where}")
    else:
        tamper(f"UPDATE certification_node SET {change} {where}", b"\x01" * 32)
    report = verify_ledger()
    first, last = index << level, ((index + 1) << level) - 1
    assert f"Entry {VICTIM}" in sentences(report) if level == 0 else f"{first} to {last}" in sentences(report)
    assert len([found for found in report.findings if found.code != "node-surplus"]) == 1


def test_a_surplus_node(ledger: Signer) -> None:
    Node.objects.create(level=1, index=99, hash=b"\x00" * 32)
    assert codes(verify_ledger()) == {"node-surplus"}


@pytest.mark.parametrize("part", ["subject", "actor", "payload"])
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("value", '{"name":"Somebody else"}'),
        ("salt", b"\x07" * 32),
        ("salt", b"short"),
        ("person", "0123456789abcdef0123456789abcdef"),
        ("entry", "0123456789abcdef0123456789abcdef"),
        ("part", "nonsense"),
    ],
)
def test_every_column_of_an_opening(ledger: Signer, part: str, column: str, value: Any) -> None:
    tamper(
        f"UPDATE certification_opening SET {column} = %s WHERE entry = %s AND part = %s",
        value,
        stored(victim().uuid),
        part,
    )
    report = verify_ledger()
    assert report.named() == [VICTIM]


def test_a_deleted_opening(ledger: Signer) -> None:
    Opening.objects.filter(entry=victim().uuid, part="subject").delete()
    report = verify_ledger()
    assert codes(report) == {"opening-missing"}
    assert report.named() == [VICTIM]


def test_an_opening_too_many(ledger: Signer) -> None:
    Opening.objects.create(entry=Entry.objects.get(seq=0).uuid, part="subject", value="{}", salt=b"\x00" * 32)
    assert codes(verify_ledger()) == {"opening-surplus"}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("position", 77),
        ("commitment", "0" * 64),
        ("commitment", "not hex"),
        ("person", None),
        ("value", '{"name":"Somebody else"}'),
        ("value", None),
        ("salt", b"\x07" * 32),
        ("entry", "0123456789abcdef0123456789abcdef"),
    ],
)
def test_every_column_of_a_roster(ledger: Signer, column: str, value: Any) -> None:
    tamper(f"UPDATE certification_member SET {column} = %s WHERE position = 3", value)
    report = verify_ledger()
    assert report.named() == [1]
    assert "Entry 1 (assignment.open" in sentences(report)


def test_somebody_left_out_of_a_roster(ledger: Signer) -> None:
    Member.objects.filter(position=6).delete()
    report = verify_ledger()
    assert {"roster-count", "roster-root"} <= codes(report)
    assert report.named() == [1]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("uuid", "0123456789abcdef0123456789abcdef"),
        ("kind", "certificate.issue"),
        ("key", "another key"),
        ("key_salt", b"\x07" * 32),
        ("at", "2025-01-01 00:00:00+00"),
        ("ref", "0123456789abcdef0123456789abcdef"),
        ("subject", "0" * 64),
        ("actor", None),
        ("payload", "0" * 64),
        ("sequenced", False),
    ],
)
def test_every_column_of_a_receipt(ledger: Signer, column: str, value: Any) -> None:
    tamper(f"UPDATE certification_pending SET {column} = %s WHERE uuid = %s", value, stored(victim().uuid))
    assert VICTIM in verify_ledger().named()


def test_a_deleted_receipt(ledger: Signer) -> None:
    Pending.objects.filter(uuid=victim().uuid).delete()
    assert verify_ledger().named() == [VICTIM]


def test_an_entry_that_waits_is_checked_too(ledger: Signer) -> None:
    uuid = append(1)
    assert verify_ledger().consistent
    assert verify_ledger().waiting == 1
    Opening.objects.filter(entry=uuid, part="payload").update(value='{"module":"another"}')
    report = verify_ledger()
    assert codes(report) == {"opening-changed"}
    assert str(uuid) in sentences(report)


def test_the_tail_cut_off_with_its_checkpoint(ledger: Signer) -> None:
    tamper("DELETE FROM certification_entry WHERE seq >= 10")
    tamper("DELETE FROM certification_checkpoint WHERE size > 1")
    rebuild_tree()
    report = verify_ledger()
    assert "entry-gone" in codes(report)
    assert len([found for found in report.findings if found.code == "entry-gone"]) == 6


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("size", 12),
        ("size", 4000),
        ("root", b"\x00" * 32),
        ("made_at", "2025-01-01 00:00:00+00"),
        ("note", "nonsense"),
        ("note", ""),
    ],
)
def test_every_column_of_a_checkpoint(ledger: Signer, column: str, value: Any) -> None:
    tamper(f"UPDATE certification_checkpoint SET {column} = %s WHERE size = 13", value)
    report = verify_ledger()
    assert not report.consistent
    assert report.findings[0].sentence.startswith("Checkpoint ")


def test_a_checkpoint_of_another_key(ledger: Signer) -> None:
    body = TreeHead("test.example/litmus", 13, bytes(Checkpoint.objects.get(size=13).root))
    forged = sign_note(body.text(), [SigningKey.generate("test.example/litmus")])
    tamper("UPDATE certification_checkpoint SET note = %s WHERE size = 13", forged)
    assert codes(verify_ledger()) == {"checkpoint-unsigned"}


def test_a_damaged_genesis_leaves_nothing_to_trust(ledger: Signer) -> None:
    genesis = Entry.objects.get(seq=0)
    tamper(
        "UPDATE certification_opening SET value = %s WHERE entry = %s AND part = 'payload'",
        '{"key":"x","origin":"y"}',
        stored(genesis.uuid),
    )
    report = verify_ledger()
    assert 0 in report.named()
    assert {"opening-changed", "key", "checkpoint-unsigned"} <= codes(report)


def test_unknown_version(ledger: Signer) -> None:
    replace_leaf(rewritten(v=2))
    report = verify_ledger()
    assert "entry-version" in codes(report)
    assert report.named() == [VICTIM]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b'{"v":1.0}',
        b'{"v":NaN}',
        b"[" * 5000,
        b'{"a":1,"a":1}',
        b'{"v":1}' + b" " * 300_000,
    ],
    ids=["empty", "not text", "list", "fraction", "not a number", "deep", "twice", "huge"],
)
def test_bytes_that_are_no_entry(ledger: Signer, data: bytes) -> None:
    replace_leaf(data)
    report = verify_ledger()
    assert "entry-bytes" in codes(report)
    assert VICTIM in report.named()


@pytest.mark.parametrize(
    "spelling",
    [
        lambda data: data.replace(b'","', b'", "'),
        lambda data: json.dumps(dict(reversed(json.loads(data).items())), separators=(",", ":")).encode(),
        lambda data: data.replace(b"completion", b"\\u0063ompletion"),
    ],
    ids=["space", "order", "escape"],
)
def test_the_same_entry_in_another_spelling(ledger: Signer, spelling: Any) -> None:
    replace_leaf(spelling(bytes(victim().leaf)))
    report = verify_ledger()
    assert "entry-bytes" in codes(report)
    assert report.named() == [VICTIM]


@pytest.mark.parametrize("length", [0, 31, 33])
def test_hashes_of_a_wrong_length(ledger: Signer, length: int) -> None:
    tamper("UPDATE certification_entry SET leaf_hash = %s WHERE seq = %s", b"\x01" * length, VICTIM)
    tamper('UPDATE certification_node SET hash = %s WHERE level = 2 AND "index" = 0', b"\x01" * length)
    tamper("UPDATE certification_checkpoint SET root = %s WHERE size = 13", b"\x01" * length)
    assert {"entry-hash", "node-changed", "checkpoint-column"} <= codes(verify_ledger())


def test_time_that_runs_back(ledger: Signer) -> None:
    """A back-dated entry appended by somebody who holds the key is signed, and still told by its time."""
    row = leaf.decode_leaf(bytes(Entry.objects.get(seq=15).leaf))
    early = row.sequenced_at - timedelta(days=30)
    data = canonical.encode_flat(json.loads(row.encode()) | {"sequenced_at": leaf.utc_stamp(early)})
    tamper(
        "UPDATE certification_entry SET leaf = %s, leaf_hash = %s, sequenced_at = %s WHERE seq = 15",
        data,
        merkle.hash_leaf(data),
        early.replace(tzinfo=None) if connection.vendor == "sqlite" else early,
    )
    rebuild_tree()
    report = verify_ledger()
    assert codes(report) == {"entry-order"}
    assert report.named() == [15]


def test_a_reference_to_what_comes_later(ledger: Signer) -> None:
    later = Entry.objects.get(seq=9).uuid
    replace_leaf(rewritten(ref=str(later)))
    assert "entry-ref" in codes(verify_ledger())


def test_missing_triggers_are_a_remark(ledger: Signer) -> None:
    triggers.drop_triggers()
    report = verify_ledger()
    assert report.consistent
    assert any("ledger_entry_no_update" in remark for remark in report.remarks)
    triggers.ensure_triggers()
    assert triggers.missing_triggers() == []


def test_an_empty_database_holds_no_ledger(db: None) -> None:
    with pytest.raises(Unusable, match="holds no ledger"):
        verify_ledger()


@dataclass
class Completions:
    """A business table as its app would hand it in."""

    rows: list[LedgerClaim]
    kinds: frozenset[str] = field(default_factory=lambda: frozenset({"completion"}))

    def claims(self, using: str) -> Iterable[LedgerClaim]:
        yield from self.rows


def claims() -> list[LedgerClaim]:
    entries = Entry.objects.of_kind("completion").order_by("seq")
    values = {(opening.entry, opening.part): json.loads(opening.value) for opening in Opening.objects.all()}
    return [
        LedgerClaim(
            f"completion {entry.seq}",
            entry.uuid,
            "completion",
            payload=values[entry.uuid, "payload"],
            subject={"person": values[entry.uuid, "subject"]["person"]},
        )
        for entry in entries
    ]


def test_business_rows_that_agree(ledger: Signer) -> None:
    assert verify_ledger(comparers=[Completions(claims())]).consistent


@pytest.mark.parametrize(
    "change",
    [
        lambda claim: {"payload": claim.payload | {"module": "changed"}},
        lambda claim: {"payload": {name: claim.payload[name] for name in ("module", "passed")}},
        lambda claim: {"payload": claim.payload | {"changed": None}},
        lambda claim: {"recomputed": {"module": "changed"}},
        lambda claim: {"subject": {"person": "changed"}},
        lambda claim: {"actor": {"person": "changed"}},
        lambda claim: {"key": "changed"},
        lambda claim: {"at": AT + timedelta(seconds=1)},
    ],
)
def test_a_changed_business_row_names_its_entry(
    ledger: Signer, change: Callable[[LedgerClaim], dict[str, Any]]
) -> None:
    rows = claims()
    rows[3] = replace(rows[3], **change(rows[3]))
    report = verify_ledger(comparers=[Completions(rows)])
    assert codes(report) == {"business-differs"}
    assert report.named() == [5]
    assert rows[3].what in sentences(report)


def test_a_deleted_business_row_names_its_entry(ledger: Signer) -> None:
    rows = claims()
    del rows[3]
    report = verify_ledger(comparers=[Completions(rows)])
    assert codes(report) == {"business-missing"}
    assert report.named() == [5]


def test_an_invented_business_row_has_no_entry(ledger: Signer) -> None:
    invented = LedgerClaim("completion 4711", commitments.keyed_id(b"", ""), "completion", payload={})
    report = verify_ledger(comparers=[Completions([*claims(), invented])])
    assert codes(report) == {"business-entry"}
    assert "completion 4711" in sentences(report)


def test_a_business_table_that_cannot_be_read(ledger: Signer) -> None:
    class Broken(Completions):
        def claims(self, using: str) -> Iterable[LedgerClaim]:
            raise ValueError("badly formed hexadecimal UUID string")

    assert codes(verify_ledger(comparers=[Broken([])])) == {"business-unreadable"}


def test_verification_writes_nothing_and_costs_few_queries(
    ledger: Signer, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "RUN", 1024)
    with transaction.atomic(), django_assert_max_num_queries(90):  # more than half: which columns there are, on SQLite
        verify_ledger()
