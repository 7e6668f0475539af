"""Record that the platform could not be reached, so that nobody is late because of it (S15)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from certification.ledger import clock
from courses.assignments.models import Outage
from courses.assignments.outages import NoOutage, record_outage


class Command(BaseCommand):
    help = (
        "Lists the recorded outages; with --from, --to and --reason, records one. Deadlines within the 24 hours after "
        "it move to the end of the next working day."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="first", default="", help="such as 2026-11-01T08:00+01:00")
        parser.add_argument("--to", dest="last", default="", help="such as 2026-11-01T11:30+01:00")
        parser.add_argument("--reason", default="", help="what happened, in a sentence; it is kept")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (options["first"] or options["last"]):
            self.tell()
            return
        try:
            first, last = _instant(options["first"], "--from"), _instant(options["last"], "--to")
            made = record_outage(first, last, options["reason"], clock.now())
        except NoOutage as fault:
            raise CommandError(str(fault)) from fault
        self.stdout.write(f"Recorded: {_said(made)}. The next synchronisation moves the deadlines it touches.")

    def tell(self) -> None:
        rows = list(Outage.objects.order_by("first"))
        for row in rows:
            self.stdout.write(f"{_said(row)}: {row.reason}")
        if not rows:
            self.stdout.write("No outage is recorded.")


def _instant(text: str, name: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise NoOutage(
            f"“{name}” must be a time with its distance from UTC, such as 2026-11-01T08:00+01:00 or 2026-11-01T07:00Z."
        )
    return found.astimezone(UTC)


def _said(row: Outage) -> str:
    return f"{row.first.astimezone(UTC):%Y-%m-%d %H:%M} to {row.last.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
