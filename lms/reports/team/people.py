"""Whom a manager sees, filtered, and where each of them stands. The number of queries is constant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import CharField, F, Min, OuterRef, Q, QuerySet, Subquery
from django.utils.choices import flatten_choices
from django.utils.translation import get_language, gettext, npgettext

from courses.assignments.models import Assignment
from courses.assignments.status import Status
from lms.people.batches import in_batches
from lms.people.facts_on_day import reports_of, staff_numbers, today
from lms.people.idlist import IdList
from lms.people.models import Person, Placement
from lms.reports import standing, titles
from lms.reports.fields import URGENT
from lms.reports.standing import Tile, View
from lms.reports.team.forms import BY_TRAINING, TeamFilter
from lms.reports.team.models import Reminder
from lms.reports.team.reminders import APART, last_reminders
from lms.spreadsheets.csv_writing import Row
from lms.spreadsheets.download import Sheet

PER_SHEET_CHUNK = 500
ALWAYS = (Status.OVERDUE, Status.EXPIRED, Status.EXPIRING, Status.SOON, Status.OPEN, Status.FULFILLED)
"""Statuses that are counted even where they are none."""


class TeamMark(NamedTuple):
    """One assignment in a cell: the badge's kind and its words; and what a sheet has in columns of their own."""

    badge: str
    text: str
    status: str
    about: str
    due: date | None
    done_on: date | None
    valid_until: date | None


class TeamLine(NamedTuple):
    """One person of the table; `cells`: (training, its marks), in the columns' order. `open`: something is asked of
    them that a reminder could help with; `reminded`: the newest reminder; `soon`: it is too new for another.
    """

    person: Person
    unit: str
    cells: list[tuple[str, list[TeamMark]]]
    open: bool
    reminded: Reminder | None
    soon: bool


@dataclass(frozen=True, slots=True)
class Selection:
    """What the filter lets through. `today` is the manager's day, `view.true_on` the day that is looked at."""

    form: TeamFilter
    view: View
    today: date
    ids: IdList
    columns: dict[str, str]
    counted: IdList
    at: datetime

    @property
    def people(self) -> QuerySet[Person]:
        """In the order that was asked for; the filter's own words say which."""
        found = Person.objects.filter(self.ids.among("pk"))
        order = self.form.order if self.form.is_valid() else URGENT
        back, key = order.startswith("-"), order.removeprefix("-")
        by_name = ("family_name", "given_name", "pk")
        if key == "name":
            return found.order_by(*(f"-{name}" if back else name for name in by_name))
        if key == "unit":
            found = found.annotate(sorting=unit_name(self.today))
        else:
            trainings = [key.removeprefix(BY_TRAINING)] if key.startswith(BY_TRAINING) else list(self.columns)
            found = found.annotate(sorting=most_urgent(self.view, trainings))
        sorting = F("sorting").desc(nulls_last=True) if back else F("sorting").asc(nulls_last=True)
        return found.order_by(sorting, *by_name)

    @property
    def day(self) -> date:
        return self.view.true_on

    @property
    def ahead(self) -> bool:
        return self.day > self.today

    def tiles(self) -> list[Tile]:
        """How many people, and how many trainings have a status that occurs or that somebody must act on. They count
        what the rest of the filter lets through, whatever status is chosen: each leads from one status to another.
        """
        people = Person.objects.filter(self.counted.among("pk")).count()
        rows = standing.standings(
            self.view, self.counted.among("assignment__person"), assignment__path_key__in=self.columns
        )
        words = npgettext("a figure stands above", "person", "people", people)
        return [Tile(words, people, ""), *standing.tiles_of(standing.tally(rows), ALWAYS)]

    def lines(self, people: Sequence[Person]) -> list[TeamLine]:
        """Three queries for any number of people."""
        cells: dict[tuple[UUID, str], list[TeamMark]] = defaultdict(list)
        asked: set[UUID] = set()
        rows = standing.standings(self.view, assignment__person__in=people, assignment__path_key__in=self.columns)
        for row in rows.select_related("assignment").order_by("assignment__about"):
            cells[row.assignment.person_id, row.assignment.path_key].append(team_mark(row, self.view))
            if row.state == Assignment.State.OPEN and row.status not in (Status.PAUSED, Status.NOT_DETERMINED):
                asked.add(row.assignment.person_id)
        units, reminded = units_of(people, self.today), last_reminders(people)
        return [
            TeamLine(
                person,
                units.get(person.pk, ""),
                [(title, cells[person.pk, key]) for key, title in self.columns.items()],
                person.pk in asked,
                reminded.get(person.pk),
                person.pk in reminded and reminded[person.pk].at > self.at - APART,
            )
            for person in people
        ]


