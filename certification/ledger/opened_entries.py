"""What the audit page reads: entries with the values behind their commitments, and what covers them.

The querysets live on `Entry.objects` (about, by, of_kind, happened, covered, with_ids).
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from certification.ledger import leaf
from certification.ledger.models import Checkpoint, Entry, EntryPart, Member, Opening
from certification.ledger.pending import ROSTER_COUNT


@dataclass(frozen=True, slots=True)
class OpenedEntry:
    """The values behind an entry's commitments; None where the entry has no such part or its value is missing."""

    subject: dict[str, Any] | None = None
    actor: dict[str, Any] | None = None
    payload: dict[str, Any] = field(default_factory=dict)
    missing: tuple[str, ...] = ()

    @property
    def roster_count(self) -> int | None:
        """How many people a roster covers; None for an entry about one person or none."""
        return self.payload.get(ROSTER_COUNT)


def open_entry(entry: Entry) -> OpenedEntry:
    return open_entries([entry])[entry.uuid]


def open_entries(entries: Iterable[Entry]) -> dict[UUID, OpenedEntry]:
    """As `open_entry` for a page of entries, in one query."""
    wanted = {entry.uuid: entry for entry in entries}
    values: dict[UUID, dict[str, Any]] = {uuid: {} for uuid in wanted}
    for uuid, part, value in Opening.objects.filter(entry__in=wanted).values_list("entry", "part", "value"):
        values[uuid][part] = json.loads(value)
    return {uuid: _opened(entry, values[uuid]) for uuid, entry in wanted.items()}


def roster_lines(entry: Entry, person: UUID | None = None) -> list[dict[str, Any]]:
    """The people of a roster whose values are there, in its order; or only the lines of one person."""
    rows = Member.objects.filter(entry=entry.uuid, value__isnull=False).order_by("position")
    if person is not None:
        rows = rows.filter(person=person)
    return [json.loads(value) for value in rows.values_list("value", flat=True) if value is not None]


def covering_checkpoint(entry: Entry) -> Checkpoint | None:
    """The first checkpoint that covers the entry; None while it waits to be sealed."""
    return Checkpoint.objects.filter(size__gt=entry.seq).order_by("size").first()


def covering_checkpoints(ids: Iterable[UUID]) -> dict[UUID, Checkpoint]:
    """Which of these entries a checkpoint covers, each with the first that does, in two queries."""
    numbers = dict(Entry.objects.with_ids(ids).covered().values_list("uuid", "seq"))
    if not numbers:
        return {}
    checkpoints = list(Checkpoint.objects.filter(size__gt=min(numbers.values())).order_by("size"))
    sizes = [checkpoint.size for checkpoint in checkpoints]
    return {uuid: checkpoints[bisect_right(sizes, seq)] for uuid, seq in numbers.items()}


def _opened(entry: Entry, values: dict[str, Any]) -> OpenedEntry:
    written = leaf.decode_leaf(bytes(entry.leaf))
    committed = {EntryPart.SUBJECT: written.subject, EntryPart.ACTOR: written.actor, EntryPart.PAYLOAD: written.payload}
    gone = tuple(part.value for part, commitment in committed.items() if commitment and part not in values)
    return OpenedEntry(values.get("subject"), values.get("actor"), values.get("payload", {}), gone)
