"""The timelines of a person as database rows: spans read, changes written by closing and opening rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from django.db.models import Min

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
        """What is opened in the place of what is closed tells of the same fact, and so does what is told again after it
        was taken back."""
        facts: list[tuple[Span, UUID]] = []
        for span in change.closed:
            rows = self._rows(person).filter(true_from=span.start, true_to=span.end, **self._value(span))
            facts += [(span, fact) for fact in rows.values_list("fact", flat=True)]
            rows.update(known_to=at)
        for span in change.opened:
            dates = {"true_from": span.start, "true_to": span.end, "known_from": at}
            found = same_fact(span, facts, change.follows) or self._taken_back(person, span)
            fact = {"fact": found} if found else {}
            self.model.objects.create(**{"person": person, **dates, **fact, **self.fixed, **self._value(span)})
        return change.days

    def _taken_back(self, person: Person, span: Span) -> UUID | None:
        """A fact of which nothing is believed any more: of the same entity, unit, manager or role, some same day."""
        rows: Any = self.model.objects
        rows = rows.filter(person=person, **self.fixed)
        if self.columns:
            rows = rows.filter(**{self.columns[0]: self._value(span)[self.columns[0]]})
        rows = rows.exclude(fact__in=rows.filter(known_to=None).values("fact"))
        days = rows.order_by("-known_to", "-pk").values_list("true_from", "true_to", "fact")
        return next((fact for start, end, fact in days if _shared(Span(start, end, ()), span)), None)

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


def post_of(span: Span) -> tuple[Any, str, str]:
    """(entity id, kind, zone) of a span of employment."""
    entity, kind, zone = cast(tuple[Any, str, str], span.value)
    return entity, kind, zone


def moves_after(person: Person, held: Span) -> list[Span]:
    """The moves to other zones that follow `held`, in the same entity and kind, without a gap."""
    found, end = [], held.end
    for span in sorted(EMPLOYMENT.spans(person), key=lambda each: each.start):
        if span.start == end and post_of(span)[:2] == post_of(held)[:2]:
            found.append(span)
            end = span.end
    return found


def began_by_transfer(person: Person, day: date) -> bool:
    """Whether what ended on `day` became known together with what began then: nobody had left."""
    rows = Employment.objects.filter(person=person)
    ended = rows.filter(true_to=day).aggregate(first=Min("known_from"))["first"]
    return ended is not None and ended == rows.filter(true_from=day).aggregate(first=Min("known_from"))["first"]


def same_fact(span: Span, closed: list[tuple[Span, UUID]], follows: bool) -> UUID | None:
    """The fact that `span` goes on telling of; None = a new one.

    Of what was closed with the same value, the one that shares most of its days; a correction that moved it away
    altogether leaves the only one there was. `follows`: where none had this value, another goes on with its fact (a
    move).
    """
    near = [(each, fact) for each, fact in closed if each.value == span.value] or (closed if follows else [])
    if not near:
        return None
    return min(near, key=lambda one: (-_shared(one[0], span), abs((one[0].start - span.start).days)))[1]


def _shared(one: Span, other: Span) -> int:
    """Days in common."""
    end = min(one.end or date.max, other.end or date.max)
    return max(0, (end - max(one.start, other.start)).days)
