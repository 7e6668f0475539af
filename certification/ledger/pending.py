"""How the business writes evidence: one row in its own transaction, no lock on the log. The sequencer does the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from certification.ledger import canonical, clock, commitments, kinds, merkle, payload_forms
from certification.ledger.bulk_rows import BulkTable, insert_rows
from certification.ledger.models import Member, Pending

Value = Mapping[str, Any]
"""What a commitment opens to: an object of text, whole numbers, true, false, null, lists and objects of these."""

Row = tuple[Any, ...]
"""Values in the order of a BulkTable's columns."""

LONGEST_KEY = 200
KEYS_AT_ONCE = 500
LARGEST_VALUE = 256 * 1024
ROSTER_ROOT = "roster_root"
ROSTER_COUNT = "roster_count"

PENDING = BulkTable(
    "certification_pending",
    (
        *("uuid", "kind", "key", "key_salt", "at", "created_at"),
        *("ref", "subject", "actor", "payload", "sequenced"),
    ),
    conflict='ON CONFLICT ("key") DO NOTHING',
)
OPENING = BulkTable(
    "certification_opening",
    ("entry", "part", "person", "value", "salt"),
)


class NotInTransaction(RuntimeError):
    """An entry must be committed together with what it is evidence of."""


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """One entry to be appended; see `append_entry` for what the fields mean."""

    kind: str
    key: str
    at: datetime
    payload: Value
    subject: Value | None = None
    actor: Value | None = None
    ref: UUID | None = None


@dataclass(frozen=True, slots=True)
class SealedValue:
    """A value with its fresh salt and the commitment over both."""

    text: str
    salt: bytes
    commitment: str
    person: UUID | None


def append_entry(
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
    Raises NotInTransaction, kinds.UnknownKind, payload_forms.ForbiddenPayload, canonical.NotCanonical or ValueError,
    each with a sentence.
    """
    return append_entries([EntryDraft(kind, key, at, payload, subject, actor, ref)])[0]


def append_entries(drafts: Sequence[EntryDraft]) -> list[UUID]:
    """As `append_entry` for many entries at once, in a few queries; the ids come in the order of the drafts."""
    for draft in drafts:
        kinds.check_business_kind(draft.kind)
        for name in (ROSTER_ROOT, ROSTER_COUNT):
            if name in draft.payload:
                raise ValueError(f"payload.{name} belongs to rosters; use append_roster.")
        payload_forms.check_payload(draft.kind, draft.payload)
    return insert_entries(drafts)


def append_roster(
    kind: str, *, key: str, at: datetime, actor: Value | None, payload: Value, leaves: Sequence[Value]
) -> UUID:
    """As `append_entry`, for a bulk event: ONE entry whose payload also holds the root and count of a subtree.

    Each of `leaves` ({"person": "<uuid>", …}) is committed to under its own salt, so that erasing one person leaves
    the others, the root and the count as they are. The order given is the order kept.
    """
    kinds.check_business_kind(kind)
    payload_forms.check_payload(kind, payload)
    sealed = [seal_value(leaf, f"leaves[{number}]") for number, leaf in enumerate(leaves)]
    summary = {ROSTER_ROOT: roster_root([item.commitment for item in sealed]).hex(), ROSTER_COUNT: len(sealed)}
    draft = EntryDraft(kind, key, at, {**payload, **summary}, actor=actor)
    (uuid,) = insert_entries([draft])
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


def insert_entries(drafts: Sequence[EntryDraft]) -> list[UUID]:
    """`append_entries` for the ledger's own kinds as well."""
    made = [_row(draft) for draft in drafts]
    # Two transactions with the same key: the second waits for the first, writes nothing and finds its row.
    if len(made) == 1 and connection.vendor == "postgresql":
        if _insert_together(*made[0]):
            return [made[0][0][0]]
        return list(_ids([drafts[0].key]).values())
    openings = {row[0]: openings for row, openings in made}
    ids = list(openings)
    if insert_rows(PENDING, [row for row, _ in made]) < len(made):
        kept = _ids([draft.key for draft in drafts])
        ids = [kept[draft.key] for draft in drafts]
    insert_rows(OPENING, [opening for uuid in dict.fromkeys(ids) for opening in openings.get(uuid, ())])
    return ids


def _insert_together(row: Row, openings: Sequence[Row]) -> bool:
    """One entry in one statement, for which a learner waits; False if its key was used before.

    On PostgreSQL alone: SQLite needs no journey to its database, and takes no INSERT within another.
    """
    marks = ", ".join(["(%s, %s::uuid, %s, %s)"] * len(openings))
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH fresh AS ({PENDING.insert_sql(1)} RETURNING uuid) INSERT INTO {OPENING.name} "  # noqa: S608
            f"(entry, part, person, value, salt) SELECT fresh.uuid, o.* FROM fresh, (VALUES {marks}) o",
            [*row, *(value for opening in openings for value in opening[1:])],
        )
        return bool(cursor.rowcount)


