"""Many rows into a table as plain values: a model instance each costs several times what the database does for it.

SQLite runs one prepared statement over the rows. PostgreSQL takes each column as one array, so that the statement is
as long for a thousand rows as for one, and is sent once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection


@dataclass(frozen=True, slots=True)
class BulkTable:
    """`columns` maps a column's name to its type on PostgreSQL, in the order in which rows bring their values."""

    name: str
    columns: Mapping[str, str]
    conflict: str = ""
    """What follows the values: `ON CONFLICT …`."""


def insert_rows(table: BulkTable, rows: Sequence[Sequence[Any]]) -> int:
    """Inserts the rows in their order and returns how many were written; fewer only where a conflict is allowed."""
    if not rows:
        return 0
    listed = ", ".join(f'"{name}"' for name in table.columns)
    values = [_stored(form, column) for form, column in zip(table.columns.values(), zip(*rows, strict=True), strict=True)]
    head = f"INSERT INTO {table.name} ({listed})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            arrays = ", ".join(f"%s::{form}[]" for form in table.columns.values())
            cursor.execute(f"{head} SELECT * FROM unnest({arrays}) {table.conflict}", values)
        else:
            marks = ", ".join(["%s"] * len(table.columns))
            cursor.executemany(f"{head} VALUES ({marks}) {table.conflict}", zip(*values, strict=True))
        return int(cursor.rowcount)


def _stored(form: str, column: Sequence[Any]) -> list[Any]:
    """Values as the table's own model stores them."""
    if form == "timestamptz":
        return [connection.ops.adapt_datetimefield_value(value) for value in column]
    if form == "uuid" and not connection.features.has_native_uuid_field:
        return [None if value is None else value.hex for value in column]
    return list(column)
