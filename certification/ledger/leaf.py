"""What an entry is before it is stored: a flat object in canonical bytes. These bytes are hashed, and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from certification.ledger import canonical

VERSION = 1
FIELDS = ("v", "seq", "id", "kind", "at", "sequenced_at", "ref", "subject", "actor", "payload")
COMMITMENT = re.compile(r"[0-9a-f]{64}")


class UnknownVersion(ValueError):
    """The entry was written by a later version of this program."""


class BadLeaf(ValueError):
    """Canonical bytes that are not an entry."""


@dataclass(frozen=True, slots=True)
class EntryLeaf:
    """`at`: when it happened; `sequenced_at`: when it was written, never earlier than the entry before.

    `subject`, `actor` and `payload` are commitments (64 hex digits); an entry without a subject or actor has None.
    """

    seq: int
    id: UUID
    kind: str
    at: datetime
    sequenced_at: datetime
    ref: UUID | None
    subject: str | None
    actor: str | None
    payload: str

    def encode(self) -> bytes:
        return canonical.encode_flat(
            {
                "v": VERSION,
                "seq": self.seq,
                "id": str(self.id),
                "kind": self.kind,
                "at": utc_stamp(self.at),
                "sequenced_at": utc_stamp(self.sequenced_at),
                "ref": None if self.ref is None else str(self.ref),
                "subject": self.subject,
                "actor": self.actor,
                "payload": self.payload,
            }
        )


def utc_stamp(instant: datetime) -> str:
    """An instant as UTC text of fixed width, so that text order is time order."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def decode_leaf(data: bytes) -> EntryLeaf:
    """Raises canonical.NotCanonical, UnknownVersion or BadLeaf, each with a sentence."""
    value = canonical.decode(data)
    if value.get("v") != VERSION:
        raise UnknownVersion(f"The entry is of version {value.get('v')!r}; this program knows version {VERSION}.")
    if set(value) != set(FIELDS):
        odd = ", ".join(sorted(set(value) ^ set(FIELDS)))
        raise BadLeaf(f"The entry has missing or surplus fields: {odd}.")
    try:
        return EntryLeaf(
            seq=_whole(value["seq"]),
            id=_uuid(value["id"]),
            kind=_text(value["kind"]),
            at=_instant(value["at"]),
            sequenced_at=_instant(value["sequenced_at"]),
            ref=None if value["ref"] is None else _uuid(value["ref"]),
            subject=None if value["subject"] is None else _commitment(value["subject"]),
            actor=None if value["actor"] is None else _commitment(value["actor"]),
            payload=_commitment(value["payload"]),
        )
    except ValueError as error:
        raise BadLeaf(f"The entry has a field of the wrong form: {error}.") from error


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"{value!r} is not a whole number")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not text")
    return value


def _uuid(value: Any) -> UUID:
    found = UUID(_text(value))
    if str(found) != value:
        raise ValueError(f"{value!r} is not an id in its usual spelling")
    return found


def _instant(value: Any) -> datetime:
    found = datetime.fromisoformat(_text(value))
    if found.utcoffset() is None:
        raise ValueError(f"{value!r} is not an instant in UTC")
    if utc_stamp(found) != value:
        raise ValueError(f"{value!r} is not an instant of fixed width")
    return found


def _commitment(value: Any) -> str:
    if not COMMITMENT.fullmatch(_text(value)):
        raise ValueError(f"{value!r} is not a commitment of 64 hex digits")
    return str(value)
