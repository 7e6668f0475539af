"""The one sequencer: takes pending entries in order, numbers them without a gap and grows the tree."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from certification.ledger import clock, clock_guard, kinds, merkle, signing_jobs, tree
from certification.ledger.bulk_rows import BulkTable, insert_rows
from certification.ledger.leaf import EntryLeaf
from certification.ledger.models import Entry, Pending
from certification.ledger.note import BadNote, TreeHead, parse_note, parse_tree_head
from certification.ledger.signer import last_note_path

ENTRY = BulkTable(
    "certification_entry",
    ("seq", "uuid", "kind", "at", "sequenced_at", "ref", "leaf", "leaf_hash"),
)
NODE = BulkTable(
    "certification_node",
    ("level", "index", "hash"),
)


class NotBegun(RuntimeError):
    """Entries wait, but there is no genesis and no key yet."""


def sequence_pending(batch: int = 500) -> int:
    """Writes all entries that can be written and returns how many; `batch` entries in a transaction.

    Safe to call from several processes at once: they take turns. An entry whose `ref` is still pending follows in
    the batch after it. Raises NotBegun while there is no genesis, clock_guard.ClockJumped, and signing_jobs.Behind
    where the signer's last note can be seen and the database does not hold what it was made of.
    """
    clock_guard.check_clock()
    if not Pending.objects.filter(sequenced=False).exists():
        return 0
    _stop_behind(settings.LEDGER_KEY_FILE)
    written = 0
    while Pending.objects.filter(sequenced=False).exists() and (count := _sequence_batch(batch)):
        written += count
    return written


def sequence_due(at: datetime) -> int:
    """The drain. Entries carry the clock's time of the batch that writes them, whenever the run began."""
    with signing_jobs.troubles_noted(signing_jobs.SEQUENCE):
        return sequence_pending()


def own_key(kind: str, payload: Mapping[str, Any]) -> str:
    """The idempotency key of an entry of the ledger's own: one for each key that comes or goes, and for each loss."""
    if kind == kinds.GENESIS:
        return kinds.GENESIS
    if kind == kinds.LOSS_DECLARE:
        return f"{kind}:{hashlib.sha256(str(payload.get('note')).encode()).hexdigest()[:40]}"
    return f"{kind}:{''.join(str(payload.get('key')).split('+')[1:2])}"


def holds_signed(known: TreeHead) -> bool:
    """Whether the database still holds what was signed."""
    return known.size <= tree.tree_size() and tree.stored_root(known.size) == known.root


def _stop_behind(key_file: Path) -> None:
    """A number that was signed once must not be given again: that would be a second history."""
    try:
        text = last_note_path(key_file).read_text(encoding="utf-8")
        known = parse_tree_head(parse_note(text).text)
    except (OSError, UnicodeDecodeError, BadNote):
        return  # not here, or not to be read here; the signer says what is wrong with it
    if not holds_signed(known) and not Pending.objects.filter(key=own_key(kinds.LOSS_DECLARE, {"note": text})).exists():
        raise signing_jobs.Behind(
            gettext(
                "Nothing is numbered: the signer has signed %(signed)s entries, and they are not the %(size)s of this "
                "database. Was it restored from an older backup? Restore the newest one; if there is none, two "
                "administrators declare the loss with `manage.py ledger declare-loss`."
            )
            % {"signed": known.size, "size": tree.tree_size()}
        )


@transaction.atomic(durable=True)
def _sequence_batch(limit: int) -> int:
    tree.lock_head()
    head = Entry.objects.order_by("-seq").values_list("seq", "sequenced_at").first()
    rows = list(_ready(begun=head is not None)[:limit])
    if not rows:
        if head is None:
            raise NotBegun(gettext("The ledger has not been begun. Run `manage.py ledger init`."))
        return 0
    now = clock.now()
    _write(rows, now if head is None else max(now, head[1]), 0 if head is None else head[0] + 1)
    return len(rows)


def _ready(begun: bool) -> QuerySet[Pending, tuple[Any, ...]]:
    """In order of arrival: what refers to nothing that still waits. Genesis comes before everything."""
    written = Entry.objects.filter(uuid=OuterRef("uuid"))
    referred = Entry.objects.filter(uuid=OuterRef("ref"))
    rows = Pending.objects.filter(~Exists(written), Q(ref=None) | Q(Exists(referred)), sequenced=False)
    if not begun:
        rows = rows.filter(key=kinds.GENESIS)
    return rows.order_by("id").values_list("id", "uuid", "kind", "at", "ref", "subject", "actor", "payload")


def _write(rows: Sequence[tuple[Any, ...]], sequenced_at: datetime, first: int) -> None:
    frontier = tree.stored_frontier(first)
    entries: list[tuple[Any, ...]] = []
    nodes: list[tuple[int, int, bytes]] = []
    for seq, (_, uuid, kind, at, ref, subject, actor, payload) in enumerate(rows, start=first):
        data = EntryLeaf(seq, uuid, kind, at, sequenced_at, ref, subject, actor, payload).encode()
        leaf_hash = merkle.hash_leaf(data)
        entries.append((seq, uuid, kind, at, sequenced_at, ref, data, leaf_hash))
        nodes += frontier.append(leaf_hash)
    insert_rows(ENTRY, entries)
    insert_rows(NODE, nodes)
    Pending.objects.filter(pk__in=[row[0] for row in rows]).update(sequenced=True)
