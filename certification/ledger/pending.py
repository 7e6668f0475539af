"""How the business writes evidence: one row in its own transaction, no lock on the log. The sequencer does the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from certification.ledger import canonical, clock, commitments, kinds, merkle
from certification.ledger.models import Member, Opening, Part, Pending

Value = Mapping[str, Any]
"""What a commitment opens to: an object of text, whole numbers, true, false, null, lists and objects of these."""

LONGEST_KEY = 200
LARGEST_VALUE = 256 * 1024
ROSTER_ROOT = "roster_root"
ROSTER_COUNT = "roster_count"


class NotInTransaction(RuntimeError):
    """An entry must be committed together with what it is evidence of."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A value with its fresh salt and the commitment over both."""

    text: str
    salt: bytes
    commitment: str
    person: UUID | None


def append(
    kind: str,
    *,
    key: str,
    at: datetime,
    subject: Value | None,
    actor: Value | None,
    payload: Value,
    ref: UUID | None = None,
) -> UUID:
    """Leaves an entry for the sequencer and returns its id.

    `key` makes it idempotent: a key used before returns the id of then and writes nothing. `subject` and `actor`
    may name people ({"person": "<uuid>", "name": …}) and can be erased; `payload` must hold nothing personal.
    `ref` is the id of the entry this one corrects, revokes or supersedes; it may still be pending itself.
    Raises NotInTransaction, kinds.UnknownKind, canonical.NotCanonical or ValueError, each with a sentence.
    """
    kinds.check(kind)
    for name in (ROSTER_ROOT, ROSTER_COUNT):
        if name in payload:
            raise ValueError(f"payload.{name} belongs to rosters; use append_roster.")
    return insert(kind, key=key, at=at, subject=subject, actor=actor, payload=payload, ref=ref)


def append_roster(
    kind: str, *, key: str, at: datetime, actor: Value | None, payload: Value, leaves: Sequence[Value]
) -> UUID:
    """As `append`, for a bulk event: ONE entry whose payload also holds the root and count of a subtree.

    Each of `leaves` ({"person": "<uuid>", …}) is committed to under its own salt, so that erasing one person leaves
    the others, the root and the count as they are. The order given is the order kept.
    """
    kinds.check(kind)
    sealed = [seal(leaf, f"leaves[{number}]") for number, leaf in enumerate(leaves)]
    summary = {ROSTER_ROOT: roster_root([item.commitment for item in sealed]).hex(), ROSTER_COUNT: len(sealed)}
    uuid = insert(kind, key=key, at=at, subject=None, actor=actor, payload={**payload, **summary})
    if not Member.objects.filter(entry=uuid).exists():
        Member.objects.bulk_create(
            [
                Member(
                    entry=uuid,
                    position=position,
                    commitment=item.commitment,
                    person=item.person,
                    value=item.text,
                    salt=item.salt,
                )
                for position, item in enumerate(sealed)
            ],
            batch_size=1000,
        )
    return uuid


def insert(
    kind: str,
    *,
    key: str,
    at: datetime,
    subject: Value | None = None,
    actor: Value | None = None,
    payload: Value,
    ref: UUID | None = None,
) -> UUID:
    """`append` for the ledger's own kinds as well."""
    _check(key, at)
    values = {Part.SUBJECT: subject, Part.ACTOR: actor, Part.PAYLOAD: payload}
    sealed = {part: seal(value, part.value) for part, value in values.items() if value is not None}
    if sealed[Part.PAYLOAD].person is not None:
        raise ValueError("payload.person: a payload cannot be erased; name people in subject or actor.")
    salt = commitments.fresh_salt()
    uuid = commitments.keyed_id(salt, key)
    row = Pending(
        uuid=uuid,
        kind=kind,
        key=key,
        key_salt=salt,
        at=at,
        created_at=clock.machine_now(),
        ref=ref,
        **{part.value: item.commitment for part, item in sealed.items()},
    )
    # Two transactions with the same key: the second waits for the first, writes nothing and finds its row.
    Pending.objects.bulk_create([row], ignore_conflicts=True)
    kept = Pending.objects.values_list("uuid", flat=True).get(key=key)
    if kept == uuid:
        Opening.objects.bulk_create(
            [
                Opening(entry=uuid, part=part, person=item.person, value=item.text, salt=item.salt)
                for part, item in sealed.items()
            ]
        )
    return kept


def seal(value: Value, where: str) -> Sealed:
    """Salts and commits to one value; `where` names it in the sentence of an error."""
    try:
        data = canonical.encode(value)
    except canonical.NotCanonical as error:
        raise canonical.NotCanonical(f"In {where}: {error}") from error
    if len(data) > LARGEST_VALUE:
        raise ValueError(
            f"{where} takes {len(data)} bytes; the ledger takes at most {LARGEST_VALUE}. Store the text elsewhere "
            f"and log its digest."
        )
    salt = commitments.fresh_salt()
    return Sealed(data.decode(), salt, commitments.commit(salt, data), _person(value, where))


def roster_root(members: Sequence[str]) -> bytes:
    """The root of a roster's subtree: its leaves are the members' commitments (as 32 bytes), in order."""
    return merkle.root(merkle.hash_leaf(bytes.fromhex(commitment)) for commitment in members)


def oldest_waiting() -> datetime | None:
    """When, by the machine's clock, the oldest entry still waiting for its sequence number came in."""
    return Pending.objects.filter(sequenced=False).order_by("id").values_list("created_at", flat=True).first()


def _check(key: str, at: datetime) -> None:
    if not connection.in_atomic_block:
        raise NotInTransaction(
            "A ledger entry must be appended inside transaction.atomic(), together with the fact it is evidence of."
        )
    if not key or len(key) > LONGEST_KEY or "\x00" in key:
        raise ValueError(f"The idempotency key must have 1 to {LONGEST_KEY} characters; it is {key!r}.")
    if at.utcoffset() is None:
        raise ValueError("`at` must be an instant with a time zone.")


def _person(value: Value, where: str) -> UUID | None:
    person = value.get("person")
    if person is None:
        return None
    try:
        return UUID(person)
    except (ValueError, AttributeError, TypeError) as error:
        raise ValueError(f"{where}.person must be a person's UUID as text, but it is {person!r}.") from error
