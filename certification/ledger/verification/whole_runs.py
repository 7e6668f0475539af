"""A run of entries in which all is as it was written, told by comparing whole rows with what the entries' bytes say.

This is where a verification spends its time, so rows are compared as the driver gives them: the bytes of an entry are
spelled out of the other columns and must be the same. It only ever says "all of it is right". About a run where one
byte is not as expected it says nothing, and the checks that name what is wrong take that run entry by entry.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import DataError, OperationalError

from certification.ledger import kinds, merkle
from certification.ledger.commitments import SALT_SIZE, commit, keyed_text
from certification.ledger.leaf import VERSION
from certification.ledger.pending import ROSTER_ROOT
from certification.ledger.records import LedgerTables

ENTRIES = (
    "SELECT {columns} FROM certification_entry e JOIN certification_pending p ON p.uuid = e.uuid "
    "WHERE e.seq >= %s AND e.seq < %s ORDER BY e.seq"
)
OPENINGS = (
    "SELECT e.seq, o.part, {person}, o.value, o.salt FROM certification_entry e "
    "JOIN certification_opening o ON o.entry = e.uuid WHERE e.seq >= %s AND e.seq < %s"
)
# Text that is none, an instant that is none, a column of another type: with the driver or with us.
UNREADABLE = (AttributeError, DataError, LookupError, OperationalError, OverflowError, TypeError, ValueError)


PARTS = ("subject", "actor", "payload")
Opened = dict[tuple[Any, Any], tuple[Any, Any, Any]]
"""By an entry's number and part: person, value, salt."""


class NotWhole(Exception):
    """Something in the run is not as expected; what it is, is not asked here."""


@dataclass(slots=True)
class WholeRun:
    """What the checks that come after need to know of a run in which all is right."""

    previous: datetime | None
    longest_lag: timedelta = timedelta(0)
    hashes: list[bytes] = field(default_factory=list)
    refs: list[tuple[int, str, str, str]] = field(default_factory=list)
    """(seq, id, kind, the id it refers to)."""
    rosters: list[tuple[int, str, str, dict[str, Any]]] = field(default_factory=list)
    """(seq, id, kind, payload)."""


def read_whole_run(source: LedgerTables, start: int, end: int, previous: datetime | None) -> WholeRun:
    """The entries numbered [start, end) with receipts and openings; raises NotWhole unless all is as it was written.

    `previous`: when the entry before them was written. References, rosters and the tree are left to the caller.
    """
    run = WholeRun(previous)
    form = SQLITE if source.sqlite else POSTGRESQL
    try:
        found = source.query(OPENINGS.format(person=form.person), [start, end])
        opened = {(seq, part): (person, value, salt) for seq, part, person, value, salt in found}
        if len(opened) != len(found):
            raise NotWhole
        for row in source.query(ENTRIES.format(columns=form.columns), [start, end]):
            _check_entry(run, start + len(run.hashes), row, form)
            _check_openings(run, row, opened, form)
    except UNREADABLE as error:
        raise NotWhole from error
    if len(run.hashes) != end - start or opened:
        raise NotWhole
    return run


def _check_entry(run: WholeRun, seq: int, row: Sequence[Any], form: Form) -> None:
    number, uuid, kind, at, written_at, ref, data, leaf_hash, salt, key, received, subject, actor, payload = row
    happened, at_text = form.instant(at)
    written, written_text = form.instant(written_at)
    uuid_text = keyed_text(salt, key)
    spelled = (
        f'{{"actor":{_quoted(actor)},"at":"{at_text}","id":"{uuid_text}","kind":"{kind}","payload":"{payload}",'
        f'"ref":{_quoted(_id(ref, form))},"seq":{seq},"sequenced_at":"{written_text}",'
        f'"subject":{_quoted(subject)},"v":{VERSION}}}'
    ).encode()
    if (
        data != spelled
        or leaf_hash != merkle.hash_leaf(spelled)
        or number != seq
        or kind not in kinds.BUSINESS
        or form.id(uuid) != uuid_text
        or not received
        or (run.previous is not None and written < run.previous)
    ):
        raise NotWhole
    if ref is not None:
        run.refs.append((seq, uuid_text, kind, form.id(ref)))
    run.hashes.append(leaf_hash)
    run.previous = written
    run.longest_lag = max(run.longest_lag, written - happened)


