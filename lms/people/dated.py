"""The timelines of a person as database rows: spans read, changes written by closing and opening rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from lms.people.models import Dated, Employment, Person, Placement, ReportingLine, RoleHolding
from lms.people.timeline import Change, Span


@dataclass(frozen=True)
class Family:
    """Rows of one timeline of a person: which model, which columns hold the value, which tell timelines apart."""

    model: type[Dated]
    columns: tuple[str, ...]
    fixed: dict[str, Any] = field(default_factory=dict)

    def spans(self, person: Person) -> list[Span]:
        rows = self._rows(person).values_list("true_from", "true_to", *self.columns)
        return [Span(start, end, tuple(value)) for start, end, *value in rows]

    def write(self, person: Person, change: Change, at: datetime) -> set[date]:
        for span in change.closed:
            dates = {"true_from": span.start, "true_to": span.end}
            self._rows(person).filter(**dates, **self._value(span)).update(known_to=at)
        for span in change.opened:
            dates = {"true_from": span.start, "true_to": span.end, "known_from": at}
            self.model.objects.create(**{"person": person, **dates, **self.fixed, **self._value(span)})
        return change.days

    def _rows(self, person: Person) -> Any:
        return self.model.objects.current().filter(person=person, **self.fixed)

    def _value(self, span: Span) -> dict[str, Any]:
        value = span.value
        return dict(zip(self.columns, value, strict=True)) if isinstance(value, tuple) else {}


EMPLOYMENT = Family(Employment, ("entity_id", "kind", "zone"))
PLACEMENT = Family(Placement, ("unit_id",))


def lines(kind: str) -> Family:
    return Family(ReportingLine, ("manager_id",), {"kind": kind})


def holdings(role_id: int) -> Family:
    return Family(RoleHolding, (), {"role_id": role_id})


def families(person: Person) -> list[Family]:
    roles = RoleHolding.objects.current().filter(person=person).values_list("role_id", flat=True).distinct()
    manager_lines = [lines(kind) for kind in ReportingLine.Kind.values]
    return [EMPLOYMENT, PLACEMENT, *manager_lines, *(holdings(role) for role in roles)]
