"""Who was covered on a day by a training, as it was known on another: with the denominator, and each with evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Prefetch
from django.utils.translation import get_language

from certification.ledger.models import Entry
from courses.assignments.models import Justification
from lms.people.masked_names import Name, Names
from lms.reports import standing, training_record
from lms.reports.standing import Standings, Status, View
from lms.reports.training_record import AssignmentReason


class CoverageRow(NamedTuple):
    """`seq` is the number of the ledger entry that says what the assignment says now; None while it is pending."""

    about: Name
    reasons: list[AssignmentReason]
    badge: str
    words: str
    status: str
    seq: int | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """`required` is the denominator: every assignment in force that day, whatever became of it."""

    periods: Standings
    view: View
    required: int
    covered: int
    others: list[tuple[str, int]]


def coverage_of(path: str, view: View) -> Coverage:
    periods = standing.standings(view, assignment__path_key=path)
    found = standing.tally(periods)
    why = Justification.objects.select_related("rule").order_by("event_on", "pk")
    ordered = (
        periods.select_related("assignment__person")
        .prefetch_related(Prefetch("assignment__justifications", why, to_attr="why"))
        .order_by("assignment__person_id", "assignment__about")
    )
    others = [(str(status.label), found.by_status[status]) for status in Status if found.by_status[status]]
    return Coverage(ordered, view, found.required, found.valid, others)


def page_of_coverage(periods: Iterable[Any], view: View, names: Names) -> list[CoverageRow]:
    """A page of people: one query more, whatever its length."""
    page: list[Any] = list(periods)
    language = get_language() or ""
    numbers = entry_numbers(period.assignment.entry for period in page)
    return [
        CoverageRow(
            names.of_person(period.assignment.person),
            training_record.assignment_reasons(period.assignment.why, view, language),
            *standing.standing_words(period, view.true_on),
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
