"""Who was covered on a day by a training, as it was known on another: with the denominator, and each with evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, Prefetch
from django.utils.translation import get_language, gettext

from certification.ledger.models import Entry
from courses.assignments.models import Justification
from courses.assignments.status import Status
from lms.people.masked_names import Name, Names
from lms.reports import standing, training_record
from lms.reports.audit import workplaces
from lms.reports.audit.forms import CoverageForm
from lms.reports.audit.workplaces import Workplace
from lms.reports.fields import URGENT
from lms.reports.standing import Standings, Tile, View
from lms.reports.training_record import AssignmentReason

PERSON = "assignment__person"


class CoverageRow(NamedTuple):
    """`seq` is the number of the ledger entry that says what the assignment says now; None while it is pending."""

    about: Name
    place: Workplace
    reasons: list[AssignmentReason]
    badge: str
    words: str
    status: str
    seq: int | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """`required` is the denominator: every assignment in force that day, whatever became of it. Whether it was
    fulfilled then, and whether something was valid then (`covered`), are asked apart. The figures are those of the
    workplace asked for; `periods` also of the status.
    """

    periods: Standings
    view: View
    required: int
    fulfilled: int
    covered: int
    tiles: list[Tile]


def coverage_of(path: str, view: View, form: CoverageForm) -> Coverage:
    everybody = standing.standings(view, assignment__path_key=path)
    if any(form.workplace.values()):
        everybody = everybody.filter(workplaces.working_in(view, PERSON, **form.workplace))
    found = standing.tally(everybody)
    why = Justification.objects.select_related("rule").order_by("event_on", "pk")
    periods = (
        in_order(standing.in_status(everybody, form.cleaned_data["status"]), view, form.order)
        .select_related("assignment__person")
        .prefetch_related(Prefetch("assignment__justifications", why, to_attr="why"))
    )
    share = gettext("%(covered)s of %(required)s") % {"covered": found.valid, "required": found.required}
    tiles = [
        Tile(gettext("required to have it"), found.required, ""),
        Tile(gettext("had fulfilled it"), found.fulfilled, "was-fulfilled"),
        Tile(gettext("of those required to have it were covered"), share, "valid"),
        Tile(gettext("were not covered"), found.required - found.valid, "not-valid"),
        *standing.tiles_of(found),
    ]
    return Coverage(periods, view, found.required, found.fulfilled, found.valid, tiles)


def in_order(periods: Standings, view: View, order: str) -> Standings:
    """Never by name: what is masked is not told by its place."""
    back, key = order.startswith("-"), order.removeprefix("-")
    by = standing.urgency(view) if key == URGENT else workplaces.sorting_by(view, PERSON, key)
    periods = periods.annotate(sorting=by)
    first = F("sorting").desc(nulls_last=True) if back else F("sorting").asc(nulls_last=True)
    return periods.order_by(first, PERSON, "assignment__about")


def page_of_coverage(periods: Iterable[Any], view: View, names: Names) -> list[CoverageRow]:
    """A page of people: three queries more, whatever its length."""
    page: list[Any] = list(periods)
    language = get_language() or ""
    places = workplaces.workplaces_of([period.assignment.person for period in page], view)
    numbers = entry_numbers(period.assignment.entry for period in page)
    return [
        CoverageRow(
            names.of_person(period.assignment.person),
            places[period.assignment.person_id],
            training_record.assignment_reasons(period.assignment.why, view, language),
            *standing.standing_words(period, view),
            str(Status(period.status).label),
            numbers.get(period.assignment.entry),
        )
        for period in page
    ]


def shared_reasons(rows: Iterable[CoverageRow]) -> tuple[str, ...]:
    """Why everybody of a page was required to have it, where that is the same for all of them; else nothing."""
    found = {tuple(reason.text for reason in row.reasons) for row in rows}
    return found.pop() if len(found) == 1 else ()


def entry_numbers(ids: Iterable[UUID | None]) -> dict[UUID | None, int]:
    """{id of an entry: its number}, for those that are in the ledger."""
    return dict(Entry.objects.with_ids([uuid for uuid in ids if uuid]).values_list("uuid", "seq"))