def select_team(manager: Person, data: Any, at: datetime) -> Selection:
    """The manager's own people and nobody else, as the query string filters them; all of them while it has errors.

    Whom that means is asked once, or twice where a filter narrows it; every later query gets their ids.
    """
    day = today(manager, at)
    team = IdList.found_by(reports_of(manager, day))
    keys = Assignment.objects.filter(team.among("person")).order_by().values_list("path_key", flat=True).distinct()
    columns = titles.of_paths(get_language() or "", keys)
    form = TeamFilter(data, list(columns.items()), day)
    if not form.is_valid():
        return Selection(form, View(day, now=at), day, team, columns, team, at)
    wanted = form.cleaned_data
    view = View(wanted["as_of"], now=at if wanted["as_of"] == day else None, ahead=wanted["as_of"] > day)
    if wanted["training"]:
        columns = {wanted["training"]: columns[wanted["training"]]}
    named = name_team(team, wanted["name"])
    asked = {"assignment__path_key": wanted["training"]} if wanted["training"] else {}
    counted = filter_team(named, view, asked, "")
    ids = filter_team(counted, view, asked, wanted["status"])
    return Selection(form, view, day, ids, columns, counted, at)


def name_team(team: IdList, name: str) -> IdList:
    """Those in whose name all these words stand."""
    if not name:
        return team
    people = Person.objects.filter(team.among("pk"))
    for word in name.split():
        people = people.filter(Q(given_name__icontains=word) | Q(family_name__icontains=word))
    return IdList.found_by(people)


def filter_team(team: IdList, view: View, asked: dict[str, str], status: str) -> IdList:
    """Those who have the training, in that status: whichever of the two is asked for."""
    if not asked and not status:
        return team
    rows = standing.in_status(standing.standings(view, team.among("assignment__person"), **asked), status)
    return IdList.found_by(Person.objects.filter(pk__in=rows.order_by().values("assignment__person")))


def most_urgent(view: View, trainings: Sequence[str]) -> Subquery:
    """Of a person, how urgent the most urgent of these trainings is; nothing where none applies."""
    rows = standing.standings(view, assignment__person=OuterRef("pk"), assignment__path_key__in=trainings)
    ranked = rows.annotate(urgency=standing.urgency(view)).order_by().values("assignment__person")
    return Subquery(ranked.annotate(first=Min("urgency")).values("first"), output_field=CharField())


def unit_name(day: date) -> Subquery:
    placed = Placement.objects.on(day).filter(person=OuterRef("pk")).order_by("-true_from")
    return Subquery(placed.values("unit__name")[:1])


def units_of(people: Sequence[Person], day: date) -> dict[UUID, str]:
    rows = Placement.objects.on(day).filter(person__in=people).order_by("true_from")
    return dict(rows.values_list("person_id", "unit__name"))


def team_mark(row: Any, view: View) -> TeamMark:
    """What waits for an answer of ours has no due day meanwhile."""
    badge, text = standing.standing_words(row, view)
    is_open = row.state == Assignment.State.OPEN
    return TeamMark(
        badge,
        text,
        str(Status(row.status).label),
        row.assignment.about,
        due=standing.last_day_in_time(row) if is_open and row.waiting_since is None else None,
        done_on=None if is_open else row.true_from,
        valid_until=standing.last_valid_day(row),
    )


def team_sheet(selection: Selection, at: datetime) -> Sheet:
    """The same people, trainings and statuses as the table, a line each; the header is the first line of the file."""
    about: list[Row] = [
        [gettext("Training of my team, as of"), selection.day],
        [gettext("Made on"), at],
        *([str(field.label), text] for field, text in filter_in_words(selection.form)),
    ]
    header = [
        gettext("Person"),
        gettext("Staff number"),
        gettext("Unit"),
        gettext("Training"),
        gettext("What it is about"),
        gettext("Status"),
        gettext("Due on"),
        gettext("Done on"),
        gettext("Valid until"),
        gettext("As of"),
    ]
    name = f"team-{selection.day.isoformat()}"
    return Sheet(name, gettext("My team"), header, sheet_rows(selection), tuple(about))


def sheet_rows(selection: Selection) -> Iterator[Row]:
    """A line for each training of each person; one without a training for whoever has none."""
    for people in in_batches(selection.people.iterator(chunk_size=PER_SHEET_CHUNK), PER_SHEET_CHUNK):
        numbers = staff_numbers(people)
        for line in selection.lines(people):
            who = [line.person.name, numbers.get(line.person.pk, ""), line.unit]
            marks = [(title, mark) for title, marks in line.cells for mark in marks]
            for title, mark in marks:
                days = [mark.due, mark.done_on, mark.valid_until, selection.day]
                yield [*who, title, mark.about, mark.status, *days]
            if not marks:
                yield [*who, *[""] * 3, None, None, None, selection.day]


def filter_in_words(form: TeamFilter) -> list[tuple[Any, str]]:
    """The filter in words, for the head of a sheet: only what was asked for."""
    wanted = form.cleaned_data
    texts = {"name": wanted["name"]}
    for key in ("training", "status"):
        choices: dict[str, Any] = dict(flatten_choices(form.fields[key].choices))  # type: ignore[attr-defined]
        texts[key] = str(choices[wanted[key]]) if wanted[key] else ""
    return [(form.fields[key], text) for key, text in texts.items() if text]
