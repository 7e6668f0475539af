"""The one sequencer: takes pending entries in order, numbers them without a gap and grows the tree."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from certification.ledger import clock, kinds, merkle, tree
from certification.ledger.bulk_rows import BulkTable, insert_rows
from certification.ledger.leaf import EntryLeaf
from certification.ledger.models import Entry, Pending

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
    the batch after it. Raises NotBegun while there is no genesis.
    """
    written = 0
    while Pending.objects.filter(sequenced=False).exists() and (count := _sequence_batch(batch)):
        written += count
    return written


def sequence_due(at: datetime) -> int:
    """The drain. Entries carry the clock's time of the batch that writes them, whenever the run began."""
    return sequence_pending()


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
