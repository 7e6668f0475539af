"""Where people worked on a day, as it was known at an instant: what a list of coverage is narrowed and sorted by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from lms.people.models import Employment, OrgUnit, Person, Placement
from lms.reports.standing import View

LEVELS = 4
"""Units above a team: department, division, entity, group."""


class Workplace(NamedTuple):
    """Names, and the two letters of the entity's country; empty where nothing was known."""

    unit: str = ""
    entity: str = ""
    country: str = ""


def employed_as_known(view: View) -> QuerySet[Employment]:
    return Employment.objects.on(view.true_on, view.known_at)


def placed_as_known(view: View) -> QuerySet[Placement]:
    return Placement.objects.on(view.true_on, view.known_at)


def working_in(view: View, person: str, *, unit: str = "", entity: str = "", country: str = "") -> Q:
    """Whose workplace that was; `person` leads to them. `unit` = part of the name of a unit or of one above it."""
    found = Q()
    if unit:
        named = Q()
        for level in range(LEVELS + 1):
            named |= Q(**{f"unit__{'parent__' * level}name__icontains": unit})
        found &= Q(Exists(placed_as_known(view).filter(named, person=OuterRef(person))))
    employed = employed_as_known(view).filter(person=OuterRef(person))
    if entity:
        employed = employed.filter(entity__code=entity)
    if country:
        employed = employed.filter(entity__country=country)
    return found & Q(Exists(employed)) if entity or country else found


def sorting_by(view: View, person: str, key: str) -> Subquery:
    """`key` is unit | entity | country."""
    if key == "unit":
        rows = placed_as_known(view).filter(person=OuterRef(person)).order_by("-true_from")
        return Subquery(rows.values("unit__name")[:1])
    employed = employed_as_known(view).filter(person=OuterRef(person)).order_by("-true_from")
    return Subquery(employed.values("entity__name" if key == "entity" else "entity__country")[:1])


def workplaces_of(people: Iterable[Person], view: View) -> dict[UUID, Workplace]:
    """Two queries, however many people."""
    chosen = [person.pk for person in people]
    placed = placed_as_known(view).filter(person__in=chosen).order_by("true_from")
    units = dict(placed.values_list("person_id", "unit__name"))
    employed = employed_as_known(view).filter(person__in=chosen).order_by("true_from")
    entities = {
        person: (name, country)
        for person, name, country in employed.values_list("person_id", "entity__name", "entity__country")
    }
    return {person: Workplace(units.get(person, ""), *entities.get(person, ("", ""))) for person in chosen}


def entities() -> list[tuple[str, str]]:
    """(code, name) of every legal entity."""
    return list(OrgUnit.objects.filter(kind=OrgUnit.Kind.ENTITY).order_by("name").values_list("code", "name"))


def countries() -> list[tuple[str, str]]:
    """The countries that legal entities are in, as two letters."""
    rows = OrgUnit.objects.filter(kind=OrgUnit.Kind.ENTITY).exclude(country="").order_by("country")
    return [(code, code) for code in rows.values_list("country", flat=True).distinct()]
