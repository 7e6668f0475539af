"""Rows as they lie in the database, without Django's conversions: a tampered column must be named, not crash.

On SQLite every column is read as bytes (a column may hold any type, and text that is no text); what does not convert
is given back as text and then differs from what was committed to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DatabaseError, InterfaceError, OperationalError, connections

from certification.ledger import kinds, merkle
from certification.ledger.leaf import utc_stamp

UNREADABLE = -1
HEX_ID = re.compile(r"[0-9a-f]{32}")
AT_ONCE = 500
CACHE = -64_000
"""64 MB, whatever the ledger's size."""
NO_RIGHT = "42501"
"""PostgreSQL's SQLSTATE for a role that may not read."""

ENTRY = {
    "seq": "int",
    "uuid": "uuid",
    "kind": "text",
    "at": "instant",
    "sequenced_at": "instant",
    "ref": "uuid",
    "leaf": "bytes",
    "leaf_hash": "bytes",
}
PENDING = {
    "uuid": "uuid",
    "kind": "text",
    "key": "text",
    "key_salt": "bytes",
    "at": "instant",
    "created_at": "instant",
    "ref": "uuid",
    "subject": "text",
    "actor": "text",
    "payload": "text",
    "sequenced": "bool",
}
OPENING = {"id": "int", "entry": "uuid", "part": "text", "person": "uuid", "value": "text", "salt": "bytes"}
MEMBER = {
    "id": "int",
    "entry": "uuid",
    "position": "int",
    "commitment": "text",
    "person": "uuid",
    "value": "text",
    "salt": "bytes",
}
NODE = {"level": "int", "index": "int", "hash": "bytes"}
CHECKPOINT = {"id": "int", "size": "int", "root": "bytes", "note": "text", "made_at": "instant", "left_at": "instant"}
TABLES = {
    "entry": ENTRY,
    "pending": PENDING,
    "opening": OPENING,
    "member": MEMBER,
    "node": NODE,
    "checkpoint": CHECKPOINT,
}

TableRow = dict[str, Any]
"""A column is int, text, bytes, bool or None; ids and instants are text in the spelling a leaf uses."""


