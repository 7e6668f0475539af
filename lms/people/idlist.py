"""Ids that were chosen once and are handed to every later query as ONE parameter.

A team, or the people a search found, is small in life and opaque as a subquery: the database guesses its size, walks it
again in every statement, and may read the whole organisation to join it. As a list it is an index lookup for each id.
One parameter, because a database refuses statements with tens of thousands; and packed, so that a list of a hundred
thousand is a few megabytes of text that Python carries and never takes apart.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, F, Func, QuerySet


@dataclass(frozen=True, slots=True)
class IdList:
    """`packed` is the database's own text of the list. The order of the ids is not kept."""

    packed: str

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
            cursor.execute(f"WITH found(id) AS ({sql}) SELECT {pack} FROM found", params)  # noqa: S608 - the ORM's own
            packed = cursor.fetchone()[0]
        return cls(packed) if packed else cls.holding([])

    def among(self, field: str) -> Among:
        """For `filter()`: whether `field`, such as "pk" or "assignment__person", is one of the ids."""
        return Among(field, self.packed)


class Among(Func):
    output_field = BooleanField()

    def __init__(self, field: str, packed: str) -> None:
        super().__init__(F(field))
        self.packed = packed

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:
        return self._sql("{} IN (SELECT value FROM json_each(%s))", compiler)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:
        # Not `IN (SELECT unnest(…))`: that is a join, and PostgreSQL leaves it to the last where it takes the
        # conditions on the joined tables for cheap. An array is a condition on the column and looked at first.
        return self._sql("{} = ANY(%s::uuid[])", compiler)

    def _sql(self, template: str, compiler: Any) -> tuple[str, Any]:
        column, params = compiler.compile(self.source_expressions[0])
        return template.format(column), [*params, self.packed]
