"""Ids that were chosen once and are handed to every later query as ONE parameter.

A team, or the people a search found, is small in life and opaque as a subquery: the database guesses its size, walks it
again in every statement, and may read the whole organisation to join it. As a list it is an index lookup for each id.
One parameter, because a database refuses statements with tens of thousands; and packed, so that a list of a hundred
thousand is a few megabytes of text that Python carries and never takes apart.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet, UUIDField
from django.db.models.expressions import Expression


class IdList(Expression):
    """Stands after `__in=`: `filter(person__in=IdList.found_by(people))`. The order of the ids is not kept."""

    def __init__(self, packed: str) -> None:
        super().__init__(output_field=UUIDField())
        self.packed = packed

    @classmethod
    def holding(cls, ids: Iterable[UUID]) -> IdList:
        if connection.vendor == "postgresql":
            return cls("{" + ",".join(map(str, ids)) + "}")
        return cls(json.dumps([each.hex for each in ids]))

    @classmethod
    def found_by(cls, rows: QuerySet[Any]) -> IdList:
        """The primary keys of these rows, packed by the database itself. One query."""
        try:
            sql, params = rows.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:  # Django knows without asking that nothing can be found
            return cls.holding([])
        pack = "array_agg(id)::text" if connection.vendor == "postgresql" else "json_group_array(id)"
        with connection.cursor() as cursor:
            cursor.execute(f"WITH found(id) AS ({sql}) SELECT {pack} FROM found", params)  # noqa: S608 - the ORM's own SQL
            packed = cursor.fetchone()[0]
        return cls(packed) if packed else cls.holding([])

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        return "(SELECT value FROM json_each(%s))", [self.packed]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        return "(SELECT unnest(%s::uuid[]))", [self.packed]
