"""Whom a rule means, as one query made of one `Exists` a fact: joins over many-valued facts would lie about and/not.

Agrees with the pure predicate `Population.covers` (a property test).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from courses.assignments.derivation.population import All, Any_, Node, Not, Population, PopulationTerm
from lms.people.models import Employment, OrgUnit, Placement, RoleHolding, known_at, true_on


def people_meant(population: Population, day: date) -> Q:
    """A condition on Person: those meant on `day`, as believed now. Everybody meant is employed on it."""
    return Q(Exists(_jobs(day))) & _node(population.root, day)


def people_ever_meant(population: Population) -> Q:
    """A condition on Person that leaves out nobody whom the rule ever meant, means or will mean by what is known."""
    held = [term for term in population.terms() if term.kind == "role"]
    anybody = Q(Exists(Employment.objects.current().filter(person=OuterRef("pk"))))
    if isinstance(population.root, PopulationTerm) and held:
        role = held[0].value
        return anybody & Q(Exists(RoleHolding.objects.current().filter(person=OuterRef("pk"), role__key=role)))
    return anybody


def _jobs(day: date) -> QuerySet[Employment]:
    return Employment.objects.filter(true_on(day), known_at(None), person=OuterRef("pk"))


def _node(node: Node, day: date) -> Q:
    if isinstance(node, All):
        found = Q()
        for one in node.of:
            found &= _node(one, day)
        return found
    if isinstance(node, Any_):
        found = Q(pk__in=[])
        for one in node.of:
            found |= _node(one, day)
        return found
    if isinstance(node, Not):
        return ~_node(node.of, day)
    return TERMS[node.kind](node, day)


def _job(**fields: str) -> Callable[[PopulationTerm, date], Q]:
    def query(term: PopulationTerm, day: date) -> Q:
        wanted = {name: term.value for name in fields.values()}
        return Q(Exists(_jobs(day).filter(**wanted)))

    return query


def _role(term: PopulationTerm, day: date) -> Q:
    rows = RoleHolding.objects.filter(true_on(day), known_at(None), person=OuterRef("pk"), role__key=term.value)
    return Q(Exists(rows))


def _unit(term: PopulationTerm, day: date) -> Q:
    rows = Placement.objects.filter(true_on(day), known_at(None), person=OuterRef("pk"))
    return Q(Exists(rows.filter(unit__in=_below(term.value))))


def _below(code: str) -> list[object]:
    """The unit and all below it; a unit never moves."""
    children: dict[object, list[object]] = {}
    start: list[object] = []
    for pk, own, parent in OrgUnit.objects.values_list("pk", "code", "parent_id"):
        children.setdefault(parent, []).append(pk)
        start += [pk] if own == code else []
    found: list[object] = []
    while start:
        found += start
        start = [child for pk in start for child in children.get(pk, []) if child not in found]
    return found


def _started(term: PopulationTerm, day: date) -> Q:
    """Whose period of employment of that day began between the two days: contracts that follow each other without a
    gap are one period."""
    first, last = term.value.split("/")
    own = Employment.objects.current().filter(person=OuterRef("person"))
    goes_on = Q(true_to__isnull=True) | Q(true_to__gte=OuterRef("true_from"))
    earlier = own.filter(goes_on, true_from__lt=OuterRef("true_from"))
    longer = own.filter(
        Q(true_to__isnull=True) | Q(true_to__gt=OuterRef("true_to")), true_from__lte=OuterRef("true_to")
    )
    gaps = own.filter(~Exists(longer), true_to__gte=OuterRef("true_from"), true_to__lte=day)
    begun = Employment.objects.current().filter(
        ~Exists(earlier), ~Exists(gaps), person=OuterRef("pk"), true_from__gte=first, true_from__lte=last
    )
    return Q(Exists(begun.filter(true_from__lte=day)))


TERMS: dict[str, Callable[[PopulationTerm, date], Q]] = {
    "person": _job(kind="kind"),
    "entity": _job(entity="entity__code"),
    "country": _job(country="entity__country"),
    "role": _role,
    "unit": _unit,
    "started": _started,
}
