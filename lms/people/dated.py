"""The timelines of a person as database rows: spans read, changes written by closing and opening rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lms.people.models import DatedFact, Employment, Person, Placement, ReportingLine, RoleHolding
from lms.people.timeline import Change, Span


@dataclass(frozen=True)
class Family:
    """Rows of one timeline of a person: which model, which columns hold the value, which tell timelines apart."""

    model: type[DatedFact]
    columns: tuple[str, ...]
    fixed: dict[str, Any] = field(default_factory=dict)

    def spans(self, person: Person) -> list[Span]:
        rows = self._rows(person).values_list("true_from", "true_to", *self.columns)
        return [Span(start, end, tuple(value)) for start, end, *value in rows]

    def write(self, person: Person, change: Change, at: datetime) -> set[date]:
        """What is opened in the place of what is closed tells of the same fact."""
        facts: list[tuple[Span, UUID]] = []
        for span in change.closed:
            rows = self._rows(person).filter(true_from=span.start, true_to=span.end, **self._value(span))
            facts += [(span, fact) for fact in rows.values_list("fact", flat=True)]
            rows.update(known_to=at)
        for span in change.opened:
            dates = {"true_from": span.start, "true_to": span.end, "known_from": at}
            fact = {"fact": found} if (found := same_fact(span, facts, change.follows)) else {}
            self.model.objects.create(**{"person": person, **dates, **fact, **self.fixed, **self._value(span)})
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


def same_fact(span: Span, closed: list[tuple[Span, UUID]], follows: bool) -> UUID | None:
    """The fact that `span` goes on telling of; None = a new one.

    Of what was closed with the same value, the one that shares most of its days; a correction that moved it away
    altogether leaves the only one there was. `follows`: another value goes on with the same fact, too (a move).
    """
    near = [(each, fact) for each, fact in closed if follows or each.value == span.value]
    if not near:
        return None
    return min(near, key=lambda one: (-_shared(one[0], span), abs((one[0].start - span.start).days)))[1]


def _shared(one: Span, other: Span) -> int:
    """Days in common."""
    end = min(one.end or date.max, other.end or date.max)
    return max(0, (end - max(one.start, other.start)).days)