def _row(draft: EntryDraft) -> tuple[Row, list[Row]]:
    """The values of a row of PENDING, and those of its openings."""
    _check(draft)
    salt = commitments.fresh_salt()
    uuid = commitments.keyed_id(salt, draft.key)
    written: list[str | None] = []
    openings: list[Row] = []
    for part, value in (("subject", draft.subject), ("actor", draft.actor), ("payload", draft.payload)):
        sealed = None if value is None else seal_value(value, part)
        written.append(None if sealed is None else sealed.commitment)
        if sealed is not None:
            openings.append((uuid, part, sealed.person, sealed.text, sealed.salt))
    if openings[-1][2] is not None:
        raise ValueError("payload.person: a payload cannot be erased; name people in subject or actor.")
    row = (uuid, draft.kind, draft.key, salt, draft.at, clock.machine_now(), draft.ref, *written, False)
    return row, openings


def _ids(keys: Sequence[str]) -> dict[str, UUID]:
    """Which entry each key stands for, whether written now or before."""
    found: dict[str, UUID] = {}
    for start in range(0, len(keys), KEYS_AT_ONCE):
        rows = Pending.objects.filter(key__in=keys[start : start + KEYS_AT_ONCE])
        found.update(rows.values_list("key", "uuid"))
    return found


def ids_by_key(kind: str, using: str) -> dict[str, UUID]:
    """{idempotency key: entry id} of every entry of a kind in the database `using`, for rows that do not store it."""
    return dict(Pending.objects.using(using).filter(kind=kind).values_list("key", "uuid"))


def seal_value(value: Value, where: str) -> SealedValue:
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
    return SealedValue(data.decode(), salt, commitments.commit(salt, data), _person(value, where))


def roster_root(members: Sequence[str]) -> bytes:
    """The root of a roster's subtree: its leaves are the members' commitments (as 32 bytes), in order."""
    return merkle.merkle_root(merkle.hash_leaf(bytes.fromhex(commitment)) for commitment in members)


def oldest_waiting() -> datetime | None:
    """When, by the machine's clock, the oldest entry still waiting for its sequence number came in."""
    return Pending.objects.filter(sequenced=False).order_by("id").values_list("created_at", flat=True).first()


def _check(draft: EntryDraft) -> None:
    if not connection.in_atomic_block:
        raise NotInTransaction(
            "A ledger entry must be appended inside transaction.atomic(), together with the fact it is evidence of."
        )
    if not draft.key or len(draft.key) > LONGEST_KEY or "\x00" in draft.key:
        raise ValueError(f"The idempotency key must have 1 to {LONGEST_KEY} characters; it is {draft.key!r}.")
    if draft.at.utcoffset() is None:
        raise ValueError("`at` must be an instant with a time zone.")


def _person(value: Value, where: str) -> UUID | None:
    person = value.get("person")
    if person is None:
        return None
    try:
        return UUID(person)
    except (ValueError, AttributeError, TypeError) as error:
        raise ValueError(f"{where}.person must be a person's UUID as text, but it is {person!r}.") from error
