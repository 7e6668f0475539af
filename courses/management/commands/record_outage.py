"""Record that the platform could not be reached, so that nobody is late because of it (S15), or take that back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from certification.ledger import clock
from courses.assignments.models import Outage
from courses.assignments.outages import NoOutage, record_outage, withdraw_outage
from lms.people.logins import login_named
from lms.people.models import Person


class Command(BaseCommand):
    help = (
        "Lists the recorded outages; with --from, --to, --by and --reason, records one. Deadlines within the 24 hours "
        "after it move to the end of the next working day. With --withdraw, --by and --reason, takes one back."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="first", default="", help="such as 2026-11-01T08:00+01:00")
        parser.add_argument("--to", dest="last", default="", help="such as 2026-11-01T11:30+01:00")
        parser.add_argument("--by", default="", help="the staff number of whoever records or withdraws it")
        parser.add_argument(
            "--reason", default="", help="what happened, in a sentence that names nobody; the ledger keeps it"
        )
        parser.add_argument("--withdraw", type=int, metavar="NUMBER", help="one of the list that was a mistake")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (options["first"] or options["last"] or options["withdraw"]):
            self.tell()
            return
        try:
            self.stdout.write(self.withdraw(options) if options["withdraw"] else self.record(options))
        except NoOutage as fault:
            raise CommandError(str(fault)) from fault

    def record(self, options: dict[str, Any]) -> str:
        first, last = _instant(options["first"], "--from"), _instant(options["last"], "--to")
        made = record_outage(first, last, options["reason"], _person(options["by"]), clock.now())
        return f"Recorded: {_said(made)}. The next synchronisation moves the deadlines it touches."

    def withdraw(self, options: dict[str, Any]) -> str:
        if options["first"] or options["last"]:
            raise NoOutage("“--withdraw” takes a mistaken outage back: record the right one by itself, without it.")
        gone = withdraw_outage(options["withdraw"], options["reason"], _person(options["by"]), clock.now())
        return f"Withdrawn: {_said(gone)}. The next synchronisation moves back what nobody relied on."

    def tell(self) -> None:
        rows = list(Outage.objects.order_by("first"))
        for row in rows:
            gone = f" Withdrawn on {row.withdrawn_at:%Y-%m-%d}: {row.withdrawal_reason}" if row.withdrawn_at else ""
            self.stdout.write(f"{row.pk}: {_said(row)}: {row.reason}{gone}")
        if not rows:
            self.stdout.write("No outage is recorded.")


def _person(name: str) -> Person:
    user = login_named(name)
    if user is None:
        raise NoOutage(f"There is no login “{name}”: say with --by who says so.")
    return user.person


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
