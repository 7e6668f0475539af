"""What the manager's two templates are given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page
from django.db.models import QuerySet

from courses.completions.models import Completion
from lms.people.models import Person
from lms.reports.team.forms import TeamFilter
from lms.reports.team.people import Selection, TeamLine, TeamTile
from lms.reports.training_record import Award, Duty


@dataclass(frozen=True, slots=True)
class TeamPage:
    """`lines`: the people of this page; none, and no `page`, while the filter has errors."""

    selection: Selection
    form: TeamFilter
    lines: Sequence[TeamLine] = ()
    page: Page[Any] | None = None
    tiles: Sequence[TeamTile] = ()


@dataclass(frozen=True, slots=True)
class TeamPersonPage:
    """`unit`: where they work today; `day`: the day everything is shown as of; `trail`: the way back up."""

    person: Person
    unit: str
    trail: list[dict[str, str]]
    day: date
    duties: list[Duty]
    completions: QuerySet[Completion]
    awards: list[Award]
