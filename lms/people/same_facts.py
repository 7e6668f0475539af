"""Two facts that are one: named the same by HR, and parted again where that was a mistake (RULES S9).

What hangs on a fact hangs on its id; so of two ids for one thing, one goes. Which rows told of it before is kept, so
that they can part again; a correction made in between parts with the rows whose days it shares most.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lms.people.changes import record_changes
from lms.people.dated import same_fact as fact_it_goes_on
from lms.people.models import DatedFact, Employment, FactJoin, Person, Placement, ReportingLine, RoleHolding
from lms.people.staffing import StaffingError
from lms.people.timeline import Span

FAMILIES: dict[str, type[DatedFact]] = {
    model._meta.model_name or "": model for model in (Employment, Placement, ReportingLine, RoleHolding)
}


@transaction.atomic
def same_fact(person: Person, kept: UUID, joined: UUID, reason: str, *, at: datetime) -> FactJoin:
    """Every row of `joined`, superseded ones too, tells of `kept` from now on. Raises StaffingError."""
    family = next((name for name, model in FAMILIES.items() if _rows(model, person, kept).exists()), "")
    rows = list(_rows(FAMILIES[family], person, joined)) if family else []
    if not rows or kept == joined:
        raise StaffingError(
            _("%(name)s has no two such facts of one kind: name two employments, roles or lines.")
            % {"name": person.name}
        )
    told = [row.pk for row in rows]
    FAMILIES[family].objects.filter(pk__in=told).update(fact=kept)
    record_changes(person, "same", {row.true_from for row in rows}, at)
    return FactJoin.objects.create(
        person=person, family=family, kept=kept, joined=joined, rows=told, joined_at=at, reason=reason
    )


@transaction.atomic
def part_facts(join: FactJoin, *, at: datetime) -> None:
    """Undoes `same_fact`; parted twice it stays as it is."""
    join = FactJoin.objects.select_for_update(of=("self",)).select_related("person").get(pk=join.pk)
    if join.parted_at is not None:
        return
    rows = list(_rows(FAMILIES[join.family], join.person, join.kept))
    before = [(_span(row), join.joined if row.pk in join.rows else join.kept) for row in rows if _is_of_then(row, join)]
    theirs = [
        row
        for row in rows
        if row.pk in join.rows
        or (not _is_of_then(row, join) and fact_it_goes_on(_span(row), before, follows=True) == join.joined)
    ]
    FAMILIES[join.family].objects.filter(pk__in=[row.pk for row in theirs]).update(fact=join.joined)
    record_changes(join.person, "parted", {row.true_from for row in theirs}, at)
    join.parted_at = at
    join.save(update_fields=["parted_at"])


def _rows(model: type[DatedFact], person: Person, fact: UUID) -> Any:
    rows: Any = model.objects
    return rows.filter(person=person, fact=fact)


def _is_of_then(row: DatedFact, join: FactJoin) -> bool:
    return row.pk in join.rows or row.known_from <= join.joined_at


def _span(row: DatedFact) -> Span:
    return Span(row.true_from, row.true_to, ())
