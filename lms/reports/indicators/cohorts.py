"""People by the year in which they began a module or were first asked to do it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Min

from content.editions import Module
from courses.assignments.models import Assignment
from courses.learning.models import Enrolment
from lms.reports.indicators.gathering import Bands
from lms.reports.suppression import K_PERFORMANCE, suppress, veil

Years = Mapping[UUID, str]
Sets = dict[str, set[UUID]]


def years(module: Module) -> Years:
    """{person: year}. Two queries."""
    begun = Enrolment.objects.filter(module=module).values_list("person").annotate(Min("started_at"))
    asked = Assignment.objects.filter(version__leaves__module=module).values_list("person")
    first: dict[UUID, int] = {}
    for person, at in (*begun, *asked.annotate(Min("opened_at"))):
        first[person] = min(at.year, first.get(person, at.year))
    return {person: str(year) for person, year in first.items()}


def split(bands: Bands, found: Years) -> Sets:
    """{year: people} of everybody in the bands; empty where somebody has no year, whom the others would leave over."""
    sets: Sets = defaultdict(set)
    for person in set().union(*bands.values()):
        if person not in found:
            return {}
        sets[found[person]].add(person)
    return dict(sorted(sets.items()))


def visible(sets: Sets) -> list[str]:
    """The years whose number of people may be shown."""
    cells = suppress({year: len(people) for year, people in sets.items()}, K_PERFORMANCE).cells
    return [year for year, people in cells.items() if people is not None]


def figures(sets: Sets, bands: Bands, reached: frozenset[str], *, exact: bool) -> dict[str, Any]:
    """{year: [people, those of them who reached it], or None where that is hidden}.

    `exact` = the bands of everybody tell how many reached it, not the share alone.
    """
    good = set[UUID]().union(*(people for name, people in bands.items() if name in reached))
    numbers = {year: (len(people & good), len(people)) for year, people in sets.items()}
    hidden = veil(numbers, sets.keys() - visible(sets), K_PERFORMANCE, exact=exact)
    return {year: None if year in hidden else [people, inside] for year, (inside, people) in numbers.items()}
