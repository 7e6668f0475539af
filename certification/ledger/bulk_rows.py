"""Rows into a table as plain values: a model instance costs several times what the database does for its row.

So this is raw SQL, the one kind that both databases take alike, and short enough for their statement caches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

AT_ONCE = 50
"""Rows in one statement: from here on the database's own work is what counts, and longer ones parse no faster."""


@dataclass(frozen=True, slots=True)
class BulkTable:
    """`columns` in the order in which rows bring their values; `conflict` is the SQL after them: `ON CONFLICT …`."""

    name: str
    columns: tuple[str, ...]
    conflict: str = ""

    def insert_sql(self, rows: int) -> str:
        listed = ", ".join(f'"{name}"' for name in self.columns)
        marks = f"({', '.join(['%s'] * len(self.columns))})"
        # Names of our own tables and columns; what comes from outside stands in the parameters.
        return f"INSERT INTO {self.name} ({listed}) VALUES {', '.join([marks] * rows)} {self.conflict}"  # noqa: S608


def insert_rows(table: BulkTable, rows: Sequence[Sequence[Any]]) -> int:
    """Inserts the rows in their order and returns how many were written; fewer only where a conflict is allowed."""
    written = 0
    with connection.cursor() as cursor:
        for start in range(0, len(rows), AT_ONCE):
            part = rows[start : start + AT_ONCE]
            values = [value for row in part for value in row]
            if connection.vendor == "sqlite":
                values = [_stored(value) for value in values]
            cursor.execute(table.insert_sql(len(part)), values)
            written += cursor.rowcount
    return written


def _stored(value: Any) -> Any:
    """As a model's field stores it where the database has no such type."""
    if isinstance(value, UUID):
        return value.hex
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
