"""What somebody can do who writes to the database: all of it anew, in the ledger's own forms, with any key."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from certification.ledger import canonical, clock, commitments, merkle, triggers
from certification.ledger.leaf import utc_stamp
from certification.ledger.models import Checkpoint, Entry, Node, Opening, Pending
from certification.ledger.note import SigningKey, TreeHead, sign_note
from certification.ledger.pending import EntryDraft, insert_entries
from certification.ledger.sequencer import sequence_pending

Leaf = dict[str, Any]


def leaves() -> list[Leaf]:
    """The entries as they stand in their bytes."""
    return [json.loads(bytes(data)) for data in Entry.objects.order_by("seq").values_list("leaf", flat=True)]


def write_anew(history: Sequence[Leaf]) -> None:
    """These entries and no others: numbered without a gap, hashed, with a whole tree. Checkpoints stay as they are."""
    frontier = merkle.Frontier()
    with triggers.triggers_suspended():
        Entry.objects.all().delete()
        Node.objects.all().delete()
        for seq, value in enumerate(history):
            data = canonical.encode_flat(value | {"seq": seq})
            leaf_hash = merkle.hash_leaf(data)
            Entry.objects.create(
                seq=seq,
                uuid=UUID(value["id"]),
                kind=value["kind"],
                at=datetime.fromisoformat(value["at"]),
                sequenced_at=datetime.fromisoformat(value["sequenced_at"]),
                ref=UUID(value["ref"]) if value["ref"] else None,
                leaf=data,
                leaf_hash=leaf_hash,
            )
            for level, index, node in frontier.append(leaf_hash):
                Node.objects.create(level=level, index=index, hash=node)


def commit_anew(value: Leaf, part: str, opened: dict[str, Any]) -> None:
    """Another value behind a commitment: opening, receipt and the entry's own member all agree."""
    salt, data = commitments.fresh_salt(), canonical.encode(opened)
    value[part] = commitments.commit(salt, data)
    Opening.objects.filter(entry=value["id"], part=part).update(
        value=data.decode(), salt=salt, person=opened.get("person")
    )
    Pending.objects.filter(uuid=value["id"]).update(**{part: value[part]})


def change(seq: int, how: Callable[[Leaf], None]) -> None:
    """One entry rewritten, consistently: its receipt follows, and all hashes."""
    history = leaves()
    how(history[seq])
    Pending.objects.filter(uuid=history[seq]["id"]).update(at=datetime.fromisoformat(history[seq]["at"]))
    write_anew(history)


def earlier(value: Leaf) -> None:
    value["at"] = "2025-01-01T00:00:00.000000Z"


def forget(seqs: Iterable[int]) -> None:
    """Entries cut out with all that belongs to them; the others are numbered anew."""
    gone, history = set(seqs), leaves()
    for seq in gone:
        Opening.objects.filter(entry=history[seq]["id"]).delete()
        Pending.objects.filter(uuid=history[seq]["id"]).delete()
    write_anew([value for seq, value in enumerate(history) if seq not in gone])


def sizes() -> list[int]:
    return list(Checkpoint.objects.order_by("size").values_list("size", flat=True))


def delete_checkpoints(*, above: int = 0) -> None:
    with triggers.triggers_suspended():
        Checkpoint.objects.filter(size__gt=above).delete()


def root_at(size: int) -> bytes:
    data = Entry.objects.filter(seq__lt=size).order_by("seq").values_list("leaf", flat=True)
    return merkle.merkle_root(merkle.hash_leaf(bytes(each)) for each in data)


def sign_anew(keys: Sequence[SigningKey], at_sizes: Iterable[int] | None = None, origin: str | None = None) -> None:
    """Checkpoints over the ledger as it now stands, at the sizes of before or at these, by these keys."""
    wanted = sizes() if at_sizes is None else list(at_sizes)
    made_at = dict(Checkpoint.objects.values_list("size", "made_at"))
    with triggers.triggers_suspended():
        Checkpoint.objects.filter(size__in=wanted).delete()
    total = Entry.objects.count()
    for size in sorted({min(size, total) for size in wanted}):
        body = TreeHead(origin or keys[0].name, size, root_at(size))
        written = Entry.objects.get(seq=size - 1).sequenced_at
        Checkpoint.objects.create(
            size=size,
            root=body.root,
            note=sign_note(body.text(), list(keys)),
            made_at=max(written, made_at.get(size, written)),
        )


def begin_under(key: SigningKey) -> None:
    """Genesis names another key: the whole history is then signed by it."""
    history = leaves()
    commit_anew(history[0], "payload", {"origin": key.name, "key": str(key.verifier)})
    write_anew(history)


def append_own(kind: str, payload: dict[str, Any], key: str) -> UUID:
    """An entry of the ledger's own kinds, through the pending table, as anybody can who writes to it."""
    (uuid,) = insert_entries([EntryDraft(kind, key, clock.now(), payload)])
    sequence_pending()
    return uuid


def append_back_dated(kind: str) -> None:
    """A last entry whose time of writing lies before that of the entry before it; hashes and receipt agree."""
    append_own(kind, {"nothing": "personal"}, f"{kind}:back-dated")
    history = leaves()
    history[-1]["sequenced_at"] = utc_stamp(datetime.fromisoformat("2025-01-01T00:00:00+00:00"))
    history[-1]["at"] = history[-1]["sequenced_at"]
    Pending.objects.filter(uuid=history[-1]["id"]).update(at=datetime.fromisoformat(history[-1]["at"]))
    write_anew(history)
