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
from lms.reports.standing import Tile
from lms.reports.team.forms import TeamFilter
from lms.reports.team.people import Selection, TeamLine
from lms.reports.team.reminders import Draft, PastReminder
from lms.reports.training_record import Award, Duty


@dataclass(frozen=True, slots=True)
class TeamPage:
    """`lines`: the people of this page; none, and no `page`, while the filter has errors."""

    selection: Selection
    form: TeamFilter
    lines: Sequence[TeamLine] = ()
    page: Page[Any] | None = None
    tiles: Sequence[Tile] = ()


@dataclass(frozen=True, slots=True)
class TeamPersonPage:
    """`unit`: where they work today; `day`: the day everything is shown as of; `trail`: the way back up;
    `done`: the reminders so far."""

    person: Person
    unit: str
    trail: list[dict[str, str]]
    day: date
    duties: list[Duty]
    completions: QuerySet[Completion]
    awards: list[Award]
    done: list[PastReminder]


@dataclass(frozen=True, slots=True)
class RemindPage:
    person: Person
    trail: list[dict[str, str]]
    draft: Draft
    done: list[PastReminder]
