"""What an auditor takes away: the same rows as on the page, under the checkpoint they can be checked against."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext

from certification.ledger.models import Entry, EntryPart, Opening
from lms.people.batches import in_batches
from lms.people.masked_names import Name, Names
from lms.people.models import Person
from lms.reports.audit import coverage, searching
from lms.reports.audit.ledger_state import LedgerState
from lms.reports.standing import Standings
from lms.spreadsheets.csv_writing import Row

CHUNK = 500


def sheet_head(title: str, status: LedgerState, at: datetime) -> list[Row]:
    """What the sheet is, when it was made, and the newest checkpoint's own lines.

    `ledger verify --checkpoint` takes the file as it is: the note's lines follow each other, the empty one too.
    """
    rows: list[Row] = [[title], [gettext("Made on"), at], [gettext("Entries in the ledger"), status.entries]]
    if status.checkpoint is None:
        return [*rows, [gettext("Checkpoint"), gettext("none yet")]]
    rows.append([gettext("Checkpoint over entries"), status.checkpoint.size])
    rows.append([gettext("Checkpoint made"), status.checkpoint.made_at])
    rows += [[gettext("Checkpoint"), line] for line in status.checkpoint.note.splitlines()]
    rows.append([gettext("Its key"), str(status.key or gettext("none that is believed"))])
    if not status.anchored:
        rows.append(
            [
                gettext("Not anchored"),
                gettext("This site was not given, apart from its database, the key that may sign."),
            ]
        )
    if status.problem:
        rows.append([gettext("Warning"), status.problem])
    return rows


def entry_header() -> Row:
    return [
        gettext("Entry"),
        gettext("Kind"),
        gettext("Happened"),
        gettext("Written to the ledger"),
        gettext("Concerns"),
        gettext("Person (id)"),
        gettext("Entry (id)"),
        gettext("Hash"),
    ]


def entry_rows(entries: QuerySet[Entry], names: Names) -> Iterator[Row]:
    for batch in in_batches(entries.iterator(chunk_size=CHUNK), CHUNK):
        for row in searching.rows_of(batch, names):
            about = (gettext("several people"), "") if row.roster else person_cells(row.about)
            entry = row.entry
            times = (entry.at, entry.sequenced_at)
            yield [entry.seq, entry.kind, *times, *about, str(entry.uuid), bytes(entry.leaf_hash).hex()]


def coverage_header() -> Row:
    return [
        gettext("Person"),
        gettext("Person (id)"),
        gettext("Why required"),
        gettext("Basis"),
        gettext("Status that day"),
        gettext("In words"),
        gettext("Entry"),
    ]


def coverage_rows(found: coverage.Coverage, names: Names) -> Iterator[Row]:
    for batch in in_batches(found.periods.iterator(chunk_size=CHUNK), CHUNK):
        for row in coverage.page_of_coverage(batch, found.view, names):
            why = "; ".join(f"{reason.rule} {reason.number}" for reason in row.reasons)
            basis = "; ".join(f"{reason.basis}: {reason.basis_text}" for reason in row.reasons)
            yield [*person_cells(row.about), why, basis, row.status, row.words, row.seq]


def people_of_entries(entries: QuerySet[Entry]) -> QuerySet[Person]:
    """Everybody a sheet of these entries concerns: each can read that it was made."""
    concerned = Opening.objects.filter(entry__in=entries.order_by().values("uuid"), part=EntryPart.SUBJECT)
    return Person.objects.filter(pk__in=concerned.values("person"))


def people_of_coverage(periods: Standings) -> QuerySet[Person]:
    return Person.objects.filter(pk__in=periods.order_by().values("assignment__person"))


def person_cells(about: Name | None) -> tuple[str, str]:
    person: UUID | None = about.person if about else None
    return (about.text if about else "", str(person or ""))