@dataclass(frozen=True, slots=True)
class LedgerTables:
    """One database, by its alias."""

    using: str

    @property
    def sqlite(self) -> bool:
        return connections[self.using].vendor == "sqlite"

    def rows(self, table: str, columns: dict[str, str], rest: str = "", params: Sequence[Any] = ()) -> list[TableRow]:
        """`rest` is the SQL after the table's name, whose alias is t."""
        listed = ", ".join(f'CAST(t."{name}" AS BLOB)' if self.sqlite else f't."{name}"' for name in columns)
        # Nothing here comes from outside: names of our tables and columns, and SQL written in this package.
        found = self.query(f"SELECT {listed} FROM certification_{table} t {rest}", params)  # noqa: S608
        return [
            {name: _converted(value, form) for (name, form), value in zip(columns.items(), row, strict=True)}
            for row in found
        ]

    def rows_of(
        self, table: str, columns: dict[str, str], column: str, ids: Iterable[str], order: str = "id"
    ) -> Iterator[TableRow]:
        """The rows whose `column` is one of these ids."""
        wanted = [self._id(item) for item in ids]
        for start in range(0, len(wanted), AT_ONCE):
            part = wanted[start : start + AT_ONCE]
            marks = ", ".join(["%s"] * len(part))
            yield from self.rows(table, columns, f'WHERE t."{column}" IN ({marks}) ORDER BY t.{order}', part)

    def key_entries(self) -> list[TableRow]:
        """As `trust.TrustSource` says. Two queries."""
        marks = ", ".join(["%s"] * len(kinds.KEYS))
        columns = {"seq": "int", "uuid": "uuid", "kind": "text", "leaf": "bytes"}
        entries = self.rows("entry", columns, f"WHERE t.kind IN ({marks}) ORDER BY t.seq", kinds.KEYS)
        opened = {
            row["entry"]: row
            for row in self.rows_of("opening", OPENING, "entry", [row["uuid"] for row in entries if is_id(row["uuid"])])
            if row["part"] == "payload"
        }
        return [{"value": None, "salt": None} | opened.get(row["uuid"], {}) | row for row in entries]

    def deciding_checkpoints(self) -> list[TableRow]:
        """As `trust.TrustSource` says. One query: a look into the index for each entry about keys."""
        marks = ", ".join(["%s"] * len(kinds.KEYS))
        first_over = "(SELECT MIN(c.size) FROM certification_checkpoint c WHERE c.size > e.seq)"
        sizes = (
            f"SELECT {first_over} FROM certification_entry e WHERE e.kind IN ({marks}) "  # noqa: S608 - ours, as in rows
            "UNION SELECT MAX(size) FROM certification_checkpoint"
        )
        return self.rows("checkpoint", CHECKPOINT, f"WHERE t.size IN ({sizes}) ORDER BY t.size", kinds.KEYS)

    def included(self, wanted: Sequence[tuple[int, bytes, int, bytes]]) -> list[bool]:
        """As `trust.TrustSource` says, by the stored hashes: (seq, leaf hash, size, root). One query for all."""
        places = {place for seq, _, size, _ in wanted for place in merkle.proof_places(seq, size)}
        stored = self.hashes(sorted(places))
        return [
            merkle.verify_inclusion(leaf_hash, seq, size, merkle.inclusion_proof(seq, size, lambda _: stored), root)
            for seq, leaf_hash, size, root in wanted
        ]

    def hashes(self, wanted: Sequence[merkle.Coordinate]) -> dict[merkle.Coordinate, bytes]:
        """The stored hashes of these nodes; b"" where there is none, which proves nothing."""
        found = dict.fromkeys(wanted, b"")
        for start in range(0, len(wanted), AT_ONCE):
            part = wanted[start : start + AT_ONCE]
            places = ", ".join(["(%s, %s)"] * len(part))
            # A join, because SQLite answers `(level, "index") IN (VALUES …)` by reading the whole table.
            wanted_ones = f'(WITH v(level, "index") AS (VALUES {places}) SELECT * FROM v)'  # noqa: S608 - ours
            joined = f'JOIN {wanted_ones} w ON w.level = t.level AND w."index" = t."index"'
            for row in self.rows("node", NODE, joined, [number for place in part for number in place]):
                found[row["level"], row["index"]] = row["hash"] or b""
        return found

    def number(self, sql: str, params: Sequence[Any] = ()) -> int | None:
        value = self.query(sql, params)[0][0]
        return None if value is None else int(value)

    def query(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with connections[self.using].cursor() as cursor:
            cursor.execute(sql, list(params))
            return cursor.fetchall()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """One consistent view of a database that goes on being written to; takes no write lock."""
        connection = connections[self.using]
        if connection.in_atomic_block:
            yield
            return
        room = self.make_room(CACHE) if self.sqlite else 0
        begin = "BEGIN" if self.sqlite else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        with connection.cursor() as cursor:
            cursor.execute(begin)
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ROLLBACK")
            if self.sqlite:
                self.make_room(room)

    def make_room(self, pages: int) -> int:
        """Sets how much of a SQLite file stays in memory, in its own measure, and returns how much did.

        Ids lie anywhere in their indexes: with the 2 MB that SQLite takes by itself, most of them are read anew.
        """
        before = self.number("PRAGMA cache_size") or 0
        self.query(f"PRAGMA cache_size = {pages}")
        return before

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What fails within leaves the snapshot usable: PostgreSQL answers nothing more after an error otherwise."""
        with connections[self.using].cursor() as cursor:
            cursor.execute("SAVEPOINT ledger_part")
            try:
                yield
            except DatabaseError:
                cursor.execute("ROLLBACK TO SAVEPOINT ledger_part")
                raise
            cursor.execute("RELEASE SAVEPOINT ledger_part")

    def unanswered(self, error: BaseException) -> bool:
        """Whether the database did not or would not answer, rather than that what was asked for is missing or odd."""
        refused = getattr(error.__cause__, "sqlstate", "") == NO_RIGHT
        return refused or (not self.sqlite and isinstance(error, OperationalError | InterfaceError))

    def tables(self) -> set[str]:
        with connections[self.using].cursor() as cursor:
            return set(connections[self.using].introspection.table_names(cursor))

    def columns(self, table: str) -> set[str]:
        """Django's own introspection would ask a question for each column."""
        if self.sqlite:
            return {row[1] for row in self.query(f"PRAGMA table_info({table})")}
        sql = "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped"
        return {row[0] for row in self.query(sql, [table])}

    def _id(self, text: str) -> Any:
        return UUID(text).hex if self.sqlite else UUID(text)


def is_id(text: str | None) -> bool:
    """Whether a row can be asked for by this id: a damaged one cannot."""
    return len(text or "") == 36


def _converted(value: Any, form: str) -> Any:
    if value is None:
        return UNREADABLE if form == "int" else None  # none of our numbers may be empty
    match form:
        case "int":
            return _number(value)
        case "bool":
            return value if isinstance(value, bool) else _number(value) == 1
        case "bytes":
            return bytes(value)
        case "uuid":
            return _id(value)
        case "instant":
            return _instant(value)
    return _text(value)


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _number(value: Any) -> int:
    try:
        return int(_text(value))
    except ValueError:
        return UNREADABLE


def _id(value: Any) -> str:
    text = _text(value)
    if HEX_ID.fullmatch(text):
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
    try:
        return str(UUID(text))
    except ValueError:
        return text


def _instant(value: Any) -> str:
    if isinstance(value, datetime):
        return utc_stamp(value)
    text = _text(value)
    try:
        return utc_stamp(datetime.fromisoformat(f"{text}+00:00"))
    except (ValueError, OverflowError):
        return text
