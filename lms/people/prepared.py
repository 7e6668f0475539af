"""Queries of the most visited pages, turned into SQL once a process: building it costs Django ten times what running it
does.

Only the words of the query are kept, never a row. What changes from call to call stands as a `slot`. For those queries
alone that ADR 5 lists with what they save; any other is an ordinary queryset.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection, models
from django.db.models.expressions import Expression
from django.db.models.query import FlatValuesListIterable, ModelIterable, ValuesListIterable, get_related_populators

T = TypeVar("T")
Read = Callable[[Sequence[Any]], Any]


class Slot(Expression):
    """Where a value goes; never one that may be None, which is another query."""

    def __init__(self, name: str, field: models.Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", [self]

    def prepared(self, values: dict[str, Any]) -> Any:
        if values[self.name] is None:
            raise ValueError(f"The prepared query's {self.name} is None: that asks for another query.")
        return self.output_field.get_db_prep_value(values[self.name], connection)


def slot(name: str, field: models.Field[Any, Any] | None = None) -> Any:
    """A place for a value in a queryset that is prepared; by default for a UUID."""
    return Slot(name, field or models.UUIDField())


class Prepared(Generic[T]):
    """`build` makes a queryset of rows, of tuples (`values_list`) or of single values (`flat=True`)."""

    def __init__(self, build: Callable[[], models.QuerySet[Any, T]]) -> None:
        self._build = build

    def __call__(self, **values: Any) -> list[T]:
        """The rows with these values in the slots. One query."""
        sql, params, converted, read = self._compiled
        given = [one.prepared(values) if isinstance(one, Slot) else one for one in params]
        with connection.cursor() as cursor:
            cursor.execute(sql, given)
            return [read(row) for row in converted(cursor.fetchall())]

    def get(self, **values: Any) -> T | None:
        """The only row, or the first."""
        return next(iter(self(**values)), None)

    @cached_property
    def _compiled(self) -> tuple[str, tuple[Any, ...], Callable[[Iterable[Any]], Iterator[Any]], Read]:
        rows = self._build()
        compiler = rows.query.get_compiler(connection.alias)
        sql, params = compiler.as_sql()
        converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])
        return sql, params, lambda found: compiler.apply_converters(found, converters), reader(rows, compiler)


def reader(rows: models.QuerySet[Any, Any], compiler: Any) -> Read:
    """What makes of a row what the queryset itself would."""
    kind = rows._iterable_class
    if rows.query.annotation_select or kind not in (ModelIterable, ValuesListIterable, FlatValuesListIterable):
        raise TypeError("Only rows, tuples and single values of plain columns can be prepared.")
    if kind is FlatValuesListIterable:
        return lambda row: row[0]
    return tuple if kind is ValuesListIterable else instances(compiler)


def instances(compiler: Any) -> Read:
    """Rows as instances, with those of `select_related`."""
    model, places = compiler.klass_info["model"], compiler.klass_info["select_fields"]
    start, end = places[0], places[-1] + 1
    names = [column.target.attname for column, _sql, _alias in compiler.select[start:end]]
    populators: Any = get_related_populators  # as in Django 5.2; the types at hand are a later version's
    related = populators(compiler.klass_info, compiler.select, connection.alias)

    def read(row: Sequence[Any]) -> Any:
        made = model.from_db(connection.alias, names, row[start:end])
        for populator in related:
            populator.populate(row, made)
        return made

    return read
