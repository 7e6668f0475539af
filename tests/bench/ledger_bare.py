"""What `make bench-ledger` is measured against: the same rows written and read with nothing but the driver."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection

from certification.ledger import pending, sequencer
from certification.ledger.bulk_rows import BulkTable

TABLES = (pending.PENDING, pending.OPENING, sequencer.ENTRY, sequencer.NODE)
AT_ONCE = 1000


class Bare:
    """A connection past Django, with the settings of the site's own: on SQLite the same journal and the same fsync."""

    def __init__(self, name: Any) -> None:
        self.sqlite = connection.vendor == "sqlite"
        self.begin = "BEGIN IMMEDIATE" if self.sqlite else "BEGIN"
        if self.sqlite:
            self.connection: Any = sqlite3.connect(name, isolation_level=None)
            self.connection.executescript(settings.DATABASES["default"]["OPTIONS"]["init_command"])
        else:
            one = connection.settings_dict
            self.connection = psycopg.connect(
                dbname=name, user=one["USER"], password=one["PASSWORD"], host=one["HOST"], port=one["PORT"] or 5432
            )
            self.connection.autocommit = True
        self.cursor = self.connection.cursor()

    def close(self) -> None:
        self.cursor.close()
        self.connection.close()

    def sql(self, text: str) -> str:
        return text.replace("%s", "?") if self.sqlite else text

    def insert(self, row: Sequence[Any]) -> None:
        """One pending row in a transaction of its own, durable when this returns."""
        self.cursor.execute(self.begin)
        self.cursor.execute(self.sql(pending.PENDING.insert_sql(1)), row)
        self.cursor.execute("COMMIT")

    def insert_many(self, tables: dict[BulkTable, list[Sequence[Any]]]) -> None:
        """The rows of a batch in one transaction, one `executemany` a table."""
        self.cursor.execute(self.begin)
        for table, rows in tables.items():
            self.cursor.executemany(self.sql(table.insert_sql(1)), rows)
        self.cursor.execute("COMMIT")

    def fetched(self, sql: str, params: Sequence[Any]) -> list[Any]:
        self.cursor.execute(self.sql(sql), params)
        return list(self.cursor.fetchall())

    def batches(self, done: dict[str, int]) -> Iterator[dict[BulkTable, list[Sequence[Any]]]]:
        """The rows that were added since `done` (the last id of each table), a batch of entries at a time."""
        read: dict[BulkTable, list[Sequence[Any]]] = {}
        for table in TABLES:
            key = "seq" if table is sequencer.ENTRY else "id"
            listed = ", ".join(f'"{name}"' for name in table.columns)
            rows = self.fetched(
                f"SELECT {key}, {listed} FROM {table.name} WHERE {key} > %s ORDER BY {key}",  # noqa: S608
                [done.get(table.name, -1)],
            )
            done[table.name] = rows[-1][0]
            read[table] = [row[1:] for row in rows]
        count = -(-len(read[sequencer.ENTRY]) // AT_ONCE)
        for number in range(count):
            yield {
                table: rows[len(rows) * number // count : len(rows) * (number + 1) // count]
                for table, rows in read.items()
            }


def fetch_and_hash(name: Any) -> int:
    """SHA-256 over every byte of every entry and of every opening's value and salt; returns how many rows."""
    bare = Bare(name)
    count = 0
    for sql, hashed in (
        ("SELECT leaf FROM certification_entry WHERE seq >= %s AND seq < %s ORDER BY seq", _hash_leaf),
        ("SELECT value, salt FROM certification_opening WHERE id >= %s AND id < %s ORDER BY id", _hash_opening),
    ):
        start, found = 0, True
        while found:
            rows = bare.fetched(sql, [start, start + AT_ONCE])
            start, found = start + AT_ONCE, bool(rows)
            count += len(rows)
            for row in rows:
                hashed(row)
    bare.close()
    return count


def _hash_leaf(row: Sequence[Any]) -> bytes:
    return hashlib.sha256(row[0]).digest()


def _hash_opening(row: Sequence[Any]) -> bytes:
    return hashlib.sha256(row[0].encode() + row[1]).digest()
