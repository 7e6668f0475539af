"""The query of a population and its predicate mean the same people, whoever they are and whatever is joined."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest

from courses.assignments.derivation.population import read_population
from courses.assignments.facts import load_facts
from courses.assignments.population_query import people_ever_meant, people_meant
from lms.people import staffing
from lms.people.models import Employment, Person
from tests.factories import make_entity, make_person, make_role, make_unit, noon

START = date(2026, 1, 1)
KINDS = [kind.value for kind in Employment.Kind]
PEOPLE, POPULATIONS = 30, 120


def some_day(dice: random.Random, first: int = 0, last: int = 400) -> date:
    return START + timedelta(days=dice.randint(first, last))


def make_somebody(dice: random.Random, entities: list[Any], units: list[Any]) -> Person:
    """One to three contracts with and without gaps, a unit, up to two roles."""
    person = make_person(hired=None)
    first = some_day(dice, 0, 100)
    for _step in range(dice.randint(1, 3)):
        unit = dice.choice([None, *units])
        staffing.hire(
            person,
            dice.choice(entities),
            on=first,
            kind=dice.choice(KINDS),
            unit=unit,
            zone="",
            manager=None,
            at=noon(first),
        )
        if dice.random() < 0.3:
            break
        end = first + timedelta(days=dice.randint(10, 120))
        staffing.leave_company(person, on=end, at=noon(end))
        first = end + timedelta(days=dice.choice((1, 1, 2, 40)))
    for role in ("overseer", "editor"):
        if dice.random() < 0.5:
            on = some_day(dice)
            staffing.give_role(person, role, on=on, at=noon(on))
    return person


def random_population(dice: random.Random, depth: int = 3) -> dict[str, Any]:
    kind = dice.choice(("all", "any", "not") if depth and dice.random() < 0.6 else ("term",))
    if kind == "not":
        return {"kind": "not", "of": random_population(dice, depth - 1)}
    if kind != "term":
        return {"kind": kind, "of": [random_population(dice, depth - 1) for _ in range(dice.randint(1, 3))]}
    first = some_day(dice)
    return dice.choice(
        [
            {"kind": "employment"},
            {"kind": "person", "is": dice.choice(KINDS)},
            {"kind": "role", "role": dice.choice(("overseer", "editor"))},
            {"kind": "entity", "entity": dice.choice(("fr", "de"))},
            {"kind": "country", "country": dice.choice(("FR", "DE", "ES"))},
            {"kind": "unit", "unit": dice.choice(("fr", "division", "team", "other"))},
            {"kind": "started", "from": str(first), "to": str(first + timedelta(days=dice.randint(0, 200)))},
            {"kind": "started", "to": str(first)},
        ]
    )


@pytest.mark.django_db
def test_query_and_predicate_mean_the_same_people() -> None:
    dice = random.Random(7)
    entities = [make_entity("fr"), make_entity("de", country="DE", zone="Europe/Berlin")]
    division = make_unit("division", entities[0], kind="division")
    units = [division, make_unit("team", division), make_unit("other", entities[1])]
    for role in ("overseer", "editor"):
        make_role(role)
    people = [make_somebody(dice, entities, units) for _ in range(PEOPLE)]
    facts = {person: each.as_believed() for person, each in load_facts([one.pk for one in people]).items()}
    meant_by_some = 0
    for _ in range(POPULATIONS):
        value = random_population(dice)
        population = read_population(value)
        day = some_day(dice, 0, 500)
        asked = set(Person.objects.filter(people_meant(population, day)).values_list("pk", flat=True))
        said = {person for person, each in facts.items() if population.covers(each, day)}
        assert asked == said, f"{value} on {day}"
        ever = set(Person.objects.filter(people_ever_meant(population)).values_list("pk", flat=True))
        assert asked <= ever
        meant_by_some += bool(asked) and len(asked) < PEOPLE
    assert meant_by_some > POPULATIONS // 3, "too few of them tell people apart"