def _check_openings(run: WholeRun, row: Sequence[Any], opened: Opened, form: Form) -> None:
    """Takes this entry's openings out of `opened`: what is left in the end belongs to nothing."""
    seq, value = row[0], ""
    for part, commitment in zip(PARTS, row[11:], strict=True):
        if commitment is None:
            continue
        person, value, salt = opened.pop((seq, part))
        opens = len(salt) == SALT_SIZE and commit(salt, value.encode()) == commitment
        if not opens or not _names(value, None if person is None else form.id(person)):
            raise NotWhole
    if ROSTER_ROOT in value:
        run.rosters.append((seq, keyed_text(row[8], row[9]), row[2], json.loads(value)))


def _names(value: str, person: str | None) -> bool:
    """Whether the member `person` of this canonical object is that, or is not there."""
    if person is None and '"person"' not in value:
        return True
    # In an object without another within it, a key that is there once is the object's own.
    if f'"person":"{person}"' in value and value.count('"person"') == 1 and value.count("{") == 1:
        return True
    return bool(json.loads(value).get("person") == person)


def _quoted(text: str | None) -> str:
    return "null" if text is None else f'"{text}"'


def _id(ref: Any, form: Form) -> str | None:
    """The id an entry refers to, as an id is spelled."""
    return None if ref is None else str(UUID(form.id(ref)))


def _dashed(text: str) -> str:
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


@lru_cache(maxsize=64)
def _sqlite_instant(text: str) -> tuple[datetime, str]:
    """The instant that Django stored so, and as a leaf spells it."""
    naive = datetime.fromisoformat(text)
    if str(naive) != text or naive.tzinfo is not None:
        raise ValueError(text)
    return naive.replace(tzinfo=UTC), f"{naive.isoformat(timespec='microseconds')}Z"


@lru_cache(maxsize=64)
def _spelled_instant(text: str) -> tuple[datetime, str]:
    return datetime.fromisoformat(text), text


@dataclass(frozen=True, slots=True)
class Form:
    """How the values of a database are asked for, and spelled as a leaf spells them.

    The entry's columns, then the salt of its key, its key, whether the rest of the receipt repeats the entry, and the
    three commitments as they were received.
    """

    columns: str
    person: str
    id: Callable[[Any], str]
    instant: Callable[[Any], tuple[datetime, str]]


RECEIVED = "(p.kind = e.kind AND p.at = e.at AND (p.ref = e.ref OR (p.ref IS NULL AND e.ref IS NULL)) AND %s)"
SQLITE = Form(
    # The plus keeps the driver from converting what SQLite holds as text.
    "e.seq, e.uuid, e.kind, +e.at, +e.sequenced_at, e.ref, e.leaf, e.leaf_hash, p.key_salt, p.key, "
    + RECEIVED % "p.sequenced = 1"
    + ", p.subject, p.actor, p.payload",
    "o.person",
    _dashed,
    _sqlite_instant,
)
STAMP = """to_char(e.%s AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
POSTGRESQL = Form(
    # Spelled by the database, because the driver's instants take longer than all of the comparison.
    f"e.seq, e.uuid::text, e.kind, {STAMP % 'at'}, {STAMP % 'sequenced_at'}, e.ref::text, e.leaf, e.leaf_hash, "
    f"p.key_salt, p.key, {RECEIVED % 'p.sequenced'}, p.subject, p.actor, p.payload",
    "o.person::text",
    str,
    _spelled_instant,
)
